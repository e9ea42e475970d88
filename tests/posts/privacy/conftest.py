"""Real posts in which personal data is looked for."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def _lines(path):
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def corpus():
    """Brand → its posts: all sample data, and the French fixtures."""
    brands = {
        path.parent.name: _lines(path) for path in sorted(ROOT.glob("data/raw/*/posts.jsonl"))
    }
    archive = (ROOT / "data/raw/acme/data/tweets.js").read_text(encoding="utf-8")
    rows = json.loads(archive[archive.index("[") :])
    brands["acme"] = [row["tweet"]["full_text"] for row in rows]
    french = {p.stem: _lines(p) for p in sorted(ROOT.glob("tests/fixtures/french/*.jsonl"))}
    return brands | french


@pytest.fixture(scope="session")
def carriers(corpus):
    """Language → posts into which values are put."""
    french = ("boulangerie", "mutuelle", "velo")
    return {
        "en": [text for brand, texts in corpus.items() if brand not in french for text in texts],
        "fr": [text for brand in french for text in corpus[brand]],
    }
