"""Whether two evaluations may be compared: numbers made in different ways are not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from smm_voice.errors import InputError
from smm_voice.evaluation.run import Evaluation, prompt_set_digest
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Item

# How many answers are made at once changes no distribution that they come from.
_FREE_DECODING = frozenset({"batch_size"})
_AS_MANY = 1.25
_AGAIN = "evaluate both again with the same code, data and settings (scripts/evaluate.py)"
_SCALE = "the voice was learned from different posts, so the scores stand on different scales"
_TWO_BASES = (
    "the answers of each base model are among those posts; evaluate both with "
    "evaluation.base_answers=0"
)
_SAME_SHEET = "evaluate the older one again: it was checked against another state of the facts"


def check(first: Evaluation, second: Evaluation) -> None:
    """Let two evaluations pass whose numbers mean the same.

    Raises:
        InputError: they do not; every reason is named, with what to do about it.
    """
    found = reasons(first, second)
    if found:
        listed = "\n".join(f"  - {reason}" for reason in found)
        raise InputError(f"these evaluations do not compare:\n{listed}")


def reasons(first: Evaluation, second: Evaluation) -> list[str]:
    """Why two evaluations do not compare, each reason with its remedy; empty where they do."""
    a, b = first.provenance, second.provenance
    found = []
    if first.brand != second.brand:
        found.append(f"they are of two brands: {first.brand} and {second.brand}")
    humans = (first.texts["human"], second.texts["human"])
    digests = [prompt_set_digest(items) for items in humans]
    if digests[0] != digests[1]:
        sizes = " and ".join(str(len(items)) for items in humans)
        found.append(
            f"they answer different briefs ({sizes} of them; prompt sets {digests[0]} and "
            f"{digests[1]}): evaluate both on the same dataset and with the same evaluation.briefs"
        )
    elif _texts(first, "human") != _texts(second, "human"):
        found.append(f"the brand's own posts to the same briefs read differently: {_AGAIN}")
    elif _texts(first, "floor") != _texts(second, "floor"):
        found.append(
            "the other brands' posts that are the floor differ: evaluate both with the same "
            "brand.reference_brands and evaluation.seed"
        )
    versions = _different_versions(a.get("metrics") or {}, b.get("metrics") or {})
    if versions:
        found.append(
            f"metrics were measured in different versions ({'; '.join(versions)}): evaluate the "
            "older one again with this code"
        )
    settings = _different_values(a.get("decoding") or {}, b.get("decoding") or {})
    if settings:
        found.append(
            f"the posts were drawn with different decoding ({'; '.join(settings)}): evaluate both "
            "with the same generation.… settings"
        )
    found += [
        f"{what} ({_shown(a.get(key))} and {_shown(b.get(key))}): {remedy}"
        for key, (what, remedy) in _EQUAL.items()
        if a.get(key) != b.get(key)
    ]
    if a.get("voice_profile") != b.get("voice_profile") and a.get("base_model") != b.get(
        "base_model"
    ):
        # Each base model's own answers are among what its voice score was told from the brand by.
        found = [
            reason.replace(_AGAIN, _TWO_BASES) if _SCALE in reason else reason for reason in found
        ]
    return found


# Provenance → what is wrong where it differs, and what to do about it.
_EQUAL: Mapping[str, tuple[str, str]] = {
    "prompt_version": (
        "the briefs were put to the models in different words",
        "evaluate the older one again with this code",
    ),
    "voice_profile": (
        _SCALE,
        _AGAIN,
    ),
    "fact_sheet": ("the fact sheet changed between them", _SAME_SHEET),
    "judge": (
        "fluency was judged by different judges",
        "name one for both with evaluation.judge, and evaluate both again",
    ),
    "entailment": (
        "different models of entailment read the posts",
        "evaluate both with the same evaluation.entailment",
    ),
    "fact_judge": (
        "different judges of facts read the posts",
        "evaluate both with the same evaluation.fact_judge",
    ),
    "confidence": (
        "their intervals have different confidence",
        "evaluate both with the same evaluation.confidence",
    ),
}


def digest(evaluation: Evaluation) -> str:
    """Equal for evaluations of one brand that compare, but for what only their texts can show."""
    known = evaluation.provenance
    values = {
        "brand": evaluation.brand,
        "prompt_set": prompt_set_digest(evaluation.texts["human"]),
        "metrics": {
            name: version
            for name, version in (known.get("metrics") or {}).items()
            if name in METRICS
        },
        "decoding": _deciding(known.get("decoding") or {}),
        **{key: known.get(key) for key in _EQUAL},
    }
    return _hash(values)


def series_digest(evaluation: Evaluation, metric: str) -> str:
    """Equal for evaluations whose ratios of one metric to people's posts may stand in one series.

    Each retraining asks newer briefs, so no two versions are asked the same. A ratio to people's
    posts about the very same briefs bears that, which a plain score does not: what the briefs make
    alike or different is in both of its sides. What is in one side only has to be equal: how the
    posts were drawn, the words that the briefs were put in, and the language, which decides what
    a word is. And the metric, by its version. How many posts are compared is looked at apart.
    """
    known = evaluation.provenance
    values = {
        "brand": evaluation.brand,
        "metric": [metric, (known.get("metrics") or {}).get(metric)],
        "language": known.get("language"),
        "prompt_version": known.get("prompt_version"),
        "decoding": _deciding(known.get("decoding") or {}),
    }
    return _hash(values)


def as_many(first: int, second: int) -> bool:
    """Whether ratios of so many posts may stand in one series: a quarter more at most.

    A test split grows with the posts that come in. From 50 to 100 posts the ratio of posts of which
    30 % begin alike rose by 5 and 10 % (two accounts), from 100 to 125 and from 150 to 200 it moved
    by 1 to 6 %, up or down, beside a spread of 4 to 10 % over the draws of the posts; without an
    opener it did not move with the number.
    """
    fewer, more = sorted((first, second))
    return fewer > 0 and more <= _AS_MANY * fewer


def alone(first: Evaluation, second: Evaluation) -> list[str]:
    """Metrics that only one of the two was measured on: they are left out, by name."""
    a, b = (set(e.provenance.get("metrics") or {}) for e in (first, second))
    return sorted(a ^ b)


def remarks(first: Evaluation, second: Evaluation) -> list[tuple[str, str, str]]:
    """What differs and may: (provenance key, value of the first, value of the second)."""
    a, b = first.provenance, second.provenance
    keys = ("model", "base_model", "adapter_digest", "precision", "dataset_fingerprint", "commit",
            "date")  # fmt: skip
    return [
        (key, _shown(a.get(key)), _shown(b.get(key))) for key in keys if a.get(key) != b.get(key)
    ]


def _deciding(decoding: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in _flat(decoding) if k not in _FREE_DECODING}


def _hash(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _texts(evaluation: Evaluation, arm: str) -> list[str]:
    items: Sequence[Item] = evaluation.texts.get(arm, ())
    return [item.text for item in items]


def _different_versions(a: Mapping[str, str], b: Mapping[str, str]) -> list[str]:
    return [
        f"{name} {a[name]} and {b[name]}"
        for name in sorted(a.keys() & b.keys())
        if a[name] != b[name]
    ]


def _different_values(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    def kept(key: str) -> bool:
        return key.split(".")[-1] not in _FREE_DECODING

    flat = [dict(_flat(values)) for values in (a, b)]
    return [
        f"{key} {_shown(flat[0].get(key))} and {_shown(flat[1].get(key))}"
        for key in sorted(flat[0].keys() | flat[1].keys())
        if kept(key) and flat[0].get(key) != flat[1].get(key)
    ]


def _flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{above}{key}.")
        else:
            found.append((f"{above}{key}", value))
    return found


def _shown(value: Any) -> str:
    return "none" if value in (None, "") else str(value)[:60]
