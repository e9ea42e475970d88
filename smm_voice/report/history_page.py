"""What became of a brand's models → one self-contained HTML file, and rows for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from smm_voice.messages import Message, day, named, number, of_name, say
from smm_voice.metrics.base import Score
from smm_voice.report import drift_words
from smm_voice.report.figures import label, rich
from smm_voice.report.given import Look, StartRow, VersionRow
from smm_voice.report.posts import clipped, holdable
from smm_voice.report.sparkline import sparkline
from smm_voice.text.templates import template

_TEMPLATE = Path(__file__).with_name("history.html.jinja")
# The scores of a version, and all that a history asks of an evaluation.
METRICS = (
    "voice/style_index", "voice/closeness", "fluency/bits_per_byte_ratio", "homogeneity/ratio",
    "factuality/unsupported_rate", "memorisation/copy_excess",
)  # fmt: skip
# Decisions that stand open; older ones are to be unfolded, of still older ones the count is told.
_OPEN, _MOST = 15, 300
_LONGEST = 500
_BY_THE_GATE = ("proposed", "promoted", "refused")


@dataclass(frozen=True)
class Quiet:
    """Starts in a row at which there was nothing to do.

    Attributes:
        count: how many.
        first: when the earliest of them was, ISO 8601.
        last: when the newest was.
        reasons: why, of the newest.
    """

    count: int
    first: str
    last: str
    reasons: str


def folded(starts: Sequence[StartRow]) -> list[StartRow | Quiet]:
    """Starts with nothing to do as one entry a row of them; the order stays: the newest first."""
    found: list[StartRow | Quiet] = []
    for start in starts:
        if start.decision != "nothing":
            found.append(start)
            continue
        before = found[-1] if found else None
        if isinstance(before, Quiet):
            found[-1] = Quiet(before.count + 1, start.when, before.last, before.reasons)
        else:
            found.append(Quiet(1, start.when, start.when, start.reasons))
    return found


def page(
    brand: str,
    versions: Sequence[VersionRow],
    starts: Sequence[StartRow],
    looks: Sequence[Look],
    language: str = "en",
) -> str:
    """The history as one HTML file: no script, nothing loaded from elsewhere.

    Args:
        brand: as people write it.
        versions: the newest first.
        starts: of the scheduled job, the newest first.
        looks: for drift, the earliest first.
        language: one of messages.LANGUAGES.
    """

    def told(message: str | Message, **values: Any) -> Markup:
        return rich(message, language, **values)

    entries = folded(starts)
    found = template(_TEMPLATE).render(
        say=told,
        language=language,
        brand=brand,
        now=summary(brand, versions, starts, looks, language),
        metrics=[label(name, language) for name in METRICS],
        versions=[_version(row, language) for row in versions],
        starts=[_entry(entry, language) for entry in entries[:_MOST]],
        open=_OPEN,
        left=len(entries) - len(entries[:_MOST]),
        drift=_drift(looks, language),
    )
    return holdable(found)


def summary(
    brand: str,
    versions: Sequence[VersionRow],
    starts: Sequence[StartRow],
    looks: Sequence[Look],
    language: str,
) -> list[str]:
    """How things stand, in sentences: the model in use, the last decision, the last look."""
    lines = []
    champion = next((row for row in versions if "champion" in row.aliases), None)
    if champion is None:
        lines.append(say("history-no-champion", language, brand=brand))
    elif champion.promoted_at:
        lines.append(
            say("history-champion", language, version=champion.number,
                day=day(champion.promoted_at[:10], language),
                by=named("history-by", champion.promoted_by, language))
        )  # fmt: skip
    else:
        lines.append(say("history-champion-undated", language, version=champion.number))
    waiting = next((row for row in versions if "challenger" in row.aliases), None)
    if waiting is not None and waiting is not champion:
        lines.append(say("history-challenger", language, version=waiting.number))
    decided = next((start for start in starts if start.decision not in ("", "nothing")), None)
    if decided is not None:
        lines.append(
            say("history-decided", language, day=day(decided.when[:10], language),
                decision=named("history-decision", decided.decision, language))
        )  # fmt: skip
    if starts:
        lines.append(say("history-started", language, count=len(starts),
                         day=day(starts[0].when[:10], language)))  # fmt: skip
    else:
        lines.append(say("history-never-started", language))
    if looks:
        lines.append(
            say("history-looked", language, day=day(looks[-1].when[:10], language),
                state=say(of_name("history-drift", looks[-1].state), language))
        )  # fmt: skip
    else:
        lines.append(say("history-never-looked", language))
    return lines


def _version(row: VersionRow, language: str) -> dict[str, Any]:
    events = [say("history-registered", language, day=_day(row.registered, language))]
    if row.until[:1].isdigit():
        events.append(say("history-learned", language, day=_day(row.until, language)))
    elif row.until:
        # One time a language.
        events.append(say("history-learned", language, day=clipped(row.until, 120)))
    if row.promoted_at:
        events.append(
            say("history-promoted", language, day=_day(row.promoted_at, language),
                by=named("history-by", row.promoted_by, language, row.promoted_by or "–"))
        )  # fmt: skip
    if row.rolled_back_at:
        why = clipped(row.rolled_back_reason, _LONGEST) or "–"
        taken = _day(row.rolled_back_at, language)
        events.append(say("history-rolled-back", language, day=taken, reason=why))
    return {
        "number": row.number,
        "aliases": [(each, named("arm", each, language)) for each in row.aliases],
        "address": _link(row.address),
        "events": events,
        "dataset": clipped(row.dataset, 40),
        "scores": [_score(row.scores.get(name), language) for name in METRICS],
        "scored": bool(row.scores),
    }


def _entry(entry: StartRow | Quiet, language: str) -> dict[str, Any]:
    if isinstance(entry, Quiet):
        return {
            "quiet": True,
            "said": say("history-quiet", language, count=entry.count,
                        first=_day(entry.first, language), last=_day(entry.last, language)),
            "reasons": clipped(entry.reasons, _LONGEST),
        }  # fmt: skip
    decision = entry.decision or "unfinished"
    return {
        "quiet": False,
        "day": _day(entry.when, language),
        "time": entry.when[11:16],
        "decision": decision,
        "decided": named("history-decision", decision, language),
        "trigger": named("history-trigger", entry.trigger, language) if entry.trigger else "",
        "version": entry.version,
        "address": _link(entry.address),
        # What the gate has against a candidate, its checks say in full.
        "reasons": "" if entry.checks and entry.decision in _BY_THE_GATE
        else clipped(entry.reasons, _LONGEST),
        "checks": [
            (
                {True: "passed", False: "failed", None: "not-measured"}[check.passed],
                clipped(check.said or check.name, _LONGEST),
            )
            for check in entry.checks
        ],
        "stages": [
            (name, clipped(said, _LONGEST),
             "–" if seconds is None else f"{number(seconds, language, 1)} s")
            for name, said, seconds in entry.stages
        ],
    }  # fmt: skip


def _drift(looks: Sequence[Look], language: str) -> list[dict[str, Any]]:
    """One block a language of posts: a picture a signal."""
    found = []
    for spoken in dict.fromkeys(look.language for look in looks):
        own = [look for look in looks if look.language == spoken]
        names = dict.fromkeys(name for look in own for name in look.signals)
        found.append(
            {
                "language": spoken,
                "count": len(own),
                "first": _day(own[0].when, language),
                "alarms": [
                    (_day(look.when, language),
                     ", ".join(drift_words.label(n, language)
                               for n, each in look.signals.items() if each.alarm))
                    for look in reversed(own) if look.state == "alarm"
                ][:_OPEN],
                "rows": [_signal(own, name, language) for name in names],
            }
        )  # fmt: skip
    return found


def _signal(looks: Sequence[Look], name: str, language: str) -> dict[str, Any]:
    words = drift_words.label(name, language)
    last = next(look.signals[name] for look in reversed(looks) if name in look.signals)
    told = say("chart-drift-alt", language, series=words,
               points=drift_words.value(name, last.value, language))  # fmt: skip
    return {
        "label": words,
        "picture": sparkline(looks, name, told),
        "value": drift_words.value(name, last.value, language),
        "band": drift_words.value(name, last.band, language) if last.band else "",
        "alarm": last.alarm,
    }


def _score(score: Score | None, language: str) -> Markup:
    """A value with its interval; not named as in MLflow: it stands with another run."""
    if score is None or score.value is None:
        return Markup("–")
    value = number(score.value, language)
    if score.ci_low is None or score.ci_high is None:
        return Markup("{}").format(value)
    joint = say("interval-joint", language)
    return Markup("{} <br><small>{} {} {}</small>").format(
        value, number(score.ci_low, language), joint, number(score.ci_high, language)
    )


def _day(when: str, language: str) -> str:
    return day(when[:10], language) if when else "–"


def _link(address: str) -> str:
    return address if address.startswith(("http://", "https://")) else ""
