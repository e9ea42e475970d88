"""What the tests of the scheduled job share: the beginning of a brand's life, made once."""

from __future__ import annotations

import json
import shutil
import time
from typing import NamedTuple

import pytest
from filelock import FileLock

from tests.retraining.job import Job


@pytest.fixture(scope="session")
def timeline(posts):
    """Posts of the brand that are no replies, oldest first."""
    return [(text, when) for text, when in posts if not text.startswith("@")]


@pytest.fixture(scope="session")
def new_job(small_brand, tiny_folder, empty_store, timeline):
    """Make a job in a folder: a brand with 120 posts, nothing trained."""

    def make(folder):
        brands, workspace = folder / "brands", folder / "ws"
        shutil.copytree(small_brand, brands)
        shutil.copytree(tiny_folder, folder / "tiny")
        workspace.mkdir()
        shutil.copy(empty_store, workspace / "mlflow.db")
        for path in (brands / "brand").glob("*.yaml"):
            values = json.loads(path.read_text())
            values["sources"] = [{"path": str(brands / f"{values['name']}.jsonl")}]
            path.write_text(json.dumps(values))
        job = Job(brands, folder / "tiny", workspace, timeline)
        job.has(120)
        return job

    return make


class Begun(NamedTuple):
    """A job with a champion (2) and a previous one (1), and what was said on the way there."""

    job: Job
    told: dict[str, str]
    seconds: float


@pytest.fixture(scope="session")
def begun(new_job, tmp_path_factory, worker_id, testrun_uid, timeline):
    """The first chapters of a brand's life, once for all workers; to be copied, never changed."""
    if worker_id == "master":
        return _begin(new_job, tmp_path_factory.mktemp("begun"))
    folder = tmp_path_factory.getbasetemp().parent / f"begun-{testrun_uid}"
    with FileLock(f"{folder}.lock"):
        note = folder / "told.json"
        if not note.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed
            folder.mkdir()
            made = _begin(new_job, folder)
            note.write_text(json.dumps([made.told, made.seconds]))
            return made
    job = Job(folder / "brands", folder / "tiny", folder / "ws", timeline)
    return Begun(job, *json.loads(note.read_text()))


def _begin(new_job, folder):
    job, told = new_job(folder), {}
    told["first"] = job.run("retrain").stdout
    before = job.files()
    told["again"] = job.run("retrain").stdout
    told["grown"] = "\n".join(sorted(job.files().keys() ^ before.keys()))
    job.has(150)
    started = time.monotonic()
    told["proposed"] = job.run("retrain").stdout
    seconds = time.monotonic() - started
    told["aliases"] = json.dumps(job.aliases())
    told["accepted"] = job.run("promote").stdout
    return Begun(job, told, seconds)


@pytest.fixture
def job(begun, tmp_path):
    """A copy of a job with champion 2 and previous 1, built from 150 posts."""
    return begun.job.copy(tmp_path)
