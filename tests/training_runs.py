"""Real training of the brand `small` on the tiny model, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import mlflow

from tests import warm

ROOT = Path(__file__).resolve().parents[1]

# Enough to pass every stage, and no more.
MODEST = ("evaluation.base_answers=8", "evaluation.variants=2", "evaluation.variant_briefs=2",
          "evaluation.model_posts=4", "evaluation.tuning.briefs=2")  # fmt: skip


def arguments(brands, model, workspace, *more):
    return [
        "train.py", "--config-dir", str(brands), "brand=small",
        "model=local", f"model.path={model}", "model.languages=[en]",
        "model.maximum_bits_per_byte=100", "training.maximum_examples=40", "training.epochs=2",
        "training.general_check=true",
        "training.precision=fp32", "training.samples=1", "evaluation.briefs=12",
        "evaluation.resamples=100", *MODEST,
        "generation.maximum_new_tokens=24", "generation.shots=1", f"workspace={workspace}", *more,
    ]  # fmt: skip


def start(*args):
    """A training that runs; stderr goes into stdout."""
    return warm.start(*arguments(*args), merged=True)


def start_afresh(*args):
    """The same in an interpreter of its own, which hashes in an order of its own."""
    script, *more = arguments(*args)
    return subprocess.Popen(
        [sys.executable, str(ROOT / script), *more],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def runs_of(workspace, kind="train"):
    client = mlflow.MlflowClient(f"sqlite:///{workspace}/mlflow.db")
    experiment = client.get_experiment_by_name("small")
    found = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time"])
    return client, [run for run in found if run.data.tags["smm.kind"] == kind]


def folder_of(workspace, run):
    return workspace / "experiments" / "runs" / "small" / run.info.run_id


def wait_for(condition, process, seconds=120):
    for _ in range(seconds * 20):
        if condition():
            return
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
