"""What the five `evaluate` modules share: plain lists in, plain numbers out.

import evaluate
from smm_voice.metrics import module_path

voice = evaluate.load(module_path("voice"))
voice.compute(predictions=posts, training=past_posts, human=held_out, other_brands={"b": …, "c": …})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smm_voice.metrics import FAMILIES
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import load_sheet
from smm_voice.metrics.voice.profile import fit

CITATION = "smm_voice: the formulas and their sources stand in smm_voice/metrics/"
INPUTS = """
predictions: texts to score.
language: two-letter code, "en" by default.
training: the brand's training posts.
calibration: newer posts of the brand; a part of `human` where absent.
human: the brand's held-out posts.
other_brands: other brands, name → posts; two at least for voice.
briefs: one brief a prediction.
facts: path of a fact sheet.
judge: function from texts to bits per byte, for fluency.
"""


def compute(
    family: str,
    predictions: Sequence[str],
    language: str = "en",
    training: Sequence[str] = (),
    calibration: Sequence[str] = (),
    human: Sequence[str] = (),
    other_brands: Mapping[str, Sequence[str]] | None = None,
    briefs: Sequence[str] | None = None,
    facts: str | None = None,
    judge: Any = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Metric name → value, and `<name>_ci_low`, `<name>_ci_high`, `<name>_warnings` beside it."""
    # Not `references`: evaluate takes that word for a column as long as the predictions.
    references = other_brands or {}
    unseen = sorted(references)[1::2]
    strangers = [text for name in unseen for text in references[name]]
    reference = Reference(
        language=language,
        human=tuple(Item(str(i), text) for i, text in enumerate(human)),
        floor=tuple(Item(str(i), text) for i, text in enumerate(strangers)),
        training=tuple(training),
        profile=fit(
            language, training, calibration or human, human,
            references if family == "voice" else {}, unseen, seed,
        ),
        sheet=load_sheet(Path(facts) if facts else None, language),
        judge=judge,
        judge_name="judge" if judge else None,
        seed=seed,
    )  # fmt: skip
    items = [
        Item(str(i), text, briefs[i] if briefs else None) for i, text in enumerate(predictions)
    ]
    result: dict[str, Any] = {}
    for name, score in FAMILIES[family].score(items, reference).items():
        result[name] = score.value
        result[f"{name}_ci_low"] = score.ci_low
        result[f"{name}_ci_high"] = score.ci_high
        result[f"{name}_warnings"] = list(score.warnings)
    return result
