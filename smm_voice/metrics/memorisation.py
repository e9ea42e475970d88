"""Memorisation: were training posts copied? As excess over the brand's own held-out posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.statistics import bootstrap_mean
from smm_voice.text import tokens

_VERSION = "1"
_CONTAINMENT_N = 8
_SEED_N = 4

_METRICS = (
    Metric("memorisation/copy_excess", "post", 0.0, ("human", "training"), _VERSION,
           "bootstrap over briefs",
           "Share of eight-word runs found in training posts, minus the brand's own share"),
    Metric("memorisation/longest_run_excess", "post", 0.0, ("human", "training"), _VERSION,
           "bootstrap over briefs",
           "Words in the longest run shared with a training post, minus the brand's own"),
)  # fmt: skip


@dataclass
class TrainingIndex:
    """Training posts, prepared for the search of common runs."""

    posts: list[list[str]]
    grams: set[tuple[str, ...]] = field(default_factory=set)
    seeds: dict[tuple[str, ...], list[tuple[int, int]]] = field(default_factory=dict)
    shorter: dict[int, set[tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> TrainingIndex:
        """Index the texts."""
        index = cls([_tokens(text) for text in texts])
        seeds: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        for number, post in enumerate(index.posts):
            for at, gram in enumerate(_grams(post, _SEED_N)):
                seeds[gram].append((number, at))
            index.grams.update(_grams(post, _CONTAINMENT_N))
        index.seeds = dict(seeds)
        index.shorter = {
            n: {gram for post in index.posts for gram in _grams(post, n)} for n in range(1, _SEED_N)
        }
        return index

    def containment(self, text: str) -> float | None:
        """Share of the text's 8-grams that stand in a training post; None if it has none."""
        grams = _grams(_tokens(text), _CONTAINMENT_N)
        return sum(gram in self.grams for gram in grams) / len(grams) if grams else None

    def longest_run(self, text: str) -> list[str]:
        """The longest run of tokens shared with any training post."""
        listed = _tokens(text)
        best: list[str] = []
        for at, gram in enumerate(_grams(listed, _SEED_N)):
            for number, start in self.seeds.get(gram, ()):
                post = self.posts[number]
                length = _SEED_N
                while (
                    at + length < len(listed)
                    and start + length < len(post)
                    and listed[at + length] == post[start + length]
                ):
                    length += 1
                if length > len(best):
                    best = listed[at : at + length]
        for n in range(_SEED_N - 1, 0, -1):
            if best:
                break
            best = next((list(g) for g in _grams(listed, n) if g in self.shorter[n]), [])
        return best


def _tokens(text: str) -> list[str]:
    return [token.casefold() for token in tokens.tokenise(tokens.with_link_placeholders(text))]


def _grams(listed: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(listed[i : i + n]) for i in range(len(listed) - n + 1)]


def _index(reference: Reference) -> TrainingIndex:
    found: TrainingIndex = reference.remember(
        "memorisation/index", lambda: TrainingIndex.of(reference.training)
    )
    return found


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    index = _index(reference)

    def measure(some: Sequence[Item]) -> dict[str, list[float | None]]:
        return {
            "memorisation/copy_excess": [index.containment(item.text) for item in some],
            "memorisation/longest_run_excess": [
                float(len(index.longest_run(item.text))) for item in some
            ],
        }

    ours = measure(items)
    human = reference.remember("memorisation/human", lambda: measure(reference.human))
    return {name: _excess(ours[name], human[name], reference) for name in ours}


def _excess(
    ours: Sequence[float | None], human: Sequence[float | None], reference: Reference
) -> Score:
    warnings: list[str] = []
    if reference.paired and ours:
        # A human post too short to hold a run has copied none.
        by_item = {
            i: a - (b or 0.0)
            for i, (a, b) in enumerate(zip(ours, human, strict=True))
            if a is not None
        }
    else:
        own = [value for value in human if value is not None]
        level = float(np.mean(own)) if own else 0.0
        by_item = {i: v - level for i, v in enumerate(ours) if v is not None}
    differences = list(by_item.values())
    if not reference.training or not differences:
        return Score(None, n=0, warnings=("no training posts, or no text long enough",))
    left_out = len(ours) - len(differences)
    if left_out:
        warnings.append(f"{left_out} texts are shorter than {_CONTAINMENT_N} words")
    interval = bootstrap_mean(
        differences, reference.confidence, reference.resamples, reference.seed
    )
    return Score(
        float(np.mean(differences)), interval.low, interval.high, len(differences),
        tuple(by_item.get(i) for i in range(len(ours))), tuple(warnings),
    )  # fmt: skip


def _findings(item: Item, reference: Reference) -> list[Finding]:
    run = _index(reference).longest_run(item.text)
    if len(run) < _CONTAINMENT_N:
        return []
    span = tokens.locate(item.text, run) or " ".join(run)
    return [Finding("copied", span, f"{len(run)} tokens stand in a training post")]


FAMILY = Family("memorisation", _METRICS, _score, _findings)
