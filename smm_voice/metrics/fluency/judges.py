"""Bits per byte under a judge, and the proof that the judge can tell language from none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smm_voice.metrics.base import Item, Judge, Reference, Score
from smm_voice.statistics import auc, bootstrap_jointly
from smm_voice.text import tokens

# A judge that cannot tell the brand's posts from the same words shuffled judges nothing.
_LEAST_SHUFFLED = 0.8
# Salad of the brand's own word pairs is hard for a judge that knows pairs only (an n-gram judge:
# .45 to .78), so that it is asked of none; under this a reader is told.
_SEES_SALAD = 0.75
_LONGEST_SALAD = 400
_LEAST_FOR_SPREAD = 8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Proof:
    """How well a judge tells the brand's human posts from what is no language.

    Attributes:
        human: bits per byte of the brand's held-out posts; nan where there are no words.
        shuffled: AUC against the same posts with their words shuffled; nan without posts.
        salad: AUC against word pairs of the brand's posts chained at random; nan without posts.
        name: of the judge, with both numbers, and the ratio at which shuffled words stand: it
            differs from judge to judge, and nothing near it is language.
    """

    human: Floats
    shuffled: float
    salad: float
    name: str

    @property
    def problem(self) -> str | None:
        """Why the judge's scores are INVALID, or None."""
        if self.shuffled >= _LEAST_SHUFFLED and _mean(self.human) > 0:
            return None
        return f"INVALID: {self.name}; {_LEAST_SHUFFLED} on shuffled words is needed"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know of the judge."""
        if self.salad >= _SEES_SALAD:
            return (self.name,)
        return (
            self.name,
            "the judge does not see word salad made of the brand's own word pairs; "
            "memorisation/patchwork_excess does",
        )


def scores(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    """`fluency/bits_per_byte_ratio` and `fluency/bits_per_byte_spread`."""
    ratio, spread = "fluency/bits_per_byte_ratio", "fluency/bits_per_byte_spread"
    judge = reference.judge
    if judge is None:
        return dict.fromkeys((ratio, spread), Score(None, warnings=("no judge model at hand",)))
    proof: Proof = reference.remember("fluency/judge_proof", lambda: prove(judge, reference))
    if proof.problem:
        return dict.fromkeys((ratio, spread), Score(None, warnings=(proof.problem,)))
    arm = _judged(judge, [item.text for item in items])
    if np.isnan(arm).all():
        return dict.fromkeys((ratio, spread), Score(None, warnings=("no text holds a word",)))
    return {
        ratio: _compared(arm, proof, reference, _mean, per_item=True),
        spread: _spread(arm, proof, reference),
    }


def prove(judge: Judge, reference: Reference) -> Proof:
    """Lay the judge over the brand's posts, over their words shuffled, and over word salad."""
    human = _judged(judge, [item.text for item in reference.human])
    shuffled, salad = (_judged(judge, texts) for texts in _disorder(reference))
    auc_shuffled, auc_salad = _auc(human, shuffled), _auc(human, salad)
    times = _mean(shuffled) / (_mean(human) or float("nan"))
    name = (
        f"judge {reference.judge_name}: tells human posts from shuffled words with AUC "
        f"{auc_shuffled:.2f} (they take {times:.2f} times the bits), "
        f"from word salad in the brand's manner with AUC {auc_salad:.2f}"
    )
    return Proof(human, auc_shuffled, auc_salad, name)


def word_salad(texts: Sequence[str], n: int, seed: int) -> list[str]:
    """`n` texts of word pairs of `texts`, chained at random: a brand's manner and no sense.

    Each word follows the one before it as often as in the texts (a Markov chain of order 1), from
    a first word of a text to a last one. Links, handles and tags are left out.
    """
    rng = np.random.default_rng(seed)

    def draw(words: Sequence[str]) -> str:
        return words[int(rng.integers(len(words)))]

    after: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        listed = ["", *tokens.strip_references(text).split(), ""]
        for before, word in zip(listed, listed[1:], strict=False):
            after[before].append(word)
    if not any(after[""]):
        return []
    made: list[str] = []
    while len(made) < n:
        chained: list[str] = []
        word = draw(after[""])
        while word and len(chained) < _LONGEST_SALAD:
            chained.append(word)
            word = draw(after[word])
        if chained:
            made.append(" ".join(chained))
    return made


def _disorder(reference: Reference) -> tuple[list[str], list[str]]:
    """The brand's posts shuffled, and salad: made once for all judges."""

    def make() -> tuple[list[str], list[str]]:
        rng = np.random.default_rng(reference.seed)
        shuffled = []
        for item in reference.human:
            listed = tokens.strip_references(item.text).split()
            shuffled.append(" ".join(listed[i] for i in rng.permutation(len(listed))))
        return shuffled, word_salad(reference.training, len(reference.human), reference.seed)

    found: tuple[list[str], list[str]] = reference.remember("fluency/disorder", make)
    return found


def _judged(judge: Judge, texts: Sequence[str]) -> Floats:
    return np.array([np.nan if bits is None else bits for bits in judge(texts)], dtype=float)


def _auc(human: Floats, worse: Floats) -> float:
    return auc(worse[np.isfinite(worse)], human[np.isfinite(human)])


def _mean(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def _deviation(values: Floats) -> float:
    """Half the way from the 16th to the 84th percentile: σ where the values are normal.

    A few very short texts, whose bits per byte are extreme, make of the standard deviation itself
    a matter of chance: .77 and 1.05 were seen between halves of one account's posts.
    """
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return float("nan")
    low, high = np.percentile(finite, [16, 84])
    return float(high - low) / 2


def _spread(arm: Floats, proof: Proof, reference: Reference) -> Score:
    human = proof.human
    fewest = min(np.isfinite(arm).sum(), np.isfinite(human).sum())
    if fewest < _LEAST_FOR_SPREAD:
        why = f"{_LEAST_FOR_SPREAD} texts with words are needed on both sides, {fewest} are there"
        return Score(None, warnings=(why,))
    if not _deviation(human) > 0:
        return Score(None, warnings=("the human posts do not differ in bits per byte",))
    return _compared(arm, proof, reference, _deviation)


def _compared(
    arm: Floats,
    proof: Proof,
    reference: Reference,
    statistic: Callable[[Floats], float],
    per_item: bool = False,
) -> Score:
    """A statistic of the arm over that of the human posts, with an interval over briefs."""
    human = proof.human
    level = statistic(human)
    rng = np.random.default_rng(reference.seed)

    def ratio(drawn: npt.NDArray[np.int64]) -> float:
        # Unpaired: the human side is drawn apart from the arm's.
        theirs = drawn if reference.paired else rng.integers(0, len(human), len(human))
        below = statistic(human[theirs])
        return float(statistic(arm[drawn]) / below) if below > 0 else float("nan")

    interval = bootstrap_jointly(
        ratio, len(arm), reference.confidence, reference.resamples, reference.seed
    )
    return Score(
        statistic(arm) / level, interval.low, interval.high, int(np.isfinite(arm).sum()),
        tuple(None if np.isnan(v) else float(v / level) for v in arm) if per_item else (),
        proof.warnings,
    )  # fmt: skip
