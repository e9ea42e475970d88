"""`hydra/launcher=processes|ray|slurm`: Hydra's way to run the jobs of a sweep elsewhere.

Hydra composes each job here; its configuration is validated before anything is sent away, and what
is sent is the job's own command line. Hydra takes launchers from this folder only, and imports it
at each start: nothing heavy is imported here.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from omegaconf import OmegaConf, open_dict

from smm_voice.config import LauncherConfig, ProcessesConfig, RayConfig, SlurmConfig
from smm_voice.errors import ConfigError
from smm_voice.validation import build


class Elsewhere(Launcher):
    """Runs each job as a command line of its own."""

    schema: type[LauncherConfig]

    def __init__(self, **settings: Any) -> None:
        self._settings = settings

    def setup(self, *, hydra_context: Any, task_function: Any, config: Any) -> None:
        """Hydra's own words before a sweep."""
        self._loader, self._config = hydra_context.config_loader, config

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run all jobs; one that is badly configured never leaves."""
        from smm_voice.commands import elsewhere

        sweep = elsewhere.swept[0]
        settings = self._validated()
        ready = []
        for overrides in job_overrides:
            composition = self._loader.load_sweep_config(self._config, list(overrides))
            with open_dict(composition):
                del composition["hydra"]
            brand = str((composition.get("brand") or {}).get("name", ""))
            config = sweep.jobs.prepared(brand, partial(sweep.validated, composition))
            if config is not None:
                # An environment variable would not reach another machine.
                above = [f"++tracking.parent={parent}"] if (parent := sweep.jobs.parent_id) else []
                line = (*sweep.line, *map(_unquoted, overrides), *above, *sweep.texts)
                ready.append(elsewhere.Job(brand, line))
        folder = Path(self._config.hydra.sweep.dir) / (sweep.jobs.parent_id or uuid.uuid4().hex)
        if ready:
            elsewhere.run(ready, settings, sweep.repository, folder, sweep.jobs.outcomes.append)
        return [_returned(overrides) for overrides in job_overrides]

    def _validated(self) -> LauncherConfig:
        errors: list[str] = []
        plain = OmegaConf.to_container(OmegaConf.create(self._settings), resolve=True)
        made = build(self.schema, plain, "hydra.launcher", errors)
        if errors:
            raise ConfigError(errors)
        return cast(LauncherConfig, made)


class Processes(Elsewhere):
    """Several jobs at once on this machine."""

    schema = ProcessesConfig


class Ray(Elsewhere):
    """Jobs on a Ray cluster."""

    schema = RayConfig


class Slurm(Elsewhere):
    """Jobs on a Slurm cluster."""

    schema = SlurmConfig


def _unquoted(override: str) -> str:
    """A brand's name as a person says it; it holds nothing that needs quotes."""
    return override.replace("'", "") if override.startswith("brand=") else override


def _returned(overrides: Sequence[str]) -> JobReturn:
    """What Hydra expects; how a job ended stands in `Jobs`."""
    returned = JobReturn(overrides=list(overrides), status=JobStatus.COMPLETED)
    returned.return_value = None
    return returned
