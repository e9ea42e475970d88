"""The commands that the simulation starts, as whoever schedules them would, and what they left."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from smm_voice.benchmarks.lifecycle import account
from smm_voice.config import LifecycleBenchConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.evaluation import record as evaluations
from smm_voice.evaluation.run import Evaluation
from smm_voice.monitoring import record as looks
from smm_voice.monitoring.signal import Monitored
from smm_voice.posts.post import Post

BRAND = "sim"
_DECISIONS = "[nothing,proposed,promoted,refused,rolled_back,stopped,failed]"
_RUN = re.compile(r"[0-9a-f]{32}")
# Statuses of a job that came to a decision, or to none for a reason it tells.
_TOLD = (0, 1, 2, 10)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it said."""

    status: int
    output: str


# Script, arguments → how it ended.
Start = Callable[[str, Sequence[str]], Ended]


@dataclass(frozen=True)
class Month:
    """What the job did at the end of a month.

    Attributes:
        end: the time of the run, ISO 8601.
        posts: rows of the export, and of these posts that are no replies.
        originals: as above.
        decision: of the job.
        trigger: what started a training; "" where none was started.
        alarms: names of the signals that alarmed; None where nobody looked.
        looked: (first baseline, last recent) times of the look; None without one.
        signals: name → (value, band) of what was looked at.
        version: of the candidate.
        champion: the version in use afterwards.
        before: the version in use before.
        against: the gate's checks that spoke against the candidate, and their findings.
        said: the job's reasons in words.
        seconds: of the whole command.
        stages: stage → seconds, where a candidate was judged.
    """

    end: str
    posts: int
    originals: int
    decision: str
    trigger: str
    alarms: list[str] | None
    looked: tuple[str, str] | None
    signals: dict[str, tuple[float | None, float | None]]
    version: str | None
    champion: str | None
    before: str | None
    against: list[tuple[str, str]]
    said: str
    seconds: float
    stages: dict[str, float] = field(default_factory=dict)


def process(repository: Path, log: Path) -> Start:
    """Start commands as processes of their own; what they say is appended to a file."""

    def start(script: str, arguments: Sequence[str]) -> Ended:
        command = [sys.executable, str(repository / script), *arguments]
        # The store of the benchmark itself is none of the job's.
        inherited = {k: v for k, v in os.environ.items() if k != "MLFLOW_TRACKING_URI"}
        with log.open("a+", encoding="utf-8", errors="replace") as file:
            file.write(f"$ {script} {' '.join(arguments)}\n")
            file.flush()
            began = file.tell()
            ended = subprocess.run(  # noqa: S603  our own scripts
                command, stdout=file, stderr=subprocess.STDOUT, check=False,
                env={**inherited, "PYTHONPATH": str(repository)},
            )  # fmt: skip
            file.seek(began)
            output = file.read()
            file.write(f"→ {ended.returncode}\n")
        return Ended(ended.returncode, output)

    return start


def retrained(
    home: Path, life: account.Life, end: datetime, before: str | None,
    settings: LifecycleBenchConfig, start: Start,
) -> Month:  # fmt: skip
    """One start of the job at the end of a month.

    Args:
        home: its workspace.
        life: the account.
        end: of the month.
        before: the version in use.
        settings: sizes.
        start: starts commands.

    Raises:
        SmmVoiceError: it ended without having told of a decision.
    """
    posts = life.until(end)
    set_up(home, posts, settings)
    notices = home / "notices" / f"{end:%Y-%m-%d}.jsonl"
    known = _looks_before(home, notices.with_suffix(".looks"))
    began = time.monotonic()
    ended = start(
        "scripts/retrain.py",
        [
            "--config-dir", str(home / "conf"), f"brand={BRAND}", f"workspace={home}",
            f"now={end:%Y-%m-%d}", "retraining.mode=promote", "tracking.uri=null",
            f"retraining.notification.file={_quoted(str(notices))}",
            f"retraining.notification.decisions={_DECISIONS}",
            *shares(_originals(posts), settings.test_posts, settings),
            *settings.overrides, *settings.retrain_overrides,
        ],
    )  # fmt: skip
    seconds = time.monotonic() - began
    notice = _notice(notices)
    # What failed is no decision of the job: the same month is lived again by the next start.
    if ended.status not in _TOLD or notice is None or notice["decision"] == "failed":
        raise SmmVoiceError(
            f"the job at {end:%Y-%m-%d} ended with {ended.status}: {ended.output[-2000:]}"
        )
    fields = notice["fields"]
    run = _RUN.findall(notice.get("link") or "")
    told = _decision(home, run[-1]) if run else {}
    fresh = [path for path in _looks(home) if str(path) not in known]
    look = looks.read(fresh[-1]) if fresh else None
    version = fields.get("version")
    promoted = notice["decision"] == "promoted"
    spoken_against = [r for r in told.get("reasons", []) if not r["passed"]]
    return Month(
        end=end.isoformat(),
        posts=len(posts),
        originals=_originals(posts),
        decision=notice["decision"],
        trigger=fields.get("trigger") or "",
        alarms=sorted(each.name for each in look.alarms) if look else None,
        looked=_span(look),
        signals=_signals(look),
        version=version,
        champion=version if promoted else before,
        before=before,
        against=[(reason["check"], reason["finding"]) for reason in spoken_against],
        said=notice["text"],
        seconds=round(seconds, 1),
        stages={each["name"]: each["seconds"] for each in told.get("stages", [])},
    )


def evaluated(
    home: Path, job: Path, life: account.Life, end: datetime, until: datetime, model: str,
    against: Sequence[str], settings: LifecycleBenchConfig, start: Start,
) -> Evaluation:  # fmt: skip
    """Versions of the job, judged on posts that came after `end`; the job never sees it.

    Args:
        home: a workspace for this evaluation alone.
        job: workspace of the job, whose store is copied.
        life: the account.
        end: when the job ran.
        until: the end of what is judged on.
        model: version in question.
        against: further versions.
        settings: sizes.
        start: starts commands.

    Raises:
        SmmVoiceError: it failed, or its test posts begin before `end`.
    """
    posts = life.until(until)
    set_up(home, posts, settings)
    _copied_store(job, home)
    # Cleaning takes some; with all of the time after `end` the split would reach before it.
    later = int(0.9 * (_originals(posts) - _originals(life.until(end))))
    for path in home.glob(_artifacts(evaluations.PATH)):
        path.unlink()
    ended = start(
        "scripts/evaluate.py",
        [
            "--config-dir", str(home / "conf"), f"brand={BRAND}", f"workspace={home}",
            f"model={model}", f"evaluation.against=[{','.join(against)}]",
            f"tracking.uri={_quoted(f'sqlite:///{home / _STORE}')}",
            *shares(_originals(posts), later, settings), *settings.overrides,
        ],
    )  # fmt: skip
    found = sorted(home.glob(_artifacts(evaluations.PATH)))
    if ended.status or len(found) != 1:
        raise SmmVoiceError(
            f"the evaluation after {end:%Y-%m-%d} ended with {ended.status}: {ended.output[-2000:]}"
        )
    evaluation = evaluations.read(found[0])
    early = [item for item in evaluation.texts["human"] if item.when and item.when < end]
    if early:
        raise SmmVoiceError(f"{len(early)} of the posts to judge by are older than {end:%Y-%m-%d}")
    return evaluation


def set_up(home: Path, posts: Sequence[Post], settings: LifecycleBenchConfig) -> None:
    """The brand's export as it is now, and its file."""
    account.export(posts, home / "export" / "posts.jsonl")
    brand = {
        "name": BRAND, "languages": ["en"], "platforms": ["x"],
        "sources": [{"path": str(home / "export"), "provenance": "human"}],
        "reference_brands": list(settings.references),
    }  # fmt: skip
    path = home / "conf" / "brand" / f"{BRAND}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(brand), encoding="utf-8")


def shares(total: int, test: int, settings: LifecycleBenchConfig) -> list[str]:
    """So many posts for each purpose, however many there are by now."""
    wanted = {
        "validation": settings.validation_posts, "calibration": settings.calibration_posts,
        "test": test,
    }  # fmt: skip
    return [f"dataset.{name}_share={min(0.3, n / total):.5f}" for name, n in wanted.items()]


def _originals(posts: Sequence[Post]) -> int:
    return sum(post.kind == "original" for post in posts)


def _notice(path: Path) -> dict[str, Any] | None:
    """What was told last; a decision goes before a later start that found nothing left to do."""
    if not path.exists():
        return None
    told = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    weighty = [each for each in told if each["decision"] not in ("nothing", "failed")]
    return (weighty or told or [None])[-1]


def _decision(home: Path, run: str) -> dict[str, Any]:
    for path in home.glob(_artifacts("retrain/decision.json", run)):
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found
    return {}


def _artifacts(path: str, run: str = "*") -> str:
    return f"mlartifacts/{BRAND}/{run}/artifacts/{path}"


def _looks(home: Path) -> list[Path]:
    return sorted(home.glob(_artifacts(looks.PATH)), key=lambda path: path.stat().st_mtime)


def _looks_before(home: Path, noted: Path) -> set[str]:
    """Looks of earlier months: a look of a start that was killed is this month's."""
    if not noted.exists():
        noted.parent.mkdir(parents=True, exist_ok=True)
        noted.write_text("\n".join(str(path) for path in _looks(home)), "utf-8")
    return set(noted.read_text("utf-8").splitlines())


def _span(look: Monitored | None) -> tuple[str, str] | None:
    return (look.baseline[0], look.recent[1]) if look and look.baseline[0] else None


def _signals(look: Monitored | None) -> dict[str, tuple[float | None, float | None]]:
    return {s.name: (s.value, s.band) for s in look.signals} if look else {}


_STORE = "mlflow.db"


def _copied_store(job: Path, home: Path) -> None:
    """The job's store as it is now; what is added to the copy lands in `home`."""
    path = home / _STORE
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(job / _STORE)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        copy.execute(
            "UPDATE experiments SET artifact_location = ? WHERE name = ?",
            ((home / "mlartifacts" / BRAND).as_uri(), BRAND),
        )
        copy.commit()


def _quoted(text: str) -> str:
    """A value on the command line whatever characters it holds."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
