"""`score`: every bad line is named, and the file others read keeps its form."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from smm_voice import metrics
from smm_voice.commands.score import as_json, read_texts
from smm_voice.errors import InputError
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import parse_sheet
from smm_voice.metrics.voice.profile import fit

FRENCH = Path(__file__).parents[1] / "fixtures" / "french"
SHEET = {
    "subjects": [
        {
            "id": "mutuelle",
            "name": "la mutuelle",
            "facts": [
                {"attribute": "delai", "value": 72, "unit": "heures", "keywords": ["réglées"]},
            ],
        }
    ],
    "forbidden": [{"claim": "sans risque", "reason": "aucune assurance ne l'est"}],
}


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "texts.jsonl"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_a_line_is_a_text_with_or_without_brief_and_id(written):
    path = written('{"text": "One", "brief": "Topic: 1", "id": "a"}\n\n{"text": "Two"}\n')
    assert read_texts(path) == [Item("a", "One", "Topic: 1"), Item("3", "Two")]


@pytest.mark.parametrize("id_", ["0", "7", '"x"'])
def test_an_id_that_is_given_is_kept(id_, written):
    (item,) = read_texts(written(f'{{"text": "One", "id": {id_}}}'))
    assert item.id == str(json.loads(id_))


@pytest.mark.parametrize(
    "content",
    [
        b'\xef\xbb\xbf{"text": "One"}',
        b'{"text": "One"}\r\n',
        b'\n\n{"text": "One"}',
        b' {"text": "One"} ',
    ],  # noqa: E501
    ids=["byte order mark", "Windows line ends", "blank lines", "blanks"],
)
def test_marks_of_other_editors_are_no_fault(content, written):
    assert [item.text for item in read_texts(written(content))] == ["One"]


def test_line_separators_inside_a_text_do_not_end_the_line(written):
    text = "One\u2028two\u0085three"
    path = written(json.dumps({"text": text}, ensure_ascii=False))
    assert [item.text for item in read_texts(path)] == [text]


def test_all_bad_lines_are_listed_with_their_numbers(written):
    path = written(
        '{"text": "fine"}\n{"txt": 1}\nnot json\n[1]\n{"text": 5}\n{"text": null}\n"a"\n'
    )
    with pytest.raises(InputError) as caught:
        read_texts(path)
    message = str(caught.value)
    assert "texts.jsonl" in message
    for words in ("line 2 has no text", "line 3 is no JSON", "line 4 has", "line 5 has",
                  "line 6 has", "line 7 has"):  # fmt: skip
        assert words in message
    assert "line 1 " not in message


def test_a_long_list_of_bad_lines_is_cut_and_counted(written):
    with pytest.raises(InputError, match="line 10 is no JSON and 15 more"):
        read_texts(written("bad\n" * 25))


@pytest.mark.parametrize(
    "content",
    [b"", b"\n \n", b'{"text": "caf\xe9"}', b"[" * 5000],
    ids=["empty", "blank", "other encoding", "nested too deep"],
)
def test_a_file_without_texts_is_refused(content, written):
    with pytest.raises(InputError, match=r"texts\.jsonl"):
        read_texts(written(content))


def test_a_missing_file_or_a_folder_is_named(tmp_path):
    for path in (tmp_path / "absent.jsonl", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            read_texts(path)


def french(brand: str) -> list[str]:
    lines = (FRENCH / f"{brand}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.fixture(scope="module")
def reference() -> Reference:
    own, others = french("mutuelle"), {n: french(n) for n in ("boulangerie", "velo")}
    return Reference(
        language="fr",
        human=tuple(Item(str(i), text) for i, text in enumerate(own[22:33])),
        floor=tuple(Item(str(i), text) for i, text in enumerate(others["velo"][:11])),
        training=tuple(own[:22]),
        profile=fit("fr", own[:22], own[22:33], own[22:33], others, ["velo"]),
        sheet=parse_sheet(SHEET, "sheet", "fr"),
        resamples=200,
    )


@pytest.fixture(scope="module")
def result(reference):
    wrong = (
        "À la mutuelle, vos demandes de remboursement sont réglées en 96 heures, sans risque, "
        "et @inconnu le confirme zqxvplk."
    )
    items = [
        Item("wrong", wrong, "Sujet : délai"),
        Item("copied", reference.training[0], "Sujet : paie"),
        Item("odd", "Bonjour \ud83d !"),
        *(Item(f"own-{i}", text) for i, text in enumerate(french("mutuelle")[33:])),
    ]
    return as_json("mutuelle", items, metrics.score(items, reference), reference)


def test_the_file_has_the_form_others_read(result):
    assert list(result) == ["brand", "n", "scores", "texts", "warnings"]
    assert (result["brand"], result["n"]) == ("mutuelle", 15)
    assert result["scores"].keys() == metrics.METRICS.keys()
    for score in result["scores"].values():
        assert list(score) == ["value", "ci_low", "ci_high", "n", "warnings"]
    for text in result["texts"]:
        assert list(text) == ["id", "text", "scores", "findings"]
        for finding in text["findings"]:
            assert list(finding) == ["kind", "span", "evidence"]
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_each_text_has_its_own_scores(result):
    per_text = {metric.name for metric in metrics.METRICS.values() if metric.level == "post"}
    absent = {name for name, score in result["scores"].items() if score["value"] is None}
    for text in result["texts"]:
        assert text["scores"].keys() == per_text - absent
    wrong, copied = result["texts"][0]["scores"], result["texts"][1]["scores"]
    assert wrong["factuality/contradiction_rate"] == 1
    assert copied["factuality/contradiction_rate"] == 0
    assert copied["memorisation/copy_excess"] > 0.9


def test_findings_say_what_where_and_why(result):
    found = {f["kind"]: f for f in result["texts"][0]["findings"]}
    assert found["contradicted"]["span"] == "96 heures"
    assert "72 heures" in found["contradicted"]["evidence"]
    assert found["forbidden"]["span"] == "sans risque"
    assert found["unsupported"]["span"] == "@inconnu"
    assert found["nonword"]["span"] == "zqxvplk"
    assert [f["kind"] for f in result["texts"][1]["findings"] if f["kind"] == "copied"]


def test_warnings_name_the_metric_they_speak_of(result):
    assert "fluency/bits_per_byte_ratio: no judge model at hand" in result["warnings"]
    assert result["warnings"] == sorted(set(result["warnings"]))


def test_without_other_brands_the_value_is_null_and_the_reason_given(reference):
    own = french("mutuelle")
    alone = dataclasses.replace(
        reference, profile=fit("fr", own[:22], own[22:], own[22:], {}, []), floor=(), cache={}
    )
    items = [Item("1", own[40])]
    found = as_json("mutuelle", items, metrics.score(items, alone), alone)
    assert found["scores"]["voice/style_index"]["value"] is None
    assert any(w.startswith("voice/style_index: INVALID") for w in found["warnings"])
    json.dumps(found, allow_nan=False)
