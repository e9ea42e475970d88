"""An evaluation made by hand, in which every kind of number and of finding occurs."""

from __future__ import annotations

import dataclasses

import pytest

from smm_voice.evaluation import with_model
from smm_voice.evaluation.run import Comparison, Evaluation
from smm_voice.evaluation.severity import _KINDS
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Finding, Item, Score
from smm_voice.metrics.voice.explain import Differing
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.statistics import Difference

ARMS = ("human", "floor", "base", "prompted", "candidate")
BRIEFS = 100
CARD = {
    "fingerprint": "0123456789abcdef",
    "read": 1200,
    "kept": 1000,
    "dropped": {"reply": 195, "exact_duplicate": 5},
    "splits": {"en": {"train": 800, "test": 150}, "fr": {"train": 40, "test": 10}},
    "privacy": {"phone": 3},
    "sources": [{"path": "posts.json", "format": "threads", "posts": 1200, "licence": "CC0"}],
    "periods": {"train": ["2024-01-01", "2024-06-30"], "test": ["2024-07-01", "2024-08-31"]},
}


def difference(value: float, low: float | None, high: float | None) -> Difference:
    return Difference(value, low, high, 0.0043, BRIEFS, 0.28)


@pytest.fixture(scope="session")
def make_evaluation():
    """Values differ from metric to metric and from arm to arm: a mistaken name shows."""

    def make(text: str = "We are live at 10:30.", brand: str = "Acme", arms=ARMS) -> Evaluation:
        scores = {
            arm: {
                name: Score(round(0.37 + 0.031 * i - 0.173 * j, 4), round(0.2 - 0.01 * i, 4),
                            round(0.9 + 0.01 * j, 4), BRIEFS)
                for i, name in enumerate(METRICS)
            }
            for j, arm in enumerate(arms)
        }  # fmt: skip
        invalid = Score(None, warnings=("INVALID: cannot be told apart",))
        if "base" in arms:
            scores["base"]["voice/style_index"] = invalid
        scores["candidate"] |= {
            name: Score(0.123 + 0.01 * i, None, None, 10)
            for i, name in enumerate(with_model.METRICS)
        }
        fine = {"voice/style_index": 0.81, "voice/closeness": 0.81, "fluency/nonword_excess": -0.01,
                "factuality/unsupported_rate": 0.297}  # fmt: skip
        scores["candidate"] |= {
            name: Score(value, value - 0.05, value + 0.05, BRIEFS) for name, value in fine.items()
        }
        if "human" in arms:
            scores["human"]["factuality/unsupported_rate"] = Score(0.02, 0.0, 0.04, BRIEFS)
        items = [Item(f"brief-{i}", text, f"Topic: {text}") for i in range(BRIEFS)]
        findings = [[Finding("unsupported", "10:30", text), Finding("missing", "", text)]]
        findings += [[Finding(kind, "live", "the sheet says 11:00")] for kind in _KINDS]
        findings += [[]] * (BRIEFS - len(findings))
        quality = {"auc_post": 0.9, "auc_ten": None, "brier": 0.1, "ece": 0.1}
        comparisons = [
            Comparison(metric, "candidate", rival, difference(*values), 0.012)
            for rival in ("base", "prompted") if rival in arms
            for metric, values in {
                "voice/style_index": (0.25, 0.125, 0.376),
                "voice/closeness": (0.256, 0.127, 0.378),
                "fluency/nonword_rate": (-0.031, -0.05, 0.011),
                "homogeneity/log_ratio": (0.09, None, None),
            }.items()
        ]  # fmt: skip
        return Evaluation(
            brand=brand, arms=scores, texts=dict.fromkeys(arms, items),
            findings=dict.fromkeys(arms, findings), comparisons=comparisons, subject="candidate",
            verdict="", better=True,
            provenance={"briefs": BRIEFS, "confidence": 0.95, "commit": text,
                        "voice_quality": {"style": quality | {"n_brand": 10, "n_other": 10}}},
            differing=[Differing(FEATURES[8], 0.9, 0.3, 1.0)],
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def with_closeness():
    """The same evaluation with other differences in closeness."""

    def change(evaluation: Evaluation, **ends: tuple[float, float]) -> Evaluation:
        changed = [
            dataclasses.replace(c, difference=difference(sum(ends[c.second]) / 2, *ends[c.second]))
            if c.metric == "voice/closeness" and c.second in ends
            else c
            for c in evaluation.comparisons
        ]
        return dataclasses.replace(evaluation, comparisons=changed)

    return change
