"""Whether a text can be published as one post: each platform counts length in its own way.

The figures stand in `platforms.yaml`, with their sources.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import regex
import yaml

from smm_voice.errors import InputError
from smm_voice.text.facts.references import DOMAIN
from smm_voice.text.tokens import EMOJI, HASHTAG, LINK, URL
from smm_voice.validation import nearest

# A link that is not written yet, where a platform counts links as they stand: about the length of
# a shortened one, and what the platforms that have a fixed length take.
_LINK_UNWRITTEN = 23
# X's weights in hundredths (twitter-text, configuration 3): these code points count one character,
# all others and every emoji count two.
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_HEAVY_WEIGHT = 2
# Signs that are letters unless a variation selector makes emoji of them.
_LETTERLIKE = ("©", "®", "™")
# From so many characters on a post without a line break is a block of text.
_LONG = 280
_ANY_LINK = regex.compile(rf"{regex.escape(LINK)}|{URL.pattern}", regex.IGNORECASE)
# Mastodon leaves the server of a name uncounted: @name@server.example is @name.
_SERVER = regex.compile(r"(?<![\w.+-])(@\w[\w.-]*)@[\w.-]+\w")


@dataclass(frozen=True)
class Platform:
    """What a platform takes of one post; see the head of `platforms.yaml`."""

    name: str
    longest: int
    count: str
    link: int | None
    hashtags: int | None
    links: int | None
    usual_hashtags: int | None
    line_breaks: bool
    checked: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Fit:
    """How a text stands to a platform's limits.

    Attributes:
        length: as the platform counts.
        longest: most that it may count; None where the platform's limits are not known.
        problems: in words, why it cannot be published as it is.
        advice: in words, what is unusual there.
    """

    length: int
    longest: int | None
    problems: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether it can be published as it is."""
        return not self.problems

    def __str__(self) -> str:
        return f"{self.length}/{self.longest}" if self.longest else str(self.length)


@functools.cache
def platforms() -> dict[str, Platform]:
    """All platforms with known limits, by name."""
    path = Path(__file__).with_name("platforms.yaml")
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _platform(name, values) for name, values in listed.items()}


def _platform(name: str, values: dict[str, object]) -> Platform:
    known = {k: v for k, v in values.items() if k not in ("since", "sources", "checked")}
    sources = values["sources"]
    assert isinstance(sources, list)  # noqa: S101 - our own file
    return Platform(name=name, checked=str(values["checked"]), sources=tuple(sources), **known)  # type: ignore[arg-type]


def check_name(name: str, of_brand: Sequence[str] = ()) -> str:
    """A platform's name that a user has given.

    Args:
        name: in any case.
        of_brand: the brand's own platforms, which may be others than those with known limits.

    Raises:
        InputError: it is neither; the message names those that are known.
    """
    plain = name.strip().casefold()
    known = list(dict.fromkeys([*of_brand, *platforms()]))
    if plain not in known:
        raise InputError(
            f"platform {name[:40]!r} is not known{nearest(plain, known)}; there are: "
            f"{', '.join(known)}"
        )
    return plain


def check(text: str, platform: str) -> Fit:
    """Hold a text against a platform's limits.

    Args:
        text: a post; a link may stand as `[link]`.
        platform: its name; one whose limits are not known has none.
    """
    empty = () if text.strip() else ("is empty",)
    limits = platforms().get(platform)
    if limits is None:
        return Fit(_graphemes(text), None, empty)
    length = counted(text, limits)
    tags, links = hashtags(text), {link.casefold() for link in _ANY_LINK.findall(text)}
    problems, advice = list(empty), []
    if length > limits.longest:
        problems.append(f"too long by {length - limits.longest}")
    if limits.hashtags is not None and len(tags) > limits.hashtags:
        problems.append(f"{len(tags)} hashtags; {platform} takes {limits.hashtags}")
    if limits.links is not None and len(links) > limits.links:
        problems.append(f"{len(links)} links; {platform} takes {limits.links}")
    if limits.usual_hashtags is not None and len(tags) > limits.usual_hashtags:
        advice.append(f"{len(tags)} hashtags; no more than {limits.usual_hashtags} is usual")
    if limits.line_breaks and length > _LONG and "\n" not in text.strip():
        advice.append("no line break; longer posts are usually broken into paragraphs")
    return Fit(length, limits.longest, tuple(problems), tuple(advice))


def hashtags(text: str) -> list[str]:
    """The hashtags of a text; a number behind `#` is none, nor is what stands in a link."""
    bare = _ANY_LINK.sub(" ", text)
    return [tag for tag in HASHTAG.findall(bare) if not tag[1:].replace("_", "").isdigit()]


def counted(text: str, limits: Platform) -> int:
    """The length of a text as a platform counts it."""
    if limits.count == "weighted":
        return _weighted(unicodedata.normalize("NFC", text), limits.link or 0)
    links = _ANY_LINK.findall(text)
    rest = _ANY_LINK.sub("", text)
    length = sum(_of_link(link, limits) for link in links)
    if limits.name == "mastodon":
        rest = _SERVER.sub(r"\1", rest)
    return length + _plain(rest, limits.count)


def _of_link(link: str, limits: Platform) -> int:
    if limits.link is not None:
        return limits.link
    return _LINK_UNWRITTEN if link.casefold() == LINK else _plain(link, limits.count)


def _plain(text: str, count: str) -> int:
    if count == "graphemes":
        return _graphemes(text)
    if count == "code_units":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if count == "bytes_of_emoji":
        emoji, rest = _without_emoji(text)
        return len(rest) + sum(len(each.encode("utf-8", "surrogatepass")) for each in emoji)
    raise ValueError(f"unknown way of counting {count!r}")


def _graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def _without_emoji(text: str) -> tuple[list[str], str]:
    """The emoji of a text, joined sequences whole, and what is left without them."""
    found: list[str] = []

    def take(match: regex.Match[str]) -> str:
        if match.group() in _LETTERLIKE:
            return match.group()
        found.append(match.group())
        return ""

    rest = EMOJI.sub(take, text)
    return found, rest


def _weighted(text: str, link: int) -> int:
    """X's count; a bare domain is a link there too, that of an e-mail address is none."""
    length = 0
    for pattern in (_ANY_LINK, DOMAIN):
        text, links = pattern.subn("", text)
        length += link * links
    emoji, rest = _without_emoji(text)
    length += _HEAVY_WEIGHT * len(emoji)
    for character in rest:
        code = ord(character)
        light = any(first <= code <= last for first, last in _LIGHT)
        length += 1 if light else _HEAVY_WEIGHT
    return length
