"""A picture of the verdict and the voice scale, for places that show a link."""

from __future__ import annotations

import io
import textwrap

from smm_voice.evaluation import verdict
from smm_voice.evaluation.run import Evaluation
from smm_voice.messages import Message, say
from smm_voice.report.advice import advise
from smm_voice.report.chart import Row, draw_intervals, short, style
from smm_voice.report.scales import VOICE, arm_rows

# Pixels: what most places that show a link expect.
SIZE = (1200, 630)
BADGES = {
    "yes": "#1d7a4f", "reservations": "#a66a00", "not-shown": "#5b6570", "no": "#b3261e",
    "none": "#5b6570",
}  # fmt: skip
_INK = "#1c1f23"
_BRAND = 60
_MOST_ROWS = 7


def preview_png(evaluation: Evaluation, language: str = "en") -> bytes:
    """1200 × 630 pixels, light: badge, headline, every arm on the voice scale."""
    from matplotlib.figure import Figure

    brand = short(evaluation.brand, _BRAND)
    advice = advise(evaluation, language)
    cut = {**advice.headline.values, "brand": brand} if "brand" in advice.headline.values else {}
    headline = say(Message(advice.headline.id, cut or advice.headline.values), language)
    question = say(
        "question", language, brand=brand,
        subject=verdict.arm_in_sentence(evaluation.subject, language),
    )  # fmt: skip
    with style(_INK, 15):
        figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, facecolor="white")
        left = 0.05
        figure.text(left, 0.93, short(question, 100), va="top", fontsize=17, color="#5b6570")
        figure.text(
            left + 0.008, 0.815, say(f"badge-{advice.badge}", language), va="top", fontsize=22,
            color="white", weight="bold",
            bbox={"facecolor": BADGES[advice.badge], "edgecolor": "none",
                  "boxstyle": "round,pad=0.35"},
        )  # fmt: skip
        wrapped = textwrap.wrap(headline, 62, max_lines=2, placeholder=" …")
        figure.text(left, 0.68, "\n".join(wrapped), va="top", fontsize=22, linespacing=1.25)
        rows = fitting(evaluation, language)
        axis = figure.add_axes((0.17, 0.15, 0.78, 0.34))
        scale = say("chart-voice-scale", language, brand=brand)
        draw_intervals(axis, rows, language, scale, (0, 1), ink=_INK)
        figure.text(
            left, 0.5, say("chart-voice", language), va="bottom", fontsize=15, color="#5b6570"
        )
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def fitting(evaluation: Evaluation, language: str) -> list[Row]:
    """The arms that there is room for, the one in question always among them."""
    rows = arm_rows(evaluation, VOICE, language)
    own = next((row for row in rows if row.metric == VOICE), None)
    others = [row for row in rows if row is not own][: _MOST_ROWS - 1]
    return [*others, *([own] if own else [])]
