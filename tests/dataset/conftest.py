"""What the tests of `dataset` share: posts, brands made of them, and a look at what was built."""

import dataclasses
import json
import zipfile
from pathlib import Path

import pytest

from smm_voice.config import BrandConfig, SourceConfig, Workspace
from smm_voice.dataset.build import read_lines
from smm_voice.dataset.splits import SPLITS
from tests import warm

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def config(dataset_config):
    """The settings of conf/dataset/default.yaml, in one process."""
    return dataclasses.replace(dataset_config, workers=1)


@pytest.fixture
def workspace(tmp_path):
    """An empty workspace; sources are relative to its root."""
    return Workspace(tmp_path / "work", tmp_path)


@pytest.fixture(scope="session")
def rows():
    """The posts of an invented French brand as plain rows."""

    def read(name="velo"):
        return list(read_lines(ROOT / "tests" / "fixtures" / "french" / f"{name}.jsonl"))

    return read


@pytest.fixture(scope="session")
def english(posts):
    """Real English posts as plain rows, oldest first."""
    return [
        {"id": f"en-{number}", "text": text, "created_at": when, "platform": "x"}
        for number, (text, when) in enumerate(posts)
        if not text.startswith("@")
    ]


@pytest.fixture
def write(tmp_path):
    """Write rows as JSON lines, or content as it is, to a file below the test's folder."""

    def to(path, content):
        path = tmp_path / path
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(row) + "\n" for row in content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to


@pytest.fixture
def brand(write):
    """Write rows to `raw/<name>/posts.jsonl` and name them as a brand."""

    def make(name, rows, languages=("fr",), folder="raw", **values):
        write(f"{folder}/{name}/posts.jsonl", rows)
        sources = [SourceConfig(path=f"{folder}/{name}", **values.pop("source", {}))]
        return BrandConfig(name=name, languages=list(languages), sources=sources, **values)

    return make


@pytest.fixture
def zipped(write):
    """Write a zip below the test's folder."""

    def to(path, members, compression=zipfile.ZIP_DEFLATED):
        path = write(path, b"")
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return to


@pytest.fixture(scope="session")
def kept():
    """Every example of a built dataset, in the order of its splits."""
    return lambda dataset: [e for split in SPLITS for e in dataset.splits[split]]


@pytest.fixture(scope="session")
def dropped():
    """Source → reason of every row that was left out."""

    def read(dataset):
        rows = list(read_lines(dataset.folder / "dropped.jsonl"))
        reasons = {row["source"]: row["reason"] for row in rows}
        assert len(reasons) == len(rows), "a row is left out twice"
        return reasons

    return read


@pytest.fixture(scope="session")
def content():
    """File → bytes of a built dataset, but for the time in its card."""

    def read(dataset):
        return {
            path.name: path.read_bytes()
            for path in dataset.folder.iterdir()
            if not path.name.startswith("card")
        }

    return read


@pytest.fixture
def command(tmp_path):
    """Start `scripts/build_dataset.py` for a brand; none outlives the test."""
    started = []

    def start(brand, *more):
        folder = tmp_path / "config" / "brand"
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            "name": brand.name,
            "languages": brand.languages,
            "sources": [{"path": str(tmp_path / source.path)} for source in brand.sources],
        }
        (folder / f"{brand.name}.yaml").write_text(json.dumps(values), encoding="utf-8")
        process = warm.start(
            "scripts/build_dataset.py", "--config-dir", folder.parent, f"brand={brand.name}",
            f"workspace={tmp_path}/work", *more,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
