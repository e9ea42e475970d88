"""The scheduled job on a brand whose posts come in: its commands, and the state they leave."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from tests import warm
from tests.conftest import _write_brand

# Everything that can be left out is; a gate that asks for nothing, so that a candidate passes.
SMALL = (
    "brand=small", "model=local", "model.languages=[en]", "model.maximum_bits_per_byte=100",
    "training.maximum_examples=24", "training.epochs=1", "training.precision=fp32",
    "training.evaluations_per_epoch=2", "evaluation.briefs=6", "evaluation.resamples=100",
    "evaluation.base_answers=0", "evaluation.tuning.briefs=0", "evaluation.model_posts=0",
    "evaluation.variants=0", "generation.maximum_new_tokens=8", "generation.shots=1",
    "monitor.minimum_posts=10", "monitor.output_briefs=0", "monitor.permutations=99",
    "retraining.triggers.minimum_new_posts=10", "retraining.triggers.new_posts=20",
    "retraining.triggers.cooldown_days=0", "retraining.smoke_briefs=1",
)  # fmt: skip
LENIENT = (
    "gate.voice_gain=-100", "gate.prompted_gain=-100", "gate.least_closeness=-100",
    "gate.minimum_briefs=2", "gate.floors=[]",
    *(f"gate.margins.{each}=null" for each in (
        "voice", "fluency", "contradictions", "unsupported", "recall", "homogeneity", "copies")),
)  # fmt: skip
PROMOTE = "retraining.mode=promote"
PREFER = (
    *(each for each in SMALL if each.startswith(("evaluation.", "generation."))),
    "preference.minimum_pairs=2", "preference.precision=fp32", "preference.epochs=1",
    "preference.learning_rate=0.01", "preference.warmup_share=0",
)  # fmt: skip


class Job:
    """A brand with its posts and its workspace, and the commands on them.

    Attributes:
        brands: config folder of the brand; its export is `small.jsonl` in it.
        workspace: where everything lands.
    """

    def __init__(self, brands: Path, model: Path, workspace: Path, posts: list[Any]) -> None:
        self.brands, self.model, self.workspace, self._posts = brands, model, workspace, posts

    @property
    def export(self) -> Path:
        """The brand's posts."""
        return self.brands / "small.jsonl"

    def has(self, count: int) -> None:
        """Let the export hold the oldest `count` posts."""
        _write_brand(self.brands, "small", self._posts[:count], ["other_a", "other_b"])

    def arguments(self, script: str, *more: str) -> list[str]:
        """The command line, without the interpreter."""
        given: tuple[str, ...] = ("brand=small",)
        if script == "retrain":
            given = (*SMALL, *LENIENT, f"model.path={self.model}")
        elif script == "prefer":
            given = ("brand=small", *PREFER)
        elif script in ("promote", "rollback"):
            given = ("brand=small", "retraining.smoke_briefs=1",
                     "generation.maximum_new_tokens=8")  # fmt: skip
        return [f"scripts/{script}.py", "--config-dir", str(self.brands),
                f"workspace={self.workspace}", *given, *more]  # fmt: skip

    def start(self, script: str, *more: str, at: tuple[str, ...] = ()) -> warm.Process:
        """The command as a process that can be killed; its errors go into its output.

        Args:
            script: its name.
            *more: further arguments.
            at: when it is to die or to wait, see `stopped.py`.
        """
        line = self.arguments(script, *more)
        if at:
            line = ["tests/retraining/stopped.py", *at, str(warm.ROOT / line[0]), *line[1:]]
        return warm.start(*line, merged=True)

    def run(
        self, script: str, *more: str, expect: int | None = 0, **kept: Any
    ) -> subprocess.CompletedProcess[str]:
        """The command as a process, to its end."""
        ended = warm.run(*self.arguments(script, *more), timeout=180, merged=True, **kept)
        assert expect is None or ended.returncode == expect, (ended.returncode, ended.stdout)
        return ended

    def copy(self, folder: Path) -> Job:
        """The same state in another folder, as if it had always been there."""
        target = folder / "ws"
        shutil.copytree(self.workspace, target, symlinks=True)
        shutil.copytree(self.brands, folder / "brands")
        moved(target / "mlflow.db", self.workspace, target)
        copied = Job(folder / "brands", self.model, target, self._posts)
        for path in (copied.brands / "brand").glob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(str(self.brands), str(copied.brands)), encoding="utf-8")
        return copied

    @property
    def client(self) -> Any:
        """Of its store."""
        import mlflow

        uri = f"sqlite:///{self.workspace}/mlflow.db"
        return mlflow.MlflowClient(uri, uri)

    def aliases(self) -> dict[str, str]:
        """Alias → version."""
        found = self.client.search_registered_models()
        return dict(found[0].aliases) if found else {}

    def version(self, number: str) -> Any:
        """A version as the registry has it."""
        return self.client.get_model_version("small-voice", number)

    def versions(self) -> list[Any]:
        """All versions, the oldest first."""
        found = self.client.search_model_versions("name = 'small-voice'")
        return sorted(found, key=lambda each: int(each.version))

    def runs(self, kind: str | None = None) -> list[Any]:
        """Its runs, the oldest first."""
        client = self.client
        experiment = client.get_experiment_by_name("small")
        found = client.search_runs(
            [experiment.experiment_id], order_by=["attributes.start_time"], max_results=1000
        )
        return [run for run in found if kind in (None, run.data.tags.get("smm.kind"))]

    def adapter(self, number: str) -> Path:
        """Where the files of a version's adapter lie, the originals."""
        return next(
            Path(_plain(self.client, number)).glob("artifacts/*/adapter_config.json")
        ).parent

    def decision(self) -> dict[str, str]:
        """Tags of the newest start."""
        return dict(self.runs("retrain")[-1].data.tags)

    def files(self) -> dict[str, tuple[int, int, bytes]]:
        """Every file: size, time and content."""
        return {
            str(path.relative_to(self.workspace)): (
                path.stat().st_size, path.stat().st_mtime_ns, path.read_bytes()
            )
            for path in sorted(self.workspace.rglob("*")) if path.is_file()
        }  # fmt: skip


def _plain(client: Any, number: str) -> str:
    where = client.get_model_version_download_uri("small-voice", number)
    return str(where).removeprefix("file://")


def moved(database: Path, old: Path, new: Path) -> None:
    """Rewrite every path below `old` in a store: it holds absolute ones."""
    with sqlite3.connect(database) as store:
        tables = [row[0] for row in store.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'")]  # fmt: skip
        for table in tables:
            for column in store.execute(f"PRAGMA table_info({table})").fetchall():
                if "CHAR" in column[2].upper() or "TEXT" in column[2].upper():
                    store.execute(
                        f"UPDATE {table} SET {column[1]} = replace({column[1]}, ?, ?) "
                        f"WHERE instr({column[1]}, ?)", (f"{old}/", f"{new}/", f"{old}/"),
                    )  # fmt: skip
    store.close()
