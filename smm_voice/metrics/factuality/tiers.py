"""Further tiers of factuality: models that read a clause beside the lines that may speak of it.

A model of entailment and a language model as judge are handed in by `Reference`, or not: without
them their scores have no value and say how to ask for them. What the checker of typed facts found
stays as it is; the tiers stand beside it, and how far they agree with it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from smm_voice.metrics.base import FactQuestion, Item, Metric, Reference, Score
from smm_voice.metrics.factuality.claim import Checked, Claim
from smm_voice.metrics.factuality.clauses import split
from smm_voice.metrics.factuality.nearest import Lines, without_address
from smm_voice.statistics import bootstrap_jointly
from smm_voice.text import tokens
from smm_voice.text.fold import fold

_VERSION = "1"
# What one text may cost: clauses that are read, and characters of a clause and of its post.
_MOST_CLAUSES = 40
_LONGEST_CLAUSE = 600
_LONGEST_POST = 2000
# Lines for a judge that reads them together; a model of entailment takes them one by one.
_JUDGE_LINES = 8
_LEAST_PROBABILITY = 0.5
_LEAST_CLAUSES = 10
# Right or wrong by themselves: no sentence says anything of them that could follow from a line.
_REFERENCES = frozenset({"url", "handle", "hashtag"})

METRICS = tuple(
    metric
    for tier, reader in (
        ("entailment", "a local model of entailment"), ("judge", "a language model as judge"),
    )
    for metric in (
        Metric(f"factuality/{tier}_contradiction_rate", "post", "lower", (), _VERSION,
               "bootstrap over briefs",
               f"Share of posts that contradict the fact sheet or brief according to {reader}"),
        Metric(f"factuality/{tier}_agreement", "corpus", "higher", (), _VERSION,
               "bootstrap over briefs",
               f"Cohen's kappa of {reader} and the typed-fact check on which clauses are "
               "contradicted, over clauses that the check finds supported or contradicted"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class _Put:
    """A clause, where it stands, and the lines it is held against."""

    clause: str
    start: int
    shown: tuple[str, ...]
    question: FactQuestion


@dataclass(frozen=True)
class _Said:
    """What a tier makes of a clause."""

    verdict: Literal["contradicted", "supported", "unsupported"]
    evidence: str


_NO_LINE = _Said("unsupported", "")


@dataclass(frozen=True)
class _Tier:
    """One of the two: how it is named, asked for and asked."""

    name: Literal["entailment", "judge"]
    key: str
    lines: Callable[[Reference], int]
    model: Callable[[Reference], str | None]
    ask: Callable[[Sequence[_Put], Reference], list[_Said | None]]


def _by_entailment(puts: Sequence[_Put], reference: Reference) -> list[_Said | None]:
    """The line that speaks loudest decides; contradiction has to be louder than entailment."""
    if reference.entail is None or not puts:
        return [None] * len(puts)
    rows = np.asarray(
        reference.entail([(line, p.question.clause) for p in puts for line in p.question.lines]),
        dtype=float,
    )
    said: list[_Said | None] = []
    at = 0
    for put in puts:
        own = rows[at : at + len(put.shown)]
        at += len(put.shown)
        follows, against = own[:, 0], own[:, 2]
        for_it, against_it = int(follows.argmax()), int(against.argmax())
        yes, no = float(follows[for_it]), float(against[against_it])
        if no >= _LEAST_PROBABILITY and no > yes:
            said.append(_Said("contradicted", f"{put.shown[against_it]} (contradiction {no:.2f})"))
        elif yes >= _LEAST_PROBABILITY:
            said.append(_Said("supported", f"{put.shown[for_it]} (entailment {yes:.2f})"))
        else:
            said.append(_Said("unsupported", f"{put.shown[for_it]} (entailment {yes:.2f})"))
    return said


def _by_judge(puts: Sequence[_Put], reference: Reference) -> list[_Said | None]:
    """An accusation, or its opposite, without a line that was given is no answer."""
    if reference.fact_judge is None or not puts:
        return [None] * len(puts)
    said: list[_Said | None] = []
    answers = reference.fact_judge([put.question for put in puts])
    for put, answer in zip(puts, answers, strict=True):
        if answer is None:
            said.append(None)
        elif answer.line is not None and 1 <= answer.line <= len(put.shown):
            line = put.shown[answer.line - 1]
            said.append(_Said(answer.verdict, f"{line} ({answer.reason})"))
        else:
            known = answer.verdict == "unsupported"
            said.append(_Said("unsupported", answer.reason) if known else None)
    return said


_TIERS = (
    _Tier("entailment", "evaluation.entailment=FOLDER", lambda r: r.entail_lines,
          lambda r: (r.entail_name or "a model without a name") if r.entail else None,
          _by_entailment),
    _Tier("judge", "evaluation.fact_judge.url=URL evaluation.fact_judge.model=NAME",
          lambda r: _JUDGE_LINES,
          lambda r: (r.fact_judge_name or "a model without a name") if r.fact_judge else None,
          _by_judge),
)  # fmt: skip


def score(
    items: Sequence[Item], checked: Sequence[Checked], reference: Reference
) -> dict[str, Score]:
    """Rates and agreement of each tier that is at hand; the others say how to ask for them.

    Args:
        items: the texts.
        checked: what the checker of typed facts made of each.
        reference: sheet and models.
    """
    scores: dict[str, Score] = {}
    for tier in _TIERS:
        rate, agreement = f"factuality/{tier.name}_contradiction_rate", f"{tier.name}_agreement"
        model = tier.model(reference)
        if model is None:
            off = Score(None, warnings=(f"not asked for; say {tier.key}",))
            scores |= {rate: off, f"factuality/{agreement}": off}
            continue
        puts, unread = [], 0
        for item in items:
            of_item, left = _puts(item, reference, tier.lines(reference))
            puts.append(of_item)
            unread += left
        said = _ask(tier, puts, reference)
        asked = [each for of_text in said for each in of_text.values() if each is not _NO_LINE]
        warnings = [f"judge of facts: {model}"]
        if None in asked:
            warnings.append(
                f"{asked.count(None)} of {len(asked)} clauses were not judged: no usable answer"
            )
        if unread:
            warnings.append(f"{unread} clauses past the first {_MOST_CLAUSES} of a post not read")
        scores[rate] = _rate(said, bool(asked), reference, warnings)
        table = np.array(
            [_table(p, s, c) for p, s, c in zip(puts, said, checked, strict=True)], dtype=float
        ).reshape(-1, 4)
        scores[f"factuality/{agreement}"] = _agreement(table, reference, warnings[:1])
    return scores


def claims(item: Item, checked: Checked, reference: Reference) -> list[Claim]:
    """What the tiers at hand make of each clause that any line may speak of.

    A clause that was not judged has no claim. Where a tier accuses what the checker of typed facts
    supports, the evidence holds both lines.
    """
    found = []
    for tier in _TIERS:
        if tier.model(reference) is None:
            continue
        puts, _ = _puts(item, reference, tier.lines(reference))
        (said,) = _ask(tier, [puts], reference)
        for put in puts:
            each = said[put.start]
            if each is None or not put.shown:
                continue
            evidence = each.evidence
            other = [c.evidence for c in _typed(put, checked) if c.verdict == "supported"]
            if each.verdict == "contradicted" and other:
                evidence += f"; typed check: supported by {other[0]}"
            found.append(
                Claim(each.verdict, put.clause, evidence, None, start=put.start, tier=tier.name)
            )
    return found


def _puts(item: Item, reference: Reference, most: int) -> tuple[list[_Put], int]:
    """The clauses of a text with their lines, and how many clauses were left out."""
    sheet = reference.sheet
    lines: Lines = reference.remember(
        f"factuality/lines/{id(sheet)}", lambda: Lines(sheet, reference.language)
    )
    mentions = sheet.mentions(fold(item.text))
    brand = {sheet.brand} if sheet.brand else set()
    subjects = {mention.subject for mention in mentions} | brand
    day = item.when.date().isoformat() if item.when else None
    clauses = [clause for clause in split(item.text) if tokens.words(clause.text)]
    puts: list[_Put] = []
    for clause in clauses[:_MOST_CLAUSES]:
        cut = clause.text[:_LONGEST_CLAUSE]
        end = clause.start + len(cut)
        named = {m.subject for m in mentions if clause.start <= m.start < end}
        shown = lines.nearest(cut, subjects, named, item, most)
        known = tuple(map(without_address, shown))
        question = FactQuestion(cut, item.text[:_LONGEST_POST], day, known)
        puts.append(_Put(cut, clause.start, shown, question))
    return puts, max(0, len(clauses) - _MOST_CLAUSES)


def _ask(
    tier: _Tier, puts: Sequence[Sequence[_Put]], reference: Reference
) -> list[Mapping[int, _Said | None]]:
    """For each text: start of a clause → what is said of it. All are asked at once."""
    asked = [(text, put) for text, of_text in enumerate(puts) for put in of_text if put.shown]
    found: list[dict[int, _Said | None]] = [{p.start: _NO_LINE for p in each} for each in puts]
    answers = tier.ask([put for _, put in asked], reference)
    for (text, put), answer in zip(asked, answers, strict=True):
        found[text][put.start] = answer
    return list(found)


def _rate(
    said: Sequence[Mapping[int, _Said | None]],
    asked: bool,
    reference: Reference,
    warnings: Sequence[str],
) -> Score:
    """Share of accused texts; a text whose clauses all went without an answer has no value."""
    if not asked:
        return Score(None, n=len(said), warnings=(*warnings, "no line speaks of any clause"))
    values: list[float | None] = []
    for of_text in said:
        answers = [each for each in of_text.values() if each is not _NO_LINE]
        known_ones = [each for each in answers if each is not None]
        accused_one = any(each.verdict == "contradicted" for each in known_ones)
        values.append(None if answers and not known_ones else float(accused_one))
    known = np.array([value is not None for value in values], dtype=float)
    accused = np.array([value or 0.0 for value in values])
    if not known.any():
        return Score(None, n=len(said), warnings=tuple(warnings))

    def ratio(drawn: npt.NDArray[np.int64]) -> float:
        total = known[drawn].sum()
        return float(accused[drawn].sum() / total) if total else float("nan")

    interval = _interval(ratio, len(said), reference)
    return Score(
        float(accused.sum() / known.sum()), *interval, int(known.sum()), tuple(values),
        tuple(warnings),
    )  # fmt: skip


def _typed(put: _Put, checked: Checked) -> list[Claim]:
    """What the checker of typed facts claims of a clause, links and names of accounts left out."""
    end = put.start + len(put.clause)
    return [
        c
        for c in checked.claims
        if c.tier == "typed"
        and c.span != tokens.LINK
        and (c.fact is None or c.fact.kind not in _REFERENCES)
        and (put.start <= c.start < end if c.start >= 0 else c.span in put.clause)
    ]


def _table(
    puts: Sequence[_Put], said: Mapping[int, _Said | None], checked: Checked
) -> tuple[int, int, int, int]:
    """Clauses that both accuse, the typed check alone, the tier alone, neither.

    Of stale and forbidden claims a tier has no notion, and where nothing supports or contradicts a
    fact the typed check has none: such clauses count nowhere.
    """
    counts = [0, 0, 0, 0]
    for put in puts:
        answer = said[put.start]
        verdicts = {claim.verdict for claim in _typed(put, checked)}
        if answer is None or not verdicts & {"supported", "contradicted"}:
            continue
        counts[2 * ("contradicted" not in verdicts) + (answer.verdict != "contradicted")] += 1
    return counts[0], counts[1], counts[2], counts[3]


def _agreement(
    table: npt.NDArray[np.float64], reference: Reference, warnings: Sequence[str]
) -> Score:
    """Cohen's kappa (Cohen 1960) of the summed table, drawn again by texts; one row a text."""
    clauses = int(table.sum())
    if clauses < _LEAST_CLAUSES:
        reason = f"{clauses} clauses that both could judge; agreement needs {_LEAST_CLAUSES}"
        return Score(None, n=clauses, warnings=(*warnings, reason))
    whole = table.sum(axis=0)
    same = f"same verdict on {(whole[0] + whole[3]) / clauses:.2f} of {clauses} clauses"
    value = _kappa(whole)
    if not np.isfinite(value):
        reason = "kappa is undefined: both say the same of every clause"
        return Score(None, n=clauses, warnings=(*warnings, same, reason))
    interval = _interval(lambda drawn: _kappa(table[drawn].sum(axis=0)), len(table), reference)
    return Score(value, *interval, clauses, (), (*warnings, same))


def _kappa(counts: npt.NDArray[np.float64]) -> float:
    """Of (both, first alone, second alone, neither); nan where chance alone explains all."""
    n = counts.sum()
    first, second = counts[0] + counts[1], counts[0] + counts[2]
    chance = first * second + (n - first) * (n - second)
    if not n or chance == n * n:
        return float("nan")
    return float((n * (counts[0] + counts[3]) - chance) / (n * n - chance))


def _interval(
    statistic: Callable[[npt.NDArray[np.int64]], float], n: int, reference: Reference
) -> tuple[float | None, float | None]:
    interval = bootstrap_jointly(
        statistic, n, reference.confidence, reference.resamples, reference.seed
    )
    return interval.low, interval.high
