"""OpenAI's chat format for fine-tuning, one conversation a line: `{"messages": [{"role": …}]}`.

Found wherever somebody has fine-tuned a model on a brand's posts: the last message of the assistant
is the post, what comes before asks for it.

Quirks: the format has no date, and posts cannot be split by time without one. None is made up: a
line needs a key of its own, `created_at` or `date`, or `created_at` in `metadata`. Who wrote a
post, a person or a model, the format does not say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smm_voice.posts.files import ExportFile
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import inside, json_lines, objects, words


class OpenAiChatReader:
    """Last words of the assistant."""

    name = "openai_chat"

    def recognises(self, sample: Sample) -> bool:
        """By messages that have a role, in a line of their own."""
        first = next((line.strip() for line in sample.text.split("\n") if line.strip()), "")
        messages = {"messages.item.role", "messages.item.content"}
        return len(first) > 1 and messages <= sample.json_paths

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the posts in file order; a damaged line is rejected and the rest goes on."""
        for source, row in json_lines(file):
            yield row if isinstance(row, Rejected) else _post(row, source, options)


def _post(row: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
    messages = objects(row.get("messages"))
    if not messages:
        return Rejected("not_a_post", source, "the line has no messages")
    answers = [each for each in messages if each.get("role") == "assistant"]
    text = _text(answers[-1].get("content")) if answers else ""
    times = (row.get("created_at"), inside(row, "metadata", "created_at"), row.get("date"))
    when = next((time for time in times if time not in (None, "")), None)
    if text.strip() and when is None:
        return Rejected(
            "no_time",
            source,
            "the format has no date: add one to each line, "
            'as in {"messages": […], "created_at": "2024-05-31T09:00:00Z"}',
        )
    return make_post({"text": text, "created_at": when}, source, options)


def _text(content: Any) -> str:
    """Of a message; newer ones are lists of parts."""
    parts = [words(each.get("text")) for each in objects(content) if each.get("type") == "text"]
    return "\n".join(parts) or words(content)
