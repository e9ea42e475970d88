"""Templates that do what real ones do, each in its own small words."""

import pytest
import torch

from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.generation.generate import Request, generate
from smm_voice.models import chat_format
from smm_voice.models.chat import answer_ids, portable_template, prompt_ids, tokens_in
from smm_voice.training.collator import IGNORED, encode
from tests.generation.test_generate import CONFIG

MARKS = ["<begin>", "<end>", "<turn>", "<done>", "<think>", "</think>"]
# One assistant turn after another, closed by <done>; what comes before differs.
TURNS = (
    "{% for m in messages %}<turn>{{ m['role'] }}\n{{ m['content'] | trim }}<done>\n{% endfor %}"
    "{% if add_generation_prompt %}<turn>assistant\n{% endif %}"
)
# As Qwen2.5: speaks for a system of its own where the conversation brings none.
OWN_SYSTEM = (
    "{% if messages[0]['role'] != 'system' %}<turn>system\nYou help.<done>\n{% endif %}" + TURNS
)
# As Qwen3: the last answer stands behind a closed thought, earlier ones do not.
THINKS = (
    "{% for m in messages %}<turn>{{ m['role'] }}\n"
    "{% if m['role'] == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}"
    "{{ m['content'] }}<done>\n{% endfor %}"
    "{% if add_generation_prompt %}<turn>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
    "{% endif %}"
)
# As reasoning models: whoever asks for an answer gets an open thought, finished answers have none.
OPENS_A_THOUGHT = TURNS.replace(
    "<turn>assistant\n{% endif %}", "<turn>assistant\n<think>\n{% endif %}"
)
# As Llama 3.2: a begin token, and today's date beside the system message.
DATED = (
    "{% if not date_string is defined %}{% if strftime_now is defined %}"
    "{% set date_string = strftime_now('%d %b %Y %f') %}{% endif %}{% endif %}"
    "<begin><turn>system\nToday: {{ date_string }}\n"
    "{% if messages[0]['role'] == 'system' %}{{ messages[0]['content'] }}"
    "{% set messages = messages[1:] %}{% endif %}<done>\n"
) + TURNS
# As Gemma 2: no system message, a strict order, other names for the roles.
REFUSES_SYSTEM = (
    "<begin>{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system here') }}"
    "{% endif %}{% for m in messages %}"
    "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}"
    "<turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n{{ m['content'] | trim }}"
    "<done>\n{% endfor %}{% if add_generation_prompt %}<turn>model\n{% endif %}"
)
# As Gemma 3: folds by itself.
FOLDS_ITSELF = (
    "{% set head = '' %}{% if messages[0]['role'] == 'system' %}"
    "{% set head = messages[0]['content'] + '\n\n' %}{% set messages = messages[1:] %}{% endif %}"
    "<begin>{% for m in messages %}<turn>{{ m['role'] }}\n{{ head if loop.first else '' }}"
    "{{ m['content'] }}<done>\n{% endfor %}"
    "{% if add_generation_prompt %}<turn>assistant\n{% endif %}"
)
# As Mistral 7B: a blank before answers, the end token behind them; and the system message only
# before a brief that stands last, so that no finished conversation has it.
BRACKETS = (
    "<begin>{% set s = '' %}{% if messages[0]['role'] == 'system' %}"
    "{% set s = messages[0]['content'] + '\n\n' %}{% set messages = messages[1:] %}{% endif %}"
    "{% for m in messages %}{% if m['role'] == 'user' %}<turn>{{ s if loop.last else '' }}"
    "{{ m['content'] }}</turn>{% else %} {{ m['content'] }}<end>{% endif %}{% endfor %}"
)
LOSES_SYSTEM = TURNS.replace(
    "{% for m in messages %}", "{% for m in messages if m['role'] != 'system' %}"
)
# Template → what is told of it: folded, end token, blank before an answer.
KINDS = {
    "turns": (TURNS, False, "<done>", ""),
    "own system": (OWN_SYSTEM, False, "<done>", ""),
    "thinks": (THINKS, False, "<done>", ""),
    "opens a thought": (OPENS_A_THOUGHT, False, "<done>", ""),
    "dated": (DATED, False, "<done>", ""),
    "refuses system": (REFUSES_SYSTEM, True, "<done>", ""),
    "folds itself": (FOLDS_ITSELF, False, "<done>", ""),
    "brackets": (BRACKETS, True, "<end>", " "),
    "loses system": (LOSES_SYSTEM, True, "<done>", ""),
}
MESSAGES = prompt("Acme", "en", "second", shots=[("first", "shown")])


@pytest.fixture(scope="module")
def plain(tiny_folder):
    """A tokenizer with the marks of these templates; its own end token is <end>."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_folder)
    tokenizer.add_special_tokens({"additional_special_tokens": [*MARKS, "</turn>"]})
    return tokenizer


@pytest.fixture
def tokenizer(plain):
    plain.chat_template = None
    plain.bos_token, plain.eos_token = "<begin>", "<end>"
    return plain


def fitted(tokenizer, template):
    tokenizer.chat_template = template
    chat_format.fit(tokenizer, "m")
    return chat_format.format_of(tokenizer)


def whole(tokenizer, messages, answer, folded):
    """The finished conversation as the template itself writes and tokenises it."""
    messages = [*messages, {"role": "assistant", "content": answer}]
    text = tokenizer.apply_chat_template(
        chat_format.fold(messages) if folded else messages, tokenize=False, enable_thinking=False
    )
    return tokenizer(text, add_special_tokens=False)["input_ids"]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"dated"}))
@pytest.mark.parametrize("messages", [MESSAGES, MESSAGES[:1] + MESSAGES[-1:]], ids=["shots", "one"])
def test_an_example_is_the_conversation_as_the_template_writes_it(tokenizer, kind, messages):
    template, folds, end, lead = KINDS[kind]
    found = fitted(tokenizer, template)
    assert (found.folds_system, found.end, found.lead) == (folds, end, lead)
    assert tokenizer.eos_token == end
    example = encode(tokenizer, messages, "Liftoff!")
    expected = whole(tokenizer, messages, "Liftoff!", folds)
    assert expected[: len(example.input_ids)] == example.input_ids
    assert tokenizer.decode(expected[len(example.input_ids) :]).strip() == ""
    learned = [i for i in example.labels if i != IGNORED]
    assert learned == answer_ids(tokenizer, "Liftoff!")
    assert tokenizer.decode(learned) == f"{lead}Liftoff!{end}"
    text = tokenizer.decode(example.input_ids)
    assert text.count("Write social media posts for Acme.") == 1 and "You help" not in text
    assert text.index("posts for Acme") < text.index(messages[1]["content"])


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"opens a thought"}))
def test_whoever_renders_the_portable_template_reads_what_was_learned(tokenizer, kind):
    fitted(tokenizer, KINDS[kind][0])
    ids = prompt_ids(tokenizer, MESSAGES)
    tokenizer.chat_template = portable_template(tokenizer)
    text = tokenizer.apply_chat_template(MESSAGES, tokenize=False, add_generation_prompt=True)
    assert tokenizer(text, add_special_tokens=False)["input_ids"] == ids


def test_a_closed_thought_is_read_and_not_learned(tokenizer):
    fitted(tokenizer, THINKS)
    text = tokenizer.decode(prompt_ids(tokenizer, MESSAGES))
    assert text.endswith("second<done>\n<turn>assistant\n<think>\n\n</think>\n\n")
    assert text.count("<think>") == 1
    asked = tokenizer.apply_chat_template(
        MESSAGES, tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    assert text == asked
    fitted(tokenizer, OPENS_A_THOUGHT)
    assert "<think>" not in tokenizer.decode(prompt_ids(tokenizer, MESSAGES))


def test_the_date_stands_still(tokenizer):
    fitted(tokenizer, DATED)
    first = prompt_ids(tokenizer, MESSAGES)
    asked = tokenizer.apply_chat_template(MESSAGES, tokenize=False)
    assert prompt_ids(tokenizer, MESSAGES) == first
    assert tokenizer.apply_chat_template(MESSAGES, tokenize=False) != asked  # it does run
    assert "Today: 26 Jul 2024\nWrite social" in tokenizer.decode(first)


def test_a_system_message_is_folded_once_into_the_first_brief(tokenizer):
    fitted(tokenizer, REFUSES_SYSTEM)
    assert tokenizer.decode(prompt_ids(tokenizer, MESSAGES)) == (
        "<begin><turn>user\nWrite social media posts for Acme.\n\nfirst<done>\n"
        "<turn>model\nshown<done>\n<turn>user\nsecond<done>\n<turn>model\n"
    )
    # Without one there is nothing to fold.
    assert tokenizer.decode(prompt_ids(tokenizer, MESSAGES[1:2])) == (
        "<begin><turn>user\nfirst<done>\n<turn>model\n"
    )


def test_generation_stops_at_the_token_that_the_template_closes_answers_with(tokenizer, tiny):
    """The model writes <done> at once; the tokenizer's own end token it never writes."""
    _, model, _ = tiny
    fitted(tokenizer, TURNS)
    model.resize_token_embeddings(len(tokenizer))
    with torch.no_grad():
        model.get_output_embeddings().weight.zero_()
    model.lm_head.bias = torch.nn.Parameter(torch.zeros(len(tokenizer)))
    with torch.no_grad():
        model.lm_head.bias[tokenizer.convert_tokens_to_ids("<done>")] = 50.0
    (answer,) = generate(model, tokenizer, [Request("a", MESSAGES)], CONFIG)
    assert answer.finished and answer.text == ""
    tokenizer.eos_token = "<end>"
    (answer,) = generate(model, tokenizer, [Request("a", MESSAGES)], CONFIG)
    assert not answer.finished


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ raise_exception('never') }}", "never"),
        ("{% for m in messages %}{{ m.content.nothing.at_all }}{% endfor %}", "Undefined"),
        (TURNS.replace("m['content'] | trim", "m['content'][:3]"), "the system message is lost"),
        (
            "{% for m in messages %}{% if m['role'] != 'assistant' or loop.last %}<turn>"
            "{{ m['content'] }}<done>{% endif %}{% endfor %}",
            "a shown post is lost",
        ),
        ("{% for m in messages | reverse %}{{ m['content'] }}<done>{% endfor %}", "out of order"),
        ("{% for m in messages %}{{ m['content'] }", "TemplateSyntaxError"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_write_a_post_is_refused_with_a_way_out(tokenizer, template, words):
    with pytest.raises(InputError, match="model m: its chat template cannot write") as caught:
        fitted(tokenizer, template)
    assert words in str(caught.value) and "model.path=FOLDER" in str(caught.value)
    assert caught.value.exit_status == 2


def test_a_model_without_template_keeps_its_end_token_and_says_so_once(tokenizer, caplog):
    chat_format._say_once.cache_clear()
    with caplog.at_level("INFO"):
        for _ in range(2):
            assert fitted(tokenizer, None) is None
    assert tokenizer.eos_token == "<end>"
    assert [r.message for r in caplog.records if "no chat template" in r.message] == [
        "Model m has no chat template: prompts are written in a plain format"
    ]


def test_a_tokenizer_without_any_end_is_refused(tokenizer):
    tokenizer.eos_token = None
    with pytest.raises(InputError, match="no end token"):
        fitted(tokenizer, None)
    with pytest.raises(InputError, match="closes answers with no token of its own"):
        fitted(tokenizer, "{% for m in messages %}{{ m['content'] }}\n{% endfor %}")


def test_a_template_without_a_mark_behind_answers_takes_the_end_token(tokenizer, caplog):
    chat_format._say_once.cache_clear()
    with caplog.at_level("INFO"):
        found = fitted(tokenizer, "{% for m in messages %}{{ m['content'] }}\n\n{% endfor %}")
    assert found.end == "<end>" and answer_ids(tokenizer, "x")[-1] == tokenizer.eos_token_id
    assert "no single mark" in caplog.text


def test_tokens_of_a_stretch_are_found_behind_a_blank_as_well(tokenizer):
    fitted(tokenizer, BRACKETS)
    ids = answer_ids(tokenizer, "Go to Mars")
    chosen = tokens_in(tokenizer, "Go to Mars", [(6, 10)])
    assert tokenizer.decode([ids[at] for at in chosen]) == "Mars"
