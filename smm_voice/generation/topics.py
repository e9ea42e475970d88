"""Topics named by a model, for briefs that a model writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smm_voice.config import GenerationConfig
from smm_voice.generation.generate import Request, generate
from smm_voice.posts.post import Post
from smm_voice.text import languages, tokens

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

# Part of the dataset's provenance: a change here is a change of the briefs.
TOPIC_PROMPT_VERSION = "1"
_ASK = {
    "en": "Say in at most eight words what this post is about. Do not repeat its sentences.\n\n{}",
    "fr": "Dis en huit mots au plus de quoi parle ce texte. Ne répète pas ses phrases.\n\n{}",
}
_MOST_WORDS = 12


def name_topics(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    posts: Sequence[Post],
    batch_size: int,
) -> list[str | None]:
    """A few words for the topic of each post; None where the model gave nothing usable."""
    config = GenerationConfig(
        temperature=0.1, top_p=0.9, top_k=20, maximum_new_tokens=24, batch_size=batch_size,
        shots=0, seed=1,
    )  # fmt: skip
    requests = [Request(post.id, [{"role": "user", "content": _question(post)}]) for post in posts]
    answers = generate(model, tokenizer, requests, config, title="Naming topics")
    return [_usable(answer.text) for answer in answers]


def _question(post: Post) -> str:
    ask = _ASK.get(languages.primary(post.language or ""), _ASK["en"])
    return ask.format(tokens.with_link_placeholders(post.text))


def _usable(answer: str) -> str | None:
    line = next((line.strip() for line in answer.splitlines() if line.strip()), "")
    line = re.sub(r"^[\"“«*\s]*(?:topic|sujet|about)\s*:\s*|[\"“”«»*]", "", line, flags=re.I)
    line = line.strip().removesuffix(".")
    words = line.split()[:_MOST_WORDS]
    return " ".join(words) if len(words) > 1 else None
