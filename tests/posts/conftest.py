"""What the tests of `posts` share."""

import json
from pathlib import Path

import pytest

from smm_voice.config import BrandConfig, DatasetConfig, SourceConfig
from smm_voice.posts.ingest import ingest

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def exports():
    """The folder of export fixtures."""
    return FIXTURES / "exports"


@pytest.fixture
def config():
    """The settings of conf/dataset/default.yaml."""
    return DatasetConfig(
        minimum_posts=30,
        minimum_words=4,
        include_replies=False,
        include_reposts=False,
        near_duplicate_similarity=0.85,
        cluster_similarity=0.6,
        validation_share=0.1,
        calibration_share=0.1,
        test_share=0.15,
    )


@pytest.fixture
def read():
    """Ingest one source of a brand called `probe`."""

    def run(path, **source):
        brand = BrandConfig(
            name="probe",
            languages=["en"],
            platforms=["x"],
            sources=[SourceConfig(path=str(path), **source)],
        )
        return ingest(brand, Path("/"))

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
