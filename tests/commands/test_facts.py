"""`scripts/facts.py`: a sheet proposed from posts, and posts held against a sheet."""

import json
from types import SimpleNamespace

import pytest
import yaml

from smm_voice.metrics.factuality.sheet import load_sheet

SHEET = {
    "version": 2,
    "subjects": [
        {"id": "small", "name": "NASA", "aliases": ["@NASA"], "brand": True, "facts": []},
        {
            "id": "station", "name": "International Space Station",
            "aliases": ["@Space_Station", "space station"],
            "facts": [
                {"attribute": "altitude", "value": 300, "unit": "miles",
                 "keywords": ["above", "altitude"], "source": "a wrong line"},
                {"attribute": "handle", "value": "@Space_Station"},
                {"attribute": "crew_meals", "value": 123456, "unit": "meals"},
            ],
        },
    ],
    "forbidden": [{"claim": "launch", "reason": "nobody says this"}],
    "mandatory": [{"mention": "over and out", "when": ["Mars"], "reason": "custom"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def setting(tmp_path_factory, small_brand):
    """Brands of the small brand's posts: `small` without a sheet, `sheeted` with SHEET."""
    folder = tmp_path_factory.mktemp("facts")
    (folder / "brand").mkdir()
    for path in (small_brand / "brand").glob("*.yaml"):
        (folder / "brand" / path.name).write_text(path.read_text(encoding="utf-8"), "utf-8")
    own = json.loads((small_brand / "brand" / "small.yaml").read_text(encoding="utf-8"))
    sheet = folder / "facts.yaml"
    sheet.write_text(yaml.safe_dump(SHEET), encoding="utf-8")
    wrong = folder / "wrong.yaml"
    wrong.write_text(
        "subjects:\n- id: a\n  name: A\n"
        "  facts: [{attribute: x}, {attribute: y, value: 1, unti: kg}]\nfrobidden: []\n"
    )
    for name, facts in (("sheeted", sheet), ("faulty", wrong)):
        values = own | {"name": name, "facts": str(facts)}
        (folder / "brand" / f"{name}.yaml").write_text(json.dumps(values), encoding="utf-8")
    lone = own | {"name": "lone", "sources": [{"path": str(folder / "none.jsonl")}]}
    (folder / "none.jsonl").write_text('{"id": "1", "text": "Hello there, all of you"}\n')
    (folder / "brand" / "lone.yaml").write_text(json.dumps(lone), encoding="utf-8")
    return SimpleNamespace(folder=folder, workspace=folder / "ws", sheet=sheet)


@pytest.fixture(scope="module")
def facts(setting, run_script):
    def run(*arguments):
        return run_script(
            "scripts/facts.py", "--config-dir", setting.folder, f"workspace={setting.workspace}",
            *arguments,
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def suggested(facts):
    return facts("brand=small", "suggest")


@pytest.fixture(scope="module")
def checked(facts):
    return facts("brand=sheeted", "check", "most=1000")


def test_suggest_writes_a_sheet_that_can_be_read_as_it_stands(suggested, setting):
    assert suggested.status == 0, suggested.errors
    path = setting.workspace / "experiments" / "runs" / "small" / "facts" / "suggested.yaml"
    assert str(path) in suggested.output
    assert load_sheet(path, "en").facts
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# A proposal")
    assert "test posts were not read" in text
    assert not list(path.parent.glob("*.tmp"))


def test_suggest_says_how_many_and_shows_the_first(suggested, setting):
    path = setting.workspace / "experiments" / "runs" / "small" / "facts" / "suggested.yaml"
    count = len(load_sheet(path, "en").facts)
    assert f"{count} lines proposed" in suggested.output
    assert "the test posts are not read" in suggested.output
    assert " post" in suggested.output.split("lines proposed")[1]


def test_no_test_post_is_evidence(suggested, setting):
    """Facts of test posts would make the evaluation too kind."""
    (folder,) = (setting.workspace / "data" / "built" / "small").glob("*/")
    ids = {
        split: {json.loads(line)["id"] for line in (folder / f"{split}.jsonl").open("rb")}
        for split in ("train", "test", "validation", "calibration")
    }
    path = setting.workspace / "experiments" / "runs" / "small" / "facts" / "suggested.yaml"
    comments = [line.strip() for line in path.read_text("utf-8").splitlines() if "#" in line]
    shown = {line[2:].split(",")[0] for line in comments if line[2:].split(",")[0].isdigit()}
    assert shown and shown <= ids["train"]
    assert not shown & ids["test"]


def test_the_proposal_goes_where_it_is_told_but_never_over_the_sheet(facts, setting, tmp_path):
    result = facts("brand=small", "suggest", "most=2", f"output={tmp_path}/x, y/own.yaml")
    assert result.status == 0, result.errors
    assert len(load_sheet(tmp_path / "x, y" / "own.yaml", "en").facts) <= 2
    before = setting.sheet.read_bytes()
    result = facts("brand=sheeted", "suggest", f"output={setting.sheet}")
    assert result.status == 2
    assert "own fact sheet" in result.errors
    assert setting.sheet.read_bytes() == before


def test_check_lists_what_disagrees_worst_first(checked):
    assert checked.status == 0, checked.errors
    order = ["forbidden", "contradicted", "stale", "missing"]
    kinds = [line.split()[0] for line in checked.output.splitlines() if line.split()[0] in order]
    assert {"forbidden", "contradicted", "missing"} <= set(kinds)
    assert kinds == sorted(kinds, key=order.index)
    (line, *_) = [x for x in checked.output.splitlines() if x.startswith("contradicted")]
    assert "altitude = 300 miles" in line
    _, post, day, *_ = line.split()
    assert post.isdigit() and day.startswith("201")


def test_check_sums_up_and_counts_the_lines_that_no_post_speaks_of(checked):
    assert "posts disagree with the sheet: " in checked.output
    assert "Of 3 lines of the sheet, no post speaks of 1." in checked.output


def test_a_long_list_is_cut_and_counted(facts, tmp_path, checked):
    result = facts("brand=sheeted", "check", "most=1", f"output={tmp_path}/all.txt")
    total = len((tmp_path / "all.txt").read_text("utf-8").splitlines())
    assert f"and {total - 1} more; say most={total}" in result.output
    assert total > 2


def test_every_fault_of_a_sheet_is_named(facts):
    for action in ("check", "suggest"):
        result = facts("brand=faulty", action)
        assert result.status == 2
        for words in ("needs attribute and value", "'unti'", "'frobidden'"):
            assert words in result.errors
        assert "Traceback" not in result.errors


def test_a_brand_without_a_sheet_has_nothing_to_check(facts):
    result = facts("brand=small", "check")
    assert result.status == 2
    assert "suggest" in result.errors


def test_a_brand_with_too_few_posts_is_told_so(facts):
    result = facts("brand=lone", "suggest")
    assert result.status == 2
    assert "usable posts" in result.errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say suggest or check"),
        (("sugest",), "did you mean 'suggest'?"),
        (("suggest", "check"), "one thing at a time"),
        (("action=frob",), "action must be one of"),
        (("verify", "most=0"), "most must be at least 1"),
    ],
)
def test_the_word_is_one_of_two(facts, arguments, words):
    result = facts("brand=small", *arguments)
    assert result.status == 2
    assert words in result.errors
    assert "suggest" in result.errors and "check" in result.errors


def test_help_needs_no_word(facts):
    assert facts("--help").status == 0


def test_a_bare_word_stays_an_error_elsewhere(run_script):
    result = run_script("scripts/build_dataset.py", "brand=acme", "suggest")
    assert result.status == 2
    assert "suggest" in result.errors
