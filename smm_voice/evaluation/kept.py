"""What an evaluation need not make twice: answers of models and judgements, kept by content.

One JSON-lines file for each model, shared by all evaluations of a brand. A value counts only where
everything that decides it is the same to the letter, so nothing here can be stale. Lines are
appended as they are made: an evaluation that was stopped goes on where it stood, and two that run
at once help each other.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.config import GenerationConfig
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.generation.generate import Answer, Request
from smm_voice.metrics.base import Judge

log = logging.getLogger(__name__)

Generate = Callable[[Sequence[Request]], list[Answer]]
# Tells each answer as it ends, with its request's number.
Writing = Callable[[Sequence[Request]], Iterable[tuple[int, Answer]]]
# Texts that are judged before their bits are written down.
_JUDGED_AT_ONCE = 100
# Of the configuration of decoding. Speed alone depends on the batch size, the guard chooses among
# answers without changing any, and the shots stand in the prompt.
_NO_MATTER = ("batch_size", "guard", "guard_candidates", "shots")


@dataclass(frozen=True)
class Kept:
    """The kept values of one brand.

    Attributes:
        folder: where their files lie.
    """

    folder: Path

    def generating(self, write: Writing, model_digest: str, config: GenerationConfig) -> Generate:
        """`write` that is asked only for what this model has not answered under this decoding.

        It is asked for all of that at once, so that the place of a text that ended is taken by
        the next and what all prompts share is read once; each answer is kept as it ends.

        Args:
            write: answers requests; not called where nothing is missing.
            model_digest: identifies the model, see `evaluation.model.Loaded.digest`.
            config: decoding.
        """
        decoding = {k: v for k, v in dataclasses.asdict(config).items() if k not in _NO_MATTER}

        def answers(asked: Sequence[Request]) -> list[Answer]:
            keys = [
                _digest([r.key, r.messages, model_digest, decoding, PROMPT_VERSION]) for r in asked
            ]
            by_key = dict(zip(keys, asked, strict=True))

            def make(wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
                for at, answer in write([by_key[key] for key in wanted]):
                    yield {wanted[at]: [answer.text, answer.finished]}

            found = self._found_or_made(f"answers/{_name(model_digest)}", list(by_key), make)
            return [Answer(*found[key]) for key in keys]

        return answers

    def judging(self, judge: Judge, name: str) -> Judge:
        """`judge` that is asked only for texts that it has not judged.

        Args:
            judge: bits per byte of texts.
            name: identifies the judge, in the same way.
        """

        def bits(texts: Sequence[str]) -> list[float | None]:
            keys = [_digest(text) for text in texts]
            by_key = dict(zip(keys, texts, strict=True))

            def make(wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
                for at in range(0, len(wanted), _JUDGED_AT_ONCE):
                    some = wanted[at : at + _JUDGED_AT_ONCE]
                    yield dict(zip(some, judge([by_key[key] for key in some]), strict=True))

            found = self._found_or_made(f"judged/{_name(name)}", list(by_key), make)
            return [found[key] for key in keys]

        return bits

    def value(self, kind: str, model_digest: str, identity: Any, make: Callable[[], Any]) -> Any:
        """Plain values that a model made of something, made when they are first asked for.

        Args:
            kind: names the file, with the model.
            model_digest: identifies the model, see `evaluation.model.Loaded.digest`.
            identity: all else that decides the values; plain values.
            make: gives them.
        """
        key = _digest(identity)
        name = f"{kind}/{_name(model_digest)}"
        return self._found_or_made(name, [key], lambda _: [{key: make()}])[key]

    def _found_or_made(
        self,
        name: str,
        keys: Sequence[str],
        make: Callable[[Sequence[str]], Iterable[Mapping[str, Any]]],
    ) -> dict[str, Any]:
        """`make` is handed the keys without a value; each piece that it yields is kept at once."""
        path = self.folder / f"{name}.jsonl"
        kept = _read(path)
        missing = [key for key in keys if key not in kept]
        for made in make(missing) if missing else ():
            _append(path, made)
            kept |= made
        return kept


def _read(path: Path) -> dict[str, Any]:
    """Key → value; a line that was cut off when its writer died is left out."""
    kept: dict[str, Any] = {}
    if not path.exists():
        return kept
    for key, value in _rows(path):
        kept[key] = value
    return kept


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    damaged = 0
    # Not splitlines: it also cuts at separators that JSON leaves inside texts.
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            row = json.loads(line) if line else None
        except ValueError:
            damaged += 1
            continue
        if isinstance(row, list) and len(row) == 2:
            yield row[0], row[1]
    if damaged:
        log.warning("%s: %d damaged lines; what they held is made again", path, damaged)


def _append(path: Path, values: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps([key, value]) for key, value in values.items()]
    with FileLock(f"{path}.lock"), path.open("a", encoding="utf-8") as file:
        # A line end first where the last writer died in a line.
        file.write("\n" * _unfinished(path) + "\n".join(lines) + "\n")


def _unfinished(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return False
        file.seek(-1, 2)
        return file.read(1) != b"\n"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _name(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:16]
