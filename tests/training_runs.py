"""Real training of the brand `small` on the tiny model, as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Enough to pass every stage, and no more.
MODEST = ("evaluation.base_answers=8", "evaluation.variants=2", "evaluation.variant_briefs=2",
          "evaluation.model_posts=4")  # fmt: skip


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
