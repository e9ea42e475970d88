"""The dataset card as Markdown, for people."""

from __future__ import annotations

from typing import Any


def card_markdown(card: dict[str, Any], title: str) -> str:
    """What was read, what was kept, why the rest was not, and where each post went."""
    splits: dict[str, int] = next(iter(card["splits"].values()), {})
    lines = [
        f"# Dataset card: {title}",
        "",
        f"Fingerprint `{card['fingerprint']}`, built {card['built']}.",
        f"{card['read']} posts read, {card['kept']} kept.",
        "",
        "## Left out",
        "",
        *_table(("reason", "posts"), card["dropped"].items()),
        "",
        "## Splits, ordered in time",
        "",
        *_table(
            ("language", *splits),
            ((language, *counts.values()) for language, counts in card["splits"].items()),
        ),
        "",
        *_table(("split", "from", "to"), ((s, *period) for s, period in card["periods"].items())),
        "",
        "## Who wrote them",
        "",
        *_table(("provenance", "posts"), card["provenance"].items()),
        "",
        "## Sources",
        "",
        *_table(
            ("file", "format", "rows", "posts"),
            (
                (s["path"], s["format"], s.get("rows", "-"), s.get("posts", "-"))
                for s in card["sources"]
            ),
        ),
        "",
        "## Reference brands",
        "",
        *_table(
            ("brand", "kept", "left out"),
            ((name, c["kept"], c["dropped"]) for name, c in card["references"].items()),
        ),
        "",
        "Briefs are derived from the posts without a model; mean share of a post's word 3-grams "
        f"found in its brief: {card['brief_overlap']}.",
        "",
    ]
    return "\n".join(lines)


def _table(head: tuple[str, ...], rows: Any) -> list[str]:
    body = [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *body]
