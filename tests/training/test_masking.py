"""What no brief gives is not learned: spans, and labels token by token."""

from datetime import UTC, datetime

import pytest

from smm_voice.dataset.example import Example
from smm_voice.posts.post import Post
from smm_voice.training.collator import IGNORED, encode
from smm_voice.training.masking import unsupported


def example(brief, text, language="en"):
    post = Post("1", text, "x", datetime(2024, 5, 3, tzinfo=UTC), "s", language=language)
    return Example("1", brief, text, post)


def masked(brief, text, language="en", known="Acme"):
    return [text[a:b] for a, b in unsupported(example(brief, text, language), known)]


@pytest.mark.parametrize(
    ("brief", "text", "expected"),
    [
        ("Topic: shop", "We sold 1,200 cups for $45 on May 3.", ["1,200", "$45", "May 3"]),
        ("Topic: shop\nFacts: 1,200; $45", "We sold 1,200 cups for $45.", []),
        ("Topic: shop\nFacts: 15", "We sold 5 of them, not 15.", ["5"]),
        ("Topic: launch", "Thanks to @spacefan for it!", ["@spacefan"]),
        ("Topic: launch\nMention: @spacefan", "Thanks to @spacefan for it!", []),
        ("Topic: launch", "Yesterday Grace Hopkins spoke about it.", ["Grace Hopkins"]),
        ("Topic: Hopkins", "Yesterday Grace Hopkins spoke about it.", []),
        ("Topic: x", "We met in Canaveral.", ["Canaveral"]),
        # The name of the brand, a word that begins a sentence, hashtags, figures of speech.
        ("Topic: x", "Acme is here. Gorgeous #Sunset with two friends tomorrow!", []),
    ],
)
def test_facts_and_names_that_the_brief_lacks(brief, text, expected):
    assert masked(brief, text) == expected


def test_french():
    text = "Rendez-vous à Montpellier pour 45 € le 12 juin !"
    assert masked("Sujet : fête", text, "fr") == ["Montpellier", "45 €", "12 juin"]
    assert masked("Sujet : Montpellier\nFaits : 45 €; 12 juin", text, "fr") == []


def test_exactly_the_tokens_of_the_fact_lose_their_label(tiny):
    _, _, tokenizer = tiny
    text = "We sold 1,200 cups."
    spans = unsupported(example("Topic: cups", text))
    row = encode(tokenizer, [{"role": "user", "content": "Topic: cups"}], text, unlearned=spans)
    begin = len(row.input_ids) - len(text) - 1  # a byte a token, and the end token
    assert row.input_ids[begin:-1] == tokenizer(text, add_special_tokens=False)["input_ids"]
    unlearned = [at - begin for at in range(begin, len(row.labels)) if row.labels[at] == IGNORED]
    assert unlearned == list(range(text.index("1"), text.index(" cups")))
    assert row.labels[-1] == tokenizer.eos_token_id
    assert [i for i, label in zip(row.input_ids, row.labels, strict=True) if label != IGNORED] == [
        i for i, label in zip(row.input_ids, row.labels, strict=True) if label == i
    ]


def test_a_tokenizer_that_joins_the_blank_to_the_number(tmp_path):
    """Most do: the token " 1" of " 1,200" is a part of the fact."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["We", "Ġsold", "Ġ1", ",", "200", "Ġcups", ".", "<end>"]
    raw = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="."))
    raw.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<end>")
    text = "We sold 1,200 cups."
    row = encode(tokenizer, [{"role": "user", "content": ""}], text,
                 unlearned=unsupported(example("Topic: cups", text)))  # fmt: skip
    learned = [words[label] for label in row.labels if label != IGNORED]
    assert learned == ["We", "Ġsold", "Ġcups", ".", "<end>"]
