"""Threads, as a part of Instagram's "Download your information".

Found as Instagram's, with Threads among the chosen information:
`your_instagram_activity/threads/threads_and_replies.json`.

Quirks: shaped as Instagram's media, texts being titles of media without a file; `is_reply` marks
answers, answers in one's own thread included, and older exports do not have it; nothing on likes,
links or the account.
"""

from __future__ import annotations

from typing import Any

from smm_voice.posts.post import Kind
from smm_voice.posts.readers.base import Sample
from smm_voice.posts.readers.json_entries import inside
from smm_voice.posts.readers.meta import MediaReader


class ThreadsReader(MediaReader):
    """Threads and replies."""

    name = "threads"
    platform = "threads"
    lists = ("text_post_app_text_posts.item",)

    def recognises(self, sample: Sample) -> bool:
        """By the name of its list."""
        return "text_post_app_text_posts" in sample.json_paths

    def kind(self, levels: list[dict[str, Any]], text: str) -> Kind:
        """By the mark; without one by a text that addresses somebody."""
        marks = [inside(level, "text_app_post", "is_reply") for level in levels]
        known = [mark for mark in marks if isinstance(mark, bool)]
        return "reply" if any(known) or not known and text.startswith("@") else "original"
