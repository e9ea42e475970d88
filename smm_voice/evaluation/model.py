"""Evaluating models: their answers and their rivals' to the same briefs, then the scores."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig, ModelConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import PROMPT_VERSION, read_style_guide
from smm_voice.errors import InputError
from smm_voice.evaluation import arms, negatives, with_model
from smm_voice.evaluation import guard as guarding
from smm_voice.evaluation.judges import ModelJudge
from smm_voice.evaluation.kept import Generate, Kept
from smm_voice.evaluation.neighbours import Neighbour
from smm_voice.evaluation.neighbours import compare as beside_others
from smm_voice.evaluation.provenance import digest_of
from smm_voice.evaluation.reference import build_reference, item_of, prompt_set
from smm_voice.evaluation.run import Evaluation, evaluate
from smm_voice.evaluation.spread import spread
from smm_voice.evaluation.strata import strata
from smm_voice.evaluation.tuning import Tuned, tune
from smm_voice.evaluation.unjudged import judged_briefs, unjudged
from smm_voice.generation.generate import Answer, Request, ending
from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.models.memory import release
from smm_voice.text import languages

log = logging.getLogger(__name__)

# Of the newest training examples, where it is not known how many were learned from.
_LEARNED = 300


@dataclass(frozen=True)
class System:
    """A tuned model under comparison.

    Attributes:
        arm: its name in every table.
        adapter: folder of its adapter.
        base: the adapter's base model.
        label: for people, such as `acme-voice version 3`.
    """

    arm: str
    adapter: Path
    base: BaseModel
    label: str = ""


class Loaded:
    """A model that is loaded when it is first needed: kept answers need none."""

    def __init__(self, base: BaseModel, adapter: Path | None, precision: str) -> None:
        self._arguments = (base, adapter, precision)
        self._model: tuple[Any, Any] | None = None
        weights = [base.identity] + ([adapters.digest(adapter)] if adapter else [])
        self.digest = ":".join([*weights, precision])

    def get(self) -> tuple[Any, Any]:
        """Model and tokenizer."""
        if self._model is None:
            self._model = adapters.load_for_generation(*self._arguments)
        return self._model

    def release(self) -> None:
        """Give the memory back."""
        self._model = None
        release()


@dataclass
class Writing:
    """What all arms are asked, and under which conditions their answers are made and kept."""

    examples: Sequence[Example]
    title: str
    guide: str | None
    guard: guarding.Guard | None
    config: EvaluationConfig
    folder: Path
    kept: Kept
    guarded: dict[str, dict[str, Score]] = field(default_factory=dict)

    def writer(self, model: Loaded, decoding: GenerationConfig, what: str) -> Generate:
        """A model under a decoding; what it has answered before is not asked again."""

        def write(asked: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
            return ending(*model.get(), asked, decoding, title=f"Writing {what}")

        return self.kept.generating(write, model.digest, decoding)

    def answered(
        self, name: str, examples: Sequence[Example], asked: Sequence[Request], write: Generate
    ) -> list[Item]:
        """Answers by way of the guard, where there is one."""
        if self.guard is None:
            return arms.answer(name, examples, asked, write, self.folder)
        items, drawn = guarding.answer(name, examples, asked, write, self.guard, self.folder)
        self.guarded[name] = guarding.scores(drawn, self.guard, self.config)
        return items

    def arm(
        self,
        name: str,
        model: Loaded,
        decoding: GenerationConfig,
        shots: Sequence[tuple[str, str]] = (),
    ) -> list[Item]:
        """An arm's answers to the whole prompt set."""
        asked = arms.requests(name, self.examples, self.title, self.guide, shots)
        return self.answered(name, self.examples, asked, self.writer(model, decoding, f"as {name}"))

    def with_variants(
        self, name: str, items: list[Item], model: Loaded, decoding: GenerationConfig
    ) -> list[Item]:
        """The arm with further answers to some of the briefs."""
        count = self.config.variants
        places = spread(range(len(self.examples)), self.config.variant_briefs)
        some = [self.examples[i] for i in places]
        asked = arms.again(arms.requests(name, some, self.title, None, ()), count)
        further = self.answered(
            f"{name}_variants", [e for e in some for _ in range(count)], asked,
            self.writer(model, decoding, "variants"),
        )  # fmt: skip
        return arms.with_variants(items, places, further, count)


def evaluate_systems(
    dataset: Dataset,
    brand: BrandConfig,
    base_config: ModelConfig,
    systems: Sequence[System],
    generation: GenerationConfig,
    config: EvaluationConfig,
    precision: str,
    root: Path,
    folder: Path,
    kept: Kept,
    provenance: Mapping[str, Any],
    learned: int | None = None,
    neighbours: Sequence[Neighbour] = (),
    spoken: str = "en",
) -> Evaluation:
    """All arms on one prompt set.

    Args:
        dataset: its test split gives the briefs, its validation split those that the prompted
            arm is tuned on.
        brand: the brand.
        base_config: configuration of the first system's base model; it judges fluency in the
            languages it is made for.
        systems: the model in question, then those beside it.
        generation: decoding, the same for every arm, but that the prompted arm may choose; with
            its guard, gain and cost of that are among the scores of each arm that a model writes.
        config: size of the prompt set, draws.
        precision: fp32 or bf16.
        root: the brand's files are relative to it.
        folder: run folder; answers are written to its `rows/`.
        kept: what need not be made twice.
        provenance: of the caller; what is known here is added.
        learned: how many of the newest training examples the first system has learned from; None:
            that is not known, and memorisation is asked of the newest few hundred.
        neighbours: other brands with an adapter on the same base.
        spoken: language of the verdict, en or fr.

    Raises:
        InputError: `evaluation.language` is none of the brand's.
    """
    brand = in_language(brand, config)
    language = languages.primary(brand.languages[0])
    subject, base = systems[0], systems[0].base
    judged = judged_briefs([system.adapter for system in systems])
    writing = Writing(
        prompt_set(dataset, language, config.briefs, judged), brand.title,
        read_style_guide(root / brand.style_guide if brand.style_guide else None),
        guarding.Guard.of(brand, generation, root), config, folder, kept,
    )  # fmt: skip
    sets = None
    if config.model_posts:
        test = [e for e in dataset.splits["test"] if e.post.language == language]
        test = unjudged(test, judged)
        sets = with_model.post_sets(dataset, test, learned or _LEARNED, config.model_posts)
    texts: dict[str, Sequence[Item]] = {}
    tuned_losses = None
    for system in systems:
        model = Loaded(system.base, system.adapter, precision)
        items = writing.arm(system.arm, model, generation)
        if system is subject:
            items = writing.with_variants(system.arm, items, model, generation)
            if sets:
                tuned_losses = with_model.losses(model.get, model.digest, brand.title, sets, kept)
        texts[system.arm] = items
        model.release()
    plain = Loaded(base, None, precision)
    further: dict[str, Score] = {}
    if sets and tuned_losses:
        plain_losses = with_model.losses(plain.get, plain.digest, brand.title, sets, kept)
        further = with_model.scores(tuned_losses, plain_losses, config)
    machine = negatives.make(
        dataset, language, brand.title, writing.writer(plain, generation, "negatives"),
        config.base_answers,
    )  # fmt: skip
    reference = build_reference(
        dataset, brand, config, root, writing.examples, machine, base_config, plain.get
    )
    if isinstance(reference.judge, ModelJudge) and reference.judge_name == base.name:
        judge = kept.judging(reference.judge, f"{plain.digest}:judge")
        reference = dataclasses.replace(reference, judge=judge)
    texts["base"] = writing.arm("base", plain, generation)
    tuned = _tuned(dataset, language, writing, plain, reference, generation)
    shots = arms.few_shots(dataset, language, tuned.decoding.shots)
    texts["prompted"] = writing.arm("prompted", plain, tuned.decoding, shots)
    _write_people(folder, writing.examples, reference)
    tables: dict[str, dict[str, list[Any]]] = {}
    if sets and neighbours:
        beside, tables["adapters"] = beside_others(
            brand.name, brand.title, subject.adapter, sets.held_out,
            [item.text for item in texts[subject.arm]], neighbours, base,
            writing.examples[0].post.platform, config, precision,
        )  # fmt: skip
        further |= beside
    return evaluate(
        brand.title,
        {arm: texts[arm] for arm in arms.in_order(texts)},
        reference,
        {
            **provenance,
            "dataset_fingerprint": dataset.fingerprint,
            "language": language,
            "base_model": base.name,
            "base_digest": base.digest,
            "adapter_digest": adapters.digest(subject.adapter),
            "systems": {
                s.arm: {"label": s.label, "base": s.base.name,
                        "adapter_digest": adapters.digest(s.adapter)}
                for s in systems
            },
            "prompt_version": PROMPT_VERSION,
            "decoding": dataclasses.asdict(generation),
            "precision": precision,
            "prompted": {
                "shots": len(shots),
                "temperature": tuned.decoding.temperature,
                "tried": [vars(trial) for trial in tuned.trials],
            },
            "judged_briefs": len(judged),
            "fact_sheet": digest_of(root / brand.facts if brand.facts else None),
        },
        further={
            arm: writing.guarded.get(arm, {}) | (further if arm == subject.arm else {})
            for arm in texts
        },
        tables=tables,
        strata=strata(writing.examples),
        language=spoken,
    )  # fmt: skip


def in_language(brand: BrandConfig, config: EvaluationConfig) -> BrandConfig:
    """The brand with the language that is evaluated in the first place."""
    known = [languages.primary(language) for language in brand.languages]
    wanted = languages.primary(config.language or known[0])
    if wanted not in known:
        raise InputError(
            f"evaluation.language={config.language}: {brand.name} posts in {', '.join(known)}"
        )
    others = [language for language in known if language != wanted]
    if others:
        log.warning(
            "Evaluating %s in %s; say evaluation.language=%s for the other", brand.name, wanted,
            others[0],
        )  # fmt: skip
    first = brand.languages[known.index(wanted)]
    return dataclasses.replace(
        brand, languages=[first, *(each for each in brand.languages if each != first)]
    )


def _tuned(
    dataset: Dataset,
    language: str,
    writing: Writing,
    plain: Loaded,
    reference: Reference,
    generation: GenerationConfig,
) -> Tuned:
    """Shots and temperature of the prompted arm, by validation briefs and never by the test's."""
    tuning = writing.config.tuning
    examples = [e for e in dataset.splits["validation"] if e.post.language == language]
    briefs = spread(examples, tuning.briefs)
    if not briefs:
        return Tuned(generation)

    def write(decoding: GenerationConfig) -> list[Item]:
        shots = arms.few_shots(dataset, language, decoding.shots)
        asked = arms.requests("prompted", briefs, writing.title, writing.guide, shots)
        what = f"with {decoding.shots} shots at {decoding.temperature:g}"
        return arms.items(briefs, writing.writer(plain, decoding, what)(asked))

    people = dataclasses.replace(
        reference, human=tuple(item_of(e, e.text) for e in briefs),
        floor=reference.floor[: len(briefs)], paired=False, cache={},
    )  # fmt: skip
    return tune(write, people, generation, tuning)


def _write_people(folder: Path, examples: Sequence[Example], reference: Reference) -> None:
    for arm, items in (("human", reference.human), ("floor", reference.floor)):
        given = [Answer(item.text, finished=True) for item in items]
        arms.write_rows(arms.rows_of(folder, arm), arm, examples[: len(items)], given)
