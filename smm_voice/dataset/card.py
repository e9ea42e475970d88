"""The dataset card: the account of every post, for programs and for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from smm_voice.config import BrandConfig, DatasetConfig
from smm_voice.dataset.collect import Collected, Parted
from smm_voice.posts.reasons import REASONS
from smm_voice.text.templates import template

_TEMPLATE = Path(__file__).with_name("card.html.jinja")

Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]


def card(
    brand: BrandConfig,
    config: DatasetConfig,
    fingerprint: str,
    collected: Collected,
    parted: Parted,
    references: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """The content of `card.json`."""
    rows = np.concatenate(list(parted.rows.values()))
    kept = collected.columns[rows]
    privacy: Counter[str] = Counter()
    for row in rows if collected.masked else ():
        privacy.update(collected.masked.get(int(row), {}))
    return {
        "fingerprint": fingerprint,
        "brand": brand.name,
        "title": brand.title,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "read": collected.read,
        "kept": len(rows),
        "dropped": dict(collected.dropped.most_common()),
        "splits": parted.counts,
        "privacy": dict(privacy.most_common()),
        "privacy_rules": {k: v for k, v in vars(config.privacy).items() if v != "mask"},
        "sources": collected.sources,
        "periods": {
            split: [_day(collected.columns["time"][of_split].min()),
                    _day(collected.columns["time"][of_split].max())]
            for split, of_split in parted.rows.items() if len(of_split)
        },
        "test_from": _test_from(collected, parted),
        "months": _months(collected, parted),
        "platforms": _counts(kept["platform"]),
        "provenance": _counts(kept["provenance"]),
        "characters": _quantiles(kept["characters"]),
        "emoji": {
            "posts": int((kept["emoji"] > 0).sum()),
            "mean": round(float(kept["emoji"].mean()), 3),
        },
        "time_zone_unknown": int((~kept["zone_known"]).sum()),
        "styled_letters": int(kept["styled"].sum()),
        "engagement_known": int((~np.isnan(kept["engagement"])).sum()),
        "briefs": {
            "writer": config.briefs,
            "topics_by_model": collected.named,
            "terse": int(kept["terse"].sum()),
            "overlap_mean": round(float(kept["overlap"].mean()), 4),
            "overlap_largest": round(float(kept["overlap"].max()), 4),
            "overlap_limit": config.maximum_overlap,
        },
        "weighting": {
            "recency_half_life_days": config.recency_half_life_days,
            "engagement_weight": config.engagement_weight,
        },
        "references": {name: dict(told) for name, told in references.items()},
    }  # fmt: skip


def in_words(reason: str) -> str:
    """A reason for a person."""
    return REASONS.get(reason, reason.replace("_", " "))


def tables(card: Mapping[str, Any]) -> list[Table]:
    """The card as headed tables: title, column names, rows."""
    splits: dict[str, int] = next(iter(card["splits"].values()), {})
    briefs = card["briefs"]
    found: list[Table] = [
        ("Left out", ("reason", "posts", "which means"),
         [(reason, n, in_words(reason)) for reason, n in card["dropped"].items()]),
        ("Splits, ordered in time", ("language", *splits),
         [(language, *counts.values()) for language, counts in card["splits"].items()]),
        ("Periods", ("split", "from", "to"), [(s, *days) for s, days in card["periods"].items()]),
        ("Personal data masked in the posts kept", ("kind", "times"),
         list(card["privacy"].items()) or [("none found", "-")]),
        ("Platforms", ("platform", "posts"), list(card["platforms"].items())),
        ("Who wrote them", ("provenance", "posts"), list(card["provenance"].items())),
        ("The posts", ("", ""), [
            ("characters: 5 %, median, 95 %", " · ".join(map(str, card["characters"]))),
            ("posts with emoji", card["emoji"]["posts"]),
            ("posts in styled letters", card["styled_letters"]),
            ("posts whose time zone the export does not name", card["time_zone_unknown"]),
            ("posts with known engagement", card["engagement_known"]),
        ]),
        ("Briefs", ("", ""), [
            ("topics named by a model", briefs["topics_by_model"]),
            ("terse ones", briefs["terse"]),
            ("share of a post's word 3-grams in its brief: mean, largest, limit",
             " · ".join(str(briefs[f"overlap_{k}"]) for k in ("mean", "largest", "limit"))),
        ]),
        ("Sources", ("file", "format", "rows", "posts", "licence"),
         [(s["path"], s["format"], s.get("rows", "-"), s.get("posts", "-"),
           s.get("licence") or "-") for s in card["sources"]]),
        ("Reference brands", ("brand", "kept", "left out", "also posted by the brand"),
         [(name, c["kept"], c["dropped"], c["shared"]) for name, c in card["references"].items()]),
    ]  # fmt: skip
    return [table for table in found if table[2]]


def markdown(card: Mapping[str, Any]) -> str:
    """What was read, what was kept, why the rest was not, and where each post went."""
    lines = [
        f"# Dataset card: {_one_line(card['title'])}",
        "",
        f"Fingerprint `{card['fingerprint']}`, built {card['built']}.",
        f"{card['read']} rows read, {card['kept']} posts kept.",
        "",
    ]
    for title, head, rows in tables(card):
        lines += [f"## {title}", "", *_table(head, rows), ""]
    return "\n".join(lines)


def page(card: Mapping[str, Any]) -> str:
    """The same as one self-contained HTML page, with the time line as a picture."""
    largest = max((sum(counts.values()) for counts in card["months"].values()), default=1)
    return template(_TEMPLATE).render(card=card, tables=tables(card), largest=largest)


def _table(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    body = [f"| {' | '.join(_one_line(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *body]


def _test_from(collected: Collected, parted: Parted) -> dict[str, str]:
    """Language → time of its first test post."""
    columns = collected.columns[parted.rows["test"]]
    return {
        language.decode(): _moment(columns["time"][columns["language"] == language].min())
        for language in np.unique(columns["language"])
    }


def _one_line(cell: Any) -> str:
    return " ".join(str(cell).split()).replace("|", "\\|")


def _months(collected: Collected, parted: Parted) -> dict[str, dict[str, int]]:
    """Month → split → posts, without gaps between the first and the last month."""
    counted: dict[str, dict[str, int]] = {}
    for split, rows in parted.rows.items():
        times = collected.columns["time"][rows].astype("datetime64[us]").astype("datetime64[M]")
        for month, n in zip(*np.unique(times, return_counts=True), strict=True):
            counted.setdefault(str(month), {})[split] = int(n)
    if not counted:
        return {}
    every = np.arange(np.datetime64(min(counted)), np.datetime64(max(counted)) + 1)
    return {str(month): counted.get(str(month), {}) for month in every}


def _counts(values: npt.NDArray[np.bytes_]) -> dict[str, int]:
    names, counts = np.unique(values, return_counts=True)
    listed = sorted(zip(names, counts, strict=True), key=lambda item: -item[1])
    return {name.decode(errors="replace"): int(n) for name, n in listed}


def _quantiles(values: npt.NDArray[np.uint32]) -> list[int]:
    return [int(q) for q in np.quantile(values, (0.05, 0.5, 0.95))]


def _moment(microseconds: Any) -> str:
    return datetime.fromtimestamp(int(microseconds) / 1e6, UTC).isoformat()


def _day(microseconds: Any) -> str:
    return _moment(microseconds)[:10]
