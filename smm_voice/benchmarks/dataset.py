"""`bench=dataset`: how long a dataset build takes, how much memory, and how both grow.

The posts are real ones of the sample brands, multiplied with edits: a post takes words from two
real ones, so that a million differ; one in ten changes a few words only (a near-duplicate), one
in thirty is an exact copy. The command measured is the user's own.
"""

from __future__ import annotations

import json
import logging
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from smm_voice.benchmarks.record import measure
from smm_voice.config import BenchmarkConfig
from smm_voice.posts import near_duplicates
from smm_voice.posts.files import find_files
from smm_voice.posts.post import Post
from smm_voice.posts.readers import ReadOptions, Sample, reader_for

log = logging.getLogger(__name__)

_SAMPLES = ("acme", "noaafisheries", "noaahabitat", "noaaresearch", "noaafish_wcro",
            "whitehouse_2016")  # fmt: skip
_START = datetime(2010, 1, 1, tzinfo=UTC)


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Measure all sizes; figures by name, one value a repeat."""
    figures: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        figures.setdefault(name, []).append(value)

    with tempfile.TemporaryDirectory(dir=_scratch(config)) as folder:
        exports = {n: _write_export(Path(folder), n, repository) for n in config.sizes}
        for repeat in range(config.repeats):
            runs = {}
            for n in config.sizes:
                home = Path(folder) / f"{n}-{repeat}"
                home.mkdir()
                runs[n] = measure(_command(exports[n], home, repository), home)
                log.info(
                    "%d posts: %.1f s, %.0f posts/s, %.2f GiB",
                    n, runs[n].seconds, n / runs[n].seconds, runs[n].peak_bytes / 2**30,
                )  # fmt: skip
                note(f"dataset/seconds_{n}", runs[n].seconds)
                note(f"dataset/peak_gib_{n}", runs[n].peak_bytes / 2**30)
            largest = max(config.sizes)
            note("dataset/posts_per_second", largest / runs[largest].seconds)
            note("dataset/peak_gib", runs[largest].peak_bytes / 2**30)
            if len(config.sizes) > 1:
                seconds = {n: run.seconds for n, run in runs.items()}
                memory = {n: float(run.peak_bytes) for n, run in runs.items()}
                note("dataset/growth_exponent", growth_exponent(seconds))
                note("dataset/memory_growth_exponent", growth_exponent(memory))
            ratio = against_datasketch(repository, config.sizes[0])
            if ratio is not None:
                note("dataset/near_duplicates_ratio_vs_datasketch", ratio)
    return figures


def against_datasketch(repository: Path, count: int) -> float | None:
    """Posts a second of the near-duplicate search over those of datasketch's MinHashLSH.

    Both sign the character 5-grams of the same posts and look all of them up; datasketch with
    128 permutations, its default. None where it is not installed.
    """
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        return None
    rows = multiplied(real_posts(repository), min(count, 20_000))
    texts = [near_duplicates.folded(str(row["text"])) for row in rows]
    started = time.perf_counter()
    signed = [near_duplicates.signatures(texts[i : i + 1000]) for i in range(0, len(texts), 1000)]
    near_duplicates.repeats(np.concatenate(signed), 0.85)
    own = time.perf_counter() - started
    started = time.perf_counter()
    index = MinHashLSH(threshold=0.85, num_perm=128)
    grams = ([text[i : i + 5].encode() for i in range(max(1, len(text) - 4))] for text in texts)
    for number, sketch in enumerate(MinHash.generator(grams, num_perm=128, seed=1)):
        index.query(sketch)
        index.insert(number, sketch)
    return (time.perf_counter() - started) / own


def growth_exponent(by_size: dict[int, float]) -> float:
    """Slope of log(cost) over log(size) between the two largest sizes: 1 is linear."""
    small, large = sorted(by_size)[-2:]
    return math.log(by_size[large] / by_size[small]) / math.log(large / small)


def real_posts(repository: Path) -> list[str]:
    """Texts of the sample brands."""
    texts = []
    for name in _SAMPLES:
        for file in find_files(repository / "data" / "raw" / name).files:
            reader = reader_for(Sample(file), "auto")
            rows = reader.read(file, ReadOptions(file.name)) if reader else ()
            texts += [row.text for row in rows if isinstance(row, Post)]
    return texts


def multiplied(texts: Sequence[str], count: int, seed: int = 1) -> Iterator[dict[str, object]]:
    """`count` rows of an export, always the same for the same arguments."""
    chance = random.Random(seed)  # noqa: S311
    words = [text.split() for text in texts]
    recent: list[str] = []
    for number in range(count):
        kind = chance.random()
        if recent and kind < 1 / 30:
            text = chance.choice(recent)
        elif recent and kind < 1 / 30 + 1 / 10:
            changed = chance.choice(recent).split(" ")
            changed[chance.randrange(len(changed))] = chance.choice(chance.choice(words))
            text = " ".join(changed)
        else:
            first, second = chance.choice(words), chance.choice(words)
            text = " ".join(first[: len(first) // 2 + 1] + second[len(second) // 2 :])
        recent = [*recent[-199:], text]
        yield {
            "id": str(10**17 + number),
            "text": text,
            "created_at": (_START + timedelta(seconds=400 * number)).isoformat(),
            "platform": chance.choice(("x", "linkedin", "facebook")),
            "likes": chance.randrange(5000),
        }


def _write_export(folder: Path, count: int, repository: Path) -> Path:
    path = folder / f"posts-{count}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in multiplied(real_posts(repository), count):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def _command(export: Path, home: Path, repository: Path) -> list[str]:
    (home / "brand").mkdir()
    brand = {"name": "bench", "languages": ["en"], "platforms": ["x"],
             "sources": [{"path": str(export)}]}  # fmt: skip
    (home / "brand" / "bench.yaml").write_text(json.dumps(brand), encoding="utf-8")
    return [
        sys.executable, str(repository / "scripts" / "build_dataset.py"),
        "--config-dir", str(home), "brand=bench", f"workspace={home}/ws",
    ]  # fmt: skip


def _scratch(config: BenchmarkConfig) -> Path:
    """Beside the results: the system's temporary folder may be small, or in memory."""
    path = Path(config.workspace) / "experiments" / "runs" / "benchmarks"
    path.mkdir(parents=True, exist_ok=True)
    return path
