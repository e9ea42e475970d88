"""Which number format is faster here: a quick measurement, since processors differ widely."""

from __future__ import annotations

import time
from dataclasses import dataclass

from smm_voice.errors import InputError

# bf16 must win clearly: autocast adds casts that a bare matrix product does not show.
_CLEARLY_FASTER = 1.5


@dataclass(frozen=True)
class Precision:
    """The choice and what it rests on.

    Attributes:
        name: fp32 or bf16.
        fp32_gflops: measured speed of a matrix product, 10⁹ operations a second; None if forced.
        bf16_gflops: the same in bf16.
    """

    name: str
    fp32_gflops: float | None = None
    bf16_gflops: float | None = None


def choose(wanted: str) -> Precision:
    """`auto` measures (about a tenth of a second); anything else is taken as it is.

    Raises:
        InputError: bf16 is asked for on a GPU that has none.
    """
    import torch

    if torch.cuda.is_available():
        has_bf16 = torch.cuda.is_bf16_supported(including_emulation=False)
        if wanted == "bf16" and not has_bf16:
            raise InputError(
                f"training.precision=bf16: {torch.cuda.get_device_name()} has no bf16; set "
                "training.precision=fp32"
            )
        if wanted == "auto":
            return Precision("bf16" if has_bf16 else "fp32")
    if wanted != "auto":
        return Precision(wanted)
    fp32, bf16 = _gflops(torch.float32), _gflops(torch.bfloat16)
    name = "bf16" if bf16 > _CLEARLY_FASTER * fp32 else "fp32"
    return Precision(name, round(fp32, 1), round(bf16, 1))


def _gflops(dtype: object, rows: int = 1024, width: int = 576, out: int = 1536) -> float:
    import torch

    left = torch.ones((rows, width), dtype=dtype)  # type: ignore[call-overload]
    right = torch.ones((width, out), dtype=dtype)  # type: ignore[call-overload]
    left @ right
    seconds = []
    for _ in range(7):
        started = time.perf_counter()
        left @ right
        seconds.append(time.perf_counter() - started)
    return 2 * rows * width * out / min(seconds) / 1e9
