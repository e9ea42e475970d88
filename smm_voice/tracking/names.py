"""Scores → MLflow metrics, under the names that design and dashboards rely on."""

from __future__ import annotations

from collections.abc import Mapping

from smm_voice.metrics.base import Score


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
