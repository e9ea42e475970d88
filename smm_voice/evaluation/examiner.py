"""Scores of one adapter after the other on the same briefs, as a search needs them.

No rival answers, and what all adapters are measured against (voice, judge, people's posts) is made
once.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from pathlib import Path

from smm_voice import metrics
from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig, ModelConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import read_style_guide
from smm_voice.evaluation import guard, negatives
from smm_voice.evaluation.arms import SUBJECT
from smm_voice.evaluation.judges import ModelJudge
from smm_voice.evaluation.kept import Kept
from smm_voice.evaluation.model import Loaded, Writing, in_language
from smm_voice.evaluation.reference import build_reference, prompt_set
from smm_voice.metrics.base import Reference, Score
from smm_voice.models.base import BaseModel
from smm_voice.text import languages


@dataclasses.dataclass(frozen=True)
class Examiner:
    """What adapters are examined by.

    Attributes:
        dataset: its test split gives the briefs.
        brand: the brand.
        base_config: configuration of the base model.
        base: the base model of every adapter.
        generation: decoding of the base model's answers that the voice score is told from.
        config: size of the prompt set, draws, judges.
        precision: fp32 or bf16, of the base model.
        root: the brand's files are relative to it.
        kept: what need not be made twice.
    """

    dataset: Dataset
    brand: BrandConfig
    base_config: ModelConfig
    base: BaseModel
    generation: GenerationConfig
    config: EvaluationConfig
    precision: str
    root: Path
    kept: Kept

    def examine(
        self, adapter: Path, decoding: GenerationConfig, precision: str, folder: Path
    ) -> dict[str, Score]:
        """Let an adapter answer, and score what it writes.

        Args:
            adapter: its folder.
            decoding: of its answers.
            precision: fp32 or bf16.
            folder: run folder; the answers are written to its `rows/`.
        """
        model = Loaded(self.base, adapter, precision)
        writing = self._writing(decoding, folder)
        items = writing.arm(SUBJECT, model, decoding)
        model.release()
        found = metrics.score(items, self._judged(self._reference))
        self._plain.release()
        return found | writing.guarded.get(SUBJECT, {})

    @cached_property
    def people(self) -> dict[str, Score]:
        """The scores of the brand's own posts to the same briefs."""
        found = metrics.score(list(self._reference.human), self._judged(self._reference))
        self._plain.release()
        return found

    @property
    def briefs(self) -> list[str]:
        """Ids of the briefs, in their order."""
        return [example.id for example in self._examples]

    @cached_property
    def _brand(self) -> BrandConfig:
        return in_language(self.brand, self.config)

    @cached_property
    def _language(self) -> str:
        return languages.primary(self._brand.languages[0])

    @cached_property
    def _examples(self) -> list[Example]:
        return prompt_set(self.dataset, self._language, self.config.briefs)

    @cached_property
    def _plain(self) -> Loaded:
        return Loaded(self.base, None, self.precision)

    @cached_property
    def _reference(self) -> Reference:
        writing = self._writing(self.generation, self.dataset.folder)
        machine = negatives.make(
            self.dataset, self._language, self.brand.title,
            writing.writer(self._plain, self.generation, "negatives"), self.config.base_answers,
        )  # fmt: skip
        return build_reference(
            self.dataset, self._brand, self.config, self.root, self._examples, machine,
            self.base_config, self._plain.get,
        )  # fmt: skip

    def _judged(self, reference: Reference) -> Reference:
        """With a judge and a cache that are gone after use: a training wants the memory."""
        judge = reference.judge
        if isinstance(judge, ModelJudge) and reference.judge_name == self.base.name:
            judge = self.kept.judging(ModelJudge(self._plain.get), f"{self._plain.digest}:judge")
        return dataclasses.replace(reference, judge=judge, cache=dict(reference.cache))

    def _writing(self, decoding: GenerationConfig, folder: Path) -> Writing:
        brand = self._brand
        return Writing(
            self._examples, brand.title,
            read_style_guide(self.root / brand.style_guide if brand.style_guide else None),
            guard.Guard.of(brand, decoding, self.root), self.config, folder, self.kept,
        )  # fmt: skip
