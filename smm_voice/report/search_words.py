"""A search in words: for the terminal, the run's note and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from smm_voice.metrics.base import Score
from smm_voice.report.figures import label
from smm_voice.report.markdown import cell
from smm_voice.search.objectives import Judging, Objective, Outcome, Tried
from smm_voice.search.space import as_override

_LANGUAGE = "en"


def headline(found: Outcome, tried: Sequence[Tried], wanted: int) -> str:
    """What came out, in one sentence."""
    of = f"{len(tried)} of {wanted} trials"
    if not tried:
        return f"No trial has ended yet (0 of {wanted})"
    if not found.front:
        return f"{of}, and all have failed: {found.failed[0].failure}"
    if found.floors_left_out:
        return f"{of}, and every one fails an axis: none of them is fit as it is"
    if len(found.front) == 1:
        return f"{of}: trial {found.front[0].number} is best in everything that was asked"
    listed = _listed([f"{each.number}" for each in found.front])
    return f"{of}: none is best in everything; trials {listed} are beaten by no other"


def standings(found: Outcome, wanted: Sequence[Objective]) -> list[str]:
    """One sentence a trial of the front: its scores, and what it is best in."""
    return [
        f"Trial {each.number}: {scores(each, wanted)}{_best(each, found.front, wanted)}"
        f"{_fallen(each)}"
        for each in found.front
    ]


def caveats(found: Outcome, judging: Judging, tried: Sequence[Tried]) -> list[str]:
    """How far the outcome may be believed, and what was left out of it."""
    share = f"{judging.confidence:.0%}"
    lines = [
        f"Judged by {judging.briefs} validation briefs, never by the test's; the intervals "
        f"({share}) are those of so many briefs and of one training seed. The best of several "
        "looks better here than it is: train.py judges it on the test briefs."
    ]
    if judging.shared:
        lines.append(
            f"{judging.shared} of the {judging.briefs} posts are also among the {judging.stopping} "
            "that decide when a training stops: there are too few validation posts to keep them "
            "apart, which flatters all trials a little (dataset.validation_share raises their "
            "number)."
        )
    else:
        lines.append(
            f"Early stopping looks at the newest {judging.stopping} validation posts; none of them "
            "is among those that judge."
        )
    if found.close:
        lines.append(
            f"Beaten, but not by more than their intervals: {_trials(found.close)}. Another draw "
            "of briefs could put them on the front."
        )
    if found.fallen:
        listed = "; ".join(f"trial {e.number} {', '.join(e.fallen)}" for e in found.fallen)
        lines.append(f"Left out, since their posts fail an axis: {listed}.")
    if found.floors_left_out:
        lines.append(
            f"Every trial fails one of the axes {', '.join(judging.floors)}, so the front is drawn "
            "from all of them; none of these settings is to be used as it is."
        )
    lines += [f"Trial {each.number} failed: {each.failure}" for each in found.failed]
    lines += [
        f"Trial {each.number} repeats trial {each.same_as}: the same values."
        for each in tried
        if each.same_as is not None
    ]
    return lines


def line(tried: Tried, count: int, wanted: Sequence[Objective]) -> str:
    """A trial at the terminal, when it has ended."""
    head = f"Trial {tried.number} ({tried.number + 1} of {count})"
    if tried.failure is not None:
        return f"{head} failed: {tried.failure} | {values(tried.values)}"
    if tried.same_as is not None:
        return f"{head} has the values of trial {tried.same_as} and is not trained again"
    took = f"{tried.seconds / 60:.1f} min"
    return f"{head}: {scores(tried, wanted)}{_fallen(tried)} | {values(tried.values)} | {took}"


def scores(tried: Tried, wanted: Sequence[Objective]) -> str:
    """The objectives with their intervals."""
    return ", ".join(f"{o.metric} {shown(tried.scores.get(o.metric))}" for o in wanted)


def shown(score: Score | None) -> str:
    """A score with its interval."""
    return "–" if score is None else cell(score, _LANGUAGE)


def values(given: Mapping[str, Any]) -> str:
    """What a trial varies, as it is typed, but rounded: for reading, not for repeating."""
    return " ".join(
        f"{key}={each:.4g}" if isinstance(each, float) else f"{key}={as_override(each)}"
        for key, each in given.items()
    )


def title(objective: Objective) -> str:
    """An objective as people call it, and which way it is better."""
    return f"{label(objective.metric, _LANGUAGE)} ({objective.words})"


def _best(tried: Tried, front: Sequence[Tried], wanted: Sequence[Objective]) -> str:
    def goodness(each: Tried, objective: Objective) -> float:
        return objective.goodness(each.scores[objective.metric]) or 0.0

    if len(front) < 2:
        return ""
    found = [
        label(o.metric, _LANGUAGE).lower()
        for o in wanted
        if all(goodness(tried, o) > goodness(e, o) for e in front if e is not tried)
    ]
    return f"; the best in {_listed(found)}" if found else "; the best in nothing, a compromise"


def _fallen(tried: Tried) -> str:
    return f"; fails {', '.join(tried.fallen)}" if tried.fallen else ""


def _trials(some: Sequence[Tried]) -> str:
    word = "trial" if len(some) == 1 else "trials"
    return f"{word} {_listed([str(each.number) for each in some])}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
