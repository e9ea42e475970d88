"""Evaluating one adapter: its answers and its rivals' to the same briefs, then the scores."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.prompts import PROMPT_VERSION, read_style_guide
from smm_voice.evaluation import arms
from smm_voice.evaluation.reference import build_reference, prompt_set
from smm_voice.evaluation.run import Evaluation, evaluate
from smm_voice.generation.generate import Answer, Request, generate
from smm_voice.metrics.base import Item
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.models.likelihood import bits_per_byte
from smm_voice.models.memory import release
from smm_voice.text import languages

log = logging.getLogger(__name__)


def evaluate_adapter(
    dataset: Dataset,
    brand: BrandConfig,
    base: BaseModel,
    adapter: Path,
    generation: GenerationConfig,
    config: EvaluationConfig,
    precision: str,
    root: Path,
    folder: Path,
    provenance: Mapping[str, Any],
) -> Evaluation:
    """All arms on one prompt set.

    Args:
        dataset: its test split gives the briefs.
        brand: the brand.
        base: the adapter's base model; also the judge of fluency.
        adapter: folder of the adapter in question.
        generation: decoding, the same for every arm.
        config: size of the prompt set, draws.
        precision: fp32 or bf16.
        root: the brand's files are relative to it.
        folder: run folder; answers are kept in its `rows/`.
        provenance: of the caller; what is known here is added.
    """
    language = languages.primary(brand.languages[0])
    if len(brand.languages) > 1:
        log.warning("Evaluating %s in %s only", brand.name, language)
    examples = prompt_set(dataset, language, config.briefs)
    guide = read_style_guide(root / brand.style_guide if brand.style_guide else None)
    shots = arms.few_shots(dataset, language, generation.shots)
    texts: dict[str, Sequence[Item]] = {}

    def answered(arm: str, model: Any, tokenizer: Any, digest: str) -> Sequence[Item]:
        def answer_all(asked: Sequence[Request]) -> list[Answer]:
            return generate(model, tokenizer, asked, generation, title=f"Writing as {arm}")

        asked = arms.requests(arm, examples, brand.title, guide, shots)
        return arms.answer(
            arm, examples, asked, answer_all, f"{digest}:{precision}", generation, folder
        )

    tuned, tokenizer = adapters.load_for_generation(base, adapter, precision)
    texts["candidate"] = answered("candidate", tuned, tokenizer, adapters.digest(adapter))
    del tuned
    release()
    plain, tokenizer = adapters.load_for_generation(base, None, precision)
    for arm in ("base", "prompted"):
        texts[arm] = answered(arm, plain, tokenizer, base.digest)
    reference = build_reference(
        dataset, brand, config, root, examples,
        judge=lambda some: bits_per_byte(plain, tokenizer, some),
        judge_name=base.name,
    )  # fmt: skip
    for arm, items in (("human", reference.human), ("floor", reference.floor)):
        given = [Answer(item.text, finished=True) for item in items]
        arms.write_rows(folder / "rows" / f"{arm}.jsonl", arm, examples[: len(items)], given)
    ordered = {arm: texts[arm] for arm in arms.ARMS if arm in texts}
    return evaluate(
        brand.title,
        ordered,
        reference,
        {
            **provenance,
            "dataset_fingerprint": dataset.fingerprint,
            "base_model": base.name,
            "base_digest": base.digest,
            "adapter_digest": adapters.digest(adapter),
            "prompt_version": PROMPT_VERSION,
            "decoding": vars(generation),
            "precision": precision,
            "shots": len(shots),
        },
    )
