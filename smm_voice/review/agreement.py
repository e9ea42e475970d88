"""What the answers say: who is preferred, whether raters agree, whether the voice score does.

The unit is the brief: of several raters' answers the mean is taken first, and intervals draw
briefs. The second showing of a repeated item counts for self-agreement and position alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from smm_voice.metrics.base import Score
from smm_voice.review import alpha as krippendorff
from smm_voice.review.answers import Answer
from smm_voice.review.items import VIEWS, Key, ReviewItem
from smm_voice.statistics import (
    Difference,
    auc,
    bootstrap_jointly,
    bootstrap_mean,
    paired_difference,
)

# Their order, for ordinal alpha: who cannot tell stands between A and B.
_RANKS = {"A": 0, "tie": 1, "B": 2}
# Under so many briefs a bootstrap's interval means nothing.
_LEAST = 8
_FEW = "fewer than two raters answered the same items"


@dataclass(frozen=True)
class Agreement:
    """What was found.

    Attributes:
        scores: metric name as logged → value, interval, n (briefs), warnings.
        position: share of A minus share of B, and its test; None without a decided answer.
        raters: their labels.
        answers: number of answers.
        briefs: number of briefs.
        items: number of items answered, repeats among them.
        subject: the arm in question.
        pairs: pairs of arms that were asked about.
    """

    scores: Mapping[str, Score]
    position: Difference | None
    raters: tuple[str, ...]
    answers: int
    briefs: int
    items: int
    subject: str
    pairs: tuple[tuple[str, str], ...]
    notes: Sequence[str] = field(default_factory=tuple)

    def metrics(self) -> dict[str, float]:
        """As MLflow has them: `<name>`, `<name>_ci_low`, `<name>_ci_high`; no value, no entry."""
        flat: dict[str, float] = {}
        for name, score in self.scores.items():
            stem, dot, suffix = name.partition(".")
            parts = {"": score.value, "_ci_low": score.ci_low, "_ci_high": score.ci_high}
            flat |= {f"{stem}{p}{dot}{suffix}": v for p, v in parts.items() if v is not None}
        if self.position:
            flat["review/position_bias_p"] = self.position.p
        return flat


@dataclass(frozen=True)
class _Given:
    """An answer with the item it is of."""

    item: ReviewItem
    answer: Answer

    @property
    def value(self) -> float:
        """1 where the pair's first arm was chosen, 0 where its second was, .5 for neither."""
        if self.answer.better == "tie":
            return 0.5
        return float(self.item.side(self.answer.better).arm == self.item.pair[0])

    def chosen_over(self, view: str) -> float | None:
        """The chosen text's voice score minus the other's; None: no choice, or no score."""
        if self.answer.better == "tie":
            return None
        other = "B" if self.answer.better == "A" else "A"
        ours = self.item.side(self.answer.better).scores.get(view)
        theirs = self.item.side(other).scores.get(view)
        return None if ours is None or theirs is None else ours - theirs


def agreement(
    keys: Mapping[str, Key],
    answers: Sequence[Answer],
    subject: str,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Agreement:
    """Work out everything that the answers to one evaluation's forms can tell.

    Args:
        keys: form → key.
        answers: of all raters.
        subject: the arm in question.
        confidence: of the intervals.
        resamples: of the intervals.
        seed: of the draws.
    """
    by_id = {item.id: item for key in keys.values() for item in key.items}
    given = [_Given(by_id[a.item], a) for a in answers if a.item in by_id]
    first = [g for g in given if g.item.repeats is None]
    draws = _Draws(confidence, resamples, seed)
    pairs = in_order(g.item.pair for g in first)
    scores: dict[str, Score] = {}
    for pair in pairs:
        asked = [g for g in first if g.item.pair == pair]
        for arm, other, value in ((*pair, 1.0), (*pair[::-1], 0.0)):
            chosen = [(g.item.brief_id, float(g.value == value)) for g in asked]
            scores[f"review/preferred_{arm}.{other}"] = draws.share(chosen)
    scores["review/cannot_tell"] = draws.share(
        [(g.item.brief_id, float(g.answer.better == "tie")) for g in first]
    )
    for arm in dict.fromkeys(arm for pair in pairs for arm in pair):
        said = [(g.item.brief_id, float(v)) for g in first for v in _publishable(g, arm)]
        name = "review/publishable" + ("" if arm == subject else f".{arm}")
        scores[name] = draws.share(said) if said else Score(None, warnings=("nobody said",))
    for view, name in zip(VIEWS, ("review/auc", "review/auc_closeness"), strict=True):
        scores[name] = draws.auc([(g.item.brief_id, g.chosen_over(view)) for g in first])
    for metric in krippendorff.METRICS:
        name = "review/alpha" + ("" if metric == "nominal" else f"_{metric}")
        scores[name] = draws.alpha(first, metric)
    scores["review/self_agreement"] = _self_agreement(given, draws)
    position = _position(given, draws)
    scores["review/position_bias"] = (
        Score(position.value, position.low, position.high, position.n)
        if position
        else Score(None, warnings=("nobody chose A or B",))
    )
    return Agreement(
        scores, position, tuple(sorted({a.rater for a in answers})), len(given),
        len({g.item.brief_id for g in first}), len({g.item.id for g in given}), subject, pairs,
    )  # fmt: skip


def in_order(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each pair once, those with people's posts first."""
    return tuple(sorted(set(pairs), key=lambda pair: ("human" not in pair, pair)))


def contradicting(keys: Mapping[str, Key], answers: Sequence[Answer]) -> set[tuple[str, str]]:
    """(rater, item) of those who, shown the same two texts again, chose the other one."""
    by_id = {item.id: item for key in keys.values() for item in key.items}
    said = {(a.rater, a.item): _Given(by_id[a.item], a) for a in answers if a.item in by_id}
    found = set()
    for (rater, _), again in said.items():
        before = said.get((rater, again.item.repeats or ""))
        if before and before.value != again.value:
            found |= {(rater, before.item.id), (rater, again.item.id)}
    return found


def table(keys: Mapping[str, Key], answers: Sequence[Answer]) -> dict[str, list[Any]]:
    """Every answer with what was behind the sides, for people: a row an answer."""
    by_id = {item.id: item for key in keys.values() for item in key.items}
    rows = []
    for answer in answers:
        item = by_id[answer.item]
        chosen = None if answer.better == "tie" else item.side(answer.better)
        rows.append(
            {
                "item": item.id,
                "rater": answer.rater,
                "asked": " or ".join(item.pair),
                "preferred": chosen.arm if chosen else "cannot tell",
                "side": answer.better,
                "brief": item.brief,
                "A": item.a.text,
                "B": item.b.text,
                "A is": item.a.arm,
                "B is": item.b.arm,
                "A publishable": _word(answer.publish_a),
                "B publishable": _word(answer.publish_b),
                "edit": answer.edit,
                "notes": answer.notes,
                "repeats": item.repeats or "",
            }
        )
    names = list(rows[0]) if rows else []
    return {name: [row[name] for row in rows] for name in names}


def _word(said: bool | None) -> str:
    return "" if said is None else ("yes" if said else "no")


def _publishable(given: _Given, arm: str) -> list[bool]:
    sides = ((given.item.a.arm, given.answer.publish_a), (given.item.b.arm, given.answer.publish_b))
    return [said for of, said in sides if of == arm and said is not None]


@dataclass(frozen=True)
class _Draws:
    """How intervals are made."""

    confidence: float
    resamples: int
    seed: int

    def share(self, said: Sequence[tuple[str, float]]) -> Score:
        """Mean over briefs of (brief, value)."""
        if not said:
            return Score(None, warnings=("no answers",))
        means = [float(np.mean(values)) for values in _grouped(said).values()]
        low: float | None
        high: float | None
        if set(means) <= {0.0, 1.0}:
            low, high = self.wilson(round(sum(means)), len(means))
        else:
            found = bootstrap_mean(means, self.confidence, self.resamples, self.seed)
            low, high = found.low, found.high
        return Score(float(np.mean(means)), low, high, len(means), tuple(means))

    def wilson(self, count: int, of: int) -> tuple[float, float]:
        """Interval of a share (Wilson 1927): of all or none of few, a bootstrap claims too much."""
        from scipy.stats import binomtest

        found = binomtest(count, of).proportion_ci(self.confidence, method="wilson")
        return float(found.low), float(found.high)

    def auc(self, said: Sequence[tuple[str, float | None]]) -> Score:
        """How well the score tells the chosen text from the other one.

        Every choice stands in it twice, as seen from either text: so neither the side nor which
        arm is called the first matters. With d the chosen text's score minus the other's, it is
        the share of pairs of choices with d_i > −d_j, ties counted half: 1 where the chosen one
        always scores higher, .5 by chance.
        """
        known = [(brief, value) for brief, value in said if value is not None]
        if not known:
            return Score(None, warnings=("no choice between two texts with a voice score",))
        grouped = [np.array(values) for values in _grouped(known).values()]

        def of(drawn: np.ndarray) -> float:
            chosen = np.concatenate([grouped[i] for i in drawn])
            return auc(chosen, -chosen)

        n = len(grouped)
        value = of(np.arange(n))
        if n < _LEAST:
            return Score(value, n=n, warnings=(f"fewer than {_LEAST} briefs with a choice",))
        if value in (0.0, 1.0):
            return Score(value, *self.wilson(round(value * n), n), n)
        found = bootstrap_jointly(of, n, self.confidence, self.resamples, self.seed)
        return Score(value, found.low, found.high, n)

    def alpha(self, given: Sequence[_Given], metric: str) -> Score:
        """Between raters, over items: by side, since sides were drawn half and half.

        By arm, raters who all prefer the same arm would leave nothing to disagree about, and
        alpha would punish them for it.
        """
        units: dict[str, dict[str, int]] = {}
        for g in given:
            units.setdefault(g.item.id, {})[g.answer.rater] = _RANKS[g.answer.better]
        briefs = {g.item.id: g.item.brief_id for g in given}
        several = {item: list(said.values()) for item, said in units.items() if len(said) > 1}
        if not several:
            return Score(None, warnings=(_FEW,))
        each = krippendorff.coincidences(list(several.values()), len(_RANKS))
        grouped: dict[str, np.ndarray] = {}
        for item, matrix in zip(several, each, strict=True):
            grouped[briefs[item]] = grouped.get(briefs[item], 0) + matrix
        stacked = np.stack(list(grouped.values()))
        value = krippendorff.of_coincidences(stacked.sum(axis=0), metric)
        if value is None:
            return Score(None, n=len(stacked), warnings=("all answers are the same side",))

        def of(drawn: np.ndarray) -> float:
            found = krippendorff.of_coincidences(stacked[drawn].sum(axis=0), metric)
            return float("nan") if found is None else found

        n = len(stacked)
        if n < _LEAST:
            return Score(value, n=n, warnings=(f"fewer than {_LEAST} briefs of several raters",))
        found = bootstrap_jointly(of, n, self.confidence, self.resamples, self.seed)
        return Score(value, found.low, found.high, n)


def _self_agreement(given: Sequence[_Given], draws: _Draws) -> Score:
    """Share of repeated items at which a rater chose the same text again."""
    said = {(g.answer.rater, g.item.id): g for g in given}
    same = [
        (g.item.brief_id, float(said[before].value == g.value))
        for (rater, _), g in said.items()
        if g.item.repeats and (before := (rater, g.item.repeats)) in said
    ]
    return draws.share(same) if same else Score(None, warnings=("no item was answered twice",))


def _position(given: Sequence[_Given], draws: _Draws) -> Difference | None:
    """Share of A minus share of B by brief: sides were drawn by lot, so 0 without a bias."""
    sides = [(g.item.brief_id, g.answer.better) for g in given if g.answer.better != "tie"]
    if not sides:
        return None
    left = [np.mean(v) for v in _grouped([(b, float(s == "A")) for b, s in sides]).values()]
    right = [1 - share for share in left]
    return paired_difference(
        [float(v) for v in left], [float(v) for v in right],
        draws.confidence, draws.resamples, draws.seed,
    )  # fmt: skip


def _grouped(said: Sequence[tuple[str, float]]) -> dict[str, list[float]]:
    groups: dict[str, list[float]] = {}
    for brief, value in said:
        groups.setdefault(brief, []).append(value)
    return groups
