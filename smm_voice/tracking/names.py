"""Scores → MLflow metrics, under the names that design and dashboards rely on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from smm_voice.evaluation.run import Comparison
from smm_voice.metrics.base import Score
from smm_voice.report.given import Regression

# What a decision is made by: on the run that is decided about, for all arms. MLflow's table of runs
# opens in five seconds with 160 metrics a run and in eight with 560 (bench=ui), so that the rest
# stands with the run of the arm in question.
HEADLINES = (
    "voice/style_index", "voice/closeness", "voice/surface_index", "voice/human_likeness_auc",
    "fluency/bits_per_byte_ratio", "fluency/nonword_rate", "homogeneity/ratio",
    "homogeneity/self_repetition_ratio",
    "factuality/contradiction_rate", "factuality/stale_rate", "factuality/unsupported_rate",
    "factuality/coverage",
    "memorisation/copy_excess",
)  # fmt: skip


def headlines(flat: Mapping[str, float]) -> dict[str, float]:
    """Of one flat mapping: all that is said of the headline metrics, but for groups of briefs.

    And the plain values of the arm in question.
    """
    found = {}
    for name, value in flat.items():
        metric, _, rest = name.partition(".")
        plain = re.sub(r"(_ci_low|_ci_high|_p|_p_holm)$", "", metric)
        if (plain in HEADLINES and "." not in rest) or (name == metric == plain):
            found[name] = value
    return found


def flatten(arms: Mapping[str, Mapping[str, Score]], subject: str) -> dict[str, float]:
    """One flat mapping; scores without a value are left out, never logged as 0.

    The subject's value is `<name>` with `<name>_ci_low` and `<name>_ci_high`; another arm's is
    `<name>.<arm>`, with the interval likewise.
    """
    flat: dict[str, float] = {}
    for arm, scores in arms.items():
        suffix = "" if arm == subject else f".{arm}"
        for name, score in scores.items():
            parts = {"": score.value, "_ci_low": score.ci_low, "_ci_high": score.ci_high}
            for part, value in parts.items():
                if value is not None:
                    flat[f"{name}{part}{suffix}"] = value
    return flat


def flatten_comparisons(comparisons: Iterable[Comparison]) -> dict[str, float]:
    """One flat mapping of the differences of the subject and its rivals.

    The difference is `<name>.minus_<arm>`; its interval `<name>_ci_low.minus_<arm>` and
    `<name>_ci_high.minus_<arm>`; its p `<name>_p.minus_<arm>`, adjusted by Holm
    `<name>_p_holm.minus_<arm>`.
    """
    flat: dict[str, float] = {}
    for each in comparisons:
        parts = {
            "": each.difference.value,
            "_ci_low": each.difference.low,
            "_ci_high": each.difference.high,
            "_p": each.difference.p,
            "_p_holm": each.p_adjusted,
        }
        for part, value in parts.items():
            if value is not None:
                flat[f"{each.metric}{part}.minus_{each.second}"] = value
    return flat


def flatten_regressions(regressions: Iterable[Regression]) -> dict[str, float]:
    """One flat mapping of the differences by group of briefs, as `Regression.logged` names them.

    `<name>.minus_<arm>.<dimension>.<group>`, with the interval's ends as of all differences.
    """
    flat: dict[str, float] = {}
    for each in regressions:
        if each.logged is None:
            continue
        metric, dot, rest = each.logged.partition(".")
        for part, value in {"": each.value, "_ci_low": each.low, "_ci_high": each.high}.items():
            if value is not None:
                flat[f"{metric}{part}{dot}{rest}"] = value
    return flat
