"""E-mail addresses, as they are and as people spell them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smm_voice.posts.privacy.found import Found
from smm_voice.posts.privacy.lists import words

# Possessive, and begun only where no character of an address stands before: each character is read
# once, however long the run.
_PLAIN = re.compile(
    r"(?<![\w.+@-])[\w.+-]++(?:'[\w.+-]++)?(?:@|%40)"
    r"(?P<domain>[^\W_][\w-]*+(?:\.[\w-]++){1,9}+)"
)
# What follows the domain after a full stop: the last part of a domain is a word.
_LAST = re.compile(r"(?:\.(?![^\W\d_]{2,24}\Z)[\w-]+)+\Z")
# "icon@2x.png" is a file and "git@…" a protocol.
_FILES = words("css gif html jpeg jpg js json mp4 pdf php png svg ts webp xml")
_PROTOCOLS = ("git@", "hg@", "svn@")

_LOCAL = r"(?<![\w.+-])(?P<local>[\w+-]++(?:\.[\w+-]++)*+)"
_BRACKETS_AT = r"\s?[(\[{<]\s?(?:at|arobase|arobas|@)\s?[)\]}>]\s?|[(\[]a[)\]]"
_DOT = r"(?:\s?[(\[{<]\s?(?:dot|point|\.)\s?[)\]}>]\s?|\s(?:dot|point)\s|\.)"
_SAID_DOT = r"(?:\s?[(\[{<]\s?(?:dot|point|\.)\s?[)\]}>]\s?|\s(?:dot|point)\s)"
_LABEL = r"[^\W_][\w-]{0,62}"
_SPELLED = re.compile(
    rf"{_LOCAL}(?:{_BRACKETS_AT}|\s(?:arobase|arobas)\s)"
    rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}[^\W\d_]{{2,24}}(?![\w-])",
    re.IGNORECASE,
)
# A bare "at" is an ordinary word; only a domain that is spelled out makes it a sign.
_BARE_AT = re.compile(
    rf"{_LOCAL}(?:\s(?:dot|point)\s[\w+-]{{1,30}}+)?\sat\s{_LABEL}(?:{_DOT}{_LABEL}){{0,2}}{_SAID_DOT}"
    r"(?:com|org|net|edu|gov|fr|eu|uk|ca|us|io|be|ch|info)(?![\w-])",
    re.IGNORECASE,
)
_NO_LOCAL = words(
    """
    about and apply ask at available back blog book buy check click details discover donate
    download enter find follow found here info information is it join learn live look me meet more
    news now on online or order out read register registration see shop sign site start store
    stream team tickets today tune up us visit vote watch website write you
    """
)


def find_emails(text: str, lowered: str) -> Iterator[Found]:
    """E-mail addresses in a folded text.

    Args:
        text: where to look.
        lowered: the same in lower case.
    """
    if _may_hold(text):
        for match in _PLAIN.finditer(text):
            domain = _LAST.sub("", match["domain"])
            name, _, last = domain.rpartition(".")
            protocol = match.group().startswith(_PROTOCOLS)
            if name and last.lower() not in _FILES and not protocol:
                yield Found("email", match.start(), match.start("domain") + len(domain))
    if spelled_out(lowered):
        for match in _SPELLED.finditer(text):
            yield Found("email", *match.span())
        for match in _BARE_AT.finditer(text):
            if match["local"].casefold() not in _NO_LOCAL:
                yield Found("email", *match.span())


def _may_hold(text: str) -> bool:
    """Whether an @ stands after something: at most handles stand otherwise."""
    at = text.find("@")
    while at >= 0:
        if at and (text[at - 1].isalnum() or text[at - 1] in "_+-."):
            return True
        at = text.find("@", at + 1)
    return "%40" in text


def spelled_out(lowered: str) -> bool:
    """Whether the text may hold an address in which the @ is written out."""
    return (
        "arobas" in lowered
        or "at)" in lowered
        or "at]" in lowered
        or "at}" in lowered
        or "at>" in lowered
        or "(@" in lowered
        or "[@" in lowered
        or "(a)" in lowered
        or "[a]" in lowered
        or (" dot " in lowered and " at " in lowered)
    )
