"""Tokens of a social-media text."""

from __future__ import annotations

from collections.abc import Sequence

import regex

# Stands for a link in training targets: a model that learns real addresses invents addresses.
LINK = "[link]"
# What stands where something was taken out: links, and personal data by its type.
PLACEHOLDER = regex.compile(
    r"\[(?:link|email|phone|iban|card|nir|siret|ssn|address|handle)\]", regex.IGNORECASE
)

URL = regex.compile(
    r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'’»]|www\.[^\s<>\"]*[^\s<>\".,;:!?)\]}'’»]",
    regex.IGNORECASE,
)
EMAIL = regex.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", regex.IGNORECASE)
HANDLE = regex.compile(r"(?<![\w@/])@\w[\w.]*\w|(?<![\w@/])@\w")
# A name of any network, with its server where it has one: @jane, @jane@social.example,
# @jane.bsky.social; not the end of an e-mail address.
MENTION = regex.compile(r"(?<![\w.+-])[@＠](\w(?:[\w.-]*\w)?(?:@[\w.-]+\w)?)")
HASHTAG = regex.compile(r"(?<![\w&#/])#\w+")
WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’\-‑]\p{L}[\p{L}\p{M}]*)*")
# A pictograph with its modifiers, joined sequences and flags kept whole.
EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}"
    r"|[0-9#*]\uFE0F?\u20E3"
    r"|\U0001F3F4[\U000E0020-\U000E007E]+\U000E007F"
    r"|\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F\u20E3]*"
    r"(?:\u200D\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F]*)*"
)

_TOKEN = regex.compile(
    "|".join(
        f"(?:{pattern})"
        for pattern in (
            PLACEHOLDER.pattern,
            URL.pattern,
            EMAIL.pattern,
            HANDLE.pattern,
            HASHTAG.pattern,
            EMOJI.pattern,
            r"\d+(?:[.,:]\d+)*",
            WORD.pattern,
            r"\n+",
            r"\.{2,}|!+|\?+|[^\s\w]",
            r"\w",
        )
    ),
    regex.IGNORECASE,
)


def tokenise(text: str) -> list[str]:
    """Words, numbers, links, handles, hashtags, emoji, punctuation and line breaks, in order."""
    return _TOKEN.findall(text)


def words(text: str) -> list[str]:
    """The words proper, lower-cased, without links, handles and hashtags."""
    return [m.casefold() for m in WORD.findall(strip_references(text))]


def strip_references(text: str) -> str:
    """The text with links, addresses, handles, hashtags and placeholders taken out."""
    if "http" in text or "www" in text or "HTTP" in text or "WWW" in text:
        text = URL.sub(" ", text)
    if "@" in text:
        text = HANDLE.sub(" ", EMAIL.sub(" ", text))
    if "#" in text:
        text = HASHTAG.sub(" ", text)
    return PLACEHOLDER.sub(" ", text) if "[" in text else text


def mask_references(text: str) -> str:
    """Links, handles and hashtags as `URL`, `@USER` and `#TAG`; all else as it stands."""
    text = URL.sub("URL", text).replace(LINK, "URL")
    text = EMAIL.sub("EMAIL", text)
    text = HANDLE.sub("@USER", text)
    return HASHTAG.sub("#TAG", text)


def with_link_placeholders(text: str) -> str:
    """Every link as `[link]`."""
    return URL.sub(LINK, text)


def locate(text: str, listed: Sequence[str]) -> str | None:
    """The stretch of `text` that these tokens stand in, or None.

    Args:
        text: where to look.
        listed: tokens in any case, links as `[link]`.
    """
    link = rf"(?:{regex.escape(LINK)}|{URL.pattern})"
    parts = [link if token.casefold() == LINK else regex.escape(token) for token in listed]
    match = regex.search(r"\s*".join(parts), text, regex.IGNORECASE | regex.FULLCASE)
    return match.group() if match else None
