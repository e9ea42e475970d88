"""`-m 'brand=glob(*)'`: whom it means, that no brand stops another, and how the whole ends."""

import json
import sys

import pytest

from scripts import entry
from smm_voice import config as schemas
from smm_voice.commands.sweep import Outcome, choose, table, worst
from smm_voice.errors import LockHeldError


@pytest.fixture
def folder(tmp_path):
    """A folder of brands: two to learn, one that only serves them."""
    (tmp_path / "brand").mkdir()
    write(tmp_path, "serves")
    write(tmp_path, "first", reference_brands=["serves"])
    write(tmp_path, "second", reference_brands=["serves"])
    return tmp_path


def write(folder, name, text=None, **values):
    brand = {"name": name, "languages": ["en"], "sources": [{"path": "none.jsonl"}], **values}
    path = folder / "brand" / f"{name}.yaml"
    path.write_text(json.dumps(brand) if text is None else text, encoding="utf-8")


@pytest.fixture
def sweep(folder, monkeypatch, capsys):
    """Run a command over brands, as the terminal would; what it does to each is given.

    Gives (exit status, brands run in turn, outcomes of the summary, what was printed).
    """

    def run(*arguments, job=lambda name: 0, summary=None):
        ran, summed = [], []

        def main(config: schemas.BuildDatasetConfig) -> int:
            ran.append(config.brand.name)
            return job(config.brand.name)

        class Parent:
            id = None

            def __init__(self, name):
                assert name == "builds"

            def adopt(self, config):
                return config

            def end(self, outcomes):
                (summary or summed.append)(list(outcomes))

        monkeypatch.setattr(entry, "Parent", Parent)
        line = ["build_dataset.py", "--config-dir", str(folder), f"workspace={folder}/w's"]
        monkeypatch.setattr(sys, "argv", [*line, *arguments])
        with pytest.raises(SystemExit) as ended:
            entry.entry(main, "build_dataset", text_keys=("workspace",), over_all="builds")
        said = capsys.readouterr()
        outcomes = {each.brand: each for each in summed[0]} if summed else None
        assert len(summed) <= 1
        return ended.value.code, ran, outcomes, said.out + said.err

    return run


def test_a_pattern_means_every_brand_with_a_voice_to_learn(sweep, folder):
    write(folder, "paused", reference_brands=["serves"], in_sweeps=False)
    status, ran, outcomes, said = sweep("-m", "brand=glob(*)")
    assert (status, ran) == (0, ["acme", "first", "second"])
    assert {o.brand: (o.status, o.message) for o in outcomes.values()} == {
        name: (0, "") for name in ran
    }
    left_out = [line for line in said.splitlines() if line.startswith("Left out")]
    assert "no reference_brands" in left_out[0] and "serves" in left_out[0]
    assert "in_sweeps: false" in left_out[1] and "nasa_2016, paused" in left_out[1]


def test_a_pattern_may_leave_brands_out_and_options_may_follow(sweep):
    status, ran, _, _ = sweep("brand=glob(*,exclude=[acme,s*])", "-m", "show=2")
    assert (status, ran) == (0, ["first"])


def test_what_is_named_is_taken_whatever_it_is(sweep, folder):
    write(folder, "paused", in_sweeps=False)
    write(folder, "538", reference_brands=["serves"])
    assert sweep("-m", "brand=serves,paused,538")[:2] == (0, ["serves", "paused", "538"])


def test_one_brand_without_a_sweep_is_no_sweep(sweep):
    status, ran, outcomes, said = sweep("brand=first", job=lambda name: 10)
    assert (status, ran, outcomes) == (10, ["first"], None)
    assert "seconds" not in said


@pytest.mark.parametrize(
    "text",
    [
        "name: [broken",
        "- a list",
        "",
        "name: twice\nname: twice",
        "defaults: [nowhere]\nname: broken",
        "# @package _global_\nname: broken",
        b"name: \xff",
    ],
)
def test_a_file_that_hydra_could_not_take_is_found_before(folder, text):
    path = folder / "brand" / "broken.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    chosen = choose(["first", "broken", "second"], [entry.CONF, folder], by_pattern=True)
    assert chosen.names == ["first", "second"]
    (outcome,) = chosen.faulty
    assert (outcome.brand, outcome.status) == ("broken", 2)
    assert "broken.yaml" in outcome.message


def test_faulty_files_stop_no_other_brand(sweep, folder):
    write(folder, "broken", "name: [broken")
    write(folder, "keys", platfroms=["x"], reference_brands=["serves"])
    write(folder, "reads", display_name="${oc.env:HOME}", reference_brands=["serves"])
    status, ran, outcomes, said = sweep("-m", "brand=glob(*,exclude=acme)")
    assert (status, ran) == (2, ["first", "second"])
    assert {name: each.status for name, each in outcomes.items()} == {
        "broken": 2, "first": 0, "keys": 2, "reads": 2, "second": 0,
    }  # fmt: skip
    assert "did you mean 'platforms'?" in outcomes["keys"].message
    assert "Traceback" not in said


def test_a_faulty_file_of_one_brand_is_told_with_every_other_fault(sweep, folder):
    """A file could otherwise give Hydra directions: another config, or code to run."""
    write(folder, "538", "# @package _global_\nhydra: {callbacks: {x: {_target_: os.getcwd}}}\n")
    for brand in ("538", "[538]"):
        status, ran, _, said = sweep(f"brand={brand}", "shwo=1")
        assert (status, ran) == (2, [])
        assert "plain data" in said and "did you mean 'show'?" in said


def test_an_unknown_name_stops_no_other_brand(sweep):
    status, ran, outcomes, _ = sweep("-m", "brand=first,frist")
    assert (status, ran) == (2, ["first"])
    assert "did you mean 'first'?" in outcomes["frist"].message


@pytest.mark.parametrize("pattern", ["glob(x*)", "glob(serves)"])
def test_a_pattern_that_means_no_brand_is_a_fault(sweep, pattern):
    status, ran, outcomes, said = sweep("-m", f"brand={pattern}")
    assert (status, ran, outcomes) == (2, [], None)
    assert "means no brand" in said


def test_a_wrong_key_is_told_once_and_nothing_is_begun(sweep):
    status, ran, _, said = sweep("-m", "brand=glob(*)", "shwo=1")
    assert (status, ran) == (2, [])
    assert said.count("did you mean 'show'?") == 1


def test_no_failure_of_a_brand_stops_the_others(sweep, folder, caplog):
    def job(name):
        if name == "acme":
            raise ZeroDivisionError("of a kind nobody thought of")
        if name == "first":
            raise LockHeldError("at work already")
        return 10

    status, ran, outcomes, said = sweep("-m", "brand=glob(*)", job=job)
    assert (status, ran) == (1, ["acme", "first", "second"])
    assert [outcomes[name].status for name in ran] == [1, 75, 10]
    assert outcomes["acme"].message == "ZeroDivisionError: of a kind nobody thought of"
    assert "Traceback" in caplog.text  # for whoever has to mend it
    rows = [line.split()[0] for line in said.splitlines() if line[-1:].isdigit() or "  " in line]
    assert "second" in rows
    # Hydra's own record went to the workspace: the repository may be read-only.
    assert (folder / "w's/experiments/runs/multirun/multirun.yaml").is_file()


def test_a_dry_run_leaves_nothing_behind(run_script, folder):
    """Not even Hydra's record. The two brands have no posts: the dry run ends with bad input."""
    before = sorted(folder.rglob("*"))
    ended = run_script(
        "scripts/retrain.py", "--config-dir", folder, f"workspace={folder}/ws",
        "-m", "brand=first,second", "dry_run=true",
    )  # fmt: skip
    assert ended.status == 2 and ended.output.count("bad configuration or input") == 2
    assert sorted(folder.rglob("*")) == before


def test_an_unexpected_error_of_a_single_brand_is_shown_whole(sweep):
    def job(name):
        raise ZeroDivisionError("of a kind nobody thought of")

    with pytest.raises(ZeroDivisionError):
        sweep("brand=first", job=job)


def test_an_interrupted_sweep_stops_and_tells_what_was_not_begun(sweep):
    def job(name):
        if name == "first":
            raise KeyboardInterrupt
        return 0

    status, ran, outcomes, said = sweep("-m", "brand=glob(*)", job=job)
    assert (status, ran) == (1, ["acme", "first"])
    assert [(o.status, o.message) for o in outcomes.values()] == [
        (0, ""), (1, "interrupted"), (1, "not begun"),
    ]  # fmt: skip
    assert "goes on from there" in said


def test_a_run_over_the_sweep_that_fails_is_told_and_undoes_nothing(sweep):
    def summary(outcomes):
        raise ValueError("the store is away")

    status, ran, _, said = sweep("-m", "brand=first,second", summary=summary)
    assert (status, ran) == (1, ["first", "second"])
    assert "The run over the sweep failed: ValueError: the store is away" in said


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], 0), ([0, 0], 0), ([0, 10], 10), ([10, 75, 0], 75), ([75, 2, 10], 2),
        ([2, 1, 75], 1), ([0, 137], 1), ([-9, 2], 1),
    ],
)  # fmt: skip
def test_the_worst_status_is_that_of_the_whole(statuses, expected):
    assert worst(statuses) == expected


def test_the_table_says_what_became_of_each():
    long = "  - a fault\n  - another\n" + "x" * 500
    shown = table([Outcome("acme", 0, 12.34), Outcome("b", 2, 0.04, long), Outcome("", 3, 1.0)])
    lines = shown.splitlines()
    assert lines[0].split() == ["brand", "status", "seconds"]
    assert lines[1].split() == ["acme", "done", "12.3"]
    assert "bad configuration or input       0.0  a fault; another; xxx" in lines[2]
    assert lines[2].endswith("…") and len(lines[2]) < 210
    assert lines[3].split() == ["job", "3", "status", "3", "1.0"]
