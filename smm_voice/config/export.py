"""What `scripts/export.py` is given."""

from __future__ import annotations

from dataclasses import dataclass

from smm_voice.config.commands import RootConfig
from smm_voice.config.groups import GenerationConfig, TrackingConfig
from smm_voice.validation import rule

SAFETENSORS, ADAPTER, GGUF = "safetensors", "adapter", "gguf"
# Number format of the merged weights → bytes of one.
DTYPES = {"fp32": 4, "bf16": 2, "fp16": 2}
# llama.cpp's name → bytes of one weight, about. The converter itself writes q8_0; for the others
# it needs llama-quantize.
QUANTISATIONS = {
    "q8_0": 1.07, "q6_k": 0.83, "q5_k_m": 0.72, "q5_k_s": 0.7, "q5_0": 0.7, "q4_k_m": 0.62,
    "q4_k_s": 0.58, "q4_0": 0.58, "q3_k_m": 0.5, "q2_k": 0.42,
}  # fmt: skip
HUB_NAME = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"


@dataclass(frozen=True, kw_only=True)
class ExportConfig(RootConfig):
    """`scripts/export.py`.

    `model` is an alias, a registry version or an adapter's folder. `formats`: `safetensors` (base
    and adapter as one, in `dtype`), `adapter` (peft's format, without the base), `gguf` (by the
    converter in the folder `llama_cpp`, else in `$LLAMA_CPP`, else on the PATH; null for
    `quantisation`: as `dtype`). `base_model` is the base's name on the Hugging Face hub, for the
    card, where it is not known. `generation` is what the export decodes with where nobody says
    otherwise. `output` is the folder to be made; null: below `experiments/runs`.
    """

    model: str
    formats: list[str] = rule([SAFETENSORS], choices=(SAFETENSORS, ADAPTER, GGUF))
    dtype: str = rule("bf16", choices=tuple(DTYPES))
    quantisation: str | None = rule(None, choices=tuple(QUANTISATIONS))
    llama_cpp: str | None = None
    base_model: str | None = rule(None, pattern=HUB_NAME)
    output: str | None = None
    overwrite: bool = False
    generation: GenerationConfig
    tracking: TrackingConfig
