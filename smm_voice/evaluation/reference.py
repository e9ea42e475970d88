"""What a brand's texts are measured against, drawn from its built dataset."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from smm_voice.config import BrandConfig, EvaluationConfig, ModelConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.errors import InputError
from smm_voice.evaluation import negatives
from smm_voice.evaluation.entailment import choose_entailment
from smm_voice.evaluation.fact_judge import choose_fact_judge
from smm_voice.evaluation.judges import Loader, choose_judge
from smm_voice.evaluation.spread import spread
from smm_voice.evaluation.unjudged import unjudged
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import load_sheet
from smm_voice.metrics.voice.profile import fit
from smm_voice.models import embeddings
from smm_voice.text import languages


def prompt_set(
    dataset: Dataset, language: str, size: int, judged: Collection[str] = ()
) -> list[Example]:
    """`size` test examples of one language, spread evenly over the test period.

    Args:
        dataset: of the brand.
        language: of the posts.
        size: how many are wanted.
        judged: briefs that are left out, see `unjudged`.

    Raises:
        InputError: the test split has fewer than two that may be asked.
    """
    every = [e for e in dataset.splits["test"] if e.post.language == language]
    examples = unjudged(every, judged)
    if len(examples) < 2:
        gone = (
            f" and {len(every) - len(examples)} whose briefs people have judged" if judged else ""
        )
        raise InputError(
            f"brand {dataset.card['brand']} has {len(examples)} test posts in {language!r}{gone}; "
            "an evaluation needs two at least"
        )
    return spread(examples, size)


def build_reference(
    dataset: Dataset,
    brand: BrandConfig,
    config: EvaluationConfig,
    root: Path,
    examples: Sequence[Example] | None = None,
    machine: Sequence[str] | None = None,
    base: ModelConfig | None = None,
    load_base: Loader | None = None,
) -> Reference:
    """Fit the voice and gather human posts, floor and facts.

    Args:
        dataset: the built dataset.
        brand: its brand.
        config: draws and confidence.
        root: paths of the brand's files are relative to it.
        examples: the prompt set, where the texts to score answer it; None: any texts, measured
            against the whole test split.
        machine: the base model's answers to training briefs; None: those kept with the dataset.
        base: the base model's configuration; None where no model is to be loaded.
        load_base: gives the base model, without adapter, as a judge of fluency.

    Raises:
        InputError: there is no function-word list for the brand's language, or the judge or the
            model of entailment that is asked for is not at hand.
        ConfigError: the address or the key of the judge of facts cannot be used.
    """
    fact_judge = choose_fact_judge(config.fact_judge)
    entail = choose_entailment(config.entailment, root)
    language = languages.primary(brand.languages[0])
    of_language = {
        split: [e for e in rows if e.post.language == language]
        for split, rows in dataset.splits.items()
    }
    # Half of the reference brands are never trained on: the quality and the floor are theirs.
    unseen = sorted(dataset.references)[1::2]
    seen = [text for name in sorted(dataset.references)[::2] for text in dataset.references[name]]
    if base is None and config.judge in ("auto", "base"):
        # No model may be loaded; where there are no posts to count in either, nobody judges.
        config = dataclasses.replace(config, judge="ngram" if seen else "auto", judge_model=None)
    # Never of the unseen brands, whose posts are the floor: it would know them by heart.
    judge, judge_name = choose_judge(config, language, seen, base, load_base)
    held_out = list(examples) if examples is not None else of_language["test"]
    training = [e.text for e in of_language["train"]]
    profile = fit(
        language,
        training,
        [e.text for e in of_language["calibration"]],
        [e.text for e in of_language["test"]],
        dataset.references,
        unseen,
        config.seed,
        negatives.stored(dataset, language) if machine is None else machine,
    )
    strangers = [text for name in unseen for text in dataset.references[name]]
    rng = np.random.default_rng(config.seed)
    if strangers:
        # Drawn again and again only where there are fewer of them than briefs.
        order = [
            rng.permutation(len(strangers)) for _ in range(len(held_out) // len(strangers) + 1)
        ]
        strangers = [strangers[i] for i in np.concatenate(order)[: len(held_out)]]
    return Reference(
        language=language,
        human=tuple(item_of(e, e.text) for e in held_out),
        floor=tuple(item_of(e, text) for e, text in zip(held_out, strangers, strict=False)),
        training=tuple(training),
        profile=profile,
        sheet=load_sheet(root / brand.facts if brand.facts else None, language),
        judge=judge,
        judge_name=judge_name,
        embed=embeddings.embed,
        entail=entail,
        entail_name=entail.name if entail else None,
        entail_lines=config.entailment_lines,
        fact_judge=fact_judge,
        fact_judge_name=fact_judge.name if fact_judge else None,
        allowed=tuple(brand.slogans),
        public=tuple(brand.public),
        paired=examples is not None,
        resamples=config.resamples,
        confidence=config.confidence,
        seed=config.seed,
    )


def item_of(example: Example, text: str, finished: bool | None = None) -> Item:
    """A text as an answer to an example's brief."""
    return Item(example.id, text, example.brief, example.post.created_at, finished)
