"""The plain format, for models without a chat template."""

import pytest

from smm_voice.dataset.prompts import prompt
from smm_voice.models.chat import answer_ids, portable_template, prompt_ids


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


AWKWARD = ["", "\n", " a \n\n b ", "<b>&amp; 'x' \"y\"</b>", "{{ 1 + 1 }} {% if x %} {# y #}",
           "naïve 🚀\u200d", "{text} {end}", "<|im end|>", "\\n \\ %"]  # fmt: skip


@pytest.mark.parametrize("first", ["<|im_start|>", None])
def test_the_plain_format_as_a_template_makes_the_same_tokens(plain, tmp_path, first):
    from transformers import AutoTokenizer

    plain.bos_token = first
    messages = [
        each
        for text in AWKWARD
        for each in (
            prompt(text, "en", text),
            prompt("Acme", "fr", text, style_guide=text, shots=[(text, text), ("b", text)]),
        )
    ]
    wanted = [prompt_ids(plain, each) for each in messages]
    plain.chat_template = portable_template(plain)
    assert [prompt_ids(plain, each) for each in messages] == wanted
    plain.save_pretrained(tmp_path)
    # As a program that knows nothing of this one would.
    fresh = AutoTokenizer.from_pretrained(tmp_path)
    for generation_prompt in (True, False):
        found = fresh.apply_chat_template(
            messages, add_generation_prompt=generation_prompt, return_dict=True
        )
        assert found["input_ids"] == wanted


def test_the_plain_template_refuses_another_role(plain):
    from jinja2 import TemplateError

    plain.chat_template = portable_template(plain)
    with pytest.raises(TemplateError, match="no such role: tool"):
        plain.apply_chat_template([{"role": "tool", "content": "x"}], tokenize=False)


def test_a_model_s_own_template_stays(tiny):
    _, _, tokenizer = tiny
    assert portable_template(tokenizer) == tokenizer.chat_template
