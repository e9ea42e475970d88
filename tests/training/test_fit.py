"""A base that does not know the brand's language is refused before any training."""

import dataclasses
from datetime import UTC, datetime

import pytest

from smm_voice.config import ModelConfig
from smm_voice.dataset.example import Example
from smm_voice.errors import UnfitModelError
from smm_voice.posts.post import Post
from smm_voice.training.fit import check_fit

CONFIG = ModelConfig(
    name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=100.0, force=False, path="x"
)


def validation(language):
    when = datetime(2024, 1, 1, tzinfo=UTC)
    post = Post("1", "t", "x", when, "s", language=language)
    return [Example("1", "b", "A few words of it.", post)]


def test_a_language_the_model_is_not_made_for_is_refused_with_the_measurement(tiny):
    _, model, tokenizer = tiny
    with pytest.raises(UnfitModelError, match="not made for 'fr'") as caught:
        check_fit(model, tokenizer, CONFIG, validation("fr"), "acme")
    assert "bits per byte in fr" in str(caught.value) and caught.value.exit_status == 2


def test_too_many_bits_are_refused_unless_forced(tiny):
    _, model, tokenizer = tiny
    strict = dataclasses.replace(CONFIG, maximum_bits_per_byte=1.0)
    with pytest.raises(UnfitModelError, match="needs too many bits for 'en'"):
        check_fit(model, tokenizer, strict, validation("en"), "acme")
    forced = dataclasses.replace(strict, force=True)
    # 258 tokens, untrained: about log2(258) bits for each byte.
    assert check_fit(model, tokenizer, forced, validation("en"), "acme")["en"] == pytest.approx(
        8, abs=0.5
    )


def test_a_fitting_model_passes(tiny):
    _, model, tokenizer = tiny
    assert check_fit(model, tokenizer, CONFIG, validation("en"), "acme").keys() == {"en"}
