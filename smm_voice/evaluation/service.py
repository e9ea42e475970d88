"""What a served model does with a request: briefs in, ranked variants out, marked as generated."""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig, ModelConfig
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.evaluation.carried import reference_of, without_models
from smm_voice.evaluation.guard import Guard
from smm_voice.evaluation.variants import Task, Variant, rank, written
from smm_voice.generation.disclosure import base_title, disclosure
from smm_voice.generation.form import checked_brief, for_platform, platform_of
from smm_voice.generation.generate import Answer, Request, generate
from smm_voice.models import adapters, base
from smm_voice.posts import generation_log
from smm_voice.posts.generation_log import Generated
from smm_voice.text.languages import primary
from smm_voice.text.platforms import check_name

log = logging.getLogger(__name__)

MOST_VARIANTS = 16
# Posts written for one request: more would keep its client waiting past any patience.
MOST_POSTS = 256
# What of a brand's file a served model has no use for.
_NOT_CARRIED = ("sources", "style_guide", "facts", "remove", "reference_brands")


@dataclass(frozen=True)
class Asked:
    """One row of a request.

    Attributes:
        brief: free text, or a structured brief of several lines.
        seed: equal briefs with equal seeds get equal answers.
        n: variants wanted.
        platform: its name; None: that of the brief, else the brand's first.
    """

    brief: str
    seed: int
    n: int = 1
    platform: str | None = None


def settings(
    brand: BrandConfig,
    base_model: ModelConfig,
    generation_config: GenerationConfig,
    evaluation: EvaluationConfig,
) -> dict[str, Any]:
    """What `Service` is made from again, as plain values."""
    values = dataclasses.asdict(brand)
    return {
        "brand": {k: v for k, v in values.items() if k not in _NOT_CARRIED},
        "base": dataclasses.asdict(base_model),
        "generation": dataclasses.asdict(generation_config),
        "evaluation": {
            k: v
            for k, v in dataclasses.asdict(without_models(evaluation)).items()
            if k in ("briefs", "resamples", "confidence", "seed")
        },
    }


class Service:
    """A loaded model with what it scores by.

    Args:
        kept: from `settings`.
        adapter: folder of the adapter.
        dataset: folder made by `carried.carry`.
        label: which model this is, in words.
    """

    def __init__(self, kept: Mapping[str, Any], adapter: Path, dataset: Path, label: str) -> None:
        self._brand = BrandConfig(**kept["brand"])
        self._generation = GenerationConfig(**kept["generation"])
        base_config = ModelConfig(**kept["base"])
        self._language = self._brand.languages[0]
        self._label = label
        self._log = generation_log.served_log()
        if self._log is None:
            log.warning(
                "%s names no file: what is written here is not noted, and will be learned from "
                "once it is published", generation_log.VARIABLE,
            )  # fmt: skip
        self._model, self._tokenizer = adapters.load_for_generation(
            base.prepare(base_config), adapter, precision="fp32"
        )
        self._reference = reference_of(dataset, self._brand, EvaluationConfig(**kept["evaluation"]))
        self._guard = None
        if self._generation.guard:
            self._guard = Guard(
                self._reference.sheet, "", primary(self._language),
                self._generation.guard_candidates,
            )  # fmt: skip
        self._fields = disclosure(self._language, label, base_title(base_config), self._brand.title)
        # What is measured once of the brand's own posts is measured now, not in the first request.
        rank([Task("", "x")], [[Answer("Hello", True)]], datetime.now(UTC), self._reference)
        # A server answers in several threads; two that write at once take twice the memory and
        # no less time.
        self._one_at_a_time = threading.Lock()

    def answer(self, asked: Sequence[Asked]) -> list[dict[str, Any]]:
        """For each row the best variant, all of them, and the disclosure, as plain values.

        Raises:
            InputError: a row cannot be used; all that are wrong are named.
            OSError: the generation log cannot be written; no text is given out then.
        """
        tasks = self._tasks(asked)
        with self._one_at_a_time:
            ranked, warnings = self._ranked(asked, tasks)
        self._note(tasks, ranked)
        return [
            {
                "text": variants[0].text,
                "variants": [variant.as_json() for variant in variants],
                "platform": task.platform,
                **self._fields,
                "warnings": warnings,
            }
            for task, variants in zip(tasks, ranked, strict=True)
        ]

    def _note(self, tasks: Sequence[Task], ranked: Sequence[Sequence[Variant]]) -> None:
        if self._log is None:
            return
        now = datetime.now(UTC)
        texts = (
            Generated(
                variant.text, now, task.platform, self._label,
                generation_log.brief_digest(task.brief),
            )
            for task, variants in zip(tasks, ranked, strict=True)
            for variant in variants
        )  # fmt: skip
        generation_log.note(self._log, texts)

    def _tasks(self, asked: Sequence[Asked]) -> list[Task]:
        tasks, wrong = [], []
        for number, row in enumerate(asked, start=1):
            try:
                tasks.append(self._task(row))
            except InputError as error:
                wrong.append(f"row {number}: {error}")
        posts = sum(row.n for row in asked)
        if not wrong and posts > MOST_POSTS:
            wrong = [f"{posts} posts in one request; at most {MOST_POSTS} are written"]
        if wrong:
            raise InputError("; ".join(wrong[:10]))
        return tasks

    def _task(self, row: Asked) -> Task:
        if not 1 <= row.n <= MOST_VARIANTS:
            raise InputError(f"n must be from 1 to {MOST_VARIANTS}, is {row.n}")
        brief = checked_brief(row.brief)
        if row.platform:
            platform = check_name(row.platform, self._brand.platforms)
        else:
            platform = platform_of(brief, self._language) or next(iter(self._brand.platforms), "x")
        return Task(for_platform(brief, platform, self._language), platform)

    def _ranked(self, asked: Sequence[Asked], tasks: Sequence[Task]) -> Any:
        now = datetime.now(UTC)
        requests, given = [], []
        for row, task in zip(asked, tasks, strict=True):
            messages = prompt(self._brand.title, self._language, task.brief)
            for k in range(row.n):
                # The first answer is the same however many are asked for.
                further = f"#{k}" if k else ""
                requests.append(Request(f"{task.brief}#{row.seed}{further}", messages))
                given.append((task.brief, now))
        answers, _ = written(requests, given, self._write, self._guard)
        per_task, at = [], 0
        for row in asked:
            per_task.append(answers[at : at + row.n])
            at += row.n
        return rank(tasks, per_task, now, self._reference)

    def _write(self, requests: Sequence[Request]) -> list[Answer]:
        return generate(self._model, self._tokenizer, requests, self._generation)


def load(kept: Path, adapter: Path, dataset: Path, label: str) -> Service:
    """A `Service` from the files of a registered model."""
    return Service(json.loads(kept.read_text(encoding="utf-8")), adapter, dataset, label)
