"""Sets of texts of which it is known how they must rank."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from smm_voice import metrics
from smm_voice.metrics.base import Item, Reference

SHARES = (0, 25, 50, 75, 100)
DOSES = (0, 10, 30, 60)
OPENER = "Here is what you need to know: "


def blended(
    own: Sequence[Item], others: Mapping[str, Sequence[str]], reference: Reference
) -> dict[str, list[float | None]]:
    """Other brand → style index with 0, 25, 50, 75 and 100 % of its posts blended in."""
    measured = {}
    for name, texts in others.items():
        n = min(len(own), len(texts))
        sets = dosed(own[:n], SHARES, _in_place(texts), reference.seed)
        measured[name] = [
            metrics.FAMILIES["voice"].score(items, reference)["voice/style_index"].value
            for items in sets
        ]
    return measured


def _in_place(texts: Sequence[str]) -> Callable[[int, Item], str]:
    return lambda i, item: texts[i]


def doses(own: Sequence[Item], reference: Reference) -> dict[str, list[float | None]]:
    """What is injected → the score that must see it, with 0, 10, 30 and 60 % injected.

    Duplicates are copies of one post among the others; openers, a stock phrase before a post;
    copies, training posts.
    """
    injections: dict[str, tuple[Callable[[int, Item], str], str]] = {
        "duplicates": (lambda i, item: own[0].text, "homogeneity/ratio"),
        "openers": (lambda i, item: OPENER + item.text, "homogeneity/ratio"),
        "openers, repetition alone": (
            lambda i, item: OPENER + item.text, "homogeneity/self_repetition_ratio",
        ),
        "copies": (
            lambda i, item: reference.training[i % len(reference.training)],
            "memorisation/copy_excess",
        ),
    }  # fmt: skip
    return {
        name: [
            metrics.FAMILIES[measure.split("/")[0]].score(items, reference)[measure].value
            for items in dosed(own, DOSES, inject, reference.seed)
        ]
        for name, (inject, measure) in injections.items()
    }


def dosed(
    own: Sequence[Item], percents: Sequence[int], inject: Callable[[int, Item], str], seed: int
) -> list[list[Item]]:
    """The same set with more and more of it replaced; what is replaced once stays so."""
    rank = np.random.default_rng(seed).permutation(len(own))
    return [
        [
            dataclasses.replace(item, text=inject(i, item))
            if rank[i] < round(percent / 100 * len(own))
            else item
            for i, item in enumerate(own)
        ]
        for percent in percents
    ]


def falls(values: Sequence[float | None]) -> bool:
    """Whether each value is below the one before; False where one is missing."""
    return _ordered([None if v is None else -v for v in values])


def rises(values: Sequence[float | None]) -> bool:
    """Whether each value is above the one before; False where one is missing."""
    return _ordered(values)


def _ordered(values: Sequence[float | None]) -> bool:
    present = [v for v in values if v is not None]
    return len(present) == len(values) > 1 and all(
        a < b for a, b in zip(present, present[1:], strict=False)
    )
