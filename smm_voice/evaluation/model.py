"""Evaluating one adapter: its answers and its rivals' to the same briefs, then the scores."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig, ModelConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import PROMPT_VERSION, read_style_guide
from smm_voice.evaluation import arms, negatives, with_model
from smm_voice.evaluation import guard as guarding
from smm_voice.evaluation.neighbours import Neighbour
from smm_voice.evaluation.neighbours import compare as beside_others
from smm_voice.evaluation.provenance import digest_of
from smm_voice.evaluation.reference import build_reference, prompt_set
from smm_voice.evaluation.run import Evaluation, evaluate
from smm_voice.evaluation.spread import spread
from smm_voice.evaluation.strata import strata
from smm_voice.generation.generate import Answer, Request, generate
from smm_voice.metrics.base import Item, Score
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.models.memory import release
from smm_voice.text import languages

log = logging.getLogger(__name__)

# Of the newest training examples, where it is not known how many were learned from.
_LEARNED = 300


def evaluate_adapter(
    dataset: Dataset,
    brand: BrandConfig,
    base: BaseModel,
    base_config: ModelConfig,
    adapter: Path,
    generation: GenerationConfig,
    config: EvaluationConfig,
    precision: str,
    root: Path,
    folder: Path,
    provenance: Mapping[str, Any],
    learned: int | None = None,
    neighbours: Sequence[Neighbour] = (),
) -> Evaluation:
    """All arms on one prompt set.

    Args:
        dataset: its test split gives the briefs.
        brand: the brand.
        base: the adapter's base model.
        base_config: its configuration; it judges fluency in the languages it is made for.
        adapter: folder of the adapter in question.
        generation: decoding, the same for every arm; with its guard, gain and cost of that are
            among the scores of each arm that a model writes.
        config: size of the prompt set, draws.
        precision: fp32 or bf16.
        root: the brand's files are relative to it.
        folder: run folder; answers are kept in its `rows/`.
        provenance: of the caller; what is known here is added.
        learned: how many of the newest training examples the adapter has learned from; None:
            that is not known, and memorisation is asked of the newest few hundred.
        neighbours: other brands with an adapter on the same base.
    """
    language = languages.primary(brand.languages[0])
    if len(brand.languages) > 1:
        log.warning("Evaluating %s in %s only", brand.name, language)
    examples = prompt_set(dataset, language, config.briefs)
    guide = read_style_guide(root / brand.style_guide if brand.style_guide else None)
    shots = arms.few_shots(dataset, language, generation.shots)
    texts: dict[str, Sequence[Item]] = {}
    guard = guarding.Guard.of(brand, generation, root)
    guarded: dict[str, dict[str, Score]] = {}

    def writer(model: Any, tokenizer: Any, title: str) -> arms.Generate:
        return lambda asked: generate(model, tokenizer, asked, generation, title=f"Writing {title}")

    def answered(
        name: str, of: Sequence[Example], asked: Sequence[Request], write: arms.Generate,
        digest: str,
    ) -> list[Item]:  # fmt: skip
        if guard is None:
            return arms.answer(name, of, asked, write, digest, generation, folder)
        items, drawn = guarding.answer(name, of, asked, write, digest, generation, guard, folder)
        guarded[name] = guarding.scores(drawn, guard, config)
        return items

    def of_arm(arm: str, model: Any, tokenizer: Any, digest: str) -> list[Item]:
        asked = arms.requests(arm, examples, brand.title, guide, shots)
        return answered(arm, examples, asked, writer(model, tokenizer, f"as {arm}"), digest)

    sets = None
    if config.model_posts:
        test = [e for e in dataset.splits["test"] if e.post.language == language]
        sets = with_model.post_sets(dataset, test, learned or _LEARNED, config.model_posts)

    def candidate() -> tuple[list[Item], with_model.Losses | None]:
        tuned, tokenizer = adapters.load_for_generation(base, adapter, precision)
        digest = f"{adapters.digest(adapter)}:{precision}"
        items = of_arm("candidate", tuned, tokenizer, digest)
        places = spread(range(len(examples)), config.variant_briefs)
        some = [examples[i] for i in places]
        asked = arms.again(arms.requests("candidate", some, brand.title, None, ()), config.variants)
        further = answered(
            "candidate_variants", [e for e in some for _ in range(config.variants)], asked,
            writer(tuned, tokenizer, "variants"), digest,
        )  # fmt: skip
        read = with_model.losses(tuned, tokenizer, brand.title, sets) if sets else None
        return arms.with_variants(items, places, further, config.variants), read

    texts["candidate"], tuned_losses = candidate()
    release()
    plain, tokenizer = adapters.load_for_generation(base, None, precision)
    further_scores: dict[str, Score] = {}
    if sets and tuned_losses:
        plain_losses = with_model.losses(plain, tokenizer, brand.title, sets)
        further_scores = with_model.scores(tuned_losses, plain_losses, config)
    for arm in ("base", "prompted"):
        texts[arm] = of_arm(arm, plain, tokenizer, f"{base.digest}:{precision}")
    machine = negatives.make(
        dataset, language, brand.title, writer(plain, tokenizer, "negatives"),
        f"{base.digest}:{precision}", generation, config.base_answers,
    )  # fmt: skip
    reference = build_reference(
        dataset, brand, config, root, examples, machine, base_config,
        lambda: (plain, tokenizer),
    )  # fmt: skip
    for arm, items in (("human", reference.human), ("floor", reference.floor)):
        given = [Answer(item.text, finished=True) for item in items]
        arms.write_rows(folder / "rows" / f"{arm}.jsonl", arm, examples[: len(items)], given)
    tables: dict[str, dict[str, list[Any]]] = {}
    if sets and neighbours:
        beside, tables["adapters"] = beside_others(
            brand.name, brand.title, adapter, sets.held_out,
            [item.text for item in texts["candidate"]], neighbours, base,
            examples[0].post.platform, config, precision,
        )  # fmt: skip
        further_scores |= beside
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
            "fact_sheet": digest_of(root / brand.facts if brand.facts else None),
        },
        further={
            arm: guarded.get(arm, {}) | (further_scores if arm == "candidate" else {})
            for arm in ordered
        },
        tables=tables,
        strata=strata(examples),
    )
