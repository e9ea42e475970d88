"""Personal data in posts: found, and masked.

Every detector reads a folded text (`fold`), asks cheap questions first, and imports its libraries
when a candidate stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smm_voice.posts.privacy.addresses import find_addresses
from smm_voice.posts.privacy.fold import fold, normal
from smm_voice.posts.privacy.found import KINDS, Found, Public
from smm_voice.posts.privacy.handles import find_handles
from smm_voice.posts.privacy.mail import find_emails, spelled_out
from smm_voice.posts.privacy.numbers import find_ibans, find_numbers
from smm_voice.posts.privacy.phones import find_phones

__all__ = ["KINDS", "Found", "Public", "find", "mask", "normal"]

_NOTHING_PUBLIC = Public()
_AT = ("@", "%40", "\uff20", "\ufe6b")
_DIGIT = re.compile(r"\d")
_SEVEN_DIGITS = re.compile(r"[0-9](?:[ .\-()/]{0,3}[0-9]){6}")
# For lower-case text; each begins with letters that are found fast.
_LINKS = (
    ("http", re.compile(r"https?://[^\s<>\"]++")),
    ("www.", re.compile(r"www\.[^\s<>\"]++")),
    # Without a scheme: what follows the slash of a domain is no number of a person's.
    ("/", re.compile(r"\.[a-z]{2,6}/[^\s<>\"]*+")),
)
# Fills what is taken: no letter, digit or blank, as the bracket of a placeholder is none.
_TAKEN = "]"
# What a mask brings to light is looked for again, so that nothing is found in a masked text.
_ROUNDS = 3
# A text longer than any post is looked at twice only.
_LONGEST_POST = 20_000


def find(text: str, public: Public = _NOTHING_PUBLIC) -> list[Found]:
    """Personal data in a text, in order and without overlaps.

    Args:
        text: a post.
        public: what is the brand's own or public.
    """
    found = _scan(text, public)
    if not found:
        return found
    for _ in range(_ROUNDS if len(text) <= _LONGEST_POST else 1):
        more = _placed_back(_scan(mask(text, found), public), found)
        if not more:
            break
        found = sorted([*found, *more], key=lambda each: each.start)
    return found


def mask(text: str, found: Sequence[Found]) -> str:
    """The text with each span as the name of its kind in brackets."""
    parts, at = [], 0
    for each in found:
        parts += [text[at : each.start], f"[{each.kind}]"]
        at = each.end
    return "".join([*parts, text[at:]])


def _placed_back(masked: list[Found], found: Sequence[Found]) -> list[Found]:
    """Finds of a masked text as spans of the text itself."""
    placed, moved, at = [], 0, 0
    for each in masked:
        while at < len(found) and found[at].start + moved < each.start:
            moved += len(found[at].kind) + 2 - (found[at].end - found[at].start)
            at += 1
        start, end = each.start - moved, each.end - moved
        if at == len(found) or end <= found[at].start:
            placed.append(Found(each.kind, start, end))
    return placed


def _scan(text: str, public: Public) -> list[Found]:
    digit = _DIGIT.search(text) is not None
    at = any(sign in text for sign in _AT)
    if not digit and not at and not spelled_out(text.lower()):
        return []
    folded, where = fold(text)
    found = [each for each in _search(folded, public) if not _is_public(folded, each, public)]
    if where:
        found = [Found(f.kind, where[f.start], where[f.end - 1] + 1) for f in found]
    return found


def _search(text: str, public: Public) -> list[Found]:
    lowered = text.lower()
    taken: list[Found] = []
    text = _without(text, _claim(find_emails(text, lowered), taken))
    for sign, link in _LINKS:
        if sign in lowered:
            spans = [Found("", *match.span()) for match in link.finditer(lowered)]
            text = _without(text, spans)
            lowered = _without(lowered, spans)
    if _DIGIT.search(text):
        if _SEVEN_DIGITS.search(text):
            text = _without(text, _claim(find_ibans(text), taken))
            text = _without(text, _claim(find_numbers(text), taken))
            text = _without(text, _claim(find_phones(text, public.regions), taken))
        text = _without(text, _claim(find_addresses(text, lowered), taken))
    if "@" in text:
        _claim(find_handles(text, lowered, public.handles), taken)
    return sorted(taken, key=lambda each: each.start)


def _claim(found: Iterator[Found], taken: list[Found]) -> list[Found]:
    """The finds, first come first served; they are added to `taken`."""
    claimed: list[Found] = []
    end = 0
    for each in sorted(found, key=lambda each: each.start):
        if each.start >= end:
            claimed.append(each)
            end = each.end
    taken += claimed
    return claimed


def _without(text: str, spans: Sequence[Found]) -> str:
    if not spans:
        return text
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], _TAKEN * (span.end - span.start)]
        at = span.end
    return "".join([*parts, text[at:]])


def _is_public(text: str, found: Found, public: Public) -> bool:
    if not public.contacts or found.kind == "handle":
        return False
    contact = normal(text[found.start : found.end])
    if found.kind != "address":
        return contact in public.contacts
    # The same place may be given with or without its town.
    return any(contact.startswith(own) or own.startswith(contact) for own in public.contacts if own)
