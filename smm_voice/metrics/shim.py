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
from smm_voice.metrics.fluency.ngram import NgramJudge
from smm_voice.metrics.voice.profile import fit
from smm_voice.models import embeddings

CITATION = "smm_voice: the formulas and their sources stand in smm_voice/metrics/"
INPUTS = """
predictions: texts to score.
language: two-letter code, "en" by default.
training: the brand's training posts.
calibration: newer posts of the brand, apart from `human`; the training posts calibrate without.
human: the brand's held-out posts.
other_brands: other brands, name → posts; two at least for voice.
briefs: one brief a prediction.
facts: path of a fact sheet.
base_answers: answers of the base model, as negatives for voice.
slogans: phrases that may stand in any post, for memorisation.
public: handles and addresses that are not personal, for memorisation.
embed: function from texts to unit vectors, for the topics in homogeneity; its own by default.
judge: function from texts to bits per byte, for fluency; n-grams of other brands by default.
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
    base_answers: Sequence[str] = (),
    slogans: Sequence[str] = (),
    public: Sequence[str] = (),
    embed: Any = None,
    judge: Any = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Metric name → value, and `<name>_ci_low`, `<name>_ci_high`, `<name>_warnings` beside it."""
    # Not `references`: evaluate takes that word for a column as long as the predictions.
    references = other_brands or {}
    unseen = sorted(references)[1::2]
    strangers = [text for name in unseen for text in references[name]]
    # The floor is made of the unseen ones: a judge would know posts that it has read.
    seen = [text for name in references if name not in unseen for text in references[name]]
    if family == "fluency" and judge is None and seen:
        judge = NgramJudge(seen, language)
    if family == "homogeneity" and embed is None:
        embed = embeddings.embed
    reference = Reference(
        language=language,
        human=tuple(Item(str(i), text) for i, text in enumerate(human)),
        floor=tuple(Item(str(i), text) for i, text in enumerate(strangers)),
        training=tuple(training),
        profile=fit(
            language, training, calibration, human,
            references if family == "voice" else {}, unseen, seed, base_answers,
        ),
        sheet=load_sheet(Path(facts) if facts else None, language),
        judge=judge,
        judge_name=getattr(judge, "name", "judge") if judge else None,
        embed=embed,
        allowed=tuple(slogans),
        public=tuple(public),
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
