"""The simulation as tables: a line a month, then how often job and gate were right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from statistics import mean

from smm_voice.benchmarks import table
from smm_voice.benchmarks.lifecycle import oracle
from smm_voice.benchmarks.lifecycle.job import Month
from smm_voice.benchmarks.lifecycle.oracle import CLOSENESS, Judged
from smm_voice.benchmarks.lifecycle.simulation import Lived, originals
from smm_voice.benchmarks.table import Row

_POLICIES = {"never": "never retrain", "job": "the job", "always": "always take the newest"}


def markdown(lived: Lived, rows: Sequence[Row], least: int) -> str:
    """All tables, as a Markdown text."""
    life = lived.life
    change = f"{life.change:%Y-%m-%d}" if life.change else "never"
    lines = [
        "# Simulation of the scheduled job", "",
        f"{life.what}; the change is at {change}. Each line is one start of "
        "`scripts/retrain.py` at the end of a month, judged by the posts of the month after it.",
        "", *_months(lived, least), "", "## Beside other policies", "", *_policies(lived), "",
        "## Summary", "", *table.lines(rows),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def summary(lived: Lived, least: int) -> list[Row]:
    """How often it was right, and what it took."""
    ruled = [_ruling(m, lived.judged.get(m.end)) for m in lived.months]
    alarms = Counter(found for m in lived.months if (found := alarm_of(lived, m, least)))
    looked = sum(alarms.values())
    gate = Counter(each for each in ruled if each)
    decided = Counter(month.decision for month in lived.months)
    trained = [m for m in lived.months if m.decision in ("promoted", "refused", "rolled_back")]
    rows = [
        Row("starts of the job", (len(lived.months),), figure="lifecycle/runs",
            note=", ".join(f"{n} {name}" for name, n in decided.most_common())),
        Row("alarms that were true", (alarms["true"],), figure="lifecycle/alarms_true",
            note=f"of {looked} looks"),
        Row("alarms that were false", (alarms["false"],), figure="lifecycle/alarms_false"),
        Row("changes within a look and not alarmed of", (alarms["missed"],),
            figure="lifecycle/alarms_missed"),
        *_delay(lived),
        Row("decisions of the gate that later posts bear out", (gate["right"],),
            figure="lifecycle/gate_right", note=f"of {sum(gate.values())} judged"),
        Row("decisions that later posts speak against", (gate["wrong"],),
            figure="lifecycle/gate_wrong"),
        Row("decisions where they cannot tell", (gate["cannot be told"],),
            figure="lifecycle/gate_undecided"),
        *_means(lived),
        Row("seconds of a start that trained", tuple(m.seconds for m in trained),
            figure="lifecycle/seconds_trained"),
        Row("seconds of a start with nothing to do",
            tuple(m.seconds for m in lived.months if m.decision == "nothing"),
            figure="lifecycle/seconds_nothing"),
    ]  # fmt: skip
    return rows


def alarm_of(lived: Lived, month: Month, least: int) -> oracle.Alarm | None:
    """Whether the month's alarm, or its absence, was right."""
    since = lived.life.change
    after = originals(lived.life, datetime.fromisoformat(month.end), since)
    return oracle.alarm(month, since, after, least)


def _ruling(month: Month, judged: Judged | None) -> oracle.Ruling | None:
    return oracle.ruling(month.decision, judged.interval) if judged else None


def _months(lived: Lived, least: int) -> list[str]:
    lines = [
        "| until | posts | alarms | alarm is | trigger | decision | against it | gain on "
        "later posts (95 %) | decision was | s |",
        "|" + "---|" * 10,
    ]  # fmt: skip
    for month in lived.months:
        found = lived.judged.get(month.end)
        cells = [
            month.end[:10], str(month.originals), _alarms(month),
            alarm_of(lived, month, least) or "–", month.trigger.replace("_", " ") or "–",
            _decision(month), _against(month), _gain(found), _ruling(month, found) or "–",
            f"{month.seconds:.0f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _alarms(month: Month) -> str:
    if month.alarms is None:
        return "not looked"
    names = [name.removeprefix("drift/").replace("_", " ") for name in month.alarms]
    return ", ".join(names) or "none"


def _decision(month: Month) -> str:
    if month.decision == "nothing" or month.version is None:
        return month.decision
    return f"{month.decision} v{month.version}"


def _against(month: Month) -> str:
    if month.decision == "stopped":
        return _plain(month.said)
    return ", ".join(f"{check} ({finding})" for check, finding in month.against) or "–"


def _plain(text: str) -> str:
    """Words of the job in a cell: no cell ends in them."""
    return " ".join(text.replace("|", "/").split())[:160]


def _gain(found: Judged | None) -> str:
    if found is None or found.gain is None or found.interval is None:
        return "–"
    return f"{found.gain:+.2f} ({found.interval[0]:+.2f} to {found.interval[1]:+.2f})"


def _policies(lived: Lived) -> list[str]:
    """Nearness to the posts of the month after, of what each policy would have in use."""
    head = " | ".join(_POLICIES.values())
    lines = [
        "Closeness on the posts of the month after: 1 the brand itself, 0 other brands.", "",
        f"| until | briefs | {head} | prompted | job over never | job over always |",
        "|" + "---|" * 8,
    ]  # fmt: skip
    for end, found in sorted(lived.judged.items()):
        cells = [end[:10], str(found.briefs)]
        for name in _POLICIES:
            version = found.policies[name]
            cells.append(_closeness(found, version, f" (v{version})"))
        cells.append(_closeness(found, "prompted"))
        cells += [_interval(found.gained.get(other)) for other in ("never", "always")]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _closeness(found: Judged, version: str | None, label: str = "") -> str:
    value = found.versions.get(version or "", {}).get(CLOSENESS)
    return "–" if value is None else f"{value:.2f}{label}"


def _interval(found: tuple[float, float, float] | None) -> str:
    return "the same" if found is None else f"{found[0]:+.2f} ({found[1]:+.2f} to {found[2]:+.2f})"


def _means(lived: Lived) -> list[Row]:
    """Over the months in which all policies have a value."""
    whole = [
        [found.versions.get(found.policies[name] or "", {}).get(CLOSENESS) for name in _POLICIES]
        for found in lived.judged.values()
    ]
    complete = [[v for v in row if v is not None] for row in whole if None not in row]
    return [
        Row(f"closeness on the posts of the month after, mean: {words}",
            (mean(row[place] for row in complete),) if complete else (),
            figure=f"lifecycle/closeness_{name}", note=f"{len(complete)} months")
        for place, (name, words) in enumerate(_POLICIES.items())
    ]  # fmt: skip


def _delay(lived: Lived) -> list[Row]:
    """Months from the change to the first alarm after it, and to the first promotion after it."""
    change = lived.life.change
    after = [m for m in lived.months if change and datetime.fromisoformat(m.end) > change]
    rows = []
    for what, figure, fits in (
        ("alarm", "alarm_delay_months", lambda m: bool(m.alarms)),
        ("promotion", "promotion_delay_months", lambda m: m.decision == "promoted"),
    ):
        places = [place for place, month in enumerate(after) if fits(month)]
        row = Row(f"starts from the change to the first {what} (1: the next start)",
                  (places[0] + 1,) if places else (), figure=f"lifecycle/{figure}")  # fmt: skip
        rows.append(row)
    return rows
