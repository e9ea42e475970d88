"""Where things lie and where they land."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from smm_voice.config.commands import RootConfig


@dataclass(frozen=True)
class Workspace:
    """Where things lie and where they land.

    Attributes:
        root: results: `data/built/`, `data/generated/`, `experiments/runs/`, `mlflow.db`,
            `mlartifacts/`.
        repository: relative paths in a brand's file are taken from here.
    """

    root: Path
    repository: Path

    @classmethod
    def of(cls, config: RootConfig) -> Workspace:
        """Of any root config."""
        return cls(Path(config.workspace), Path(config.repository))

    @property
    def built(self) -> Path:
        """Built datasets."""
        return self.root / "data" / "built"

    def generation_log(self, brand: str) -> Path:
        """Where this workspace notes every text that the brand's models give out."""
        return self.root / "data" / "generated" / brand / "log.jsonl"

    @property
    def runs(self) -> Path:
        """Run folders."""
        return self.root / "experiments" / "runs"
