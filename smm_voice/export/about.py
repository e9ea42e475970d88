"""All that a model card tells of, gathered before a word of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smm_voice.config import BrandConfig, ExportConfig, ModelConfig
from smm_voice.dataset.briefs import Brief, render
from smm_voice.dataset.prompts import prompt
from smm_voice.evaluation.run import Evaluation
from smm_voice.export.gguf import GgufCheck
from smm_voice.export.merged import Agreement
from smm_voice.export.terms import Terms
from smm_voice.models.adapters import AdapterOrigin
from smm_voice.text.languages import primary

# Nobody's post: what the card's example and the comparisons of logits ask for.
_TOPICS = {
    "en": (("new website", "opening"), ("open day", "team", "visit")),
    "fr": (("nouveau site", "ouverture"), ("portes ouvertes", "visite", "équipe")),
}
_FACTS = {"en": ("5:30 pm", "300 seats"), "fr": ("17 h 30", "300 places")}


@dataclass(frozen=True)
class Judged:
    """The newest evaluation.

    Attributes:
        evaluation: the whole of it.
        run: id of its run.
        when: as the store has it.
    """

    evaluation: Evaluation
    run: str
    when: str


@dataclass(frozen=True)
class About:
    """A model that is being exported.

    Attributes:
        config: of the command.
        base_config: of the base model.
        label: the registered version in words, or the adapter's digest.
        version: its number; None for an adapter that is not registered.
        origin: the adapter's.
        adapter_digest: SHA-256 of its weights.
        terms: of the base.
        licence_files: that came with the base and go along.
        training: what the run that made it says of itself, name → value.
        data: the dataset's card; None where it is not at hand.
        judged: its newest evaluation; None where there is none.
        not_judged: why there is none.
        commit: of the code that exports.
        date: of the export, ISO 8601.
        agreement: of the merged weights; None where none were written.
        gguf: of the GGUF file; None where none was written.
        gguf_file: its name.
    """

    config: ExportConfig
    base_config: ModelConfig
    label: str
    version: str | None
    origin: AdapterOrigin
    adapter_digest: str
    terms: Terms
    licence_files: tuple[str, ...]
    training: Mapping[str, str]
    data: Mapping[str, Any] | None
    judged: Judged | None
    not_judged: str
    commit: str
    date: str
    agreement: Agreement | None = None
    gguf: GgufCheck | None = None
    gguf_file: str | None = None

    @property
    def brand(self) -> BrandConfig:
        """Whose voice."""
        return self.config.brand

    @property
    def base(self) -> str:
        """The base's name."""
        return self.terms.name or self.terms.title


def full_brief(brand: BrandConfig) -> str:
    """A brief with every line that there is."""
    language = primary(brand.languages[0])
    return render(
        Brief(
            _platform(brand), language, _topics(language)[0],
            facts=_FACTS.get(language, _FACTS["en"]), handles=("@name",), hashtags=("#topic",),
            link=True, call_to_action="read", length="medium",
        )
    )  # fmt: skip


def terse_brief(brand: BrandConfig) -> str:
    """A brief with topic and form alone."""
    language = primary(brand.languages[0])
    return render(Brief(_platform(brand), language, _topics(language)[1]))


def probes(brand: BrandConfig) -> list[list[dict[str, str]]]:
    """Prompts as the model was trained on, whose answers are compared."""
    language = brand.languages[0]
    return [
        prompt(brand.title, language, brief) for brief in (full_brief(brand), terse_brief(brand))
    ]


def _topics(language: str) -> tuple[tuple[str, ...], ...]:
    return _TOPICS.get(language, _TOPICS["en"])


def _platform(brand: BrandConfig) -> str:
    return next(iter(brand.platforms), "x")
