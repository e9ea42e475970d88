"""Test examples that nobody's judgement has taught a model to answer.

People judge answers to test briefs, and a model tuned on their choices is better at these very
briefs than it is in general. So wherever such a model answers beside others, these briefs are left
out for all, and with them the posts that nearly repeat theirs: their briefs ask for the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from smm_voice.dataset.example import Example, id_digest
from smm_voice.models import adapters
from smm_voice.posts import near_duplicates

# As alike as posts that the dataset never divides between two splits (dataset.cluster_similarity).
_ALIKE = 0.6


def judged_briefs(folders: Iterable[Path]) -> frozenset[str]:
    """Digests of the judged briefs that any of some adapters was tuned on.

    Args:
        folders: of the adapters.
    """
    origins = (adapters.read_origin(folder) for folder in folders)
    return frozenset(digest for origin in origins for digest in origin.judged_briefs)


def unjudged(examples: Sequence[Example], judged: Collection[str]) -> list[Example]:
    """Examples whose briefs may be asked of models that were tuned on `judged`.

    Args:
        examples: of a test split.
        judged: digests of the ids of judged briefs, as `AdapterOrigin.judged_briefs`.
    """
    known = set(judged)
    seen = [e for e in examples if id_digest(e.id) in known]
    if not seen:
        return list(examples)
    signed, of = (
        near_duplicates.signatures([near_duplicates.folded(e.text) for e in some])
        for some in (examples, seen)
    )
    repeated = near_duplicates.also_in(signed, of, _ALIKE)
    return [
        e
        for e, again in zip(examples, repeated, strict=True)
        if not again and id_digest(e.id) not in known
    ]
