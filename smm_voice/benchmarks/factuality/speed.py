"""What checking costs: seconds for many posts, for large sheets, and for posts out of all measure.

The posts are real ones, multiplied with edits as for `bench=dataset`; the sheet is made for them:
its subjects are words that they are full of, its values numbers that stand in them, so that there
is something to compare in most posts.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import regex

from smm_voice import metrics
from smm_voice.benchmarks.dataset import multiplied, real_posts
from smm_voice.benchmarks.factuality.outcome import Checker
from smm_voice.benchmarks.metrics.speed import seconds
from smm_voice.benchmarks.table import Level, Row
from smm_voice.dataset import briefs
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet
from smm_voice.posts.post import Post

LANGUAGE = "en"
_POSTS, _FACTS = 1000, 500
_RESAMPLES = 2000
_WARM = 200
_FACTS_A_SUBJECT = 5
_DIGITS, _WORDS = 100_000, 100_000
# Plain letters: a sheet takes two names that differ by an accent for one.
_PROPER = regex.compile(r"(?<![#@\w])[A-Z][A-Za-z]{3,}(?!\w)")
_NUMBER = regex.compile(r"(?<![\w.,])\d{1,6}(?![\w.,])")
_ATTRIBUTES = (("members", "", 1), ("distance", "miles", 1), ("share", "percent", 1),
               ("price", "USD", 1), ("opening", "", 0))  # fmt: skip


def rows(
    repository: Path, sizes: Sequence[int], sheets: Sequence[int], repeats: int, checker: Checker
) -> list[Row]:
    """Everything that is measured in seconds.

    Args:
        repository: where `data/raw` lies.
        sizes: numbers of posts for the growth, at least two.
        sheets: numbers of facts of the sheets that are loaded.
        repeats: runs a figure.
        checker: of facts.
    """
    real, times = real_posts(repository), range(repeats)
    sheet = loaded(real, _FACTS)
    items = _items(real, _WARM + _POSTS + sum(sizes))
    _check(items[:_WARM], sheet, checker)
    thousand, rest = items[_WARM : _WARM + _POSTS], items[_WARM + _POSTS :]
    family = metrics.FAMILIES["factuality"]
    growth = tuple(growth_exponent(_by_size(rest, sizes, sheet, checker)) for _ in times)
    listed = [
        Row(f"{_POSTS:,} posts with briefs against {_FACTS} facts, all scores, seconds",
            tuple(seconds(lambda: family.score(thousand, _reference(sheet))) for _ in times),
            Level(most=10), "factuality/seconds_1000_posts"),
        Row("the same, checking alone, seconds",
            tuple(_seconds(thousand, sheet, checker) for _ in times), Level(most=10),
            "factuality/check_seconds_1000_posts"),
        Row("growth exponent over " + ", ".join(f"{size:,}" for size in sizes) + " posts", growth,
            Level(most=1.15), "factuality/growth_exponent", "1 is linear"),
    ]  # fmt: skip
    for count in sheets:
        took = tuple(load_seconds(real, count) for _ in times)
        listed.append(Row(f"loading a sheet of {count:,} facts, seconds", took,
                          figure=f"factuality/load_seconds_{count}"))  # fmt: skip
    for name, text in monsters(real).items():
        took = tuple(_seconds([Item("1", text)], sheet, checker) for _ in times)
        listed.append(Row(f"a post of {name.replace('_', ' ')}, seconds", took,
                          figure=f"factuality/seconds_{name}"))  # fmt: skip
    return listed


def growth_exponent(by_size: dict[int, float]) -> float:
    """Slope of log seconds over log posts by least squares: 1 is linear."""
    sizes = np.log(list(by_size))
    return float(np.polyfit(sizes, np.log(list(by_size.values())), 1)[0])


def monsters(real: Sequence[str]) -> dict[str, str]:
    """Name → a post that nobody would write."""
    words = " ".join(real).split()
    many = (words * (_WORDS // len(words) + 1))[:_WORDS]
    return {f"{_DIGITS}_digits": "9" * _DIGITS, f"{_WORDS}_words": " ".join(many)}


def loaded(real: Sequence[str], facts: int) -> FactSheet:
    """The sheet that is made for these posts, read from a file as any other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.yaml"
        path.write_text(sheet_text(real, facts), encoding="utf-8")
        return load_sheet(path, LANGUAGE)


def load_seconds(real: Sequence[str], facts: int) -> float:
    """Reading and checking the file of such a sheet; making it is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.yaml"
        path.write_text(sheet_text(real, facts), encoding="utf-8")
        return seconds(lambda: load_sheet(path, LANGUAGE))


def sheet_text(real: Sequence[str], facts: int, seed: int = 1) -> str:
    """YAML of a sheet: as many facts, five a subject, always the same for the same arguments."""
    chance = random.Random(seed)  # noqa: S311
    often = Counter(_PROPER.findall("\n".join(real)))
    # A sheet names a subject in whatever case.
    first: dict[str, str] = {}
    for name, _ in often.most_common():
        first.setdefault(name.casefold(), name)
    names = list(first.values())
    numbers = [int(number) for number in _NUMBER.findall("\n".join(real))]
    lines = ["version: 1", "subjects:"]
    for fact in range(facts):
        subject, place = divmod(fact, _FACTS_A_SUBJECT)
        if place == 0:
            name = names[subject] if subject < len(names) else f"Subject {subject}"
            lines += [f"- id: s{subject}", f"  name: {json.dumps(name)}", "  facts:"]
        lines += _lines(chance, *_ATTRIBUTES[place], numbers)
    return "\n".join(lines) + "\n"


def _lines(
    chance: random.Random, attribute: str, unit: str, number: int, numbers: Sequence[int]
) -> list[str]:
    day = date(2010, 1, 1) + timedelta(days=chance.randrange(3000))
    lines = [f"  - attribute: {attribute}",
             f"    value: {chance.choice(numbers) if number else day.isoformat()}"]  # fmt: skip
    if unit:
        lines.append(f"    {'currency' if unit == 'USD' else 'unit'}: {unit}")
    if chance.random() < 1 / 3:
        lines.append(f"    valid_to: {(day + timedelta(days=700)).isoformat()}")
    if chance.random() < 1 / 2:
        lines.append(f"    keywords: [{attribute}]")
    return lines


def _items(real: Sequence[str], count: int) -> list[Item]:
    """Posts that all differ, with the briefs derived from them."""
    items = []
    for made in multiplied(real, count):
        row = cast("dict[str, Any]", made)
        when = datetime.fromisoformat(row["created_at"])
        post = Post(row["id"], row["text"], "x", when, "made", language=LANGUAGE)
        items.append(Item(row["id"], row["text"], briefs.render(briefs.derive(post)), when))
    return items


def _by_size(
    items: Sequence[Item], sizes: Sequence[int], sheet: FactSheet, checker: Checker
) -> dict[int, float]:
    """Seconds a number of posts; no post is checked twice, so that no cache knows it.

    Of the processor, not of the clock: others may be at work, and a slope has to be exact.
    """
    took, start = {}, 0
    for size in sizes:
        began = time.process_time()
        _check(items[start : start + size], sheet, checker)
        took[size] = time.process_time() - began
        start += size
    return took


def _seconds(items: Sequence[Item], sheet: FactSheet, checker: Checker) -> float:
    return seconds(lambda: _check(items, sheet, checker))


def _check(items: Sequence[Item], sheet: FactSheet, checker: Checker) -> None:
    for item in items:
        checker(item.text, item.brief, sheet, LANGUAGE, item.when)


def _reference(sheet: FactSheet) -> Reference:
    """What this family asks of a reference: the sheet, and how to draw intervals."""
    return Reference(
        language=LANGUAGE, human=(), floor=(), training=(), profile=cast("Any", None),
        sheet=sheet, resamples=_RESAMPLES,
    )  # fmt: skip
