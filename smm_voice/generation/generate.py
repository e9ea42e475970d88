"""Generation with transformers: sorted by length, batched, adapters merged by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.config import GenerationConfig
from smm_voice.generation.decoding import Prompts, Settings, decode
from smm_voice.generation.sampling import uniforms
from smm_voice.models.chat import prompt_ids

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Request:
    """One prompt.

    Attributes:
        key: decides the random numbers together with the seed; equal keys draw equally.
        messages: chat messages.
    """

    key: str
    messages: list[dict[str, str]]


@dataclass(frozen=True)
class Answer:
    """One generated text.

    Attributes:
        text: the answer, trimmed.
        finished: whether the model ended it itself, within the token limit.
    """

    text: str
    finished: bool


# A shared beginning shorter than this is not worth a pass of its own.
_SHORTEST_PREFIX = 16


def generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    requests: Sequence[Request],
    config: GenerationConfig,
    title: str = "Generating",
) -> list[Answer]:
    """Answer every request; the order of the answers is that of the requests.

    What all prompts begin with (system message, style guide, shown examples) is read once and
    its key-value cache shared: for a few-shot prompt that is nine tenths of the reading.

    Args:
        model: in evaluation mode and the number format wanted; fold an adapter into it first.
        tokenizer: its tokenizer.
        requests: prompts.
        config: decoding. The batch size changes speed and not the answers, up to rounding.
        title: beside the progress bar.
    """
    import torch
    from tqdm import tqdm

    prompts = [prompt_ids(tokenizer, request.messages) for request in requests]
    answers: dict[int, Answer] = {}
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    with (
        torch.inference_mode(),
        tqdm(total=len(prompts), desc=title, unit="post", leave=False) as bar,
    ):
        prefix = _shared_prefix(prompts) if _sees_all(model, prompts, config) else []
        cache = (
            model(
                input_ids=torch.tensor([prefix], device=model.device), use_cache=True
            ).past_key_values
            if prefix
            else None
        )
        for at in range(0, len(order), config.batch_size):
            batch = order[at : at + config.batch_size]
            rows = [prompts[i][len(prefix) :] for i in batch]
            keys = [requests[i].key for i in batch]
            new = _batch(model, tokenizer, prefix, cache, rows, keys, config)
            answers |= dict(zip(batch, new, strict=True))
            bar.update(len(batch))
    return [answers[i] for i in range(len(prompts))]


def _sees_all(
    model: PreTrainedModel, prompts: Sequence[list[int]], config: GenerationConfig
) -> bool:
    """Whether no layer looks back over fewer tokens than prompts and answers have.

    A window counts the pads that stand behind a shared beginning, and would end too early.
    """
    window = getattr(model.config, "sliding_window", None)
    longest = max(map(len, prompts), default=0)
    return window is None or 2 * longest + config.maximum_new_tokens <= window


def _shared_prefix(prompts: Sequence[list[int]]) -> list[int]:
    """Tokens that all prompts begin with, short of any prompt's last token."""
    if len(prompts) < 2:
        return []
    shared = min(len(each) for each in prompts) - 1
    first = prompts[0]
    for each in prompts[1:]:
        shared = next((i for i in range(shared) if each[i] != first[i]), shared)
    return first[:shared] if shared >= _SHORTEST_PREFIX else []


def _batch(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prefix: list[int],
    cache: Any,
    rows: Sequence[list[int]],
    keys: Sequence[str],
    config: GenerationConfig,
) -> list[Answer]:
    """Answer one batch; `rows` are the prompts without `prefix`."""
    numbers = uniforms(config.seed, keys, config.maximum_new_tokens)
    settings = Settings(
        config.temperature, config.top_k, config.top_p, int(tokenizer.pad_token_id),
        tokenizer.eos_token_id,
    )  # fmt: skip
    return [
        Answer(tokenizer.decode(written, skip_special_tokens=True).strip(), finished)
        for written, finished in decode(model, Prompts(prefix, cache, rows), numbers, settings)
    ]
