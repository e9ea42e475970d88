"""Token by token, the places of texts that have ended taken by those that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from smm_voice.generation.decoding import Settings
from smm_voice.generation.held import Held
from smm_voice.generation.plain import Plain
from smm_voice.generation.sampling import draw

if TYPE_CHECKING:
    import numpy as np

# Prompts are read so many tokens at a time: large enough for the processor, small in memory.
_TOKENS = 2048
# Matrix kernels are compiled for each new number of rows: few numbers cost less than a few fillers.
_STEP = 8


@dataclass
class _Row:
    """A text that is being written.

    Attributes:
        number: of its prompt.
        length: tokens held, the shared beginning apart.
        written: its tokens.
    """

    number: int
    length: int
    written: list[int] = field(default_factory=list)


@torch.inference_mode()
def write(
    plain: Plain,
    prefix: Sequence[int],
    rows: Sequence[Sequence[int]],
    numbers: np.ndarray,
    settings: Settings,
    places: int,
) -> Iterator[tuple[int, list[int], bool]]:
    """Each text as it ends: its prompt's number, its tokens, whether the model ended it itself.

    Args:
        plain: the model.
        prefix: tokens that all prompts begin with; may be empty.
        rows: what follows the prefix in each prompt, in the order in which they are taken up.
        numbers: uniform numbers in [0, 1), shape (prompts, most tokens).
        settings: of the drawing.
        places: texts written at a time.
    """
    most = numbers.shape[1]
    places = min(places, len(rows))
    shared = None
    if prefix:
        shared = plain.held(1, len(prefix))
        plain.read(torch.tensor([list(prefix)], device=plain.device), shared, 0, None)
    held = plain.held(_with_fillers(places), max(map(len, rows), default=0) + most)
    waiting, live = list(range(len(rows)))[::-1], list[_Row]()
    while waiting or live:
        # A few at a time: one prompt is read hardly faster than eight.
        if waiting and (not live or places - len(live) >= max(1, places // 8)):
            new = [waiting.pop() for _ in range(min(places - len(live), len(waiting)))]
            added = [_Row(number, len(rows[number])) for number in new]
            logits = _read(plain, [rows[n] for n in new], held, len(live), shared, settings.pad)
            at, live = len(live), live + added
        else:
            fillers = [0] * (_with_fillers(len(live)) - len(live))
            ids = torch.tensor([row.written[-1] for row in live] + fillers, device=plain.device)
            lengths = torch.tensor([row.length for row in live] + fillers, device=plain.device)
            logits = plain.logits(plain.step(ids, lengths, held, shared)[:, 0])[: len(live)]
            at = 0
            for row in live:
                row.length += 1
        drawn = numbers[[row.number for row in live[at:]], [len(row.written) for row in live[at:]]]
        chosen = draw(logits, drawn, settings.temperature, settings.top_k, settings.top_p).tolist()
        ended = set()
        for place, token in enumerate(chosen, at):
            row = live[place]
            if token != settings.end:
                row.written.append(token)
            if token == settings.end or len(row.written) == most:
                ended.add(place)
                yield row.number, row.written, token == settings.end
        live = _closed_up(live, ended, held)


def _with_fillers(rows: int) -> int:
    return rows if rows < _STEP else -(-rows // _STEP) * _STEP


def _read(
    plain: Plain,
    rows: Sequence[Sequence[int]],
    held: Held,
    at: int,
    prefix: Held | None,
    pad: int,
) -> torch.Tensor:
    """Read prompts into the places from `at` on; the logits of their first tokens."""
    found = []
    while rows:
        width = max(map(len, rows))
        some, rows = rows[: max(1, _TOKENS // width)], rows[max(1, _TOKENS // width) :]
        width = max(map(len, some))
        ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in some])
        hidden = plain.read(ids.to(plain.device), held, at, prefix)
        last = torch.tensor([len(row) - 1 for row in some], device=plain.device)
        found.append(plain.logits(hidden[torch.arange(len(some), device=plain.device), last]))
        at += len(some)
    return torch.cat(found)


def _closed_up(live: list[_Row], ended: set[int], held: Held) -> list[_Row]:
    """The rows that go on, in the first places: the last ones move into the gaps."""
    if not ended:
        return live
    count = len(live) - len(ended)
    gaps = [place for place in sorted(ended) if place < count]
    movers = [place for place in range(count, len(live)) if place not in ended]
    held.move(movers, gaps, max(row.length for row in live))
    for source, target in zip(movers, gaps, strict=True):
        live[target] = live[source]
    return live[:count]
