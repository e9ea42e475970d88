"""General examples among a brand's, so that the model forgets less of what it could do."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.errors import InputError
from smm_voice.models.marks import content_ids
from smm_voice.training.collator import IGNORED, Encoded, encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

General = Mapping[str, Any]


def read(path: Path) -> list[General]:
    """The rows of a JSONL file, checked.

    Raises:
        InputError: the file is missing, or a line is none of the three forms; it is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"training.mixing.path: {path} cannot be read: {error}") from error
    rows = [_checked(line, path, at) for at, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise InputError(f"training.mixing.path: {path} holds no rows")
    return rows


def how_many(examples: int, share: float) -> int:
    """General rows beside `examples` of the brand, so that they make up `share` of all."""
    return round(examples * share / (1 - share))


def mixed(
    rows: Sequence[Encoded],
    general: Sequence[General],
    tokenizer: PreTrainedTokenizerBase,
    share: float,
    maximum_tokens: int,
    seed: int,
) -> list[Encoded]:
    """The brand's rows with general ones behind them; the sampler shuffles.

    Which ones is decided by the seed. A file with too few is gone through again.

    Raises:
        InputError: no general row fits in `maximum_tokens`, or so small a share of so few rows is
            not one row.
    """
    encoded = [_encoded(tokenizer, row) for row in general]
    fitting = [row for row in encoded if len(row.input_ids) <= maximum_tokens]
    wanted = how_many(len(rows), share)
    if not wanted:
        raise InputError(
            f"training.mixing.share={share:g} beside {len(rows)} examples is not one row: nothing "
            f"would be mixed in. Take at least {0.5 / (len(rows) + 0.5):.2g}, or 0"
        )
    if not fitting:
        raise InputError(
            f"none of the {len(encoded)} rows of training.mixing fits in "
            f"training.maximum_tokens={maximum_tokens}; raise it"
        )
    shuffler = random.Random(seed)  # noqa: S311
    chosen: list[Encoded] = []
    while len(chosen) < wanted:
        chosen += shuffler.sample(fitting, len(fitting))
    return [*rows, *chosen[:wanted]]


def _checked(line: str, path: Path, number: int) -> General:
    where = f"training.mixing.path: {path}, line {number}"
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where} is no JSON: {error}") from error
    if isinstance(row, dict):
        if isinstance(row.get("text"), str) and row["text"].strip():
            return {"text": row["text"]}
        if isinstance(row.get("prompt"), str) and isinstance(row.get("response"), str):
            asked = {"role": "user", "content": row["prompt"]}
            return {"messages": [asked, {"role": "assistant", "content": row["response"]}]}
        messages = row.get("messages")
        if isinstance(messages, list) and all(_is_message(each) for each in messages):
            while messages and messages[-1]["role"] != "assistant":
                messages = messages[:-1]
            if len(messages) > 1:
                return {"messages": messages}
    raise InputError(
        f'{where} is neither {{"messages": [… an answer of the assistant]}}, nor {{"prompt", '
        '"response"}, nor {"text"}'
    )


def _is_message(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and each.get("role") in ("system", "user", "assistant")
        and isinstance(each.get("content"), str)
    )


def _encoded(tokenizer: PreTrainedTokenizerBase, row: General) -> Encoded:
    if "text" in row:
        start = tokenizer.bos_token_id
        ids = [int(start if start is not None else tokenizer.eos_token_id)]
        ids += content_ids(tokenizer, row["text"])
        ids.append(int(tokenizer.eos_token_id))
        # Nothing predicts the first token.
        return Encoded(ids, [IGNORED, *ids[1:]])
    *before, answer = row["messages"]
    return encode(tokenizer, before, answer["content"])
