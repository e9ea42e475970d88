"""How much memory a training needs, measured on one small step, and how much there is."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from smm_voice.errors import SmmVoiceError
from smm_voice.models.base import BaseModel

# What allocators, libraries and other processes take beyond what is counted.
HEADROOM = 1.15
_ADAM_AND_GRADIENT = 3  # numbers of 4 bytes for each trainable weight
_LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)


@dataclass(frozen=True)
class Need:
    """Bytes that a training takes beyond the loaded model.

    Attributes:
        optimiser: gradients and Adam's two moments of the adapter.
        fixed: of a step, whatever the batch.
        a_post: of a step, for each post of the batch, at the longest post's length.
        weights: the base model, of which the check of the saved adapter loads a second one.
    """

    optimiser: int
    fixed: int
    a_post: int
    weights: int

    def of(self, batch_size: int, processes: int = 1) -> int:
        """Bytes for a batch in each process: the larger of a step and of one's check after it."""
        step = self.optimiser + self.fixed + self.a_post * batch_size
        return round(HEADROOM * max(processes * step, self.optimiser + self.weights))


def available(device: torch.device) -> int:
    """Bytes that can still be had: of the GPU, or of the machine within its control group."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    free = int(psutil.virtual_memory().available)
    for limit, usage in _LIMITS:
        try:
            most, used = (Path(name).read_text(encoding="ascii").strip() for name in (limit, usage))
            free = min(free, int(most) - int(used))
        except (OSError, ValueError):  # no such group, or "max"
            continue
    return free


def check_loading(base: BaseModel) -> None:
    """Refuse a base model that does not even fit in memory by itself.

    Raises:
        SmmVoiceError: with what it needs and what there is.
    """
    from safetensors import safe_open

    if base.quantisation or torch.cuda.is_available():
        return  # loaded onto the GPU, which says so itself
    needed = 0
    for path in base.folder.glob("*.safetensors"):
        with safe_open(path, framework="pt") as file:
            names = file.keys()
            needed += sum(4 * math.prod(file.get_slice(name).get_shape()) for name in names)
    there = available(torch.device("cpu"))
    if needed > there:
        raise SmmVoiceError(
            f"not enough memory to load the base model {base.name}: it needs {_gb(needed)} in "
            f"fp32, {_gb(there)} are free; take a smaller model (model=…), or a machine with more"
        )


def measure(model: Any, step: Callable[[int], None]) -> Need:
    """What steps with one and with two posts take, and so any other.

    Memory of a step is a straight line in the number of posts of one length.

    Args:
        model: with its adapter, in training mode.
        step: forward and backward over so many posts of the longest length.
    """
    device = next(model.parameters()).device
    with torch.random.fork_rng():
        one, two = (_peak(device, step, count) for count in (1, 2))
    model.zero_grad(set_to_none=True)
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    a_post = max(0, two - one)
    return Need(4 * _ADAM_AND_GRADIENT * trainable, max(0, one - a_post), a_post, weights)


def check(need: Need, batch_size: int, device: torch.device, processes: int = 1) -> None:
    """Refuse a training that would end in the middle for want of memory.

    Args:
        need: of a process.
        batch_size: posts in each process.
        device: whose memory it is.
        processes: how many share that memory.

    Raises:
        SmmVoiceError: it does not fit; says what is needed, what there is and what to set.
    """
    there = available(device)
    needed = need.of(batch_size, processes)
    if needed <= there:
        return
    each = f" in each of {processes} processes" if processes > 1 else ""
    raise SmmVoiceError(
        f"not enough memory to train: a batch of {batch_size} posts{each} needs "
        f"{_gb(needed)} beside the loaded model, {_gb(there)} are free (one post takes "
        f"{_gb(need.a_post)}, the adapter with its optimiser {_gb(need.optimiser)}, the base "
        f"model {_gb(need.weights)}). "
        "Set training.find_batch_size=true, or a smaller training.batch_size with more "
        "training.accumulation, training.gradient_checkpointing=true, a smaller "
        "training.maximum_tokens, or take a smaller model; training.check_memory=false goes ahead "
        "all the same"
    )


def _gb(count: int) -> str:
    return f"{count / 1e9:.2f} GB"


def _peak(device: torch.device, step: Callable[[int], None], count: int) -> int:
    """Largest number of bytes that a step holds at once, beyond what was there before."""
    if device.type == "cuda":
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        step(count)
        return int(torch.cuda.max_memory_allocated(device)) - before
    with _Held() as held:
        step(count)
    return held.most


class _Held(TorchDispatchMode):
    """Counts the bytes of the tensors that operations make, for as long as somebody holds them.

    PyTorch keeps no such account on a CPU, and its profiler writes to the terminal.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self._known: set[int] = set()

    def __torch_dispatch__(  # noqa: D105
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        # A view, or a result written in place, lies where an argument lies.
        given = {
            each.untyped_storage()._cdata
            for each in tree_leaves((args, kwargs))
            if isinstance(each, torch.Tensor)
        }
        result = func(*args, **(kwargs or {}))
        for each in tree_leaves(result):
            if isinstance(each, torch.Tensor):
                self._take(each.untyped_storage(), given)
        return result

    def _take(self, storage: Any, given: set[int]) -> None:
        key = storage._cdata
        if key in self._known or key in given:
            return
        self._known.add(key)
        self.now += storage.nbytes()
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self._release, key, storage.nbytes())

    def _release(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size
