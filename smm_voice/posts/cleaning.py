"""Cleaning that leaves the voice alone: emoji, case, punctuation and line breaks stay."""

from __future__ import annotations

import dataclasses
import html
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import ftfy

from smm_voice.config import DatasetConfig
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.values import tomorrow
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
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# With its semicolon: "&copy=1" in a link is a parameter.
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<(?:br\s*/?|/p|/div|/li)>", re.IGNORECASE)
# A tag has attributes or nothing: "if a <b and c> d" has none.
_TAG = re.compile(
    r"</?(?:p|div|span|a|b|i|em|strong|u|ul|ol|li|h[1-6]|img|font)"
    r"(?:\s{1,4}[\w-]{1,40}\s?=[^<>]{0,2000})?\s?/?>",
    re.IGNORECASE,
)
# X appends the address of attached media to the text; after a link of the author's own, a second
# one at the end is that.
_MEDIA_LINK = re.compile(r"(https?://t\.co/\w+)\s+https?://t\.co/\w+\s*$")
_CUT = re.compile(r"(?:…|\.\.\.)\s*(?:https?://\S+)?\s*$")
# Lengths at which platforms and tools cut a text: X's old 140, TikTok's and YouTube's 150, 280.
_CUT_FROM = 135
# Facebook takes 63,206 characters, and no other more.
_LONGEST = 70_000
_SEE_MORE = re.compile(
    r"(?:…|\.\.\.)\s*(?:see more|read more|voir plus|afficher la suite)\s*$", re.I
)
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_[ce]id"
    r"|mkt_tok|_hs(?:enc|mi)|cmpid|spr|s_cid|at_\w+|xtor|sprinklrid|linkid)",
    re.IGNORECASE,
)
# A letter of the mathematical alphabets and the like, used to look bold or italic.
_STYLED = re.compile(r"[\U0001D400-\U0001D7FF\U0001F130-\U0001F189Ａ-Ｚａ-ｚ]{2,}")
# Customer care: signed by an agent, or sorry about something and asking for a private message.
_CARET = re.compile(r"(?:\s|^)\^\s?[A-Za-z]{1,12}\s*$")
_AGENT = re.compile(r"\s[-–—~]\s?[A-Z]{2,3}\s*$")
_SORRY = re.compile(
    r"\b(?:sorry|apologi[sz]e|inconvenience|frustrating|désolée?s?|navrée?s?|excuses|regrettons)\b",
    re.IGNORECASE,
)
_PRIVATE_MESSAGE = re.compile(
    r"\b(?:dm us|dms?\b(?! to win)|pm us|private message|direct message|message us|inbox us"
    r"|messages? privés?|en privé|en mp|par mp|order number|case number"
    r"|numéro de (?:commande|dossier))\b",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"\s*(?:\.?@\w|(?:hi|hello|hey|bonjour|bonsoir|salut|dear|cher|chère)\b)", re.IGNORECASE
)


def clean_text(text: str, platform: str) -> str:
    """Mend decoding, HTML and tracking parameters, trim blanks, drop the media link of X."""
    if not text.isascii() or _CONTROL.search(text):
        text = ftfy.fix_text(text, config=_FTFY)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    if "<" in text:
        text = _TAG.sub("", _BREAK_TAG.sub("\n", text))
    if "?" in text or "&" in text:
        text = tokens.URL.sub(lambda match: without_tracking(match.group()), text)
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    if platform == "x":
        text = _MEDIA_LINK.sub(r"\1", text)
    return text


def without_tracking(url: str) -> str:
    """An address without the parameters that only say where a click came from.

    All else stays byte for byte.
    """
    address, question, rest = url.partition("?")
    if not question:
        return url
    query, sharp, fragment = rest.partition("#")
    parts = query.split("&")
    kept = [part for part in parts if not _TRACKING.fullmatch(part.partition("=")[0])]
    if len(kept) == len(parts):
        return url
    return address + ("?" + "&".join(kept) if kept else "") + sharp + fragment


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
    if len(post.text) > _LONGEST:
        return Rejected("too_long", post.source)
    unwanted = _unwanted(post, config, now)
    if unwanted:
        return Rejected(unwanted, post.source)
    text = clean_text(post.text, post.platform)
    if _is_cut(text):
        return Rejected("cut_off", post.source)
    plain = _plain_letters(text)
    if len(tokens.words(plain)) < config.minimum_words:
        return Rejected("too_short", post.source)
    language = languages.detect(plain, brand_languages, post.language)
    if language not in {languages.primary(code) for code in brand_languages}:
        return Rejected("other_language", post.source, language)
    links = tuple(dict.fromkeys(without_tracking(link) for link in post.links))
    flags = (*post.flags, "styled_letters") if _STYLED.search(text) else post.flags
    return dataclasses.replace(
        post, text=text, language=language, links=links, flags=tuple(dict.fromkeys(flags))
    )


def _unwanted(post: Post, config: DatasetConfig, now: datetime | None) -> str | None:
    if post.kind == "repost" and not config.include_reposts:
        return "repost"
    if post.author and post.account and post.author.casefold() != post.account.casefold():
        return "visitor_post"
    if is_care(post):
        return "care_reply"
    if post.kind == "reply" and not config.include_replies:
        return "reply"
    if post.provenance == "generated":
        return "generated"
    return "future_date" if post.created_at > tomorrow(now) else None


def is_care(post: Post) -> bool:
    """Whether a post is customer care: an answer to one person about their trouble.

    A caret before initials is an agent's mark wherever a greeting or a name begins the text; a
    dash is one in replies only. Without a mark, care is sorry and asks for a private message.
    """
    addressed = post.kind == "reply" or _GREETED.match(post.text) is not None
    if not addressed:
        return False
    end = post.text[-40:]
    if _CARET.search(end):
        return True
    if _AGENT.search(end) and (post.kind == "reply" or post.text.lstrip(" .").startswith("@")):
        return True
    return bool(_SORRY.search(post.text) and _PRIVATE_MESSAGE.search(post.text))


def _is_cut(text: str) -> bool:
    if _SEE_MORE.search(text[-80:]):
        return True
    if len(text) < _CUT_FROM or "…" not in text[-30:]:
        return False
    return _CUT.search(text[-400:]) is not None


def _plain_letters(text: str) -> str:
    """Styled letters as the letters they stand for, to be counted as words."""
    return unicodedata.normalize("NFKC", text) if _STYLED.search(text) else text
