"""Real training of the brand `small` on the tiny model, as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import mlflow

ROOT = Path(__file__).resolve().parents[1]

# Enough to pass every stage, and no more.
MODEST = ("evaluation.base_answers=8", "evaluation.variants=2", "evaluation.variant_briefs=2",
          "evaluation.model_posts=4", "evaluation.tuning.briefs=2")  # fmt: skip


def arguments(brands, model, workspace, *more):
    return [
        sys.executable, str(ROOT / "train.py"), "--config-dir", str(brands), "brand=small",
        "model=local", f"model.path={model}", "model.languages=[en]",
        "model.maximum_bits_per_byte=100", "training.maximum_examples=40", "training.epochs=2",
        "training.precision=fp32", "evaluation.briefs=12", "evaluation.resamples=100", *MODEST,
        "generation.maximum_new_tokens=24", "generation.shots=1", f"workspace={workspace}", *more,
    ]  # fmt: skip


def start(*args):
    return subprocess.Popen(
        arguments(*args),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell that starts the tests in the background has them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


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
