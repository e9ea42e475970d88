"""General examples for a training, and what a model knows before and after it."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.commands.console import say
from smm_voice.config import GenerationConfig, MixingConfig, TrainConfig
from smm_voice.models.base import BaseModel
from smm_voice.models.files import cache_folder
from smm_voice.text.languages import primary

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run
    from smm_voice.training.general import Ability, Probe
    from smm_voice.training.mixing import General

log = logging.getLogger(__name__)

_PROBE = "data/general/probe.jsonl"
_PROMPTS = "data/general/prompts.jsonl"
_REPLAY = GenerationConfig(
    temperature=0.7, top_p=0.9, top_k=40, maximum_new_tokens=96, batch_size=20, shots=0, seed=0
)


def general_rows(
    config: TrainConfig, base: BaseModel, model: Any, tokenizer: Any
) -> Sequence[General]:
    """What `training.mixing` mixes in; nothing where its share is 0.

    Raises:
        InputError: the file cannot be used.
    """
    from smm_voice.training import mixing

    wanted: MixingConfig = config.training.mixing
    if not wanted.share:
        return []
    if wanted.path:
        return mixing.read(Path(wanted.path).expanduser())
    prompts = Path(config.repository) / _PROMPTS
    return mixing.read(_replayed(base, model, tokenizer, prompts, config.model.languages))


def _replayed(
    base: BaseModel, model: Any, tokenizer: Any, prompts: Path, languages: Sequence[str]
) -> Path:
    """The base model's own answers to general prompts, written once for each base."""
    from smm_voice.generation.generate import Request, generate

    known = {primary(code) for code in languages}
    rows = [json.loads(line) for line in prompts.read_text(encoding="utf-8").splitlines()]
    asked = [row["prompt"] for row in rows if row["language"] in known] or [
        row["prompt"] for row in rows
    ]
    key = hashlib.sha256(json.dumps([base.identity, asked]).encode()).hexdigest()
    path = cache_folder() / "replay" / f"{base.name}-{key[:16]}.jsonl"
    if not path.exists():
        say(f"{base.name} answers {len(asked)} general prompts, once")
        requests = [Request(text, [{"role": "user", "content": text}]) for text in asked]
        answers = generate(model, tokenizer, requests, _REPLAY, "General answers")
        lines = [
            json.dumps({"prompt": text, "response": answer.text}, ensure_ascii=False)
            for text, answer in zip(asked, answers, strict=True)
            if answer.text
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_suffix(f".{os.getpid()}")
        staging.write_text("\n".join(lines) + "\n", encoding="utf-8")
        os.replace(staging, path)
    return path


class GeneralCheck:
    """The probe, asked before a training and after it; nothing where it is not wanted."""

    def __init__(self, config: TrainConfig, model: Any, tokenizer: Any) -> None:
        from smm_voice.training.general import Probe

        self._model, self._tokenizer = model, tokenizer
        self._tolerance = config.training.general_tolerance
        self._probe: Probe | None = None
        self._before: Ability | None = None
        if not config.training.general_check:
            return
        self._probe = Probe.read(Path(config.repository) / _PROBE, config.model.languages)
        if self._probe is None:
            spoken = ", ".join(config.model.languages)
            log.warning("General ability is not measured: the probe holds nothing in %s", spoken)
        else:
            self._before = self._probe.ask(model, tokenizer)

    def after(self, run: Run) -> None:
        """Ask the model, which has its adapter by now, again; log both, and say what was lost."""
        from smm_voice.training.general import forgotten

        if self._probe is None or self._before is None:
            return
        before, after = self._before, self._probe.ask(self._model, self._tokenizer)
        run.metrics(before.figures("before") | after.figures("after"))
        say(
            f"General ability, {before.items} items: {before.accuracy:.0%} right → "
            f"{after.accuracy:.0%}, {before.bits_per_byte:.2f} bits a byte of plain text → "
            f"{after.bits_per_byte:.2f}"
        )
        lost = forgotten(before, after, self._tolerance)
        if lost:
            say(lost)
