"""Base weights in 4 or 8 bits (QLoRA, arXiv:2305.14314), through bitsandbytes on a GPU."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

from smm_voice.errors import InputError


def check(quantisation: str | None) -> None:
    """Refuse what this machine cannot do, before anything is loaded.

    Raises:
        InputError: there is no GPU, or bitsandbytes is not installed.
    """
    if quantisation is None:
        return
    import torch

    missing = []
    if not torch.cuda.is_available():
        missing.append("an NVIDIA GPU that torch can use (a CUDA build of torch)")
    if importlib.util.find_spec("bitsandbytes") is None:
        missing.append("the package bitsandbytes (python -m pip install 'smm_voice[qlora]')")
    if missing:
        raise InputError(
            f"model.quantisation={quantisation} needs {' and '.join(missing)}; on a CPU leave it "
            "out, and take a smaller model where memory is short"
        )


def loading(quantisation: str | None) -> dict[str, Any]:
    """What `from_pretrained` is given: the number format, and how to quantise."""
    if quantisation is None:
        return {"dtype": "float32"}
    import torch
    from transformers import BitsAndBytesConfig

    if quantisation == "8bit":
        wanted = BitsAndBytesConfig(load_in_8bit=True)
    else:
        wanted = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    # Of several processes on a machine, each has a GPU of its own.
    place = {"": int(os.environ.get("LOCAL_RANK", "0"))}
    return {"dtype": torch.bfloat16, "quantization_config": wanted, "device_map": place}


def made_trainable(model: Any, quantisation: str | None, checkpointing: bool) -> Any:
    """A quantised base that a LoRA can be trained on: norms in fp32, gradients to the inputs."""
    if quantisation is None:
        return model
    from peft import prepare_model_for_kbit_training

    return prepare_model_for_kbit_training(
        model,
        use_gradient_checkpointing=checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False},
    )
