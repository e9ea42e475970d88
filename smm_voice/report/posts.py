"""Posts as HTML: escaped, findings marked, long ones cut. No post is to be trusted."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from smm_voice.evaluation import severity
from smm_voice.messages import named, say
from smm_voice.messages.notes import evidence
from smm_voice.metrics.base import Finding

# What HTML cannot hold.
_NO_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Of a post: what stands open, also where there is no room left, and what may be unfolded.
_OPEN, _LEAST = 700, 120
_MOST = 10_000
_LONGEST_TITLE = 240

Span = tuple[int, int, Finding]


@dataclass
class Room:
    """How much more may be written.

    Attributes:
        left: bytes of HTML.
    """

    left: int


def holdable(text: str) -> str:
    """The text with what no page can hold replaced."""
    return _NO_HTML.sub("\ufffd", text)


def clipped(text: str, most: int) -> str:
    """The beginning, with an ellipsis where more stood."""
    return text if len(text) <= most else text[:most].rstrip() + " …"


def marked(text: str, findings: Sequence[Finding], language: str = "en") -> str:
    """The text as escaped HTML with the findings' spans marked."""
    return _piece(text, _spans(text, findings), 0, len(text), language)


def post(text: str, findings: Sequence[Finding], language: str, room: Room) -> str:
    """A post: marked, its beginning open and the rest to be unfolded while there is room."""
    if not text.strip():
        return f'<span class="soft">{html.escape(say("post-empty", language))}</span>'
    spans = _spans(text, findings)
    most = _OPEN if room.left > 0 else _LEAST
    end = len(text) if len(text) <= most else _break(text, most)
    shown = _piece(text, spans, 0, end, language)
    rest = len(text) - end
    if rest:
        told = html.escape(say("post-rest", language, count=rest))
        more = _piece(text, spans, end, min(len(text), _MOST), language)
        if _bytes(more) < room.left:
            cut = "…" if len(text) > _MOST else ""
            shown += f"<details><summary>{told}</summary>{more}{cut}</details>"
        else:
            shown += f"… <small>({told})</small>"
    room.left -= _bytes(shown)
    return shown


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _break(text: str, most: int) -> int:
    """Where the open part ends: between words if there is a space near."""
    space = text.rfind(" ", most - 80, most)
    return space if space > 0 else most


def _spans(text: str, findings: Sequence[Finding]) -> list[Span]:
    """Where the findings stand, the earlier and longer first; none overlap."""
    found: list[Span] = []
    for finding in findings:
        pattern = regex.escape(finding.span)
        match = regex.search(pattern, text, regex.IGNORECASE | regex.FULLCASE)
        if match and match.group():
            found.append((*match.span(), finding))
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s[0], -s[1], severity.rank(s[2].kind))):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _piece(text: str, spans: Sequence[Span], start: int, end: int, language: str) -> str:
    pieces, position = [], start
    for first, last, finding in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        kind = named("kind", finding.kind, language)
        why = clipped(evidence(finding.evidence, language), _LONGEST_TITLE)
        title = html.escape(f"{kind}: {why}" if why else kind)
        pieces += [
            html.escape(text[position:first]),
            f'<mark class="{html.escape(finding.kind)}" title="{title}">'
            f"{html.escape(text[first:last])}</mark>",
        ]
        position = last
    return "".join([*pieces, html.escape(text[position:end])])
