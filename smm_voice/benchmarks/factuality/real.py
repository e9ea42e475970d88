"""Real posts: errors put into those that the sample brand's sheet was read from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import regex
import yaml

from smm_voice.benchmarks.factuality import inject
from smm_voice.benchmarks.factuality.authored import Altered
from smm_voice.benchmarks.factuality.outcome import ACCUSED, FLAGGED, Checker, verdict
from smm_voice.benchmarks.factuality.shares import Share, row, share
from smm_voice.benchmarks.table import Row
from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.metrics.factuality.sheet import load_sheet
from smm_voice.posts.cleaning import clean_text
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post
from smm_voice.text.facts import TypedFact, extract

BRAND, LANGUAGE = "acme", "en"
# The first rows are of all types together.
TOTALS = 4
TYPES = ("number", "money", "percent", "quantity", "unit", "date", "time", "url", "handle",
         "hashtag", "negation", "stale")  # fmt: skip
_COUNTS = ("number", "quantity", "ordinal")
# How long after its last day a fact is stated as if it still held.
_LATE = timedelta(days=30)


@dataclass(frozen=True)
class Stated:
    """A fact of the sheet in the post that it was read from.

    Attributes:
        text: the post.
        when: its time.
        line: the fact, as it stands in the sheet's file.
        again: facts of the same subject and attribute, this one left out.
        found: the words of the post that state it.
    """

    text: str
    when: datetime
    line: Mapping[str, Any]
    again: tuple[Mapping[str, Any], ...]
    found: TypedFact


@dataclass(frozen=True)
class RealError:
    """An error in a real post, and the verdict on it."""

    type: str
    verdict: str


@dataclass(frozen=True)
class Found:
    """What came of it.

    Attributes:
        lines: facts in the sheet.
        stated: of these, the ones whose value could be found in their own post.
        supported: of those, the ones that are not flagged there.
        errors: every error that could be put in.
    """

    lines: int
    stated: int
    supported: int
    errors: tuple[RealError, ...]


def injected(repository: Path, checker: Checker) -> Found:
    """Put every error into every source post that takes it, and check: the sheet alone, no brief.

    Whether a value is found in its post is decided by the extractor: errors in facts that it does
    not see are not among these. `lines` and `stated` say how many that are.
    """
    path = repository / "data" / "raw" / BRAND / "facts.yaml"
    sheet = load_sheet(path, LANGUAGE)
    lines, cases = source_posts(repository, yaml.safe_load(path.read_text(encoding="utf-8")))
    supported, errors = 0, []
    for case in cases:
        before = checker(case.text, None, sheet, LANGUAGE, case.when)
        at = Altered(case.text, case.found.start, case.found.end, case.when)
        supported += verdict("number", before, before, at) not in FLAGGED
        for kind, wrong in errors_in(case):
            after = checker(wrong.text, None, sheet, LANGUAGE, wrong.when)
            errors.append(RealError(kind, verdict(kind, before, after, wrong)))
    return Found(lines, len(cases), supported, tuple(errors))


def source_posts(repository: Path, sheet: Mapping[str, Any]) -> tuple[int, list[Stated]]:
    """How many facts the sheet holds, and those whose value is found in the post they came from."""
    posts = _posts(repository)
    lines, cases = 0, []
    for subject in sheet["subjects"]:
        for number, line in enumerate(subject.get("facts") or ()):
            lines += 1
            post = posts.get(str(line.get("source", "")).rstrip("/").rpartition("/")[2])
            found = value_in(post.text, line, post.created_at) if post else None
            if post and found:
                again = tuple(
                    other for at, other in enumerate(subject["facts"])
                    if at != number and other["attribute"] == line["attribute"]
                )  # fmt: skip
                cases.append(Stated(post.text, post.created_at, line, again, found))
    return lines, cases


def value_in(text: str, line: Mapping[str, Any], when: datetime | None) -> TypedFact | None:
    """The first typed fact of a text that is the value of a line of the sheet."""
    values = line["value"] if isinstance(line["value"], list) else [line["value"]]
    unit = str(line.get("unit") or line.get("currency") or "")
    wanted = [fact for value in values for fact in extract(_written(value, unit), LANGUAGE, when)]
    said = extract(text, LANGUAGE, when)
    return next((fact for fact in said if any(_same(fact, other) for other in wanted)), None)


def errors_in(case: Stated) -> Iterator[tuple[str, Altered]]:
    """Every error that can be put into a post: its type, and the post with it."""
    text, fact = case.text, case.found
    before = text[: fact.start]
    for kind, injector in inject.INJECTORS.get(fact.kind, ()):
        span, start = fact.span, fact.start
        if kind == "unit" and injector(span, before) is None:
            # The extractor may take a unit that it does not know for a word beside the number.
            following = regex.match(r"[\s-]*\p{L}+", text[fact.end :])
            span += following.group() if following else ""
        new = injector(span, before)
        if new is not None and new != span:
            yield (
                kind,
                Altered(
                    text[:start] + new + text[start + len(span) :],
                    start,
                    start + len(new),
                    case.when,
                ),
            )
    negated = inject.negated(text, fact.start)
    if negated:
        yield "negation", Altered(negated[0], negated[1], negated[1] + len(" not"), case.when)
    last = case.line.get("valid_to")
    if isinstance(last, date):
        late = datetime(last.year, last.month, last.day, 12, tzinfo=UTC) + _LATE
        if not fact.relative and not any(_holds_again(o, case.line, late) for o in case.again):
            yield "stale", Altered(text, fact.start, fact.end, late)


def rows(found: Found) -> list[Row]:
    """Totals and types."""
    whole = "sample brand, errors put into the posts that the sheet was read from"
    listed = [
        row("sample brand: facts found in the posts that they were read from",
            Share(found.stated, found.lines), "real_found"),
        row("sample brand: of these, not flagged there", Share(found.supported, found.stated),
            "real_supported"),
        row(f"{whole}: flagged", share(e.verdict in FLAGGED for e in found.errors), "real_recall"),
        row(f"{whole}: accused", share(e.verdict in ACCUSED for e in found.errors),
            "real_accused"),
    ]  # fmt: skip
    for kind in TYPES:
        some = [e.verdict for e in found.errors if e.type == kind]
        listed += [
            row(f"{whole}, {kind}: flagged", share(v in FLAGGED for v in some),
                f"real_recall_{kind}"),
            row(f"{whole}, {kind}: accused", share(v in ACCUSED for v in some),
                f"real_accused_{kind}"),
        ]  # fmt: skip
    return listed


def matrix(errors: Sequence[RealError]) -> list[str]:
    """Every type: flagged and accused."""
    lines = ["| error | flagged | accused |", "|---|---|---|"]
    for kind in TYPES:
        some = [e.verdict for e in errors if e.type == kind]
        flagged, accused = (share(v in group for v in some) for group in (FLAGGED, ACCUSED))
        lines.append(f"| {kind} | {flagged.cell} | {accused.cell} |")
    return lines


def _posts(repository: Path) -> dict[str, Post]:
    """Id → post, cleaned as for a dataset; replies, too, since facts were read in some."""
    brand = BrandConfig(name=BRAND, languages=[LANGUAGE], platforms=["x"],
                        sources=[SourceConfig(path=f"data/raw/{BRAND}")])  # fmt: skip
    return {
        each.id: dataclasses.replace(each, text=clean_text(each.text, "x"))
        for each in Ingest(brand, repository)
        if isinstance(each, Post)
    }


def _written(value: Any, unit: str) -> str:
    """A value of the sheet as a post would state it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = format(value, "f").rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f"{number} {unit}".strip()


def _same(said: TypedFact, wanted: TypedFact) -> bool:
    if said.kind == wanted.kind == "date":
        return said.value.endswith(wanted.value) or wanted.value.endswith(said.value)
    if said.kind == "date" and wanted.kind in _COUNTS:
        return said.value.startswith(f"{wanted.value}-")
    if said.value != wanted.value:
        return False
    if said.kind in _COUNTS and wanted.kind in _COUNTS:
        # A unit that the extractor does not know is none.
        return said.unit == wanted.unit or not said.unit or not wanted.unit
    return said.kind == wanted.kind and said.unit == wanted.unit


def _holds_again(other: Mapping[str, Any], line: Mapping[str, Any], when: datetime) -> bool:
    """Whether the same value holds on that day by another line."""
    first, last = other.get("valid_from"), other.get("valid_to")
    return other["value"] == line["value"] and (
        (first is None or first <= when.date()) and (last is None or when.date() <= last)
    )
