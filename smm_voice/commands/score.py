"""`scripts/score.py`: score any texts with the brand's metrics, without a model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from smm_voice import metrics
from smm_voice.commands.console import say
from smm_voice.commands.output import write_json
from smm_voice.config import ScoreConfig, Workspace
from smm_voice.dataset.build import build
from smm_voice.errors import InputError
from smm_voice.evaluation.reference import build_reference
from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.metrics.voice.family import explain
from smm_voice.report.render import cell
from smm_voice.report.words import explained

_MOST_SHOWN = 10


def score(config: ScoreConfig) -> int:
    """Score the texts, print a table, write `output` where it is given."""
    workspace = Workspace.of(config)
    # Facts that change are judged as of today.
    now = datetime.now(UTC)
    items = [dataclasses.replace(i, when=now) for i in read_texts(Path(config.texts))]
    dataset = build(config.brand, config.references, config.dataset, workspace)
    reference = build_reference(dataset, config.brand, config.evaluation, workspace.repository)
    scores = metrics.score(items, reference)
    result = as_json(config.brand.name, items, scores, reference)
    if config.output:
        write_json(Path(config.output), result)
    _show(
        result, scores, explained(config.brand.title, scores, explain(items, reference), len(items))
    )
    return 0


def read_texts(path: Path) -> list[Item]:
    """Texts to score: `{"text": …, "brief"?: …, "id"?: …}` a line.

    Raises:
        InputError: the file is missing, or lines are wrong; all of them are listed.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"texts={path} cannot be read: {error}") from error
    items, wrong = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            wrong.append(f"line {number} is no JSON")
            continue
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            wrong.append(f"line {number} has no text")
            continue
        brief = row.get("brief")
        name = number if row.get("id") is None else row["id"]
        items.append(Item(str(name), row["text"], str(brief) if brief else None))
    if wrong:
        shown = "; ".join(wrong[:_MOST_SHOWN])
        more = f" and {len(wrong) - _MOST_SHOWN} more" if len(wrong) > _MOST_SHOWN else ""
        raise InputError(f"texts={path}: {shown}{more}")
    if not items:
        raise InputError(f"texts={path} holds no text")
    return items


def as_json(
    brand: str, items: Sequence[Item], scores: Mapping[str, Score], reference: Reference
) -> dict[str, Any]:
    """The result file's content."""
    texts = [
        {
            "id": item.id,
            "text": item.text,
            "scores": {name: score.per_item[i] for name, score in scores.items() if score.per_item},
            "findings": [
                {"kind": f.kind, "span": f.span, "evidence": f.evidence}
                for f in metrics.findings(item, reference)
            ],
        }
        for i, item in enumerate(items)
    ]
    warnings = sorted({f"{n}: {w}" for n, score in scores.items() for w in score.warnings})
    return {
        "brand": brand,
        "n": len(items),
        "scores": {name: score.as_json() for name, score in scores.items()},
        "texts": texts,
        "warnings": warnings,
    }


def _show(result: dict[str, Any], scores: Mapping[str, Score], words: Sequence[str]) -> None:
    for line in words:
        say(line)
    say(f"\nAll scores of {result['n']} texts for {result['brand']}:")
    for name, metric in metrics.METRICS.items():
        say(f"  {name:<34}{cell(scores[name]):<28}{metric.explanation}")
    flagged = [text for text in result["texts"] if text["findings"]]
    for text in flagged[:_MOST_SHOWN]:
        say(f"\n{text['id']}: {text['text']}")
        for f in text["findings"]:
            say(f"    {f['kind']}: {f['span']}" + (f" ({f['evidence']})" if f["evidence"] else ""))
    for warning in result["warnings"]:
        say(f"! {warning}")
