"""Authored sets: what share of the errors is found, and how many faithful posts are accused.

Which claims count as found is said in `outcome.verdict`. Flagged is any verdict but `supported`;
accused is one that names a line of evidence (contradicted, stale, forbidden, a missing mention).

The headline `factuality/false_positive_rate` is the largest of four shares of the held-out set,
texts and paraphrases together: in each language the share of claims in faithful posts that are
flagged, and the share of faithful posts with anything accused in them. A text and its paraphrase
state the same, so that the intervals of these shares are narrower than they should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from smm_voice.benchmarks.factuality.authored import LANGUAGES, RELATION, TYPED, WORDED
from smm_voice.benchmarks.factuality.outcome import (
    ACCUSED,
    FLAGGED,
    MISSED,
    Examined,
    Faithful,
    Tried,
)
from smm_voice.benchmarks.factuality.shares import Share, row, share
from smm_voice.benchmarks.table import Level, Row

RECALL = Level(least=0.95)
FALSE_POSITIVES = Level(most=0.05)
HELD_OUT = ""
DEVELOPMENT = "development_"
_NAMES = {"en": "English", "fr": "French"}


def headline(examined: Examined, prefix: str, title: str) -> list[Row]:
    """Totals of one set: recall, false positives, stability, relational errors.

    Args:
        examined: the set.
        prefix: of the figures; empty for the held-out set, whose figures are the project's.
        title: of the set, in words.
    """
    level = (RECALL, FALSE_POSITIVES) if prefix == HELD_OUT else (Level(), Level())
    rows = []
    for language in LANGUAGES:
        typed = [t for t in examined.tried if t.language == language and t.type in TYPED]
        name = f"{title}, {_NAMES[language]}"
        rows += [
            row(f"{name}: typed errors flagged", flagged(typed), f"{prefix}recall_{language}",
                level[0]),
            row(f"{name}: values and addresses alone (no names, no denials) flagged",
                flagged(t for t in typed if t.type not in WORDED), f"{prefix}values_{language}"),
            row(f"{name}: typed errors accused, with a line of evidence", accused(typed),
                f"{prefix}accused_{language}"),
            row(f"{name}: typed errors flagged in the paraphrase", flagged(typed, _paraphrase),
                f"{prefix}paraphrase_recall_{language}"),
            *_false_positives(examined, prefix, name, language, level[1]),
            *_stability(examined, prefix, name, language),
        ]  # fmt: skip
    rates = [r.measured for r in rows if r.figure and "false_positive" in r.figure]
    known = [rate for rate in rates if rate is not None]
    rows.append(Row(
        f"{title}: the largest of these shares of false positives",
        (max(known),) if known else (), level[1], f"factuality/{prefix}false_positive_rate",
    ))  # fmt: skip
    for who, of in (("", LANGUAGES), *((f"_{language}", (language,)) for language in LANGUAGES)):
        missed = share(
            t.text == MISSED for t in examined.tried if t.type == RELATION and t.language in of
        )
        where = _NAMES[of[0]] if len(of) == 1 else "both languages"
        rows.append(row(f"{title}, {where}: true facts wrongly joined, missed", missed,
                        f"{prefix}relation_missed{who}"))  # fmt: skip
    return rows


def by_type(examined: Examined, prefix: str) -> list[Row]:
    """Figures of every type and language."""
    rows = []
    for kind in (*TYPED, RELATION):
        for language in LANGUAGES:
            some = _of(examined, kind, language)
            where = f"{kind}_{language}"
            rows += [
                row(f"{kind}, {language}: flagged", flagged(some), f"{prefix}recall_{where}"),
                row(f"{kind}, {language}: accused", accused(some), f"{prefix}accused_{where}"),
                row(f"{kind}, {language}: flagged in the paraphrase", flagged(some, _paraphrase),
                    f"{prefix}paraphrase_recall_{where}"),
            ]  # fmt: skip
    return rows


def matrix(examined: Examined) -> list[str]:
    """Every type: flagged and accused in the text, flagged in the paraphrase, by language."""
    head = " | ".join(
        f"{language}: flagged | accused | flagged in the paraphrase" for language in LANGUAGES
    )
    lines = [f"| error | {head} |", "|" + "---|" * (1 + 3 * len(LANGUAGES))]
    for kind in (*TYPED, RELATION):
        cells = []
        for language in LANGUAGES:
            some = _of(examined, kind, language)
            cells += [flagged(some).cell, accused(some).cell, flagged(some, _paraphrase).cell]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def flagged(tried: Iterable[Tried], version: Callable[[Tried], str] | None = None) -> Share:
    """Of the errors, those that any verdict but `supported` fell on."""
    return share((version or _text)(each) in FLAGGED for each in tried)


def accused(tried: Iterable[Tried]) -> Share:
    """Of the errors, those that are said to be wrong by a line of evidence."""
    return share(each.text in ACCUSED for each in tried)


def _text(tried: Tried) -> str:
    return tried.text


def _paraphrase(tried: Tried) -> str:
    return tried.paraphrase


def _of(examined: Examined, kind: str, language: str) -> list[Tried]:
    return [t for t in examined.tried if t.type == kind and t.language == language]


def _pairs(examined: Examined, language: str) -> list[tuple[Faithful, Faithful]]:
    return [pair for pair in examined.faithful if pair[0].language == language]


def _false_positives(
    examined: Examined, prefix: str, name: str, language: str, level: Level
) -> list[Row]:
    texts = [each for pair in _pairs(examined, language) for each in pair]
    claims = share(verdict != "supported" for each in texts for verdict in each.claims)
    posts = share(each.accused for each in texts)
    return [
        row(f"{name}: claims of faithful posts flagged", claims,
            f"{prefix}false_positive_claims_{language}", level),
        row(f"{name}: faithful posts accused", posts,
            f"{prefix}false_positive_posts_{language}", level),
    ]  # fmt: skip


def _stability(examined: Examined, prefix: str, name: str, language: str) -> list[Row]:
    errors = [t for t in examined.tried if t.language == language]
    pairs = _pairs(examined, language)
    return [
        row(f"{name}: errors with the same verdict in the paraphrase",
            share(t.text == t.paraphrase for t in errors), f"{prefix}stability_{language}"),
        row(f"{name}: faithful posts with the same facts and verdicts in the paraphrase",
            share(first.stated == second.stated for first, second in pairs),
            f"{prefix}stability_faithful_{language}"),
        row(f"{name}: facts in both versions, with the same verdict", share(_shared(pairs)),
            f"{prefix}stability_facts_{language}"),
    ]  # fmt: skip


def _shared(pairs: Sequence[tuple[Faithful, Faithful]]) -> Iterable[bool]:
    """Facts that both versions state: whether they are judged alike."""
    for first, second in pairs:
        for key in first.stated.keys() & second.stated.keys():
            yield first.stated[key] == second.stated[key]
