"""The card's account of how the model was judged, and of what it learned from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from smm_voice.dataset.card import in_words
from smm_voice.evaluation import verdict
from smm_voice.evaluation.axes import axes
from smm_voice.evaluation.run import Evaluation
from smm_voice.export.about import About, Judged
from smm_voice.messages import of_name, say
from smm_voice.report.figures import arm_name, label
from smm_voice.report.markdown import HEADLINES, cell, plain

_ARMS = {
    "human": "the brand's own later posts: 1 on the scale of `voice/style_index`",
    "floor": "other brands' posts: 0 on that scale",
    "base": "the base model with a plain prompt",
    "prompted": "the base model with a tuned prompt, style guide and examples",
    "candidate": "**this model**",
    "champion": "the model that was in use at that time",
}
# Begins the warning of a score that nobody wanted.
_NOT_WANTED = "not asked for"
# Longest text that is taken over from a store.
_LONGEST = 3000


def judged(about: About) -> list[str]:
    """Verdict, headline scores, axes and warnings; or that nobody ever judged it."""
    if about.judged is None:
        return [
            f"**This model was never evaluated**: {plain(about.not_judged, _LONGEST)}. Nothing is "
            "known of how near it comes to the brand's voice, of what it invents and of what it "
            "copies. Do not publish with it before that is known.",
        ]
    evaluation = about.judged.evaluation
    told = verdict.sentence(
        evaluation.brand, evaluation.arms, evaluation.comparisons, evaluation.subject, "en"
    )
    return [
        f"**{plain(told, _LONGEST)}**",
        "",
        _conditions(about, about.judged),
        "",
        *_scores(evaluation),
        "",
        "Arms: " + "; ".join(f"{_arm(arm)} — {_what(arm)}" for arm in evaluation.arms) + ".",
        "",
        *_axes(evaluation),
        *_warnings(about, evaluation),
    ]


def data(about: About) -> list[str]:
    """Counts, periods, sources with licence, privacy and provenance; never a post."""
    card = about.data
    if card is None:
        return [
            f"The dataset `{about.origin.dataset_fingerprint}` is not at hand where this was "
            "exported, so that its card could not be shown.",
        ]
    used = about.training.get("train/examples")
    lines = [
        f"Dataset `{card['fingerprint']}`: {card['read']:,} rows read, {card['kept']:,} posts kept"
        + (f", {float(used):,.0f} of them learned from." if used else ".")
        + " Splits are ordered in time; similar posts never stand in two of them.",
        "",
        *_splits(card),
        "",
        *_table(
            ("source", "format", "posts", "licence"),
            (
                (s["path"], s["format"], s["posts"], s.get("licence") or "not stated")
                for s in card["sources"]
                if s.get("posts")
            ),
        ),
        "",
        "- Who wrote the posts: " + _counts(card["provenance"]) + ". A post that nearly repeats a "
        "text that a model of this brand has written is left out.",
        "- Platforms: " + _counts(card["platforms"]) + ".",
        "- Personal data masked: " + (_counts(card["privacy"]) or "none was found") + "."
        + _rules(card.get("privacy_rules", {})),
        "- Left out: "
        + ("; ".join(f"{n:,} ({in_words(why)})" for why, n in card["dropped"].items()) or "nothing")
        + ".",
        f"- Posts of {len(card['references'])} other brands serve to score by; nothing was learned "
        "from them.",
    ]  # fmt: skip
    return lines


def _conditions(about: About, found: Judged) -> str:
    provenance = found.evaluation.provenance
    briefs = len(found.evaluation.texts["human"])
    told = (
        f"Newest evaluation, {plain(found.when)} UTC: {briefs} briefs of later posts, answered by "
        f"every arm with the same seeds (run `{found.run}`, code {_told(provenance, 'commit')}, "
        f"dataset {_told(provenance, 'dataset_fingerprint')}). Beside each value stands its "
        "interval; all was measured on base and adapter as trained, not again on these files."
    )
    decoding = provenance.get("decoding") or {}
    own = about.config.generation
    differs = [
        f"{key} {decoding[key]:g} there, {getattr(own, key):g} here"
        for key in ("temperature", "top_p", "top_k", "maximum_new_tokens")
        if key in decoding and decoding[key] != getattr(own, key)
    ]
    if differs:
        told += f" **It was judged with another decoding**: {', '.join(differs)}."
    return told


def _told(provenance: Mapping[str, Any], key: str) -> str:
    return plain(str(provenance.get(key, "unknown")))


def _scores(evaluation: Evaluation) -> list[str]:
    ours = evaluation.arms[evaluation.subject]
    names = [name for name in HEADLINES if any(name in each for each in evaluation.arms.values())]
    rows = (
        (
            f"{plain(label(name, 'en'))} `{name}`",
            ours[name].n if name in ours else "–",
            *(cell(scores[name]) if name in scores else "–" for scores in evaluation.arms.values()),
        )
        for name in names
    )
    return _table(("", "n", *(_arm(arm) for arm in evaluation.arms)), rows, escape=False)


def _axes(evaluation: Evaluation) -> list[str]:
    found = axes(evaluation.arms[evaluation.subject])
    by_outcome: dict[str, list[str]] = {}
    for axis in found.values():
        outcome = say("outcome-" + axis.outcome.replace(" ", "-"), "en")
        by_outcome.setdefault(outcome, []).append(say(of_name("axis", axis.name), "en"))
    return [f"- {outcome}: {', '.join(names)}" for outcome, names in by_outcome.items()]


def _warnings(about: About, evaluation: Evaluation) -> list[str]:
    """Of this model's scores; other brands, which nobody else has to know of, go unnamed."""
    others = {*about.brand.reference_brands, *(about.data or {}).get("references", ())}
    others |= {each.title for each in about.config.references}
    named = [re.escape(name) for name in sorted(others, key=len, reverse=True)]
    other = re.compile(rf"(?<!\w)(?:{'|'.join(named)})(?!\w)") if named else None
    told: dict[str, list[str]] = {}
    for name, score in evaluation.arms[evaluation.subject].items():
        for warning in score.warnings:
            if not warning.startswith(_NOT_WANTED):
                words = other.sub("another brand", warning) if other else warning
                told.setdefault(words, []).append(name)
    if not told:
        return []
    lines = ["", "Warnings:", ""]
    return lines + [
        f"- {plain(warning)} ({', '.join(f'`{n}`' for n in names[:3])}"
        + (f" and {len(names) - 3} more)" if len(names) > 3 else ")")
        for warning, names in told.items()
    ]


def _arm(arm: str) -> str:
    return plain(arm_name(arm, "en"))


def _what(arm: str) -> str:
    return _ARMS.get(arm, "another registered version")


def _splits(card: Mapping[str, Any]) -> list[str]:
    names = list(next(iter(card["splits"].values()), {}))
    periods = card["periods"]
    rows: list[tuple[Any, ...]] = [
        (language, *(f"{counts.get(name, 0):,}" for name in names))
        for language, counts in card["splits"].items()
    ]
    rows.append(("period", *(" to ".join(periods.get(name, ("–",))) for name in names)))
    return _table(("", *names), rows)


def _rules(rules: Mapping[str, str]) -> str:
    """What is not masked, by the configuration."""
    return "".join(f" {kind}: {rule}." for kind, rule in rules.items())


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{plain(name)} {n:,}" for name, n in counts.items())


def _table(
    head: tuple[str, ...], rows: Iterable[tuple[Any, ...]], *, escape: bool = True
) -> list[str]:
    shown = plain if escape else str
    body = [f"| {' | '.join(shown(str(value)) for value in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *body]
