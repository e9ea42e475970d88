"""`scripts/history.py`: versions, decisions and drift of a brand on one page; nothing is logged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smm_voice.commands.console import say
from smm_voice.commands.output import write_text
from smm_voice.config import BrandConfig, HistoryConfig, ReportConfig, Workspace
from smm_voice.errors import InputError
from smm_voice.report import history_page
from smm_voice.report.given import Look, StartRow, VersionRow
from smm_voice.report.history_page import Quiet

if TYPE_CHECKING:
    from smm_voice.tracking.store import Store

PAGE = "index.html"
_INDEX, _CLOSENESS = "voice/style_index", "voice/closeness"
_MOST_SHOWN, _LONGEST = 20, 110


def history(config: HistoryConfig) -> int:
    """Write the page and print the same as tables."""
    from smm_voice.tracking.lineage import store_exists
    from smm_voice.tracking.store import open_store

    workspace = Workspace.of(config)
    brand = config.brand
    if not store_exists(config.tracking, workspace):
        raise InputError(f"nothing is tracked in {workspace.root} yet: run train.py first")
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    folder = Path(config.output) if config.output else workspace.runs / brand.name / "history"
    path = folder / PAGE
    rows = read(store, brand)
    _written(brand, rows, config.report.language_for(brand), path)
    show(brand, *rows)
    say(f"\n{path}")
    return 0


def write(store: Store, brand: BrandConfig, report: ReportConfig, path: Path) -> None:
    """Write the page; the scheduled job does so at its end.

    Args:
        store: of the brand.
        brand: the brand.
        report: language of the page.
        path: of the file.

    Raises:
        InputError: it cannot be written.
    """
    _written(brand, read(store, brand), report.language_for(brand), path)


Rows = tuple[Sequence[VersionRow], Sequence[StartRow], Sequence[Look]]


def read(store: Store, brand: BrandConfig) -> Rows:
    """Versions and starts, the newest first, and looks, the earliest first."""
    from smm_voice.tracking import lifecycle_runs, monitoring

    return (
        lifecycle_runs.version_rows(store, brand.name, history_page.METRICS),
        lifecycle_runs.start_rows(store),
        monitoring.series(store),
    )


def _written(brand: BrandConfig, rows: Rows, spoken: str, path: Path) -> None:
    write_text(path, history_page.page(brand.title, *rows, spoken))


def show(
    brand: BrandConfig,
    versions: Sequence[VersionRow],
    starts: Sequence[StartRow],
    looks: Sequence[Look],
) -> None:
    """How things stand, versions and decisions, at the terminal."""
    for line in history_page.summary(brand.title, versions, starts, looks, "en"):
        say(line)
    if versions:
        row = "{:>8}  {:<20}{:<12}{:<12}{:<12}{:<10}{:>8}{:>11}"
        heads = ("version", "called", "registered", "learned to", "promoted", "by", "index",
                 "closeness")  # fmt: skip
        say("\n" + row.format(*heads))
        for version in versions[:_MOST_SHOWN]:
            say(
                row.format(
                    version.number, ", ".join(version.aliases) or "–", version.registered[:10],
                    version.until[:10] if version.until[:1].isdigit() else "–",
                    version.promoted_at[:10] or "–", version.promoted_by or "–",
                    _value(version, _INDEX), _value(version, _CLOSENESS),
                )
            )  # fmt: skip
            if version.rolled_back_at:
                why = _line(version.rolled_back_reason)
                say(f"{'':>10}rolled back on {version.rolled_back_at[:10]}: {why}")
    entries = history_page.folded(starts)
    if entries:
        say()
    for entry in entries[:_MOST_SHOWN]:
        if isinstance(entry, Quiet):
            since = "" if entry.count == 1 else f" since {entry.first[:10]}"
            say(f"{entry.last[:10]}  nothing to do, {entry.count} ×{since}")
            continue
        of = f" version {entry.version}" if entry.version else ""
        trigger = f" ({entry.trigger})" if entry.trigger else ""
        say(f"{entry.when[:10]}  {entry.decision or 'unfinished'}{of}{trigger}: "
            f"{_line(entry.reasons)}")  # fmt: skip
    if len(entries) > _MOST_SHOWN:
        say(f"… and {len(entries) - _MOST_SHOWN} more on the page")


def _value(version: VersionRow, metric: str) -> str:
    score = version.scores.get(metric)
    return "–" if score is None or score.value is None else f"{score.value:.2f}"


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
