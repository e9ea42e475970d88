"""Which model judges fluency: one that knows the language, and never the candidate's adapter."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from smm_voice.config import EvaluationConfig, ModelConfig
from smm_voice.errors import InputError
from smm_voice.metrics.base import Judge
from smm_voice.models.base import is_installed, load, prepare
from smm_voice.models.likelihood import bits_per_byte
from smm_voice.text import languages

_TERMS_KEY = "evaluation.judge_model.accept_terms"

log = logging.getLogger(__name__)

# (model, tokenizer), as `models.base.load` gives them.
Loader = Callable[[], tuple[Any, Any]]


class ModelJudge:
    """Bits per byte under a language model, loaded when it is first asked.

    A text is measured once: the human posts, and what is made of them, come up for every arm.

    Args:
        load_model: gives model and tokenizer, without any adapter.
    """

    def __init__(self, load_model: Loader) -> None:
        self._load = load_model
        self._loaded: tuple[Any, Any] | None = None
        self._known: dict[str, float | None] = {}

    def __call__(self, texts: Sequence[str]) -> list[float | None]:
        """Bits per byte of each text, None for a text without words.

        Raises:
            ValueError: the model carries an adapter; it would be judging itself.
        """
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            if self._loaded is None:
                self._loaded = self._load()
            model, tokenizer = self._loaded
            if hasattr(model, "peft_config"):
                raise ValueError("a judge of fluency must not carry an adapter")
            self._known |= dict(zip(new, bits_per_byte(model, tokenizer, new), strict=True))
        return [self._known[text] for text in texts]


def choose_judge(
    config: EvaluationConfig,
    language: str,
    strangers: Sequence[str],
    base: ModelConfig | None = None,
    load_base: Loader | None = None,
) -> tuple[Judge | None, str | None]:
    """The judge that `evaluation.judge` asks for, and its name.

    `auto` takes the base model where it is made for the language, else `evaluation.judge_model`
    where that is, is installed and its terms are accepted, else n-grams of other brands' posts.

    Args:
        config: names the judge.
        language: two-letter code.
        strangers: posts of other brands in the language, for the n-gram judge.
        base: the base model's configuration; None where no model is at hand.
        load_base: gives the base model, without adapter; None: it is loaded from its files.

    Returns:
        Judge and name; None twice where `auto` finds none: there are no strangers' posts.

    Raises:
        InputError: the judge that is asked for is not at hand.
    """
    wanted, other = config.judge, config.judge_model
    if wanted == "auto":
        wanted = _automatic(config, language, base)
        if wanted == "ngram" and not strangers:
            return None, None
    if wanted == "ngram":
        return _ngram(strangers, language)
    if wanted == "base" or (base is not None and wanted == base.name):
        if base is None:
            raise InputError(
                "evaluation.judge=base, but no base model is at hand here; say "
                "evaluation.judge=auto or ngram"
            )
        return ModelJudge(load_base or _loader(base, "model.accept_terms")), base.name
    if other is None or wanted != other.name:
        raise InputError(f"evaluation.judge={wanted}, but no evaluation.judge_model of that name")
    return ModelJudge(_loader(other, _TERMS_KEY)), other.name


def _automatic(config: EvaluationConfig, language: str, base: ModelConfig | None) -> str:
    if base is not None and _knows(base, language):
        return "base"
    other = config.judge_model
    if other is None or not _knows(other, language):
        return "ngram"
    if not is_installed(other):
        hint = f" (python -m pip install {other.requirement})" if other.requirement else ""
        log.info("Fluency is judged by n-grams; %s is not installed%s", other.name, hint)
        return "ngram"
    if other.terms and not other.accept_terms:
        log.info(
            "Fluency is judged by n-grams; %s would know %s: read its terms (%s), and say "
            "%s=true", other.name, language, other.terms, _TERMS_KEY,
        )  # fmt: skip
        return "ngram"
    return other.name


def _knows(model: ModelConfig, language: str) -> bool:
    return languages.primary(language) in {languages.primary(code) for code in model.languages}


def _loader(model: ModelConfig, terms_key: str) -> Loader:
    """Prepared at once, so that what is missing is told before an hour of work, loaded later."""
    prepared = prepare(model, terms_key)
    return lambda: load(prepared)


def _ngram(strangers: Sequence[str], language: str) -> tuple[Judge, str]:
    from smm_voice.metrics.fluency.ngram import NgramJudge

    if not strangers:
        raise InputError("evaluation.judge=ngram needs posts of other brands; there are none")
    judge = NgramJudge(strangers, language)
    return judge, judge.name
