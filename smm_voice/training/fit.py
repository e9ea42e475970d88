"""Does the base model know the brand's language? Asked before an hour is spent on it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smm_voice.config import ModelConfig
from smm_voice.dataset.example import Example
from smm_voice.errors import UnfitModelError
from smm_voice.models.likelihood import bits_per_byte
from smm_voice.text import languages

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

log = logging.getLogger(__name__)

_POSTS = 48


def check_fit(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    config: ModelConfig,
    validation: Sequence[Example],
    brand: str,
) -> dict[str, float]:
    """Mean bits per byte of the base model on the brand's validation posts, per language.

    An English model tuned on French scored above the real brand on voice and wrote word salad.

    Raises:
        UnfitModelError: above `maximum_bits_per_byte`, or a language the model is not made for;
            not with `model.force`.
    """
    known = {languages.primary(code) for code in config.languages}
    measured: dict[str, float] = {}
    complaints = []
    for language in sorted({e.post.language or "" for e in validation}):
        texts = [e.text for e in validation if e.post.language == language][:_POSTS]
        values = [v for v in bits_per_byte(model, tokenizer, texts) if v is not None]
        if not values:
            continue
        measured[language] = sum(values) / len(values)
        if language not in known:
            complaints.append(f"it is not made for {language!r} (made for: {', '.join(known)})")
        elif measured[language] > config.maximum_bits_per_byte:
            complaints.append(f"it needs too many bits for {language!r}")
    listed = ", ".join(f"{value:.2f} bits per byte in {code}" for code, value in measured.items())
    log.info("Fit of %s to %s: %s", config.name, brand, listed)
    if complaints and not config.force:
        raise UnfitModelError(
            f"the base model {config.name} does not fit brand {brand}: {'; '.join(complaints)}. "
            f"Measured on its validation posts: {listed}; {config.maximum_bits_per_byte:g} is the "
            "most. Take a model that knows the language: model=gemma3_270m (French and "
            "English, under Google's terms), model=qwen3_0_6b (many, from the hub), or model=local "
            "model.path=FOLDER model.languages=[…]; or insist with model.force=true"
        )
    return measured
