"""Measured as a user would run it, and written down in the form that others read."""

import datetime
import json
import math
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from smm_voice.benchmarks import dataset, record
from smm_voice.errors import SmmVoiceError
from smm_voice.posts import near_duplicates
from tests import warm

ROOT = Path(__file__).resolve().parents[2]


def benchmark(*arguments):
    return warm.run("scripts/benchmark.py", *arguments, timeout=300)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """What a small run printed and wrote."""
    workspace = tmp_path_factory.mktemp("bench")
    ended = benchmark("bench=dataset", "sizes=[300,900]", f"workspace={workspace}")
    assert ended.returncode == 0, ended.stderr
    folder = workspace / "experiments" / "runs" / "benchmarks"
    return ended.stdout, folder, json.loads((folder / "dataset.json").read_text("utf-8"))


def test_the_file_has_the_form_that_others_read(result):
    _, _, content = result
    assert content.keys() == {"bench", "date", "commit", "machine", "repeats", "figures"}
    assert content["bench"] == "dataset" and content["repeats"] == 1
    datetime.date.fromisoformat(content["date"])
    assert content["machine"].keys() == {"processor", "cores", "memory_gib", "python", "system"}
    assert content["commit"] and content["machine"]["cores"] >= 1
    figures = content["figures"]
    assert {
        "dataset/posts_per_second", "dataset/peak_gib", "dataset/growth_exponent",
        "dataset/memory_growth_exponent", "dataset/seconds_300", "dataset/seconds_900",
        "dataset/peak_gib_300", "dataset/peak_gib_900",
    } <= figures.keys()  # fmt: skip
    for name, values in figures.items():
        assert values.keys() == {"median", "min", "max"}, name
        assert all(type(value) is float and math.isfinite(value) for value in values.values())


def test_figures_follow_from_what_was_measured(result):
    _, _, content = result
    figures = content["figures"]
    seconds = figures["dataset/seconds_900"]
    assert figures["dataset/posts_per_second"]["max"] == pytest.approx(900 / seconds["min"])
    ratio = seconds["min"] / figures["dataset/seconds_300"]["min"]
    assert figures["dataset/growth_exponent"]["min"] == pytest.approx(math.log(ratio, 3))
    assert figures["dataset/peak_gib"] == figures["dataset/peak_gib_900"]
    # A Python process with the detectors of seven languages, and no more than a laptop has.
    assert 0.05 < figures["dataset/peak_gib"]["min"] < 4
    assert 0.5 < seconds["min"] < 120


def test_the_figures_are_shown_and_nothing_is_left_behind(result):
    output, folder, content = result
    for name in content["figures"]:
        assert f"  {name} " in output
    assert output.rstrip().endswith("experiments/runs/benchmarks/dataset.json")
    assert [path.name for path in folder.iterdir()] == ["dataset.json"]


def test_a_wrong_name_is_refused_with_the_choices(tmp_path):
    ended = benchmark("bench=datasets", f"workspace={tmp_path}")
    assert ended.returncode == 2
    assert "bench must be one of dataset" in ended.stderr
    assert "did you mean 'dataset'?" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_of_several_runs_median_and_extremes_are_written(tmp_path):
    path = record.write(tmp_path, "dataset", "abc", 4, {"a": [3, 1.0, 10, 2], "b": [5.0]})
    content = json.loads(path.read_text("utf-8"))
    assert content["repeats"] == 4 and content["commit"] == "abc"
    assert content["figures"] == {
        "a": {"median": 2.5, "min": 1.0, "max": 10},
        "b": {"median": 5.0, "min": 5.0, "max": 5.0},
    }


@pytest.mark.parametrize("sizes", ["[]", "[50]", "ten", "[300,300]"])
def test_sizes_that_cannot_be_measured_are_refused(sizes, tmp_path):
    ended = benchmark("bench=dataset", f"sizes={sizes}", f"workspace={tmp_path}")
    assert ended.returncode == 2, ended.stderr[-500:]
    assert "sizes" in ended.stderr and "Traceback" not in ended.stderr


def test_help_is_there_at_once():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "benchmark.py"), "--help"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode == 0 and "conf/benchmark.yaml" in ended.stdout
    # Of the processor, not of the clock: others may be at work.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.5


@pytest.mark.parametrize(
    ("by_size", "exponent"),
    [
        ({1000: 2.0, 10_000: 20.0}, 1.0),
        ({1000: 2.0, 10_000: 200.0}, 2.0),
        ({100_000: 50.0, 10_000: 5.0 * 10**0.5, 100: 99.0}, 0.5),
        ({300: 4.0, 900: 4.0}, 0.0),
    ],
)
def test_the_exponent_is_the_slope_between_the_two_largest_sizes(by_size, exponent):
    assert dataset.growth_exponent(by_size) == pytest.approx(exponent)


@pytest.fixture(scope="module")
def real():
    return dataset.real_posts(ROOT)


def test_the_posts_are_real_ones_of_several_brands(real):
    assert len(real) > 2000
    assert len(set(real)) > 0.9 * len(real)


def test_multiplied_posts_are_the_same_for_the_same_seed(real):
    rows = list(dataset.multiplied(real, 400))
    assert list(dataset.multiplied(real, 400)) == rows
    assert [row["text"] for row in dataset.multiplied(real, 400, seed=2)] != [
        row["text"] for row in rows
    ]
    # More of them are the same and more.
    assert list(dataset.multiplied(real, 500))[:400] == rows


def test_multiplied_posts_differ_but_for_the_copies_that_are_meant(real):
    rows = list(dataset.multiplied(real, 3000))
    assert len({row["id"] for row in rows}) == len({row["created_at"] for row in rows}) == 3000
    texts = [near_duplicates.folded(row["text"]) for row in rows]
    copies = 1 - len(set(texts)) / 3000
    assert 0.02 < copies < 0.06
    repeated = near_duplicates.repeats(near_duplicates.signatures(texts), 0.85).mean()
    assert 0.08 < repeated < 0.2
    # None is a real post that was merely copied.
    assert len(set(texts) & {near_duplicates.folded(text) for text in real}) < 30


def test_a_command_is_measured_with_all_its_processes(tmp_path):
    code = (
        "import subprocess, sys, time\n"
        "child = 'import time; x = bytearray(b\"x\" * 200_000_000); time.sleep(1.5)'\n"
        "subprocess.run([sys.executable, '-c', child], check=True)\n"
        "print('done')"
    )
    measured = record.measure([sys.executable, "-c", code], tmp_path)
    assert measured.output == "done\n"
    assert measured.seconds > 1.5
    assert 200e6 < measured.peak_bytes < 500e6


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path):
    with pytest.raises(SmmVoiceError, match="ended with 3.*out of paper"):
        code = "import sys; print('out of paper'); sys.exit(3)"
        record.measure([sys.executable, "-c", code], tmp_path)
