"""Verdicts on addresses: links, e-mail, telephone, handles, tags, promotion codes."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import regex

from smm_voice.metrics.factuality.amounts import (
    TELLING,
    brief_line,
    brief_says_otherwise,
    known_of_its_sort,
)
from smm_voice.metrics.factuality.claim import Claim, Verdict
from smm_voice.metrics.factuality.line import Fact
from smm_voice.metrics.factuality.reading import Post
from smm_voice.text import tokens
from smm_voice.text.facts import TypedFact
from smm_voice.text.fold import fold

# Facts by themselves: whoever's address it is, it is right or wrong as it stands.
ADDRESSES = frozenset({"url", "email", "phone", "handle", "hashtag", "promo_code"})
# How alike an address has to be to a known one to be a slip of it; handles of one agency are all
# alike.
_SIMILAR = {"handle": 0.88, "hashtag": 0.6}
_SIMILAR_ADDRESS = 0.72
# Known addresses that one is compared with; a comparison takes the square of their length.
_MOST_COMPARED = 200
# Characters before a promotion code in which it is called one.
_CALLED = 40


def address_claims(fact: TypedFact, post: Post) -> list[Claim]:
    """An address is right to the letter or wrong; a tag is judged where the brand lists its own."""

    def claim(verdict: Verdict, evidence: str) -> list[Claim]:
        return [Claim(verdict, fact.span, evidence, fact, fact.start)]

    if post.text[fact.end : fact.end + 1] == "…":
        return []  # cut off where the post was
    if fact.kind == "url" and post.brief is not None and gives_link(post.brief):
        return claim("supported", "brief: link")
    if fact.kind == "promo_code" and not post.sheet.has_codes and not _is_called_code(fact, post):
        return []
    if fact.kind == "handle" and (subject := post.sheet.names.get(fold(fact.span))):
        return claim("supported", f"fact sheet: {subject}")
    if fact.kind == "hashtag" and fold(fact.span) in post.sheet.names:
        return []
    lines = post.sheet.by_key.get((fact.kind, fact.value), ())
    if fact.kind == "url" and not lines and "/" in fact.value:
        site = fact.value.split("/")[0]
        pages = [(li, v) for li, v in post.sheet.by_kind.get("url", ()) if v.value.startswith(site)]
        slip = _alike(fact, [(li, v) for li, v in pages if "/" in v.value])
        if slip:
            return claim("contradicted", slip.shown)
        # A page of a known site: the site is right, the page is nobody's fact.
        lines = post.sheet.by_key.get((fact.kind, site), ())
    for line in lines:
        if line.holds(post.day):
            return claim("supported", line.shown)
    told = brief_line(fact, post.known)
    if told:
        return claim("supported", told)
    if lines:
        return claim("stale", lines[0].shown)
    rivals = [
        (line, v) for line, v in post.sheet.by_kind.get(fact.kind, ()) if line.holds(post.day)
    ]
    if fact.kind == "hashtag":
        own = [(line, v) for line, v in rivals if line.subject == post.sheet.brand]
        if not own or any(v.value == f.value for f in post.facts for _, v in own):
            return []
        alike = _alike(fact, own)
        return (
            claim("contradicted", alike.shown) if alike else claim("unsupported", own[0][0].shown)
        )
    near = [(line, v) for line, v in rivals if line.subject in post.spoken_of]
    if fact.kind in TELLING and len({v.value for _, v in near}) == 1:
        return claim("contradicted", near[0][0].shown)
    alike = _alike(fact, rivals)
    if alike:
        return claim("contradicted", alike.shown)
    otherwise = brief_says_otherwise(fact, post)
    if otherwise:
        return claim("contradicted", otherwise)
    return claim("unsupported", known_of_its_sort(fact, post))


def _is_called_code(fact: TypedFact, post: Post) -> bool:
    before = post.folded[max(0, fact.start - _CALLED) : fact.start]
    return bool(regex.search(r"code|voucher|promo", before))


def _alike(fact: TypedFact, known: Sequence[tuple[Fact, TypedFact]]) -> Fact | None:
    """The line whose address this one nearly is: a slip, or an invention after it."""
    best, found = _SIMILAR.get(fact.kind, _SIMILAR_ADDRESS), None
    for line, value in known[:_MOST_COMPARED]:
        alike = difflib.SequenceMatcher(None, fact.value, value.value, autojunk=False).ratio()
        if alike >= best:
            best, found = alike, line
    return found


def link_claims(text: str, brief: str | None) -> list[Claim]:
    """A link placeholder nobody asked for is an invented link."""
    at = text.find(tokens.LINK)
    if at < 0 or brief is None:
        return []
    if gives_link(brief):
        return [Claim("supported", tokens.LINK, "brief: link", None, at, kind="link")]
    return [Claim("unsupported", tokens.LINK, "the brief gives no link", None, at, kind="link")]


def gives_link(brief: str) -> bool:
    """Whether a brief asks for a link."""
    return bool(regex.search(r"(?i)\b(?:link|lien)\b", brief) or tokens.URL.search(brief))
