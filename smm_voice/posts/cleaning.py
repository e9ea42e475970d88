"""Cleaning that leaves the voice alone: emoji, case, punctuation and line breaks stay."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import ftfy

from smm_voice.config import DatasetConfig
from smm_voice.posts.post import Post, Rejected
from smm_voice.text import languages, tokens

# Mends wrong decoding and control characters only; ftfy's typographic wishes would flatten a
# voice (it straightens quotes and splits ligatures).
_FTFY = ftfy.TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    normalization=None,
    explain=False,
)
# X appends the address of attached media to the text; after a link of the author's own, a second
# one at the end is that.
_MEDIA_LINK = re.compile(r"(https?://t\.co/\w+)\s+https?://t\.co/\w+\s*$")
_CUT = re.compile(r"(…|\.\.\.)\s*(https?://\S+)?\s*$")


def clean_text(text: str, platform: str) -> str:
    """Mend mis-decoded text, trim blanks, and drop the media link that X appends."""
    text = ftfy.fix_text(text, config=_FTFY)
    text = re.sub(r"[ \t]+(?=\n)", "", text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if platform == "x":
        text = _MEDIA_LINK.sub(r"\1", text)
    return text


def clean(
    post: Post, brand_languages: Sequence[str], config: DatasetConfig, now: datetime | None = None
) -> Post | Rejected:
    """Clean one post, or say why it cannot be learned from.

    Args:
        post: as read.
        brand_languages: posts in other languages are left out.
        config: which kinds are left out, and how short is too short.
        now: the clock, for posts dated in the future.
    """
    if post.kind == "reply" and not config.include_replies:
        return Rejected("reply", post.source)
    if post.kind == "repost" and not config.include_reposts:
        return Rejected("repost", post.source)
    if post.provenance == "generated":
        return Rejected("generated", post.source)
    if post.created_at > (now or datetime.now(UTC)) + timedelta(days=1):
        return Rejected("future_date", post.source, post.created_at.isoformat())
    text = clean_text(post.text, post.platform)
    if len(tokens.words(text)) < config.minimum_words:
        return Rejected("too_short", post.source)
    if post.platform == "x" and len(text) >= 135 and _CUT.search(text) and "…" in text[-30:]:
        return Rejected("cut_off", post.source)
    language = languages.primary(post.language or languages.detect(text, list(brand_languages)))
    if language not in {languages.primary(code) for code in brand_languages}:
        return Rejected("other_language", post.source, language)
    return dataclasses.replace(post, text=text, language=language)
