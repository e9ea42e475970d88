"""A comparison of two runs in the words of whoever decides by it.

The numbers come from `evaluation.compare_runs`; every word that is said of them stands here.
"""

from __future__ import annotations

from collections.abc import Sequence

from smm_voice.evaluation.comparison import (
    ALIKE,
    CLOSENESS,
    HEADLINES,
    INDEX,
    Row,
    RunComparison,
    Side,
)

TITLES = {
    CLOSENESS: "Nearness to the voice",
    "fluency/bits_per_byte_ratio": "Language",
    "factuality/contradiction_rate": "Contradicted facts",
    "factuality/unsupported_rate": "Invented facts",
    "factuality/brief_recall": "Facts of the brief told",
    "factuality/coverage": "Checkable substance",
    ALIKE: "Sameness of the posts",
    "memorisation/copy_excess": "Copying",
}
# What is said of a metric in a sentence: where the first is better, worse, and no worse.
_CLAIMS = {
    "fluency/bits_per_byte_ratio": (
        "its language is nearer to human posts", "its language is further from human posts",
        "its language is as good"),
    "factuality/contradiction_rate": (
        "it contradicts facts less often", "it contradicts facts more often",
        "it contradicts facts no more often"),
    "factuality/unsupported_rate": (
        "it invents fewer facts", "it invents more facts", "it invents no more facts"),
    "factuality/brief_recall": (
        "it tells more of what the briefs ask for", "it tells less of what the briefs ask for",
        "it tells as much of what the briefs ask for"),
    "factuality/coverage": (
        "it says more that can be checked", "it says less that can be checked",
        "it says as much that can be checked"),
    ALIKE: (
        "its posts are more varied", "its posts are more alike", "its posts are as varied"),
    "memorisation/copy_excess": (
        "it copies less from training posts", "it copies more from training posts",
        "it copies no more"),
}  # fmt: skip
OUTCOMES = {
    "better": "better", "worse": "worse", "no worse": "no worse", "not shown": "not shown",
}  # fmt: skip
# A rival whose index lies above this is a caricature of the brand (metrics.voice).
_CARICATURE = 1.1
_MOST_REGRESSIONS = 3
TOO_FEW = "too few"
AXIS = "← B is better  ·  standard deviations  ·  A is better →"
_WHERE = {"platform": "on", "language": "in", "topic": "on the topic", "richness": "on briefs"}
_OTHERWISE = "in the group"


def names(comparison: RunComparison) -> tuple[str, str]:
    """What the two are called, shortest first that tells them apart."""
    a, b = comparison.first, comparison.second
    if a.run == b.run:
        return a.arm, b.arm if a.arm != b.arm else f"{b.arm} itself"
    apart = a.name != b.name
    arms = a.arm != b.arm

    def name(side: Side) -> str:
        shown = side.name if apart and side.name else f"{side.name} [{side.run[:8]}]".strip()
        return f"{shown}, {side.arm}" if arms else shown

    return name(a), name(b)


def verdict(comparison: RunComparison) -> str:
    """One sentence: the voice, then what is shown of the rest, then what is not."""
    first, second = names(comparison)
    if comparison.first.run == comparison.second.run:
        first = f"the {first}"
    if comparison.identical:
        return _sentence(
            f"{first} and {second} wrote the very same posts to {comparison.briefs} briefs: "
            "there is no difference to show"
        )
    rows = [row for row in comparison.rows if row.metric in _CLAIMS]
    parts = [_voice(comparison, first, second)]
    for place, outcome in enumerate(("better", "worse", "no worse")):
        said = [_CLAIMS[row.metric][place] for row in rows if row.outcome == outcome]
        if said:
            parts.append(listed(said))
    open_ = [row for row in rows if row.outcome == "not shown"]
    if open_:
        parts.append(_not_shown(open_, comparison.briefs))
    if ALIKE in comparison.left_out:
        parts.append("variety was not compared")
    if comparison.regressions:
        said, more = regressions(comparison), len(comparison.regressions) - _MOST_REGRESSIONS
        shown = said[:_MOST_REGRESSIONS] + ([f"{more} more"] if more > 0 else [])
        parts.append(f"it is worse on some briefs: {listed(shown)}")
    return _sentence("; ".join(parts))


def regressions(comparison: RunComparison) -> list[str]:
    """Each group of briefs in which the first is shown to be worse, with by how much."""
    return [
        f"{TITLES[row.metric].lower()} {_WHERE.get(group.dimension, _OTHERWISE)} “{group.label}” "
        f"({difference(row)}; {group.n} briefs)"
        for group, row in comparison.regressions
    ]


def difference(row: Row) -> str:
    """`+0.51 (0.40 to 0.64)`, in the metric's own unit."""
    d = row.difference
    places = _places(d.value)
    value = f"{round(d.value, places) + 0.0:+.{places}f}"
    if d.low is None or d.high is None:
        return value
    return f"{value} ({plain(d.low, places)} to {plain(d.high, places)})"


def plain(value: float | None, places: int | None = None) -> str:
    """Two decimals, three where the value is small; no minus before a zero."""
    if value is None:
        return "–"
    places = _places(value) if places is None else places
    return f"{round(value, places) + 0.0:.{places}f}"


def _places(value: float) -> int:
    return 3 if 0.0005 <= abs(value) < 0.1 else 2


def probability(p: float | None) -> str:
    """A p-value: three decimals, never 0."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def page(comparison: RunComparison) -> dict[str, str]:
    """What stands on the page beside the numbers."""
    return {
        "language": "en",
        "title": "two runs compared",
        "heading": "is A better than B?",
        "chart": f"Each point is what A gains over B, with its {comparison.confidence:.0%} "
        "interval; above it A − B in the measure's own unit. Grey band: too small for so many "
        "briefs to show.",
        "asked": "What was asked",
        "worse": "Where A is worse",
        "nowhere_worse": "In no group of briefs is A shown to be worse.",
        "groups": "By kind of brief",
        "groups_read": "A − B with its interval, over the briefs of the group. Marked where it is "
        "shown, Holm over all of this table. A group of fewer than five briefs has no number.",
        "further": "Everything else that has a value for each brief",
        "further_read": "Outside of the family: p is not adjusted, so by chance alone about one "
        "in twenty shows something.",
        "method": "How to read it",
        "left_out": "Without a difference",
        "remarks": "What differs between the two evaluations",
        "run": "run",
        "difference": "A − B (interval)",
        "adjusted": "p (Holm)",
        "briefs": "briefs",
        "smallest": "smallest seen",
        "outcome": "A is",
        "best": "best:",
    }


def left_out(comparison: RunComparison) -> list[str]:
    """Why metrics have no difference, one line a reason; what nobody asked for is not said."""
    by_reason: dict[str, list[str]] = {}
    for metric, reason in comparison.left_out.items():
        if not reason.startswith("not asked for"):
            by_reason.setdefault(reason, []).append(metric)
    return [f"{reason}: {', '.join(metrics)}" for reason, metrics in by_reason.items()]


def method(comparison: RunComparison) -> list[str]:
    """How to read it."""
    family = len([row for row in comparison.rows if row.metric in HEADLINES])
    groups = sum(len(stratum.rows) for stratum in comparison.strata)
    level = 1 - comparison.confidence
    return [
        f"Both answered the same {comparison.briefs} briefs; differences are taken brief by brief. "
        "The values of A and B are those of their evaluations, the difference is the mean over the "
        "briefs where both have one.",
        f"Better and worse are said where the {comparison.confidence:.0%} interval leaves out 0 "
        f"and p is {level:.2g} or less by Holm: over the {family} measures of the first table, "
        f"which were named beforehand, and over all {groups} differences in groups of briefs, a "
        "family of its own. No worse is said where the interval ends within the margin.",
        "Where one value is best (language, indices), nearer to it is better. An excess over the "
        "brand's own posts (copying, repetition) counts where it lies above 0: less is no fault.",
        "The smallest difference seen is 2.8 standard errors: so large a one is found in four of "
        "five comparisons (80 % power).",
        "It is one training of each model: another seed may come out differently.",
    ]


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _voice(comparison: RunComparison, first: str, second: str) -> str:
    row = comparison.row(CLOSENESS)
    brand = comparison.brand
    if row is None:
        reason = comparison.left_out.get(CLOSENESS, "no data")
        return f"there is no verdict on {brand}'s voice ({reason})"
    by = f"{plain(abs(row.difference.value), 2)} (interval {_span(row)})"
    if row.outcome == "better":
        said = f"{first} is nearer to {brand}'s voice than {second} by {by}"
    elif row.outcome == "worse":
        said = f"{first} is further from {brand}'s voice than {second} by {by}"
    elif row.outcome == "no worse":
        said = (
            f"{first} is no further from {brand}'s voice than {second} by more than "
            f"{plain(row.margin)} (difference {difference(row)})"
        )
    else:
        needed = row.briefs_for(row.gain.value)
        more = (
            f"; to show a difference as small as this takes about {needed} briefs"
            if needed and needed > row.gain.n and abs(row.gain.value) >= 0.005
            else ""
        )
        said = (
            f"whether {first} or {second} is nearer to {brand}'s voice is not shown (difference "
            f"{difference(row)}; {plain(row.detectable)} would have been seen{more})"
        )
    index = comparison.row(INDEX)
    if index is not None and index.first is not None and index.first > _CARICATURE:
        said += f", and overshoots into caricature (style index {plain(index.first)})"
    return said


def _sentence(said: str) -> str:
    """With a full stop, and a capital where it does not begin with a name."""
    ours = said.startswith(("the ", "there ", "whether "))
    return (said[:1].upper() + said[1:] if ours else said) + "."


def _not_shown(rows: Sequence[Row], asked: int) -> str:
    titles = listed([TITLES[row.metric].lower() for row in rows])
    needed = [row.briefs_for(row.margin) for row in rows if row.margin]
    known = [n for n in needed if n is not None and n > asked]
    if not known:
        return f"not shown either way: {titles}"
    rounded = max(known)
    return f"not shown either way: {titles} (about {rounded:,} briefs would settle it)"


def _span(row: Row) -> str:
    """The interval of a shown difference, as a size."""
    ends = [abs(end) for end in (row.difference.low, row.difference.high) if end is not None]
    return " to ".join(plain(end, 2) for end in sorted(ends))
