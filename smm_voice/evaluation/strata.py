"""What the briefs of an evaluation are grouped by, to see where a model is weak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smm_voice.dataset.example import Example


def strata(examples: Sequence[Example]) -> Mapping[str, Sequence[str]]:
    """Platform, language and richness of each brief: dimension → one label a brief."""
    return {
        "platform": [example.post.platform for example in examples],
        "language": [example.post.language or "unknown" for example in examples],
        "richness": [_richness(example) for example in examples],
    }


def _richness(example: Example) -> str:
    """How much a writer was given: a topic alone, or facts as well."""
    lines = example.brief.count("\n") + 1
    return "topic only" if lines <= 2 else "with facts"
