"""The report's picture: every arm on the scale from other brands to the brand itself."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from smm_voice.metrics.base import Score

# Replaced by `currentColor` in the SVG, so that one picture serves light and dark pages.
_INK = "#010203"
_COLOURS = {
    "human": "#2a9d8f",
    "floor": "#8d99ae",
    "base": "#b08968",
    "prompted": "#e09f3e",
    "candidate": "#d1495b",
    "champion": "#5e60ce",
}


def voice_scale(arms: Mapping[str, Mapping[str, Score]], title: str) -> str:
    """Style index and fluency of all arms with their intervals, as an inline SVG element."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    panels = (
        ("voice/style_index", "Voice (style index)", f"0 = other brands, 1 = {title}"),
        ("fluency/bits_per_byte_ratio", "Fluency (bits per byte / human)", "1 = as human posts"),
    )
    style = {
        "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10,
        "text.color": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
        "axes.edgecolor": _INK, "svg.hashsalt": "smm_voice", "text.parse_math": False,
    }  # fmt: skip
    names = list(arms)
    with plt.rc_context(style):
        figure, axes = plt.subplots(
            1, 2, figsize=(9, 0.42 * len(names) + 1.3), sharey=True, width_ratios=(3, 2)
        )
        for axis, (metric, heading, scale) in zip(axes, panels, strict=True):
            for row, arm in enumerate(reversed(names)):
                _interval(axis, row, arm, arms[arm][metric])
            for anchor in (0, 1) if metric == "voice/style_index" else (1,):
                axis.axvline(anchor, color=_INK, linewidth=0.8, alpha=0.35)
            axis.set_title(heading, fontsize=11, loc="left")
            axis.set_xlabel(scale)
            axis.set_yticks(range(len(names)), list(reversed(names)))
            axis.spines[["top", "right", "left"]].set_visible(False)
            axis.tick_params(axis="y", length=0)
            axis.margins(y=0.15)
        figure.tight_layout()
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
        plt.close(figure)
    svg = buffer.getvalue()[buffer.getvalue().index("<svg") :]
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', svg, count=1)
    return svg.replace(_INK, "currentColor")


def _interval(axis: Any, row: int, arm: str, score: Score) -> None:
    if score.value is None:
        axis.text(0.5, row, "no value", va="center", fontsize=9, alpha=0.6)
        return
    colour = _COLOURS.get(arm, "#6c757d")
    if score.ci_low is not None and score.ci_high is not None:
        axis.plot([score.ci_low, score.ci_high], [row, row], color=colour, linewidth=2.5)
    axis.plot([score.value], [row], "o", color=colour, markersize=7)
    axis.annotate(
        f"{score.value:.2f}", (score.value, row), textcoords="offset points", xytext=(0, 7),
        ha="center", fontsize=9,
    )  # fmt: skip
