"""What the tests of `dataset` share: invented French posts, written where a test wants them."""

import json
from pathlib import Path

import pytest

from smm_voice.config import BrandConfig, DatasetConfig, SourceConfig, Workspace

FRENCH = Path(__file__).parents[1] / "fixtures" / "french"


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
def workspace(tmp_path):
    """An empty workspace; sources are relative to its root."""
    return Workspace(tmp_path / "work", tmp_path)


@pytest.fixture
def rows():
    """The posts of an invented brand as plain rows."""

    def read(name="velo"):
        lines = (FRENCH / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    return read


@pytest.fixture
def brand(tmp_path):
    """Write rows to `raw/<name>/posts.jsonl` and name them as a brand."""

    def write(name, rows, languages=("fr",), folder="raw"):
        path = tmp_path / folder / name / "posts.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        source = SourceConfig(path=f"{folder}/{name}")
        return BrandConfig(name=name, languages=list(languages), sources=[source])

    return write
