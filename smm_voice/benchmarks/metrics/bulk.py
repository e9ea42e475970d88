"""`python -m smm_voice.benchmarks.metrics.bulk FOLDER REPOSITORY`: FOLDER/texts.jsonl scored.

A process of its own, so that its memory is the scores' and nobody else's.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from smm_voice import metrics
from smm_voice.benchmarks.metrics import speed, voices

# Past this the run is ended, before the machine is.
_MOST_GIB = 8


def main(folder: Path, repository: Path) -> None:
    """Score all texts, write the seconds taken."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_GIB * 2**30, resource.RLIM_INFINITY))
    anchor = speed.anchored(voices.load(repository), resamples=2000, seed=0)
    items = speed.read_items(folder / "texts.jsonl")
    took = speed.seconds(lambda: metrics.score(items, anchor))
    (folder / "result.json").write_text(json.dumps({"seconds": took}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
