"""Real posts in which personal data is looked for."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def _lines(path):
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def corpus():
    """Brand → its posts: the sample data whose finds were judged, and the French fixtures.

    Of the two accounts that only the scores are measured on nobody has judged which of the many
    handles in them are private persons'.
    """
    brands = {
        path.parent.name: _lines(path)
        for path in sorted(ROOT.glob("data/raw/*/posts.jsonl"))
        if not path.parent.name.endswith("_538")
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
