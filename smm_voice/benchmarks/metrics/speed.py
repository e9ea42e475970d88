"""What the scores cost: seconds on this machine, and memory."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from smm_voice import metrics
from smm_voice.benchmarks.dataset import multiplied
from smm_voice.benchmarks.metrics.voices import LANGUAGE, Voice, items, panels, reference
from smm_voice.benchmarks.record import measure
from smm_voice.errors import SmmVoiceError
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.voice.profile import fit

_BRAND = "nasa_2018"
_REFERENCES = ("noaafish_wcro", "noaafisheries", "noaahabitat", "noaaresearch", "whitehouse_2016")
_POSTS, _TEXTS = 1000, 500


@dataclass(frozen=True)
class Bulk:
    """The long run, or why it came to no end."""

    seconds: float | None
    peak_gib: float | None
    failure: str | None = None


def fit_seconds(voices: Mapping[str, Voice], seed: int) -> float:
    """Fit a profile on 1,000 posts of a brand and all older posts of five references."""
    voice = voices[_BRAND]
    cut = int(0.6 * len(voice.texts))
    older = {name: voices[name].texts for name in _REFERENCES}
    training = voice.texts[:cut][-_POSTS:]
    held_out = [post.text for post in voice.test]
    unseen = sorted(older)[1::2]
    return seconds(
        lambda: fit(LANGUAGE, training, voice.calibration, held_out, older, unseen, seed)
    )


def score_seconds(voices: Mapping[str, Voice], anchor: Reference) -> float:
    """500 texts through all families; nothing cached, the reference's own posts included."""
    posts = voices[_BRAND].posts[: _TEXTS + len(anchor.training)]
    given = items(posts[-_TEXTS:])
    anchor.cache.clear()
    return seconds(lambda: metrics.score(given, anchor))


def anchored(voices: Mapping[str, Voice], resamples: int, seed: int) -> Reference:
    """A reference of the sample brand without a judge."""
    panel = panels(voices, _BRAND)[0]
    human = voices[_BRAND].test[::2]
    return reference(panel, panel.fit(seed), human, None, resamples, seed)


def bulk(voices: Mapping[str, Voice], count: int, scratch: Path, repository: Path) -> Bulk:
    """`count` texts through all families in a process of its own, from file to scores."""
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        posts = [text for voice in voices.values() for text in voice.texts]
        with (folder / "texts.jsonl").open("w", encoding="utf-8") as file:
            for row in multiplied(posts, count):
                file.write(json.dumps({"id": row["id"], "text": row["text"]}) + "\n")
        module = "smm_voice.benchmarks.metrics.bulk"
        command = [sys.executable, "-m", module, str(folder), str(repository)]
        try:
            measured = measure(command, folder)
        except SmmVoiceError as error:
            return Bulk(None, None, str(error)[-300:])
        took = json.loads((folder / "result.json").read_text("utf-8"))["seconds"]
        return Bulk(float(took), measured.peak_bytes / 2**30)


def read_items(path: Path) -> list[Item]:
    """Texts of the long run."""
    rows = (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)
    return [Item(row["id"], row["text"]) for row in rows]


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
