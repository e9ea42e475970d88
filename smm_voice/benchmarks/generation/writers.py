"""The writers under comparison: given the same token ids, each gives the tokens it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from smm_voice.config import GenerationConfig

Written = list[list[int]]
OWN = "smm_voice"
# How transformers' `generate` keeps keys and values: as it does by itself; in room taken
# beforehand; or beginning with the shared prefix, read once.
CACHES = ("dynamic", "static", "prefix")
# Its own continuous batching.
CONTINUOUS = "continuous"


def write(
    writer: str, model: Any, tokenizer: Any, prompts: Sequence[list[int]], size: int, most: int
) -> Written:
    """Greedy answers, the end token included where there is one, in the order of the prompts.

    Args:
        writer: `OWN`, one of `CACHES`, or `CONTINUOUS`.
        model: a causal language model.
        tokenizer: its tokenizer.
        prompts: token ids of each.
        size: prompts at a time.
        most: tokens of an answer.
    """
    end = int(tokenizer.eos_token_id)
    if writer == OWN:
        return _own(model, tokenizer, prompts, size, most, end)
    if writer == CONTINUOUS:
        return _continuous(model, prompts, size, most, end)
    return _generate(model, prompts, size, most, end, writer)


def _own(
    model: Any, tokenizer: Any, prompts: Sequence[list[int]], size: int, most: int, end: int
) -> Written:
    from smm_voice.generation.generate import written_tokens

    config = GenerationConfig(
        temperature=1.0, top_p=1.0, top_k=1, maximum_new_tokens=most, batch_size=size, shots=0,
        seed=0,
    )  # fmt: skip
    found: dict[int, list[int]] = {}
    keys = [str(number) for number in range(len(prompts))]
    for number, tokens, finished in written_tokens(model, tokenizer, prompts, keys, config):
        found[number] = [*tokens, end] if finished else tokens
    return [found[number] for number in range(len(prompts))]


def _generate(
    model: Any, prompts: Sequence[list[int]], size: int, most: int, end: int, cache: str
) -> Written:
    """Batches sorted by length, padded on the left."""
    import copy

    import torch

    found: dict[int, list[int]] = {}
    with torch.inference_mode():
        shared, held = 0, None
        if cache == "prefix":
            shared = _shared(prompts)
            first = torch.tensor([prompts[0][:shared]])
            held = model(input_ids=first, use_cache=True).past_key_values
        for batch in _sorted(prompts, size):
            width = max(len(prompts[i]) for i in batch)
            options: dict[str, Any] = {}
            if cache == "static":
                options["cache_implementation"] = "static"
            if held is not None:
                options["past_key_values"] = copy.deepcopy(held)
                options["past_key_values"].batch_repeat_interleave(len(batch))
            gaps = [width - len(prompts[i]) for i in batch]
            ids = [prompts[i][:shared] + [end] * gap + prompts[i][shared:]
                   for i, gap in zip(batch, gaps, strict=True)]  # fmt: skip
            mask = [[1] * shared + [0] * gap + [1] * (width - shared - gap) for gap in gaps]
            output = model.generate(
                torch.tensor(ids), attention_mask=torch.tensor(mask), do_sample=False,
                max_new_tokens=most, eos_token_id=end, pad_token_id=end, **options,
            )  # fmt: skip
            for number, row in zip(batch, output[:, width:].tolist(), strict=True):
                found[number] = row[: row.index(end) + 1] if end in row else row
    return [found[number] for number in range(len(prompts))]


def _continuous(
    model: Any, prompts: Sequence[list[int]], size: int, most: int, end: int
) -> Written:
    from transformers import GenerationConfig as Options
    from transformers.generation import ContinuousBatchingConfig

    options = Options(
        do_sample=False, max_new_tokens=most, eos_token_id=end, pad_token_id=end, use_cache=False
    )
    outputs = model.generate_batch(
        inputs=list(prompts), generation_config=options,
        continuous_batching_config=ContinuousBatchingConfig(
            page_size=32, num_blocks=2048, max_batch_tokens=1024, max_requests_per_batch=size,
        ),
    )  # fmt: skip
    rows = [list(each.generated_tokens) for each in outputs.values()]
    return [row[: row.index(end) + 1] if end in row else row for row in rows]


def _sorted(prompts: Sequence[list[int]], size: int) -> Iterator[list[int]]:
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    for at in range(0, len(order), size):
        yield order[at : at + size]


def _shared(prompts: Sequence[list[int]]) -> int:
    """Tokens that all begin with, short of any prompt's last token."""
    shortest = min(map(len, prompts)) - 1
    same: Callable[[int], bool] = lambda at: len({each[at] for each in prompts}) == 1  # noqa: E731
    return next((at for at in range(shortest) if not same(at)), shortest)
