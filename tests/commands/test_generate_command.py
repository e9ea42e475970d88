"""`generate`: what is printed and written of variants, for one platform or all."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from smm_voice.commands import generate as command
from smm_voice.config import BrandConfig, GenerationConfig
from smm_voice.errors import InputError
from smm_voice.evaluation import variants
from smm_voice.generation.generate import Answer
from smm_voice.metrics.base import Finding, Score
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.posts.generation_log import read

SHEET = {"subjects": [], "forbidden": [{"claim": "organic", "reason": "no certificate"}]}
DECODING = {
    "temperature": 0.8, "top_p": 0.9, "top_k": 50, "maximum_new_tokens": 60, "batch_size": 8,
    "shots": 2, "seed": 0, "guard_candidates": 3,
}  # fmt: skip
BASE = {
    "name": "b", "languages": ["en"], "licence": "-", "maximum_bits_per_byte": 1.0, "force": False,
}  # fmt: skip


@pytest.fixture
def generated(tmp_path, monkeypatch, capsys):
    """Run the command on a writer whose second variant gets better, and its third never does."""
    (tmp_path / "facts.yaml").write_text(json.dumps(SHEET), encoding="utf-8")
    calls = []

    def write(model, tokenizer, requests, config):
        calls.append([request.key.rpartition("#")[2] for request in requests])
        texts = {"0": "fine", "1": "organic", "1~1": "better"}
        return [Answer(texts.get(key, f"organic {key}"), finished=True) for key in calls[-1]]

    def score(items, reference):
        # The later in the alphabet, the nearer.
        each = tuple(ord(item.text[0]) / 256 for item in items)
        return {name: Score(0.5, per_item=each)
                for name in ("voice/style_index", "voice/closeness")}  # fmt: skip

    def findings(item, reference):
        return [Finding("forbidden", "organic", "why")] if "organic" in item.text else []

    for name, value in {
        "find_adapter": ("folder", "acme-voice version 1"),
        "read_origin": SimpleNamespace(base=BASE),
        "prepare": None,
        "load_for_generation": (None, None),
        "dataset_of": None,
        "build_reference": SimpleNamespace(sheet=FactSheet(), language="en"),
    }.items():
        monkeypatch.setattr(command, name, lambda *_, value=value: value)
    monkeypatch.setattr("smm_voice.tracking.store.open_store", lambda *_: None)
    monkeypatch.setattr("smm_voice.generation.generate.generate", write)
    families = {
        name: SimpleNamespace(score=score if name == "voice" else lambda *_: {})
        for name in variants.FAMILIES
    }
    monkeypatch.setattr(variants, "metrics", SimpleNamespace(FAMILIES=families, findings=findings))

    def go(guard=False, n=3, platforms=("x",), languages=("en",), **more):
        brand = BrandConfig(
            name="acme", languages=list(languages), platforms=list(platforms), facts="facts.yaml"
        )
        values = dict(
            workspace=str(tmp_path), repository=str(tmp_path), brand=brand, brief="A new garden",
            tracking=None, model="champion", platform=None, n=n, references=[], dataset=None,
            evaluation=None, generation=GenerationConfig(**DECODING, guard=guard), output=None,
        )  # fmt: skip
        assert command.generate(SimpleNamespace(**values | more)) == 0
        return capsys.readouterr().out, calls

    return go


def posts_in(output):
    return [
        line.partition(") ")[2] for line in output.splitlines() if line[:2] in ("1.", "2.", "3.")
    ]


def test_without_the_guard_each_variant_is_drawn_once(generated):
    output, calls = generated()
    assert calls == [["0", "1", "2"]]
    assert "The guard" not in output
    assert posts_in(output) == ["fine", "organic", "organic 2"]


def test_the_accused_variants_are_drawn_again_before_ranking(generated):
    output, calls = generated(guard=True)
    assert calls == [["0", "1", "2"], ["1~1", "2~1"], ["2~2"]]
    assert (
        "The guard drew 6 posts for 3; 1 of these still contradicts a fact or makes a forbidden "
        "claim\n\nx\n"
    ) in output
    assert posts_in(output) == ["fine", "better", "organic 2"]


def test_a_variant_s_line_says_rank_voice_length_and_what_to_check(generated):
    output, _ = generated(n=2)
    assert "1. (voice 0.40, 4/280) fine\n" in output
    assert "2. (voice 0.43, 7/280) organic\n     check forbidden: organic why\n" in output
    assert output.endswith(
        "\nWritten by an AI model (acme-voice version 1: b, fine-tuned on posts of acme).\n"
    )


def test_facts_of_the_brief_that_a_variant_leaves_out_are_told(generated):
    output, _ = generated(n=1, brief="Garden, 5:30 pm, 300 seats")
    assert "fine\n     leaves out 2 facts of the brief\n" in output


def test_all_platforms_of_the_brand_each_with_its_brief_and_its_limits(generated, tmp_path):
    path = tmp_path / "new" / "posts.json"
    output, calls = generated(
        n=2, platforms=("x", "billboard", "mastodon"), platform="all", output=str(path)
    )
    assert calls == [["0", "1"] * 3]
    written = json.loads(path.read_text("utf-8"))
    assert [path.name for path in path.parent.iterdir()] == ["posts.json"]
    assert written["ai_generated"] is True
    assert written["ai_disclosure"].startswith("Written by an AI model (acme-voice version 1: b")
    assert [each["platform"] for each in written["platforms"]] == ["x", "billboard", "mastodon"]
    assert [each["brief"].splitlines()[-1] for each in written["platforms"]] == [
        "Form: x, medium", "Form: billboard, medium", "Form: mastodon, medium",
    ]  # fmt: skip
    first, second = written["platforms"][2]["variants"]
    assert (first["rank"], first["text"], first["length"], first["longest"]) == (1, "fine", 4, 500)
    assert second["findings"] == [{"kind": "forbidden", "span": "organic", "evidence": "why"}]
    assert written["platforms"][1]["variants"][0]["longest"] is None
    assert "1. (voice 0.40, 4) fine\n" in output
    assert "\nmastodon\n  Topic: A new garden\n  Form: mastodon, medium\n" in output


def test_a_french_brand_s_posts_are_disclosed_in_french(generated, tmp_path):
    path = tmp_path / "posts.json"
    output, _ = generated(languages=("fr-CA",), output=str(path))
    assert "  Sujet: A new garden\n  Forme: x, moyen\n" in output
    assert "\nRédigé par un modèle d'IA (acme-voice version 1 : b, affiné" in output
    assert json.loads(path.read_text("utf-8"))["ai_disclosure"].startswith("Rédigé par")


@pytest.mark.parametrize(
    ("brief", "platform", "names"),
    [("sea", None, ["mastodon"]), ("Topic: sea\nForm: threads, long", None, ["threads"]),
     ("Topic: sea\nForm: threads, long", "x", ["x"]), ("sea", "Bluesky", ["bluesky"])],
)  # fmt: skip
def test_which_platform_is_written_for(brief, platform, names):
    brand = BrandConfig(name="a", languages=["en"], platforms=["mastodon", "x"])
    assert [task.platform for task in command.tasks_of(brief, platform, brand)] == names


@pytest.mark.parametrize(
    ("more", "words"),
    [({"platform": "linkdin"}, "did you mean 'linkedin'"), ({"brief": " "}, "there is no brief"),
     ({"brief": "a" * 10_000}, "at most 4000"),
     ({"platform": "all", "platforms": ()}, "lists no platforms")],
)  # fmt: skip
def test_bad_input_is_refused_before_anything_is_loaded(generated, monkeypatch, more, words):
    monkeypatch.setattr(command, "find_adapter", lambda *_: pytest.fail("looked for the model"))
    with pytest.raises(InputError, match=words):
        generated(**more)


def test_an_output_that_cannot_be_written_is_told(generated):
    with pytest.raises(InputError, match="output=/proc/none/x.json cannot be written"):
        generated(output="/proc/none/x.json")


def test_every_variant_is_noted_before_it_is_shown(generated, tmp_path):
    generated(n=2, platforms=("x", "mastodon"), platform="all")
    noted = read(tmp_path / "data" / "generated" / "acme")
    assert {each.text for each in noted} == {"fine", "organic"}
    lines = (tmp_path / "data/generated/acme/log.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert {json.loads(line)["platform"] for line in lines} == {"x", "mastodon"}
    assert {each.model for each in noted} == {"acme-voice version 1"}


def test_what_cannot_be_noted_is_not_shown(generated, tmp_path, capsys):
    (tmp_path / "data").write_text("a file where the folder should be")
    path = tmp_path / "posts.json"
    with pytest.raises(InputError, match="generation log .* cannot be written"):
        generated(output=str(path))
    assert "fine" not in capsys.readouterr().out and not path.exists()
