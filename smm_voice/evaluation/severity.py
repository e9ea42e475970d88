"""How bad each kind of finding is: what a person should look at first."""

from __future__ import annotations

from collections.abc import Sequence

from smm_voice.metrics.base import Finding

# Kinds, worst first, and what a table calls them.
_KINDS = {
    "personal": "high", "forbidden": "high", "contradicted": "high",
    "stale": "medium", "missing": "medium", "leak": "medium", "language": "medium",
    "unsupported": "low", "copied": "low", "repeated": "low", "nonword": "low", "off_voice": "low",
}  # fmt: skip
# Those about what a post claims.
FACTUAL = ("forbidden", "contradicted", "stale", "missing", "unsupported")
_ORDER = {kind: rank for rank, kind in enumerate(_KINDS)}


def rank(kind: str) -> int:
    """0 is the worst; a kind that is not known comes last."""
    return _ORDER.get(kind, len(_ORDER))


def name(kind: str) -> str:
    """high, medium or low."""
    return _KINDS.get(kind, "low")


def weight(findings: Sequence[Finding]) -> int:
    """How much is to be seen in one text: more and worse findings weigh more."""
    return sum(len(_ORDER) - rank(finding.kind) for finding in findings)
