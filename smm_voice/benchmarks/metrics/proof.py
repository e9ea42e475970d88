"""From what was found to rows of the table: which figure, and what level it has to reach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.benchmarks.metrics.examine import BASE_MODEL, HUMAN, Examined
from smm_voice.benchmarks.metrics.known_groups import falls, rises
from smm_voice.benchmarks.metrics.voices import CHOSEN_ON
from smm_voice.benchmarks.table import Level, Row

_ALL = Level(least=1.0)
# Two-sided 95 % of a standard normal.
_Z = 1.96
_QUALITY = (
    ("auc_post", "AUC a post"),
    ("auc_ten", "AUC of ten posts"),
    ("brier", "mean squared error"),
    ("ece", "expected calibration error"),
    ("c_at_1", "c@1"),
    ("f05_u", "F0.5u"),
)
# The project's own targets, set before anything was measured.
_WANTED = {
    ("style", "auc_post"): Level(least=0.9),
    ("style", "auc_ten"): Level(least=0.96),
    ("stack", "auc_post"): Level(least=0.93),
    ("stack", "brier"): Level(most=0.12),
    ("stack", "ece"): Level(most=0.08),
}


def discrimination(examined: Sequence[Examined]) -> list[Row]:
    """Quality on unseen accounts, for every view: over all voices, and over both kinds of them."""
    rows = []
    views = list(examined[0].quality)
    # The headline of calibration is the best-informed view's.
    headline = "stack" if "stack" in views else "style"
    for view in views:
        for key, title in _QUALITY:
            values = {e.voice: e.quality[view][key] for e in examined if key in e.quality[view]}
            plain = key in ("brier", "ece") and view == headline
            name = f"metrics/{key}" if plain else f"metrics/{view}_{key}"
            asked = _WANTED.get((view, key), Level())
            chosen, reported = (
                [v for v in values if (v in CHOSEN_ON) == wanted] for wanted in (True, False)
            )
            groups = (
                ("all voices", "", asked, list(values)),
                ("settings chosen on them", "_chosen", Level(), chosen),
                ("only reported on", "_reported", Level(), reported),
            )
            for who, suffix, wanted, names in groups:
                if suffix and not key.startswith("auc"):
                    continue
                measured = tuple([float(np.mean([values[n] for n in names]))] if names else ())
                note = f"{len(names)} voices" if names else "no such voice"
                title_of = f"{view} view, {title}, {who}"
                rows.append(Row(title_of, measured, wanted, f"{name}{suffix}", note))
    weakest = min(examined, key=lambda e: e.quality[headline].get("auc_post", 0.0))
    value = weakest.quality[headline].get("auc_post", float("nan"))
    rows.append(Row(f"{headline} view, AUC a post, weakest voice", (value,), Level(),
                    "metrics/auc_post_weakest", weakest.voice))  # fmt: skip
    return rows


def known_groups(examined: Sequence[Examined]) -> list[Row]:
    """Shares of series that come in the right order."""
    tried = [each for each in examined if each.trials]
    if not tried:
        return []
    blends = [falls(values) for each in tried for values in each.blends.values()]
    rows = [_share("style index falls as another's posts are blended in (0 to 100 %)", blends,
                   "metrics/blends_in_order")]  # fmt: skip
    for what in sorted({what for each in tried for what in each.doses}):
        ordered = [rises(each.doses[what]) for each in tried if what in each.doses]
        name = "metrics/" + what.replace(", ", "_").replace(" ", "_") + "_in_order"
        rows.append(_share(f"{what} at 0, 10, 30, 60 % raise their score in order", ordered, name))
    return rows


def false_alarms(examined: Sequence[Examined]) -> list[Row]:
    """A/A: what alarms between random halves of one brand's human posts."""
    found = [each.false_alarms for each in examined if each.false_alarms]
    if not found:
        return []
    rounds, alarmed = sum(f.rounds for f in found), sum(f.alarmed for f in found)
    tests = sum(n for f in found for n in f.tests.values())
    significant = sum(n for f in found for n in f.significant.values())
    axes: dict[str, int] = {}
    by_metric: dict[str, tuple[int, int]] = {}
    for each in found:
        for axis, count in each.axes.items():
            axes[axis] = axes.get(axis, 0) + count
        for name, count in each.tests.items():
            a, b = by_metric.get(name, (0, 0))
            by_metric[name] = (a + each.significant[name], b + count)
    which = ", ".join(f"{axis} {n}" for axis, n in sorted(axes.items())) or "none"
    rows = [
        Row("A/A, random halves of human posts: any axis alarms", _rate(alarmed, rounds),
            Level(most=0.05), "metrics/aa_false_alarms", f"{_counts(alarmed, rounds)}; {which}"),
        Row("A/A, paired tests at 5 %: significant", _rate(significant, tests), Level(most=0.05),
            "metrics/aa_paired_significant", _counts(significant, tests)),
    ]  # fmt: skip
    if by_metric:
        worst = max(by_metric, key=lambda name: by_metric[name][0] / by_metric[name][1])
        rows.append(Row(f"the same, worst metric ({worst})", _rate(*by_metric[worst]),
                        note=_counts(*by_metric[worst])))  # fmt: skip
    return rows


def adversaries(examined: Sequence[Examined], base_at_hand: bool) -> list[Row]:
    """Share of adversaries that fail what they must, and of human posts that pass all."""
    tried = [each for each in examined if each.trials]
    if not tried:
        return []
    human = [each.trials[HUMAN].right for each in tried]
    caught = {
        (each.voice, writer): trial.right
        for each in tried
        for writer, trial in each.trials.items()
        if writer != HUMAN
    }
    escaped = [
        f"{writer} as {voice}" for (voice, writer), right in caught.items() if right is False
    ]
    judged = [right for right in caught.values() if right is not None]
    rows = [
        _share("adversaries caught", judged, "metrics/adversaries_caught",
               f"not: {', '.join(escaped)}" if escaped else ""),
        _share("held-out human posts pass every axis", [bool(h) for h in human],
               "metrics/human_passes"),
        Row("voices that can be told (the index is given)",
            tuple([float(np.mean([e.valid for e in tried]))] if tried else ()), Level(),
            "metrics/voices_valid", ", ".join(e.voice for e in tried if not e.valid)
            and "INVALID: " + ", ".join(e.voice for e in tried if not e.valid)),
    ]  # fmt: skip
    if not base_at_hand:
        rows.append(
            Row(f"{BASE_MODEL} as an adversary", (), note="no answers at hand: metrics.base")
        )
    return rows


def _share(what: str, outcomes: Sequence[bool | None], figure: str, note: str = "") -> Row:
    right = sum(bool(outcome) for outcome in outcomes)
    counts = _counts(right, len(outcomes)) + (f"; {note}" if note else "")
    return Row(what, _rate(right, len(outcomes)), _ALL, figure, counts)


def _rate(count: int, of: int) -> tuple[float, ...]:
    return (count / of,) if of else ()


def _counts(count: int, of: int) -> str:
    """`count of n` with Wilson's interval (Wilson 1927)."""
    if not of:
        return "0 of 0"
    p = count / of
    middle = (p + _Z**2 / (2 * of)) / (1 + _Z**2 / of)
    half = _Z / (1 + _Z**2 / of) * float(np.sqrt(p * (1 - p) / of + _Z**2 / (4 * of**2)))
    return f"{count} of {of}, {max(0.0, middle - half):.3f} to {min(1.0, middle + half):.3f}"
