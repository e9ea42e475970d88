"""An adapter goes on learning from what people chose: DPO on pairs, KTO on single texts.

DPO (Rafailov et al. 2023) and KTO (Ethayarajh et al. 2024) are TRL's. The reference that holds the
model to what it was is the adapter before the tuning, not the bare base model: that one would pull
the voice away again. A tuning takes minutes, so it is not resumed but repeated: with the same seed
it gives the same adapter.
"""

from __future__ import annotations

import importlib.util
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import PreferenceConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel, load
from smm_voice.models.chat import answer_ids, prompt_ids
from smm_voice.models.likelihood import token_losses
from smm_voice.training.precision import Precision, choose

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from smm_voice.training.hooks import OnLog

log = logging.getLogger(__name__)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Preferring:
    """How much more probable chosen texts are to a model than the rejected ones.

    Attributes:
        difference: mean of log p(chosen) − log p(rejected), nats, end tokens included.
        share: share of the pairs in which the chosen text is the more probable one.
    """

    difference: float
    share: float


@dataclass(frozen=True)
class Tuned:
    """The outcome of a tuning.

    Attributes:
        adapter: folder of the saved and verified adapter.
        precision: number format and the measurement behind it.
        before: on held-out pairs, of the adapter that was taken; None where none fits.
        after: the same of the tuned one.
        held_out: pairs behind both.
        rows: pairs, or for KTO texts, that were learned from.
        desirable: of these texts, those that raters would publish; 0 for DPO.
        too_long: rows left out because they exceed `maximum_tokens`.
        steps: optimiser steps done.
        seconds: wall-clock time.
    """

    adapter: Path
    precision: Precision
    before: Preferring | None
    after: Preferring | None
    held_out: int
    rows: int
    desirable: int
    too_long: int
    steps: int
    seconds: float


def check_installed() -> None:
    """Refuse to begin without TRL.

    Raises:
        InputError: it is not installed.
    """
    if importlib.util.find_spec("trl") is None:
        raise InputError(
            'preference tuning needs TRL, which is not installed; say: pip install ".[preference]"'
        )


def encode_pair(tokenizer: PreTrainedTokenizerBase, row: Row) -> dict[str, list[int]]:
    """Token ids of a row with `prompt`, `chosen` and `rejected`, encoded as in training."""
    return {
        "prompt_ids": prompt_ids(tokenizer, row["prompt"]),
        "chosen_ids": answer_ids(tokenizer, row["chosen"][0]["content"]),
        "rejected_ids": answer_ids(tokenizer, row["rejected"][0]["content"]),
    }


def encode_judged(tokenizer: PreTrainedTokenizerBase, row: Row) -> dict[str, Any]:
    """Token ids of a row with `prompt`, `completion` and `label`, encoded as in training."""
    return {
        "prompt_ids": prompt_ids(tokenizer, row["prompt"]),
        "completion_ids": answer_ids(tokenizer, row["completion"][0]["content"]),
        "label": row["label"],
    }


def with_mismatched(rows: Sequence[dict[str, Any]], batch_size: int) -> list[dict[str, Any]]:
    """Rows with `KL_completion_ids`: within each batch the completion of the row before.

    By such mismatched texts KTO estimates how far the model has moved altogether. A last batch of
    one takes that of the batch before.
    """
    found = []
    for at, row in enumerate(rows):
        start = at - at % batch_size
        size = min(batch_size, len(rows) - start)
        other = at - 1 if size == 1 else start + (at - start - 1) % size
        found.append({**row, "KL_completion_ids": rows[other]["completion_ids"]})
    return found


def balance(labels: Sequence[bool]) -> tuple[float, float]:
    """Weights of desirable and undesirable texts, so that either kind weighs as much altogether.

    The rarer kind is raised (Ethayarajh et al. 2024, eq. 8, with a ratio of 1).

    Raises:
        InputError: all are of one kind.
    """
    desirable = sum(labels)
    undesirable = len(labels) - desirable
    if not desirable or not undesirable:
        raise InputError(
            f"method=kto needs texts of both kinds, and there are {desirable} that raters would "
            f"publish and {undesirable} that they would not; take method=dpo"
        )
    return max(1.0, undesirable / desirable), max(1.0, desirable / undesirable)


def preferring(model: Any, pairs: Sequence[Mapping[str, list[int]]]) -> Preferring | None:
    """How much a model prefers the chosen texts of encoded pairs; None without any."""
    if not pairs:
        return None
    sequences = [
        p["prompt_ids"] + p[side] for p in pairs for side in ("chosen_ids", "rejected_ids")
    ]
    first = [len(p["prompt_ids"]) for p in pairs for _ in range(2)]
    nats = [float(found.nats.sum()) for found in token_losses(model, sequences, first)]
    gaps = [rejected - chosen for chosen, rejected in zip(nats[::2], nats[1::2], strict=True)]
    return Preferring(sum(gaps) / len(gaps), sum(gap > 0 for gap in gaps) / len(gaps))


def tune(
    base: BaseModel,
    adapter: Path,
    origin: adapters.AdapterOrigin,
    method: str,
    rows: Sequence[Row],
    held_out: Sequence[Row],
    config: PreferenceConfig,
    folder: Path,
    on_log: OnLog,
) -> Tuned:
    """Tune an adapter and save the outcome in `folder/adapter`.

    Args:
        base: the adapter's base model.
        adapter: folder of the adapter that goes on learning; it is left as it is.
        origin: saved beside the tuned one.
        method: dpo or kto.
        rows: as TRL names them: `prompt`, `chosen`, `rejected`, or `prompt`, `completion`, `label`.
        held_out: pairs, for either method, that are not learned from.
        config: how.
        folder: run folder.
        on_log: called with every logged number and its step.

    Raises:
        InputError: nothing fits in `maximum_tokens`, or KTO has texts of one kind alone, or the
            adapter is one that TRL cannot tune.
        SmmVoiceError: the loss is no number, nothing was changed, or the saved adapter is not the
            tuned one.
    """
    import torch
    from datasets import Dataset
    from peft.tuners.tuners_utils import BaseTunerLayer

    from smm_voice.training.preference_trainers import make_trainer

    started = time.perf_counter()
    precision = choose(config.precision)
    loaded, tokenizer = load(base)
    model = adapters.load(loaded, adapter, base, trainable=True)
    if isinstance(model.get_output_embeddings(), BaseTunerLayer):
        raise InputError(
            f"the adapter {adapter} changes the output matrix (lora.targets), which TRL would "
            "leave out of the tuning; train one without it"
        )
    encode = encode_pair if method == "dpo" else encode_judged
    encoded = [encode(tokenizer, row) for row in rows]
    fitting = [row for row in encoded if _fits(row, config)]
    measured = [row for row in (encode_pair(tokenizer, r) for r in held_out) if _fits(row, config)]
    # A batch of one would be compared with itself.
    if len(fitting) < 2:
        raise InputError(
            f"{len(fitting)} of {len(rows)} texts with their prompts fit in "
            f"preference.maximum_tokens={config.maximum_tokens}; raise it"
        )
    labels = [bool(row["label"]) for row in fitting if "label" in row]
    weights = (1.0, 1.0)
    if method == "kto":
        weights = balance(labels)
        random.Random(config.seed).shuffle(fitting)  # noqa: S311
        fitting = with_mismatched(fitting, config.batch_size)
    before = preferring(model, measured)
    trainer = make_trainer(
        method, model, tokenizer, Dataset.from_list(fitting), config, precision.name,
        folder / "preference", on_log, weights,
    )  # fmt: skip
    trainer.train()
    # Without accelerate's autocast, which would round what the saved adapter is compared with.
    tuned = trainer.accelerator.unwrap_model(trainer.model, keep_fp32_wrapper=False)
    tuned.delete_adapter("ref")
    tuned.eval()
    after = preferring(tuned, measured)
    adapters.save(tuned, folder / "adapter", origin)
    if adapters.digest(folder / "adapter") == adapters.digest(adapter):
        raise SmmVoiceError(
            f"{trainer.state.global_step} steps have changed nothing; raise preference.epochs, or "
            "lower preference.warmup_share (warming up begins with a rate of 0)"
        )
    probe = fitting[0]["prompt_ids"]
    with torch.no_grad():
        adapters.verify(tuned, folder / "adapter", base, probe)
    return Tuned(
        folder / "adapter", precision, before, after, len(measured), len(fitting), sum(labels),
        len(encoded) - len(fitting), int(trainer.state.global_step),
        time.perf_counter() - started,
    )  # fmt: skip


def _fits(row: Row, config: PreferenceConfig) -> bool:
    answers = [ids for name, ids in row.items() if name.endswith("_ids") and name != "prompt_ids"]
    return len(row["prompt_ids"]) + max(map(len, answers)) <= config.maximum_tokens
