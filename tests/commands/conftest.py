"""What the tests of commands share: scripts run in this process, and a store made by hand."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def command(run_script, tmp_path):
    """Run a script with the brands of the test's folder and a workspace in it."""

    def run(script, *arguments):
        folders = ("--config-dir", tmp_path, f"workspace={tmp_path}/ws")
        return run_script(script, *folders, *arguments)

    return run


@pytest.fixture
def write_brand(tmp_path):
    """Write a brand's file and its posts."""

    def write(name, rows, languages=("en",), **values):
        (tmp_path / "brand").mkdir(exist_ok=True)
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        brand = {"name": name, "languages": list(languages), "sources": [{"path": str(path)}]}
        text = json.dumps(brand | values)
        (tmp_path / "brand" / f"{name}.yaml").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def store(tmp_path, empty_store):
    """A client of the workspace's own store."""
    import mlflow

    (tmp_path / "ws").mkdir(exist_ok=True)
    shutil.copy(empty_store, tmp_path / "ws" / "mlflow.db")
    # The registry too: MLflow keeps the one that an earlier test has set.
    uri = f"sqlite:///{tmp_path}/ws/mlflow.db"
    return mlflow.MlflowClient(uri, uri)


@pytest.fixture
def register(store):
    """Make a registered version of a model; its number."""
    known = set()

    def make(model, alias=None, run=None, **tags):
        if model not in known:
            store.create_registered_model(model)
            known.add(model)
        source = run.info.artifact_uri if run else f"file:///{model}"
        version = store.create_model_version(
            model, source, run.info.run_id if run else None, tags=tags
        )
        if alias:
            store.set_registered_model_alias(model, alias, version.version)
        return version.version

    return make
