"""Words beside a number that make it a bound or an estimate: "over 500", "près de 2 000"."""

from __future__ import annotations

from dataclasses import replace

import regex

from smm_voice.text.facts.fact import TypedFact
from smm_voice.text.facts.spelled import is_collective

_REACH = 34
_AMOUNTS = frozenset({"money", "percent", "quantity", "number"})
_BEFORE = {
    "en": (
        ("most", r"no more than|not more than|under|less than|fewer than|up to|at most|below"
                 r"|a maximum of|maximum|max\.?|within|as little as|just under|not quite"),
        ("least", r"no less than|no fewer than|over|more than|at least|above|upwards of"
                  r"|a minimum of|minimum|min\.?|just over"),
        ("about", r"about|around|roughly|approximately|approx\.?|some|nearly|almost|close to|circa"
                  r"|an estimated|give or take|near|getting on for|c\."),
    ),
    "fr": (
        ("most", r"pas plus (?:de|d[’'])|moins (?:de|d[’'])|jusqu[’'](?:à|au|en)|au plus|sous"
                 r"|au maximum|maximum|max\.?|un peu moins (?:de|d[’'])|en dessous de"),
        ("least", r"pas moins (?:de|d[’'])|plus (?:de|d[’'])|au moins|minimum|au minimum"
                  r"|au-delà de|un peu plus (?:de|d[’'])|min\.?"),
        ("about", r"environ|autour de|à peu près|quelque|quelques|près (?:de|d[’'])|presque"
                  r"|pas loin (?:de|d[’'])|aux alentours de|dans les|vers|approximativement"
                  r"|une bonne|un bon"),
    ),
}  # fmt: skip
_PATTERNS = {
    language: tuple(
        (bound, regex.compile(rf"(?i)(?<!\w)(?:{words})\s(?:the |les |l[’']|our |nos )?$"))
        for bound, words in listed
    )
    for language, listed in _BEFORE.items()
}
_SIGNS = {"~": "about", "≈": "about", ">": "least", "≥": "least", "<": "most", "≤": "most"}
_AFTER = {
    "en": (("about", r"or so|give or take|-ish"), ("least", r"or more|and more|and up|minimum"),
           ("most", r"or less|or fewer|at most|max\b|maximum")),
    "fr": (("about", r"environ|à peu près|et quelques"),
           ("least", r"et plus|ou plus|au moins|minimum|au minimum"),
           ("most", r"ou moins|au plus|maximum|au maximum|max\b")),
}  # fmt: skip
_FOLLOWING = {
    language: tuple((bound, regex.compile(rf"(?i)\s?(?:{words})")) for bound, words in listed)
    for language, listed in _AFTER.items()
}


def bounded(fact: TypedFact, text: str, language: str) -> TypedFact:
    """The fact with its bound, where the words around it set one."""
    if fact.kind not in _AMOUNTS or fact.high:
        return fact
    bound = _bound(fact, text, language)
    return replace(fact, bound=bound) if bound else fact


def _bound(fact: TypedFact, text: str, language: str) -> str:
    if is_collective(fact.span):
        return "about"
    before = text[max(0, fact.start - _REACH) : fact.start]
    sign = before.rstrip()[-1:]
    if sign in _SIGNS and len(before) - len(before.rstrip()) <= 1:
        return _SIGNS[sign]
    for bound, pattern in _PATTERNS.get(language, _PATTERNS["en"]):
        if pattern.search(before):
            return bound
    if "+" in fact.span or text[fact.end : fact.end + 1] == "+":
        return "least"
    for bound, pattern in _FOLLOWING.get(language, _FOLLOWING["en"]):
        if pattern.match(text, fact.end):
            return bound
    return ""
