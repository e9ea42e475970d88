"""What the tests of `posts` share."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post, Rejected

ROOT = Path(__file__).parents[2]


class Read(NamedTuple):
    """What reading a source gave."""

    posts: list
    rejected: list
    sources: list
    changed: set


@pytest.fixture
def exports():
    """The folder of export fixtures."""
    return ROOT / "tests" / "fixtures" / "exports"


@pytest.fixture(scope="session")
def originals(posts):
    """Texts of real posts that answer nobody."""
    return [text for text, _ in posts if not text.startswith("@")]


@pytest.fixture
def ingest():
    """The sources of a brand called `probe`."""

    def make(*paths, languages=("en",), **source):
        sources = [SourceConfig(path=str(path), **source) for path in paths]
        brand = BrandConfig(
            name="probe", languages=list(languages), platforms=["x"], sources=sources
        )
        return Ingest(brand, Path("/"))

    return make


@pytest.fixture
def read(ingest):
    """Read sources to their end."""

    def run(*paths, **source):
        sources = ingest(*paths, **source)
        rows = list(sources)
        posts = [row for row in rows if isinstance(row, Post)]
        rejected = [row for row in rows if isinstance(row, Rejected)]
        return Read(posts, rejected, sources.sources, sources.changed)

    return run


@pytest.fixture
def archive(tmp_path):
    """Write an X archive of the given tweets, and its account file where a name is given."""

    def write(tweets, username=None, folder="archive", variable="tweets"):
        data = tmp_path / folder / "data"
        data.mkdir(parents=True)
        rows = [{"tweet": tweet} for tweet in tweets] if variable == "tweets" else tweets
        body = f"window.YTD.{variable}.part0 = {json.dumps(rows)}"
        (data / f"{variable}.js").write_text(body)
        if username:
            account = json.dumps([{"account": {"username": username}}])
            (data / "account.js").write_text(f"window.YTD.account.part0 = {account}")
        return tmp_path / folder

    return write


@pytest.fixture
def tweet():
    """One tweet as an archive holds it."""

    def make(text="A quiet day on the Moon", post_id="1", **more):
        created = "Mon Oct 16 15:04:57 +0000 2017"
        return {"id_str": post_id, "full_text": text, "created_at": created} | more

    return make
