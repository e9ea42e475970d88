"""Labels, token by token: a training loss cannot show that they are wrong."""

from smm_voice.dataset.prompts import prompt
from smm_voice.training.collator import IGNORED, CompletionCollator, encode


def test_labels_stand_on_the_answer_and_its_end_token_alone(tiny):
    _, _, tokenizer = tiny
    encoded = encode(tokenizer, prompt("Acme", "en", "Topic: launch"), "Liftoff!")

    learned = [i for i, label in enumerate(encoded.labels) if label != IGNORED]
    answer = tokenizer("Liftoff!", add_special_tokens=False)["input_ids"]
    assert [encoded.labels[i] for i in learned] == [*answer, tokenizer.eos_token_id]
    assert learned == list(range(len(encoded.labels) - len(answer) - 1, len(encoded.labels)))
    assert [encoded.input_ids[i] for i in learned] == [encoded.labels[i] for i in learned]
    before = tokenizer.decode(encoded.input_ids[: learned[0]])
    assert before.endswith("Topic: launch<|im_end|>\n<|im_start|>assistant\n")


def test_end_tokens_inside_the_prompt_are_not_learned(tiny):
    _, _, tokenizer = tiny
    encoded = encode(tokenizer, prompt("Acme", "en", "b", shots=[("c", "d")]), "Liftoff!")
    ends = [i for i, token in enumerate(encoded.input_ids) if token == tokenizer.eos_token_id]
    assert len(ends) == 5
    assert [encoded.labels[i] for i in ends] == [IGNORED] * 4 + [tokenizer.eos_token_id]


def test_padding_is_never_learned_though_the_pad_id_is_the_end_id(tiny):
    _, _, tokenizer = tiny
    assert tokenizer.pad_token_id == tokenizer.eos_token_id
    rows = [
        {"input_ids": [5, 6, 7, 1], "labels": [IGNORED, 6, 7, 1]},
        {"input_ids": [8, 1], "labels": [IGNORED, 1]},
    ]
    batch = CompletionCollator(tokenizer.pad_token_id)(rows)

    assert batch["input_ids"].tolist() == [[5, 6, 7, 1, 1, 1, 1, 1], [8, 1, 1, 1, 1, 1, 1, 1]]
    assert batch["attention_mask"].tolist() == [[1] * 4 + [0] * 4, [1] * 2 + [0] * 6]
    assert batch["labels"].tolist() == [
        [IGNORED, 6, 7, 1] + [IGNORED] * 4,
        [IGNORED, 1] + [IGNORED] * 6,
    ]


def test_a_model_without_chat_template_gets_the_plain_format(tiny):
    _, _, tokenizer = tiny
    tokenizer.chat_template = None
    encoded = encode(tokenizer, prompt("Acme", "en", "Topic: launch"), "Liftoff!")
    text = tokenizer.decode(encoded.input_ids)
    assert text.endswith("### Brief\nTopic: launch\n\n### Post\nLiftoff!<|im_end|>")
    assert sum(label != IGNORED for label in encoded.labels) == len("Liftoff!") + 1
