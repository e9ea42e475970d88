"""Names in posts: which recur, and which one a clause speaks of."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from smm_voice.posts.post import Post
from smm_voice.text.facts import TypedFact
from smm_voice.text.facts.references import DOMAIN
from smm_voice.text.fold import fold
from smm_voice.text.languages import function_words
from smm_voice.text.tokens import EMAIL, HANDLE, HASHTAG, PLACEHOLDER, URL

# A name counts where it stands in as many posts, and as good as never without its capital.
_RECURS = 3
_MOST_LOWER = 0.2
# Characters of a sentence that are looked at before a name.
_BACK = 80
# Zipf frequency (log10 per billion words) from which a listed word is one of function.
_FUNCTION_ZIPF = 5.5
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_CAPITALISED = r"\p{Lu}[\p{L}\p{M}'’]*(?:-\p{L}+)*"
_RUN = regex.compile(
    rf"(?<![\w@#/.])(?:{_CAPITALISED})(?:[ \u00a0](?:{_CAPITALISED}|\d{{1,4}}(?![\w.,:%]))){{0,3}}"
)
_TAG = regex.compile(rf"{HANDLE.pattern}|{HASHTAG.pattern}")
# After these a capital says nothing.
_OPENING = regex.compile(r"(?:^|[.!?…:\n•–—|\"“”«»()*]|[^\w\s,;'’&@#/-])\s*$")
NO_NAME = regex.compile(
    r"(?:e[sd]?t|p[sd]?t|c[se]?[sd]?t|utc|gmt|am|pm|mon|tues?|wed|thurs?|fri|sat|sun"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|rt|via|q|a|i|tv"
    r"|otd|tbt|fbf|dyk|icymi|ff|didyouknow|throwbackthursday|flashbackfriday|\w{3,6}day\w{3,10}day"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|lundi|mardi|mercredi|jeudi|vendredi|samedi"
    r"|dimanche|janvier|fevrier|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
# Before a name that is where, whither or by whom, and not what is spoken of.
_ADPOSITION = regex.compile(
    r"(?i)(?<!\w)(?:by|from|with|via|using|to|at|in|on|for|aboard|of|above|into|across|near|over|as"
    r"|after|than|like|between|toward|towards|around|through|par|depuis|avec|vers|chez|dans|sur|pour"
    r"|de|du|des|au|aux|a|à|en)"
    r"(?: (?:the|our|a|an|its|your|my|her|his|la|le|les|notre|nos|votre|un|une))? ?[#@]?$"
)


@dataclass(frozen=True)
class Name:
    """A name in a text.

    Attributes:
        key: what makes two mentions the same: its letters and digits, folded.
        shown: as it stands.
        start: offset in the text.
        end: offset just past it.
    """

    key: str
    shown: str
    start: int
    end: int


def is_spoken_of(text: str, start: int, fact: TypedFact) -> bool:
    """Whether a name is the one that a clause states a fact of, as far as its place tells."""
    if text[start] == "#" and start < fact.start:
        # "Apply for a #Summit event on May 3": a tag is there to say what a post is about.
        return True
    if text[start] == "@" and regex.search(r"\w[^.!?\n]*$", text[max(0, start - _BACK) : start]):
        # "Data of @Observatory show a star 800 light-years away": a source, in most sentences.
        return False
    return start < fact.start and not _ADPOSITION.search(text, max(0, start - 14), start)


def key_of(shown: str) -> str:
    """`@Space_Station` and "space station" are one name."""
    return "".join(regex.findall(r"[\p{L}\p{N}]+", fold(shown)))


def recurring_names(posts: Sequence[Post]) -> Callable[[str], list[Name]]:
    """Finds the capitalised names, handles and hashtags that recur in these posts."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    blanked = [blank(post.text) for post in posts]
    for text in blanked:
        for match in _WORD.finditer(text):
            word = match.group()
            if word[0].islower():
                small[word.casefold()] += 1
            elif word[0].isupper() and not _OPENING.search(
                text, max(0, match.start() - 6), match.start()
            ):
                capital[word.casefold()] += 1

    def is_name(word: str) -> bool:
        low, seen = word.casefold(), capital[word.casefold()]
        return (
            seen >= 2 and small[low] <= _MOST_LOWER * (seen + small[low])
            and low not in functions() and not NO_NAME.fullmatch(fold(word))
        )  # fmt: skip

    def candidates(text: str, bare: str) -> list[Name]:
        tags = [Name(key_of(m.group()), m.group(), *m.span()) for m in _TAG.finditer(text)]
        found = [tag for tag in tags if not NO_NAME.fullmatch(tag.key)]
        for match in _RUN.finditer(bare):
            words = list(regex.finditer(r"\S+", match.group()))
            while words and not is_name(words[0].group()):
                words = words[1:]
            kept: list[regex.Match[str]] = []
            for word in words:
                if not (is_name(word.group()) or (kept and word.group().isdigit())):
                    break
                kept.append(word)
            if kept:
                start = match.start() + kept[0].start()
                shown = bare[start : match.start() + kept[-1].end()]
                shown = regex.sub(r"['’]s$|['’]$", "", shown)
                found.append(Name(key_of(shown), shown, start, start + len(shown)))
        return [name for name in found if len(name.key) > 1]

    counts: Counter[str] = Counter()
    for post, bare in zip(posts, blanked, strict=True):
        counts.update({name.key for name in candidates(post.text, bare)})

    def find(text: str) -> list[Name]:
        return [n for n in candidates(text, blank(text)) if counts[n.key] >= _RECURS]

    return find


def slug(text: str) -> str:
    """Small letters, digits and lines."""
    ascii_only = fold(text).encode("ascii", "ignore").decode()
    return regex.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")[:60].strip("_")


def blank(text: str) -> str:
    """Without references and placeholders, character for character."""
    for pattern in (URL, EMAIL, DOMAIN, HANDLE, HASHTAG, PLACEHOLDER):
        text = pattern.sub(lambda m: "\0" * len(m.group()), text)
    return text.replace("\0", "#")


@functools.cache
def functions() -> frozenset[str]:
    """English and French words of function; the one language's names stand in the other's posts."""
    from wordfreq import zipf_frequency

    # The English list has "mill" and "places" in it.
    english = {w for w in function_words("en") if zipf_frequency(w, "en") >= _FUNCTION_ZIPF}
    return function_words("fr") | english
