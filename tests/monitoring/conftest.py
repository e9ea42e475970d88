"""An account that is always the same, and one that is not."""

import zlib
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from smm_voice.config import MonitorConfig
from smm_voice.dataset.example import Example
from smm_voice.posts.post import Post

START = datetime(2024, 1, 1, tzinfo=UTC)
SUBJECTS = ("bread", "coffee", "cakes", "rolls", "tarts", "soup", "pies", "tea")
PLACES = ("kitchen", "shop", "garden", "market", "street", "oven", "window", "corner")
TAILS = ("come and see.", "while it is warm.", "as always.", "for all of you.", "since seven.")


def quiet(rng):
    """A post as this account writes them."""
    day, kind = rng.integers(1, 30), rng.integers(3)
    opening = ("Today we have", "Fresh from the oven:", "We made")[kind]
    return (
        f"{opening} {day} {rng.choice(SUBJECTS)} and {rng.choice(SUBJECTS)} in the "
        f"{rng.choice(PLACES)}, {rng.choice(TAILS)}"
    )


def loud(rng):
    """A post of somebody else about the same things."""
    return f"OMG!!! {rng.choice(SUBJECTS)} 🔥🔥 u NEED this {rng.choice(SUBJECTS)} rn lol!!!"


def example(text, place, hours=12):
    post = Post(str(place), text, "x", START + timedelta(hours=hours * place), "test")
    return Example(post.id, "", text, post)


def embed(texts):
    """Bags of words of unit length: enough of topics for tests."""
    found = np.zeros((len(texts), 32))
    for row, text in zip(found, texts, strict=True):
        for word in text.lower().split():
            row[zlib.crc32(word.encode("utf-8", "replace")) % 32] += 1
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)


@pytest.fixture
def config():
    return MonitorConfig(
        recent_posts=60, baseline_posts=120, minimum_posts=20, windows=8, permutations=199,
        level=0.05, output_briefs=4, examples=3, seed=0,
    )  # fmt: skip
