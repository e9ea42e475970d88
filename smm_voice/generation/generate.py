"""Posts written to briefs: adapters folded in by the caller, the common beginning read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smm_voice.config import GenerationConfig
from smm_voice.generation.decoding import Prompts, Settings, decode
from smm_voice.generation.sampling import uniforms
from smm_voice.models.chat import prompt_ids

if TYPE_CHECKING:
    import numpy as np
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
    answers = dict(ending(model, tokenizer, requests, config, title))
    return [answers[i] for i in range(len(requests))]


def ending(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    requests: Sequence[Request],
    config: GenerationConfig,
    title: str = "Generating",
) -> Iterator[tuple[int, Answer]]:
    """Each answer as it ends, with its request's number; the arguments are those of `generate`."""
    from tqdm import tqdm

    prompts = [prompt_ids(tokenizer, request.messages) for request in requests]
    with tqdm(total=len(prompts), desc=title, unit="post", leave=False) as bar:
        keys = [request.key for request in requests]
        for at, written, finished in written_tokens(model, tokenizer, prompts, keys, config):
            text = tokenizer.decode(written, skip_special_tokens=True).strip()
            yield at, Answer(text, finished)
            bar.update()


def written_tokens(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[list[int]],
    keys: Sequence[str],
    config: GenerationConfig,
) -> Iterator[tuple[int, list[int], bool]]:
    """Each answer as it ends: its prompt's number, its tokens, whether the model ended it itself.

    Args:
        model: as in `generate`.
        tokenizer: its tokenizer.
        prompts: token ids of each.
        keys: of the requests.
        config: decoding.
    """
    from smm_voice.generation.continuous import write
    from smm_voice.generation.plain import plain_of

    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    plain = plain_of(model)
    prefix = _shared_prefix(prompts) if plain or _sees_all(model, prompts, config) else []
    rows = [prompts[i][len(prefix) :] for i in order]
    settings = Settings(
        config.temperature, config.top_k, config.top_p, int(tokenizer.pad_token_id),
        tokenizer.eos_token_id,
    )  # fmt: skip
    numbers = uniforms(config.seed, [keys[i] for i in order], config.maximum_new_tokens)
    found = (
        write(plain, prefix, rows, numbers, settings, config.batch_size)
        if plain
        else _in_batches(model, prefix, rows, numbers, settings, config.batch_size)
    )
    for at, written, finished in found:
        yield order[at], written, finished


def _in_batches(
    model: PreTrainedModel,
    prefix: list[int],
    rows: Sequence[Sequence[int]],
    numbers: np.ndarray,
    settings: Settings,
    size: int,
) -> Iterator[tuple[int, list[int], bool]]:
    """With the model's own forward pass; as `continuous.write`."""
    import torch

    cache = None
    if prefix:
        ids = torch.tensor([prefix], device=model.device)
        with torch.inference_mode():
            cache = model(input_ids=ids, use_cache=True).past_key_values
    for at in range(0, len(rows), size):
        prompts = Prompts(prefix, cache, rows[at : at + size])
        with torch.inference_mode():
            batch = decode(model, prompts, numbers[at : at + size], settings)
        for number, (written, finished) in enumerate(batch, at):
            yield number, written, finished


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
