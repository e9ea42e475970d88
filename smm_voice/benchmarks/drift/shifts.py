"""Changes of known size and date, made in an account's posts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import regex

from smm_voice.posts.post import Post

_END = regex.compile(r"[.!]?((?:\s*https?://\S+)*)\s*$")
# Said for a while, then by nobody.
SLANG = ("lit", "yeet", "vibes")


def blended(
    posts: Sequence[Post], foreign: Sequence[Post], share: float, rng: np.random.Generator
) -> list[Post]:
    """Posts of which a share is replaced by a stretch of another account's, dates kept.

    Args:
        posts: oldest first.
        foreign: another account's, oldest first; repeated where they are too few.
        share: of the posts that are replaced, 0 to 1.
        rng: which they are, and from where the stretch begins.
    """
    count = round(share * len(posts))
    places = np.sort(rng.choice(len(posts), count, replace=False))
    start = int(rng.integers(0, max(1, len(foreign) - count + 1)))
    found = list(posts)
    for number, place in enumerate(places):
        text = foreign[(start + number) % len(foreign)].text
        found[place] = dataclasses.replace(found[place], text=text)
    return found


def rewritten(
    posts: Sequence[Post], rule: Callable[[str], str], share: float, rng: np.random.Generator
) -> list[Post]:
    """Posts of which a share is changed by a rule."""
    places = rng.choice(len(posts), round(share * len(posts)), replace=False)
    found = list(posts)
    for place in places:
        found[place] = dataclasses.replace(found[place], text=rule(found[place].text))
    return found


def shout(text: str) -> str:
    """Two exclamation marks at the end, before links."""
    return _END.sub(lambda match: "!!" + match.group(1), text, count=1)


def emoji(text: str) -> str:
    """An emoji before the links at the end."""
    return _END.sub(lambda match: " 🎉" + match.group(1), text, count=1)


def lower(text: str) -> str:
    """No capitals."""
    return text.lower()


def slang(text: str) -> str:
    """A word of slang in front, always the same in one post."""
    return f"{SLANG[len(text) % len(SLANG)]} {text}"


RULES: dict[str, Callable[[str], str]] = {
    "two exclamation marks": shout, "an emoji": emoji, "lower case": lower,
}  # fmt: skip


def closed(posts: Sequence[Post], later: Sequence[Post], gap: timedelta) -> list[Post]:
    """Two periods as one, the later moved to `gap` after the earlier."""
    shift = posts[-1].created_at + gap - later[0].created_at
    moved = (dataclasses.replace(p, created_at=p.created_at + shift) for p in later)
    return [*posts, *moved]
