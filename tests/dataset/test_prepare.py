"""Preparing posts: one at a time nothing breaks, and many processes change nothing."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smm_voice.dataset import prepare as prepare_module
from smm_voice.dataset.build import build, read_lines
from smm_voice.dataset.collect import settings_of
from smm_voice.dataset.example import Example
from smm_voice.dataset.prepare import prepare
from smm_voice.dataset.splits import SPLITS
from smm_voice.posts.post import Post, Rejected

POST = Post(
    "1", "The crew will open the hatch this morning", "x", datetime(2018, 1, 2, tzinfo=UTC), "a#1"
)
TEXT = st.text(max_size=60) | st.text(
    "<>&;:/@#.…éÀ’ \n\u202f\ud83d🎉\U0001f1eb0123456789-+ab", max_size=60
)


@pytest.fixture(scope="module")
def many(request):
    """More than 7,000 rows: each third as real as they come, some of them twice; else no text."""
    files = sorted((request.config.rootpath / "data" / "raw").glob("*/posts.jsonl"))
    rows = [row for path in files for row in read_lines(path)][:6900]
    rows = [row if number % 3 == 0 else row | {"text": ""} for number, row in enumerate(rows)]
    return rows + rows[:600]


@pytest.fixture
def prepared(brand, config):
    """One prepared batch of the sample post with some changes."""
    prepare_settings = settings_of(brand("orbit", [], ["en", "fr"]), config)

    def run(*changes):
        return prepare([dataclasses.replace(POST, **each) for each in changes], prepare_settings)

    return run


def wait_for(condition, process):
    deadline = time.monotonic() + 180
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "it did not come so far"
        time.sleep(0.02)


def workers_of(process):
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if "multiprocessing" in " ".join(child.cmdline())
    ]


def assert_all_leave(processes):
    _, alive = psutil.wait_procs(processes, timeout=15)
    for process in alive:
        process.kill()
    assert alive == []


def in_the_middle(process, workspace):
    """Wait until a part of the posts is written; the processes at work."""
    built = workspace.built
    wait_for(lambda: any(p.stat().st_size for p in built.glob("*/.building-*/.spool-*")), process)
    found = workers_of(process)
    assert len(found) >= 2
    return found


@settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(text=TEXT, other=TEXT, count=st.none() | st.integers(0, 10**15))
def test_no_post_whatsoever_breaks_preparing(prepared, text, other, count):
    words = "the crew will open the hatch of the station this morning "
    batch = prepared(
        {"text": text, "url": other, "links": (other, text)},
        {"text": words + text, "alt_texts": (other,), "campaign": other, "likes": count},
        {"text": text + " et nous ouvrons la porte de la station " + other, "author": other},
    )
    assert len(batch.lines) == len(batch.columns) == len(batch.signatures)
    assert len(batch.lines) + len(batch.rejected) == 3


@pytest.mark.parametrize(
    "filler", [" ", "\n", "é", "🎉", "a b ", "1 2 ", "@a ", "# ", "12.", "a.b@"]
)
def test_a_post_of_a_hundred_thousand_characters_takes_seconds(prepared, filler):
    started = time.process_time()
    text = "the crew will open the hatch of the station " + filler * (60_000 // len(filler)) + "x"
    batch = prepared({"text": text})
    assert len(batch.lines) + len(batch.rejected) == 1
    assert time.process_time() - started < 10


def test_what_is_known_of_a_post_is_what_stands_in_it(prepared):
    batch = prepared(
        {"likes": 3, "shares": None, "replies": 0, "provenance": "human"},
        {"text": "Notre équipe ouvre la porte ce matin 🎉👩🏽\u200d🚀 https://example.org/a",
         "zone_known": False},
        {"text": "𝗧𝗵𝗲 𝗰𝗿𝗲𝘄 will open the hatch this evening", "likes": 0},
    )  # fmt: skip
    columns = batch.columns
    assert list(columns["language"]) == [b"en", b"fr", b"en"]
    assert list(columns["emoji"]) == [0, 2, 0]
    assert list(columns["styled"]) == [False, False, True]
    assert list(columns["zone_known"]) == [True, False, True]
    assert (columns["engagement"][0], columns["engagement"][2]) == (3, 0)
    assert columns["engagement"][1] != columns["engagement"][1]
    examples = [Example.from_json(row) for row in map(json.loads, batch.lines)]
    assert list(columns["characters"]) == [len(e.text) for e in examples]
    assert columns["time"][0] == POST.created_at.timestamp() * 1e6
    assert len(set(columns["id"])) == 1 and len(set(columns["text"])) == 3


def test_the_same_id_on_another_platform_is_another_post(prepared):
    batch = prepared({}, {"platform": "linkedin"}, {"id": "2"})
    assert len(set(batch.columns["id"])) == 3 and len(set(batch.columns["text"])) == 1


def test_rows_that_are_no_posts_pass_through(brand, config):
    rejected = Rejected("no_text", "a#2")
    batch = prepare([rejected], settings_of(brand("orbit", []), config))
    assert batch.rejected == [rejected]
    assert len(batch.columns) == len(batch.signatures) == 0


# Many processes


def test_two_processes_give_the_bytes_of_one(
    brand, many, config, workspace, content, tmp_path, monkeypatch
):
    orbit = brand("orbit", many, ["en"])
    started = []

    class Watched(ProcessPoolExecutor):
        def __init__(self, workers, *more, **values):
            started.append(workers)
            super().__init__(workers, *more, **values)

    monkeypatch.setattr(prepare_module, "ProcessPoolExecutor", Watched)
    alone = build(orbit, [], config, workspace)
    other = dataclasses.replace(workspace, root=tmp_path / "other")
    together = build(orbit, [], dataclasses.replace(config, workers=2), other)
    assert started == [2]
    assert alone.card["read"] == len(many)
    assert content(alone) == content(together)
    assert alone.card | {"built": ""} == together.card | {"built": ""}


def test_killed_in_the_middle_it_leaves_no_process_and_nothing_half_written(
    brand, many, command, workspace
):
    orbit = brand("orbit", many, ["en"])
    process = command(orbit, "dataset.workers=2")
    workers = in_the_middle(process, workspace)
    process.kill()
    process.wait()
    assert_all_leave(workers)
    assert not list(workspace.built.glob("*/*/card.json"))

    again = command(orbit, "dataset.workers=2")
    output, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    assert f"{len(many)} rows read" in output and "rows" in errors
    (folder,) = (p for p in (workspace.built / "orbit").iterdir() if p.name != ".lock")
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert card["read"] == len(many) == card["kept"] + sum(card["dropped"].values())
    kept = sum(1 for split in SPLITS for _ in read_lines(folder / f"{split}.jsonl"))
    assert kept == card["kept"]


WAITING = """
import time
from smm_voice.config import BrandConfig
from smm_voice.dataset.collect import settings_of
from smm_voice.dataset.prepare import prepared
from smm_voice.posts.post import Rejected

def rows():
    for number in range(8000):
        yield Rejected("no_text", f"a#{number}")
    print("waiting", flush=True)
    time.sleep(60)

for _ in prepared(rows(), settings_of(BrandConfig(name="a", languages=["en"]), None), 2):
    pass
"""


def test_idle_processes_heed_no_ctrl_c_and_leave_when_their_parent_is_killed():
    process = subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"waiting\n"
        workers = workers_of(process)
        assert len(workers) >= 2
        time.sleep(0.5)
        for worker in workers:
            worker.send_signal(signal.SIGINT)
        gone, _ = psutil.wait_procs(workers, timeout=0.5)
        assert gone == []
    finally:
        process.kill()
        process.wait()
    assert_all_leave(workers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_no_process_and_no_folder(brand, many, command, workspace, number):
    process = command(brand("orbit", many, ["en"]), "dataset.workers=2")
    workers = in_the_middle(process, workspace)
    # A terminal sends Ctrl-C to all of them.
    for pid in (process.pid, *(w.pid for w in workers if number == signal.SIGINT)):
        os.kill(pid, number)
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 1
    assert "Interrupted" in errors and "Traceback" not in errors
    assert_all_leave(workers)
    assert [p.name for p in (workspace.built / "orbit").iterdir()] == [".lock"]
