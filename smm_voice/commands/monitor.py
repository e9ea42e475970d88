"""`scripts/monitor.py`: whether the brand has moved, or its model. Nothing is trained."""

from __future__ import annotations

import dataclasses
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.commands.champion import Champion, champion_of
from smm_voice.commands.console import say
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.output import write_json
from smm_voice.config import BrandConfig, MonitorCommandConfig, MonitorConfig, Workspace
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.errors import InputError
from smm_voice.monitoring import record
from smm_voice.monitoring.signal import Monitored, Signal
from smm_voice.report import drift_page, drift_words
from smm_voice.text.languages import primaries

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

_CHANGED = "drift/output_changed"
_POWERLESS = (
    "with {tested} tests no p can fall low enough for an alarm: take monitor.permutations={enough} "
    "or more"
)
_OUTPUT = (_CHANGED, "drift/output_style")


@dataclass(frozen=True)
class Looked:
    """A look at a brand, and what is kept and shown beside it.

    Attributes:
        monitored: the look.
        pairs: (older, recent) posts about the same thing, for who wants to read.
        answers: today's answers of the champion; see `tracking.monitoring.log_look`.
    """

    monitored: Monitored
    pairs: Sequence[tuple[str, str]] = ()
    answers: Mapping[str, Any] | None = None


def monitor(config: MonitorCommandConfig) -> int:
    """Look, log, print. The exit status is 0 also where it alarms."""
    from smm_voice.evaluation.provenance import commit
    from smm_voice.tracking import run as tracking
    from smm_voice.tracking.store import open_store

    workspace = Workspace.of(config)
    brand = config.brand
    since = _day(config.since)
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    runs = workspace.runs / brand.name
    tracking.mark_killed(store, runs)
    spoken = config.report.language_for(brand)
    results = []
    for language in primaries(brand.languages):
        tags = {
            "smm.dataset_fingerprint": dataset.fingerprint,
            "smm.git_sha": commit(workspace.repository),
        }
        with tracking.start(store, f"drift, {language}", "monitor", runs, tags) as run:
            looked = look(brand, dataset, language, config.monitor, store, since)
            links = log_and_show(run, store, brand, looked, spoken)
        show(brand, looked.monitored, links)
        results.append({**record.as_json(looked.monitored), "run": run.id})
    if config.output:
        write_json(Path(config.output), {"brand": brand.name, "looks": results})
    return 0


def look(
    brand: BrandConfig,
    dataset: Dataset,
    language: str,
    config: MonitorConfig,
    store: Store,
    since: datetime | None = None,
) -> Looked:
    """Look at a brand's posts and its champion; nothing is logged.

    Args:
        brand: the brand.
        dataset: its posts, of all splits.
        language: two-letter code, one of the brand's.
        config: windows, tests, briefs that the champion answers again (0: no model is loaded).
        store: where the champion and earlier looks are; read only.
        since: posts after it are recent; None: those that the champion has not learned from.
    """
    from smm_voice.models.embeddings import embed
    from smm_voice.monitoring.monitor import monitor as measure

    posts = posts_of(dataset, language)
    champion = champion_of(store, brand, language, config.output_briefs)
    if since is None and champion is not None and champion.until:
        since = datetime.fromisoformat(champion.until)
    log.info("Looking at %d posts in %s", len(posts), language)
    monitored = measure(posts, language, since, config, embed, champion.model if champion else None)
    monitored = _described(monitored, dataset, champion, config)
    pairs = drift_page.pairs(posts, monitored, embed, config.examples)
    return Looked(monitored, pairs, champion.answers if champion else None)


def posts_of(dataset: Dataset, language: str) -> list[Example]:
    """Human posts of one language, of all splits, oldest first."""
    found = [
        example
        for split in dataset.splits.values()
        for example in split
        if example.post.language == language and example.post.provenance != "generated"
    ]
    return sorted(found, key=lambda example: (example.post.created_at, example.id))


def log_and_show(
    run: Run,
    store: Store,
    brand: BrandConfig,
    looked: Looked,
    spoken: str,
    when: datetime | None = None,
) -> dict[str, str]:
    """Log a look into a run of its own, with the page and the note.

    Args:
        run: of the kind `monitor`.
        store: of the brand.
        brand: the brand.
        looked: the look.
        spoken: language of the page, en or fr.
        when: of the look; None: now.

    Returns:
        Where to look, by what is to be seen there.
    """
    from smm_voice.tracking import links as addresses
    from smm_voice.tracking import monitoring

    monitored = looked.monitored
    monitoring.log_look(run, monitored, looked.answers, when)
    series = monitoring.series(store, monitored.language)
    links = {
        "Drift page": addresses.report(store, run.id),
        "This look": addresses.run_page(store, run.id),
    }
    page = drift_page.page(brand.title, monitored, looked.pairs, series, spoken)
    run.text(page, "report/index.html")
    run.note(drift_page.note(brand.title, monitored, spoken, links))
    return links


def show(brand: BrandConfig, monitored: Monitored, links: Mapping[str, str]) -> None:
    """Table, sentence, examples and links at the terminal."""
    row = "{:<24}{:>9}{:>9}{:>9}  {}"
    say("\n" + row.format("", "value", "band", "p (Holm)", ""))
    for signal in monitored.signals:
        p = signal.p if signal.p_adjusted is None else signal.p_adjusted
        cells = [_cell(signal.value, 2), _cell(signal.band, 2), _cell(p, 3)]
        say(row.format(signal.name.removeprefix("drift/"), *cells, _remark(signal)).rstrip())
    told = drift_words.told(brand.title, monitored, "en")
    say(f"\n{told.headline} {told.sentence}")
    for step in told.steps:
        say(f"  - {step}")
    for signal in monitored.alarms:
        for example in signal.examples:
            say(f"    {signal.name.removeprefix('drift/')}: {' '.join(example.split())}")
    for remark in drift_words.remarks(monitored):
        say(f"! {remark}")
    say("\nTo look at it: make ui, then")
    for name, address in links.items():
        say(f"  {name + ':':<14}{address}")


def _day(since: str | None) -> datetime | None:
    """The last moment before a day, UTC: posts after it are recent."""
    if since is None:
        return None
    try:
        day = datetime.fromisoformat(since).replace(tzinfo=UTC)
        return day - timedelta(microseconds=1)
    except (ValueError, OverflowError) as error:
        raise InputError(f"since={since} is no day: {error}; say since=2018-06-01") from error


def _described(
    monitored: Monitored, dataset: Dataset, champion: Champion | None, config: MonitorConfig
) -> Monitored:
    """With what it was a look at, and without what the answers at hand cannot tell."""
    signals = list(monitored.signals)
    provenance = {**monitored.provenance, "dataset": dataset.fingerprint}
    tested = sum(signal.p is not None for signal in signals)
    too_few = tested / (config.permutations + 1) > config.level
    powerless = [_POWERLESS.format(tested=tested, enough=math.ceil(tested / config.level) - 1)]
    provenance["remarks"] = powerless if too_few else []
    if champion is not None:
        provenance |= {
            "champion": champion.version,
            "trained_until": champion.until,
            "remarks": [*provenance["remarks"], *champion.remarks],
        }
        untold = "; ".join(champion.remarks)
        for place, signal in enumerate(signals):
            if signal.name in _OUTPUT and signal.value is None and untold:
                signals[place] = dataclasses.replace(signal, warnings=(untold,))
            elif signal.name == _CHANGED and not champion.same_batch:
                # Rounding alone would make them differ.
                signals[place] = Signal(
                    signal.name, signal.kind, None, n=signal.n, about=signal.about,
                    warnings=(untold,),
                )  # fmt: skip
    return dataclasses.replace(monitored, signals=signals, provenance=provenance)


def _cell(value: float | None, places: int) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def _remark(signal: Signal) -> str:
    words = ["ALARM"] if signal.alarm else []
    return "; ".join([*words, *signal.warnings])
