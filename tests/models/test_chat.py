"""The plain format, for models without a chat template."""

import pytest

from smm_voice.dataset.prompts import prompt
from smm_voice.models.chat import answer_ids, prompt_ids


@pytest.fixture
def plain(tiny):
    _, _, tokenizer = tiny
    tokenizer.chat_template = None
    return tokenizer


def test_each_shown_post_is_closed_and_the_last_is_left_to_write(plain):
    text = plain.decode(prompt_ids(plain, prompt("Acme", "en", "b", shots=[("c", "d")])))
    assert text == (
        "<|im_start|>Write social media posts for Acme.\n\n"
        "### Brief\nc\n\n### Post\nd<|im_end|>\n\n"
        "### Brief\nb\n\n### Post\n"
    )


def test_the_end_of_a_shown_post_is_the_token_that_ends_an_answer(plain):
    ids = prompt_ids(plain, prompt("Acme", "en", "b", shots=[("c", "d"), ("e", "f")]))
    assert ids.count(plain.eos_token_id) == 2
    assert answer_ids(plain, "d")[-1] == plain.eos_token_id
    assert ids.count(plain.bos_token_id) == 1 and ids[0] == plain.bos_token_id


def test_braces_in_a_text_stay_as_they_are(plain):
    text = plain.decode(prompt_ids(plain, prompt("A{end}", "en", "{text} {0} {")))
    assert "A{end}" in text and "{text} {0} {" in text


def test_a_model_without_a_first_token_gets_none(plain):
    plain.bos_token = None
    assert plain.decode(prompt_ids(plain, prompt("Acme", "en", "b"))).startswith("Write")
