"""Sameness over the versions of a model, and the difference of two arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.metrics.homogeneity import sampling
from smm_voice.metrics.homogeneity.components import ALARM, sameness
from smm_voice.metrics.homogeneity.sets import TextSet, common_budget, with_words
from smm_voice.statistics import Difference, detectable
from smm_voice.text import tokens

# Of the permutation test: p can fall to 1 in 501.
_PERMUTATIONS = 500
# Two arms are kept as one set of texts.
_MOST_BRIEFS = sampling.MOST_TEXTS // 2


@dataclass(frozen=True)
class VersionScore:
    """How alike the posts of one version are.

    Attributes:
        against_human: over the brand's human posts, as `homogeneity/ratio`.
        against_first: over the first version, on the same briefs.
        against_previous: over the version before it; None for the first.
        alarm: whether it is more alike than the first or than human posts: above 1.25, and the
            interval above 1. Never asked of the previous version alone, or many small steps would
            pass where one large one does not.
    """

    against_human: Score
    against_first: Score
    against_previous: Score | None
    alarm: bool


def over_versions(versions: Sequence[Sequence[Item]], reference: Reference) -> list[VersionScore]:
    """The headline of each version, on the same subsamples of the same briefs.

    Only briefs (by `Item.id`) that every version answers with some token count, and every version
    is cut to the budget of the shortest: a version's numbers hold within one call.

    Args:
        versions: the posts of each, the first champion first; one seed for all.
        reference: the brand's human posts.
    """
    if not versions:
        return []
    rng = np.random.default_rng(reference.seed)
    answered = _common(versions)
    answered = [answered[i] for i in sampling.thin(len(answered), rng)]
    posts = [item.text for item in reference.human]
    human = with_words([posts[i] for i in sampling.thin(len(posts), rng)])
    counts = (len(answered), len(human))
    few = sampling.too_few(counts)
    if few:
        none = Score(None, n=len(answered), warnings=(few,))
        return [
            VersionScore(none, none, none if place else None, False)
            for place in range(len(versions))
        ]
    texts = [tuple(answers) for answers in zip(*answered, strict=True)]
    budget = common_budget(human, *texts)
    sets = [TextSet(each, budget, reference) for each in texts]
    people = TextSet(human, budget, reference)
    n = sampling.size(*counts)
    levels = np.empty((len(sets), sampling.REPEATS))
    base = np.empty(sampling.REPEATS)
    for repeat in range(sampling.REPEATS):
        drawn = rng.choice(counts[0], n, replace=False)
        base[repeat] = sameness(people, rng.choice(counts[1], n, replace=False))
        levels[:, repeat] = [sameness(each, drawn) for each in sets]

    def score(values: np.ndarray, *sides: int) -> Score:
        wider = sampling.widening(n, *sides)
        return sampling.summary(values, n, wider, reference.confidence, logs=True)

    found = []
    for place, ours in enumerate(levels):
        human_score = score(ours - base, *counts)
        first = score(ours - levels[0], counts[0], counts[0])
        previous = score(ours - levels[place - 1], counts[0], counts[0]) if place else None
        alarm = alarming(human_score) or alarming(first)
        found.append(VersionScore(human_score, first, previous, alarm))
    return found


def alarming(score: Score) -> bool:
    """Whether a ratio lies above 1.25 and its interval above 1."""
    if score.value is None or score.ci_low is None:
        return False
    return score.value > ALARM and score.ci_low > 1


def difference(
    first: Sequence[Item], second: Sequence[Item], reference: Reference
) -> Difference | None:
    """Log of the headline of the first arm minus that of the second, on the same briefs.

    Both are measured on the same subsamples; the human posts cancel out but for the common budget.
    The test swaps the two answers to a brief at random, which leaves the distribution as it is
    where it does not matter which arm wrote which: two arms that are alike each in their own way
    are no case of that, and are tested conservatively. From 200 briefs up it looks at blocks of
    200 at most, whose differences are averaged.

    Returns:
        exp(value) is how many times more alike the first arm is; None where fewer than ten common
        briefs are answered by both.
    """
    rng = np.random.default_rng(reference.seed)
    answered = _common([first, second])
    answered = [answered[i] for i in sampling.thin(len(answered), rng, _MOST_BRIEFS)]
    count = len(answered)
    if sampling.too_few([count]):
        return None
    arms = [tuple(answers) for answers in zip(*answered, strict=True)]
    human = with_words([item.text for item in reference.human])
    texts = TextSet(arms[0] + arms[1], common_budget(*arms, *([human] if human else [])), reference)
    n = sampling.size(count)
    drawn = (rng.choice(count, n, replace=False) for _ in range(sampling.REPEATS))
    values = np.array([sameness(texts, d) - sameness(texts, d + count) for d in drawn])
    if not np.all(np.isfinite(values)):
        return None
    wider = sampling.widening(n, count, count)
    found = sampling.interval(values, wider, reference.confidence)
    blocks = np.array_split(rng.permutation(count), -(-count // sampling.MOST))

    def statistic(swapped: np.ndarray) -> float:
        ours, theirs = np.where(swapped, count, 0), np.where(swapped, 0, count)
        return float(
            np.mean([sameness(texts, b + ours[b]) - sameness(texts, b + theirs[b]) for b in blocks])
        )

    seen = abs(statistic(np.zeros(count, dtype=bool)))
    draws = min(_PERMUTATIONS, reference.resamples)
    as_large = sum(
        # Equal but for rounding is as large.
        abs(statistic(rng.random(count) < 0.5)) >= seen - 1e-12
        for _ in range(draws)
    )
    p = (1 + as_large) / (1 + draws)
    return Difference(float(values.mean()), found.low, found.high, p, count, detectable(count))


def _common(versions: Sequence[Sequence[Item]]) -> list[tuple[str, ...]]:
    """The texts of each brief that all answer with some token, in the order of the first."""
    by_id = [{item.id: item.text for item in items} for items in versions]
    answered = (
        tuple(texts[id_] for texts in by_id)
        for id_ in by_id[0]
        if all(id_ in texts for texts in by_id)
    )
    return [texts for texts in answered if all(tokens.tokenise(text) for text in texts)]
