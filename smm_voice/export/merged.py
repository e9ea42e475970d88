"""Base and adapter as one model, written, read afresh and compared with what it was made of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import GenerationConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel, load
from smm_voice.models.chat import portable_template, prompt_ids
from smm_voice.models.files import weights_of
from smm_voice.models.memory import release

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

log = logging.getLogger(__name__)

Messages = Sequence[dict[str, str]]
# Number format → largest share of what the adapter changed that rounding may undo. Measured on
# SmolLM2 and 32 examples: 8e-6, .006 and .05. A merge that was left out gives 1.
TOLERANCES = {"fp32": 1e-3, "fp16": 0.05, "bf16": 0.25}
_TORCH = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}


@dataclass(frozen=True)
class Agreement:
    """How a written model answers, beside base and adapter apart.

    Attributes:
        effect: root mean square of what the adapter changes in the probes' logits.
        divergence: the same as a mean Kullback-Leibler divergence, nats a token.
        difference: the same of what writing has changed.
        largest: largest such change of one logit.
        tolerance: largest share of `effect` that `difference` may be.
    """

    effect: float
    divergence: float
    difference: float
    largest: float
    tolerance: float

    @property
    def share(self) -> float:
        """Of the adapter's effect."""
        return self.difference / self.effect if self.effect else float("inf")


def parameters(base: BaseModel) -> int:
    """Number of weights that are saved, by the files' headers alone."""
    from safetensors import safe_open

    count = 0
    for path in weights_of(base.folder, base.name):
        with safe_open(path, "pt") as weights:
            for name in weights.keys():  # noqa: SIM118  (no mapping)
                product = 1
                for length in weights.get_slice(name).get_shape():
                    product *= length
                count += product
    return count


def write(
    folder: Path,
    base: BaseModel,
    adapter: Path,
    dtype: str,
    decoding: GenerationConfig,
    probes: Sequence[Messages],
) -> Agreement:
    """Write model, tokenizer, chat template and decoding, and prove that they answer alike.

    Args:
        folder: stands, and is empty.
        base: the adapter's base model.
        adapter: its folder.
        dtype: one of `TOLERANCES`.
        decoding: what the model decodes with where nobody says otherwise.
        probes: prompts on which the logits are compared.

    Raises:
        InputError: the adapter was trained on another base.
        SmmVoiceError: what was written does not answer like base and adapter.
    """
    import torch

    log.info("Merging adapter and base model")
    model, tokenizer = load(base)
    ids = [prompt_ids(tokenizer, messages) for messages in probes]
    tuned = adapters.load(model, adapter, base)
    with torch.inference_mode():
        wanted = logits(tuned, ids)
        with tuned.disable_adapter():
            untuned = logits(tuned, ids)
    try:
        merged = tuned.merge_and_unload(safe_merge=True)
    except ValueError as error:
        raise SmmVoiceError(f"the adapter {adapter} cannot be merged: {error}") from error
    merged = merged.to(getattr(torch, _TORCH[dtype]))
    merged.generation_config = _decoding(tokenizer, decoding)
    merged.save_pretrained(folder)
    save_tokenizer(folder, tokenizer, ids, probes)
    del merged, tuned, model
    release()
    return _compared(folder, dtype, ids, wanted, untuned)


def save_tokenizer(
    folder: Path,
    tokenizer: PreTrainedTokenizerBase,
    ids: Sequence[list[int]],
    probes: Sequence[Messages],
) -> None:
    """Write the tokenizer, with a template that makes the prompts that the model was taught.

    Raises:
        SmmVoiceError: read afresh it makes other tokens.
    """
    tokenizer.chat_template = portable_template(tokenizer)
    tokenizer.save_pretrained(folder)
    fresh = load_tokenizer(folder)
    for messages, wanted in zip(probes, ids, strict=True):
        if tokens(fresh, messages) != wanted:
            raise SmmVoiceError(
                "the exported tokenizer and its chat template make other tokens of a prompt than "
                "those that the model was trained on"
            )


def tokens(tokenizer: PreTrainedTokenizerBase, messages: Messages) -> list[int]:
    """Of a prompt, as any other program makes them."""
    found = tokenizer.apply_chat_template(
        list(messages), add_generation_prompt=True, return_dict=True
    )
    return list(found["input_ids"])


def logits(model: Any, ids: Sequence[list[int]]) -> torch.Tensor:
    """Of all places of all prompts, fp32: (places, vocabulary)."""
    import torch

    found = [model(input_ids=torch.tensor([each])).logits[0].float() for each in ids]
    return torch.cat(found)


def divergence(wanted: torch.Tensor, found: torch.Tensor) -> float:
    """Mean KL(wanted, found) of the next token, nats; from logits (places, vocabulary)."""
    first, second = wanted.log_softmax(-1), found.log_softmax(-1)
    return max(float((first.exp() * (first - second)).sum(-1).mean()), 0.0)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a written folder."""
    from transformers import AutoTokenizer

    found: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    return found


def load_model(folder: Path, **where: Any) -> PreTrainedModel:
    """What was written, read as any other program would, in fp32.

    Args:
        folder: it lies in.
        **where: `gguf_file`, for a file of that format.
    """
    from transformers import AutoModelForCausalLM

    model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
        folder, dtype="float32", trust_remote_code=False, **where
    )
    return model.eval()


def load_exported(folder: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Model and tokenizer of a written folder."""
    return load_model(folder), load_tokenizer(folder)


def _compared(
    folder: Path, dtype: str, ids: Sequence[list[int]], wanted: torch.Tensor, untuned: torch.Tensor
) -> Agreement:
    import torch

    model, _ = load_exported(folder)
    with torch.inference_mode():
        found = logits(model, ids)
    agreement = Agreement(
        effect=_rms(wanted - untuned),
        divergence=divergence(wanted, untuned),
        difference=_rms(found - wanted),
        largest=float((found - wanted).abs().max()),
        tolerance=TOLERANCES[dtype],
    )
    if agreement.effect == 0:
        raise SmmVoiceError("the adapter changes nothing: there is no voice to export")
    if not agreement.share <= agreement.tolerance:  # NaN is no agreement either
        raise SmmVoiceError(
            f"the merged model does not answer like base and adapter: in {dtype} its logits are "
            f"off by {agreement.difference:.2g}, {agreement.share:.1%} of what the adapter changes "
            f"({agreement.tolerance:.1%} are allowed)"
            + ("" if dtype == "fp32" else "; dtype=fp32 rounds less")
        )
    return agreement


def _rms(difference: torch.Tensor) -> float:
    return float(difference.double().pow(2).mean().sqrt())


def _decoding(tokenizer: PreTrainedTokenizerBase, config: GenerationConfig) -> Any:
    from transformers import GenerationConfig as Decoding

    tokens: dict[str, Any] = {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "max_new_tokens": config.maximum_new_tokens,
    }
    return Decoding(
        do_sample=True, temperature=config.temperature, top_p=config.top_p, top_k=config.top_k,
        **tokens,
    )  # fmt: skip
