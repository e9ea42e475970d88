"""Handles of probably private persons, told by their form or by what stands around them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from smm_voice.posts.privacy.found import Found
from smm_voice.posts.privacy.names import GIVEN, NOT_NAMES, ORDINARY, SURNAMES
from smm_voice.posts.privacy.organisations import EPONYMS, INSIDE, WORDS

# A handle of any network: X and Instagram, Bluesky (a domain), Mastodon (user@host).
_HANDLE = re.compile(
    r"@(?P<user>[\w-]++(?:\.[\w-]++){0,4}?\.bsky\.social|\w++(?:\.\w++)*+)"
    r"(?P<host>@[\w-]++(?:\.[\w-]++)++)?"
)
_HERE = re.compile(r"(?<![\w@/])")
# A post that begins with handles answers their owners.
_ANSWER = re.compile(r"(?:(?:@[\w.-]++|\[handle\]) ){0,12}+")
_SEGMENT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_SHORTEST_PREFIX = 4
_LONGEST_ACRONYM = 4
_SHORTEST_SURNAME, _SHORTEST_LIKE = 3, 6
_SURNAME_LIKE = ("son", "ski", "sky", "berg", "stein", "eau", "ault", "wicz", "sen", "elli", "ova")
# What a cue may name in a row: handles, and those that are masked.
_ITEM = re.compile(
    r"\.?(?P<handle>@[\w.-]{0,60}\w(?:@[\w.-]{0,60}\w)?|\[[a-z]{3,7}\])"
    r"(?:[ ,&+/]{1,3}(?:(?:and|et|&) )?)?"
)
_LONGEST_ROW = 10
_CREDIT = (
    r"(?:[📷📸📹🎥©]|\b(?:photos?|picture|pics?|image|shot|video|vid[ée]o|illustration|clich[ée]"
    r"|credits?|cr[ée]dits?|ph|photographer|photographe)\b)"
    r"(?:[ :/|,()]{1,3}(?:credits?|cr[ée]dits?|courtesy|photos?|pics?|image|vid[ée]o|taken|prise"
    r"|sent|by|of|to|from|par|de|due|à|our|notre|the|la|le)\b){0,5}"
    r"(?: [^\W\d_]{4,15}){0,2}[ :/|,(-]{0,3}"
)
_PERSON = (
    r"\b(?:followers?|customers?|client|cliente|client\.e|clients|clientes|abonn[ée]e?s?|winners?"
    r"|gagnante?s?|fans?|lectrices?|lecteurs?|readers?|subscribers?|adh[ée]rente?s?|voisine?s?)\b"
    r"(?: (?:of|du|de|for|pour) (?:the |la |le |our |notre )?\w{1,15}){0,2}"
    r"(?: (?:is|are|est|sont))?[ :,!(-]{1,3}"
)
_THANKS = (
    r"\b(?:thanks|thank (?:you|u)|thx|ty|merci|remercie(?:r|ons)?|congrats|congratulations|kudos"
    r"|props|bravo|f[ée]licitations|well done|hats off|shout-?out|chapeau)\b"
    r"(?:[ ,!]{1,3}(?!(?:partner|partenaire|sponsor|team|équipe|crew|mission)s?\b)"
    r"[^\W\d_][\w'’-]{0,20}){0,6}[ ,!:-]{0,4}[^\w\s@\[,.]?[ ]?"
)
_CUE = re.compile(f"(?:{_CREDIT}|{_PERSON}|{_THANKS})(?=\\.?[@\\[])", re.IGNORECASE)
_WON = re.compile(
    r"[ ,!]{0,2}(?:(?:has |have |just |a |vient de |est ){0,3}"
    r"(?:won|wins|gagn[ée]e?r?|remport[ée]e?r?)\b"
    r"|(?:is|est) (?:our|the|notre|la|le) (?:\w{1,12} )?(?:winner|gagnante?)\b"
    r"|(?:our|notre) (?:\w{1,12} )?"
    r"(?:winner|gagnante?|customer|cliente?|follower|abonn[ée]e?)\b)",
    re.IGNORECASE,
)
_CUES = (
    "photo", "📷", "📸", "📹", "🎥", "©", "pic", "image", "shot", "video", "vidéo", "illustr",
    "clich", "credit", "crédit", "ph:", "ph ", "follower", "customer", "client", "abonn",
    "winner", "won", "wins", "gagn", "remport", "fan", "lect", "reader", "subscriber", "adhérent",
    "voisin", "thank",
    "thx", "ty ", "merci", "congrat", "kudos", "props", "bravo", "licitation", "well done",
    "hats off", "shout", "chapeau",
)  # fmt: skip


def find_handles(text: str, lowered: str, public: frozenset[str]) -> Iterator[Found]:
    """Handles of probably private persons in a folded text.

    Args:
        text: where to look; it has an @.
        lowered: the same in lower case.
        public: handles that are not looked at.
    """
    cued: set[int] | None = None
    for match in _HANDLE.finditer(text):
        if not _HERE.match(text, match.start()):
            continue
        user = match["user"].removesuffix(".bsky.social")
        form = person_form(user)
        if form < _SURE:
            if form == _NEVER:
                continue
            if cued is None:
                cued = _cued(text, lowered)
            if not (
                match.start() in cued
                or (form == _LIKELY and _ANSWER.fullmatch(text, 0, match.start()))
                or (cued and _WON.match(text, match.end()))
            ):
                continue
        names = {user.casefold(), match["user"].casefold()}
        if match["host"]:
            names.add((user + match["host"]).casefold())
        if public.isdisjoint(names):
            yield Found("handle", *match.span())


# What the form of a handle says by itself.
_NEVER, _UNKNOWN, _LIKELY, _SURE = range(4)


def _cued(text: str, lowered: str) -> set[int]:
    """Where the handles begin that a cue names; -1 too where there is any cue."""
    if not any(cue in lowered for cue in _CUES):
        return set()
    starts = {-1}
    for cue in _CUE.finditer(text):
        at = cue.end()
        for _ in range(_LONGEST_ROW):
            item = _ITEM.match(text, at)
            if item is None:
                break
            starts.add(item.start("handle"))
            at = item.end()
    return starts


@functools.lru_cache(maxsize=65536)
def person_form(user: str) -> int:
    """How much the form of a handle says for a private person.

    Returns:
        0 an organisation, an office or a public figure; 1 nothing; 2 something; 3 enough.
    """
    written = [segment for segment in _SEGMENT.findall(user) if not segment.isdigit()]
    words = [segment.casefold() for segment in written]
    digits = sum(len(run) for run in re.findall(r"(?<=\D)\d+", user))
    parts = [_part(word) for word in words]
    if not words or _is_organisation(written, words, parts, digits):
        return _NEVER
    separated = re.search(r"[^\W\d_][._-]+[^\W\d_]", user) is not None
    several = len(words) > 1
    firm, soft = parts.count("given"), parts.count("ordinary")
    surname = "surname" in parts or (several and sum(word in SURNAMES for word in words) > 1)
    if "whole" in parts:
        return _SURE
    if firm and (digits >= 2 or separated or surname):
        return _SURE
    if soft and several and (digits >= 2 or (surname and separated)):
        return _SURE
    if digits >= 2 and not {"short", "initial", "soft whole"}.isdisjoint(parts):
        return _SURE
    if surname and len(words[0]) == 1 and (digits >= 2 or separated):
        return _SURE
    if firm or soft or any(parts):
        return _LIKELY
    if several and not digits and all(word[0].isupper() for word in written):
        return _NEVER
    return _NEVER if written[0].istitle() and not digits and user.isalpha() else _UNKNOWN


def _part(word: str) -> str:
    """What a segment of a handle is of a person's name, or ""."""
    if word in GIVEN:
        return "ordinary" if word in ORDINARY else "given"
    if word in SURNAMES:
        return "surname"
    if word.startswith(NOT_NAMES):
        return ""
    prefix = ""
    for length in range(len(word) - 1, _SHORTEST_PREFIX - 1, -1):
        given, rest = word[:length], word[length:]
        if given in GIVEN:
            if rest in SURNAMES or rest in GIVEN:
                return "soft whole" if given in ORDINARY else "whole"
            if given not in ORDINARY and not prefix:
                prefix = "short" if len(rest) == 1 else "prefix"
    if prefix or len(word) <= _SHORTEST_SURNAME:
        return prefix
    like = len(word) > _SHORTEST_LIKE and word.endswith(_SURNAME_LIKE)
    return "initial" if word[1:] in SURNAMES or like else ""


def _is_organisation(written: list[str], words: list[str], parts: list[str], digits: int) -> bool:
    joined = "".join(words)
    if joined in EPONYMS or not WORDS.isdisjoint(words) or any(i in joined for i in INSIDE):
        return True
    shouted = all(segment.isupper() for segment in written)
    if shouted:
        return not any(parts)
    if len(words) == 1 and len(joined) <= _LONGEST_ACRONYM and not (digits or parts[0]):
        return True
    # A bare acronym among other words: NASAWebb, GinaEPA.
    return any(
        segment.isupper() and len(segment) > 2 and not part
        for segment, part in zip(written, parts, strict=True)
    )
