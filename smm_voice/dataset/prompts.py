"""Chat messages for training and for every arm: one place, so that none has an advantage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from smm_voice.text.languages import primary

Message = dict[str, str]

# Part of every result's provenance: a change here is a change of the prompt set.
PROMPT_VERSION = "1"
_GUIDE_ENDS = "<!-- prompt ends -->"
_SYSTEM = {
    "en": "Write social media posts for {brand}.",
    "fr": "Écris les publications de {brand}.",
}


def system_message(brand: str, language: str, style_guide: str | None = None) -> Message:
    """Who writes, and how, where a style guide is given."""
    text = _SYSTEM.get(primary(language), _SYSTEM["en"]).format(brand=brand)
    return {"role": "system", "content": f"{text}\n\n{style_guide}" if style_guide else text}


def prompt(
    brand: str,
    language: str,
    brief: str,
    style_guide: str | None = None,
    shots: Sequence[tuple[str, str]] = (),
) -> list[Message]:
    """The messages a model answers.

    Args:
        brand: the brand's name as people write it.
        language: language of the post.
        brief: the rendered brief.
        style_guide: text put before the brief; only the `prompted` arm has one.
        shots: (brief, post) pairs shown as earlier turns.
    """
    messages = [system_message(brand, language, style_guide)]
    for shown_brief, shown_post in shots:
        messages += [
            {"role": "user", "content": shown_brief},
            {"role": "assistant", "content": shown_post},
        ]
    return [*messages, {"role": "user", "content": brief}]


def read_style_guide(path: Path | None) -> str | None:
    """The part of a style guide meant for a prompt: all before `<!-- prompt ends -->`."""
    if path is None:
        return None
    text = path.read_text(encoding="utf-8").split(_GUIDE_ENDS)[0]
    lines = [line for line in text.splitlines() if not re.match(r"#{1,6}\s", line)]
    return "\n".join(lines).strip() or None
