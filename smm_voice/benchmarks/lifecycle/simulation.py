"""Month after month: the export grows, the job runs, and later posts judge what it did."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from smm_voice.benchmarks.lifecycle import account, job, oracle
from smm_voice.benchmarks.lifecycle.account import Life
from smm_voice.benchmarks.lifecycle.job import Month, Start
from smm_voice.benchmarks.lifecycle.oracle import Judged, Policies
from smm_voice.config import LifecycleBenchConfig
from smm_voice.errors import InputError
from smm_voice.evaluation import record

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lived:
    """A finished simulation: what the job did, and what later posts say, by the month's end."""

    life: Life
    months: list[Month]
    judged: dict[str, Judged]


def life_of(settings: LifecycleBenchConfig, repository: Path) -> Life:
    """The account and what happens to it."""
    if settings.scenario == "two_periods":
        return account.two_periods(repository, settings.older, settings.newer)
    ends = account.month_ends(account.read(repository, settings.older))
    place = settings.history - 1 + settings.quiet
    if place >= len(ends):
        raise InputError(
            f"{settings.older} posts for {len(ends)} months, and nothing changes before "
            f"{place + 1} have passed: say less lifecycle.history or lifecycle.quiet"
        )
    if settings.scenario == "other_account":
        return account.other_account(repository, settings.older, settings.stranger, ends[place])
    return account.manner(repository, settings.older, ends[place])


def lived(settings: LifecycleBenchConfig, folder: Path, repository: Path, start: Start) -> Lived:
    """Live through all months; what is done already is taken from `folder`.

    Args:
        settings: scenario and sizes.
        folder: of this simulation: the job's workspace, and what came of each month.
        repository: with data/raw.
        start: starts commands.

    Raises:
        SmmVoiceError: a command failed without a decision.
    """
    life = life_of(settings, repository)
    _same_settings(settings, folder)
    ends = account.month_ends(life.posts)
    runs = ends[settings.history - 1 :][: settings.months]
    home = folder / "job"
    months: list[Month] = []
    waiting: list[Future[Judged | None]] = []
    found: list[Judged | None] = []
    with ThreadPoolExecutor(1) as pool:
        for end in runs:
            kept = folder / "months" / f"{end:%Y-%m-%d}"
            before = months[-1].champion if months else None
            month = _kept_month(kept)
            if month is None:
                log.info("%s: the job runs", f"{end:%Y-%m-%d}")
                month = job.retrained(home, life, end, before, settings, start)
                _keep(kept / "job.json", dataclasses.asdict(month))
            months.append(month)
            log.info("%s: %s %s %s (%.0f s)", f"{end:%Y-%m-%d}", month.alarms, month.trigger,
                     month.decision, month.seconds)  # fmt: skip
            after = [each for each in ends if each > end]
            if not after:
                continue
            asked = (folder, kept, life, month, after[0], oracle.policies_after(months))
            if settings.beside:
                waiting.append(pool.submit(_judged, *asked, settings, start))
            else:
                found.append(_judged(*asked, settings, start))
        found += [each.result() for each in waiting]
    return Lived(life, months, {each.end: each for each in found if each})


def _judged(
    folder: Path, kept: Path, life: Life, month: Month, until: datetime, policies: Policies,
    settings: LifecycleBenchConfig, start: Start,
) -> Judged | None:  # fmt: skip
    path = kept / "judged.json"
    if path.exists():
        return oracle.from_json(json.loads(path.read_text("utf-8")))
    versions = oracle.asked(month, policies)
    if versions is None:
        return None
    home = folder / "oracle" / kept.name
    evaluation = job.evaluated(
        home, folder / "job", life, datetime.fromisoformat(month.end), until, *versions, settings,
        start,
    )  # fmt: skip
    found = oracle.judged(month, policies, evaluation, versions[0])
    _keep(kept / "evaluation.json", record.as_json(evaluation))
    _keep(path, dataclasses.asdict(found))
    shutil.rmtree(home, ignore_errors=True)
    return found


def _kept_month(kept: Path) -> Month | None:
    path = kept / "job.json"
    if not path.exists():
        return None
    values = json.loads(path.read_text("utf-8"))
    looked = values["looked"]
    return Month(
        **{
            **values,
            "looked": tuple(looked) if looked else None,
            "signals": {name: tuple(each) for name, each in values["signals"].items()},
            "against": [(check, finding) for check, finding in values["against"]],
        }
    )


def _same_settings(settings: LifecycleBenchConfig, folder: Path) -> None:
    """Months that were lived under other settings are no part of this simulation.

    Raises:
        InputError: the folder holds such.
    """
    # How many months, and whether later posts are asked meanwhile, changes none of them.
    free = {"months", "beside"}
    values = {k: v for k, v in dataclasses.asdict(settings).items() if k not in free}
    path = folder / "settings.json"
    if path.exists() and json.loads(path.read_text("utf-8")) != values:
        raise InputError(
            f"{folder} holds a simulation with other settings: remove it, or take another "
            "workspace=…"
        )
    _keep(path, values)


def _keep(path: Path, values: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".tmp")
    staging.write_text(json.dumps(values, indent=1, ensure_ascii=False), "utf-8")
    os.replace(staging, path)


def originals(life: Life, end: datetime, since: datetime | None) -> int:
    """Posts after the change that an export at `end` holds."""
    if since is None:
        return 0
    return sum(p.kind == "original" and p.created_at >= since for p in life.until(end))
