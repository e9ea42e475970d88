"""From looks to rows and tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median

from smm_voice.benchmarks import table as lines_of
from smm_voice.benchmarks.drift.accounts import ACROSS, ADJACENT, BLEND, HALVES, Looked
from smm_voice.benchmarks.drift.months import GAP, WITHIN, Series
from smm_voice.benchmarks.metrics.voices import CHOSEN_ON
from smm_voice.benchmarks.table import Level, Row
from smm_voice.statistics import Interval

# Two-sided 95 % of a standard normal.
_Z = 1.96
_REMARKS = (
    "A look takes the settings of conf/monitor. It counts where the account's past makes a band. "
    "“Adjacent” looks move back through an account, their recent windows apart; those across "
    "7 November 2017, when X let posts be twice as long, stand apart: there five accounts do "
    "change. “Random order” gives an account's posts each other's dates, so that nothing is left "
    "to be found.",
    "Accounts change by themselves, and nobody has labelled when: an alarm in adjacent windows is "
    "counted as false whatever its reason.",
)


def wilson(hits: int, count: int) -> Interval:
    """Interval of a share (Wilson 1927), 95 %."""
    if not count:
        return Interval(None, None, "none")
    share, square = hits / count, _Z**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z * math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    half /= 1 + square / count
    return Interval(max(0.0, middle - half), min(1.0, middle + half), "Wilson")


def rows_of(looked: Sequence[Looked], series: Sequence[Series]) -> list[Row]:
    """False alarms, power, months."""
    reported = [each for each in looked if each.voice not in CHOSEN_ON]
    chosen = [each for each in looked if each.voice in CHOSEN_ON]
    asked = Level(most=0.05)
    rows = [
        _share("adjacent windows, any signal alarms, accounts only reported on",
               _alarmed(reported, ADJACENT), asked, "drift/false_alarm_rate"),
        _share("the same, accounts that settings were chosen on", _alarmed(chosen, ADJACENT),
               Level(), "drift/false_alarm_rate_chosen"),
        _share("random order, any signal alarms", _alarmed(looked, HALVES), asked,
               "drift/false_alarm_rate_shuffled"),
        _share("adjacent windows, p alone would alarm, without the band",
               [bool(e.significant) for e in looked if e.kind == ADJACENT], Level(),
               "drift/false_alarm_rate_without_band"),
        _share("across the longer posts of 2017, any signal alarms", _alarmed(looked, ACROSS),
               Level(), "drift/longer_posts_alarm"),
    ]  # fmt: skip
    for share in sorted({each.share for each in looked if each.kind == BLEND}):
        for name, some in (("", reported), ("_chosen", chosen)):
            which = "only reported on" if not name else "settings chosen on"
            found = [bool(e.alarms) for e in some if e.kind == BLEND and e.share == share]
            wanted = Level(least=0.8) if share == 0.5 and not name else Level()
            rows.append(_share(f"power, {share:.0%} foreign posts, accounts {which}", found,
                               wanted, f"drift/power_{share * 100:.0f}{name}"))  # fmt: skip
    shifted = [each for each in series if each.began is not None]
    if series:
        # The months before a shift are those of the series without one: counted once.
        unshifted = [each for each in series if each.began is None or each.brand == GAP]
        false, count = (sum(each.false[i] for each in unshifted) for i in (0, 1))
        delays = [e.seen.month - e.began for e in shifted if e.seen and e.began is not None]
        rows += [
            _share("month by month: shifts seen within half a year",
                   [each.seen is not None for each in shifted], Level(), "drift/months_seen"),
            Row("month by month: median delay of those seen, months",
                (float(median(delays)),) if delays else (), Level(), "drift/months_delay"),
            _share("month by month: looks that alarm before any shift",
                   [True] * false + [False] * (count - false), Level(), "drift/months_false"),
        ]  # fmt: skip
    return rows


def markdown(rows: Sequence[Row], looked: Sequence[Looked], series: Sequence[Series]) -> str:
    """The whole table."""
    parts = ["# Drift", "", *lines_of.lines(rows), "", "## By signal", "", *_by_signal(looked), ""]
    if series:
        parts += ["## Month by month, against an oracle that knows the date", "", *_months(series)]
    return "\n".join([*parts, "", *(f"{remark}\n" for remark in _REMARKS)])


def _by_signal(looked: Sequence[Looked]) -> list[str]:
    shares = sorted({each.share for each in looked if each.kind == BLEND})
    head = ["signal", "adjacent", "random order", "longer posts", *(f"{s:.0%}" for s in shares)]
    found = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for name in sorted({name for each in looked for name in each.judged}):
        cells = [
            _cell(name in e.alarms for e in looked if e.kind == kind and name in e.judged)
            for kind in (ADJACENT, HALVES, ACROSS)
        ]
        cells += [
            _cell(name in e.alarms for e in looked if e.kind == BLEND and e.share == share)
            for share in shares
        ]
        found.append(f"| {name} | " + " | ".join(cells) + " |")
    return found


def _cell(flags: Iterable[bool]) -> str:
    listed = list(flags)
    return f"{sum(listed)}/{len(listed)}" if listed else "–"


def _months(series: Sequence[Series]) -> list[str]:
    found = [
        "| brand | shift | size | begins | first alarm | delay | by | false before |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in series:
        false, count = each.false
        seen, began = each.seen, each.began
        if began is None:
            first = delay = by = "–"
        elif seen is None:
            first, delay, by = f"missed for {WITHIN} months", "–", "–"
        else:
            first, delay = f"month {seen.month}", str(seen.month - began)
            by = ", ".join(name.removeprefix("drift/") for name in seen.alarms)
        size = f"{each.size:.0%}" if each.size else "–"
        start = "–" if began is None else f"month {began}"
        found.append(f"| {each.brand} | {each.shift} | {size} | {start} | {first} | {delay} | {by} "
                     f"| {false} of {count} looks |")  # fmt: skip
    return found


def _alarmed(looked: Sequence[Looked], kind: str) -> list[bool]:
    return [bool(each.alarms) for each in looked if each.kind == kind]


def _share(what: str, flags: Sequence[bool], level: Level, figure: str) -> Row:
    if not flags:
        return Row(what, (), level, figure, "no such look")
    hits, count = sum(flags), len(flags)
    interval = wilson(hits, count)
    return Row(what, (hits / count,), level, figure,
               f"{hits} of {count}, {interval.low:.2f} to {interval.high:.2f}")  # fmt: skip
