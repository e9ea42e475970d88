"""The memorisation metrics, each as excess over the brand's own held-out posts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.metrics.excess import excess
from smm_voice.metrics.memorisation.near import NearIndex
from smm_voice.metrics.memorisation.personal import personal_data
from smm_voice.metrics.memorisation.runs import CONTAINMENT_N, Run, TrainingIndex
from smm_voice.posts import near_duplicates
from smm_voice.text import tokens

_EVIDENCE = 200

_METRICS = (
    Metric("memorisation/copy_excess", "post", 0.0, ("human", "training"), "2",
           "bootstrap over briefs",
           "Share of eight-word runs found in training posts, minus the brand's own share"),
    Metric("memorisation/longest_run_excess", "post", 0.0, ("human", "training"), "2",
           "bootstrap over briefs",
           "Words in the longest run shared with a training post, minus the brand's own"),
    Metric("memorisation/near_duplicate_excess", "post", 0.0, ("human", "training"), "1",
           "bootstrap over briefs",
           "Share of texts that nearly repeat a training post, minus the brand's own share"),
    Metric("memorisation/patchwork_excess", "post", 0.0, ("human", "training"), "1",
           "bootstrap over briefs",
           "Share of word pairs found in training posts, minus the brand's own share; high where "
           "nothing but scraps of them is joined"),
    Metric("memorisation/personal_data_excess", "post", 0.0, ("human",), "1",
           "bootstrap over briefs",
           "Share of texts with personal data, minus the brand's own share"),
)  # fmt: skip
_PERSONAL = "memorisation/personal_data_excess"

Values = list[float | None]


def _index(reference: Reference) -> TrainingIndex:
    found: TrainingIndex = reference.remember(
        "memorisation/index", lambda: TrainingIndex.of(reference.training, reference.allowed)
    )
    return found


def _near(reference: Reference) -> NearIndex:
    index = _index(reference)
    found: NearIndex = reference.remember(
        "memorisation/near", lambda: NearIndex([_folded(post) for post in index.posts])
    )
    return found


def _folded(listed: Sequence[str]) -> str:
    return near_duplicates.folded(" ".join(listed))


def _measure(items: Sequence[Item], reference: Reference) -> dict[str, Values]:
    index = _index(reference)
    listed = [index.tokens(item.text) for item in items]
    # A text under eight words is a greeting or a name: nearly repeating one is no copying.
    long = [i for i, some in enumerate(listed) if len(some) >= CONTAINMENT_N]
    repeated: Values = [None] * len(items)
    for i, near in zip(
        long, _near(reference).nearest([_folded(listed[i]) for i in long]), strict=True
    ):
        repeated[i] = float(near is not None)
    return {
        "memorisation/copy_excess": [index.containment(some) for some in listed],
        "memorisation/longest_run_excess": [float(index.longest(some)[1]) for some in listed],
        "memorisation/near_duplicate_excess": repeated,
        "memorisation/patchwork_excess": [index.patchwork(some) for some in listed],
        _PERSONAL: [
            float(bool(personal_data(item.text, reference))) if item.text.strip() else None
            for item in items
        ],
    }


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    ours = _measure(items, reference)
    human = reference.remember("memorisation/human", lambda: _measure(reference.human, reference))
    scores = {
        name: excess(
            ours[name], human[name], reference, "no text long enough", "texts are too short to tell"
        )
        for name in ours
    }
    if not reference.training:
        nothing = Score(None, warnings=("no training posts",))
        scores = {name: scores[name] if name == _PERSONAL else nothing for name in scores}
    return scores


def _findings(item: Item, reference: Reference) -> list[Finding]:
    index = _index(reference)
    found = [
        Finding("personal", span, f"[{kind}], and not listed as public")
        for kind, span in personal_data(item.text, reference)
    ]
    run = index.longest_run(item.text)
    if run.post is not None and len(run.tokens) >= CONTAINMENT_N:
        span = tokens.locate(item.text, run.whole) or " ".join(run.whole)
        evidence = f"{len(run.tokens)} tokens stand in the training post “{_excerpt(index, run)}”"
        return [*found, Finding("copied", span, evidence)]
    listed = index.tokens(item.text)
    if len(listed) >= CONTAINMENT_N:
        (near,) = _near(reference).nearest([_folded(listed)])
        if near:
            text = textwrap.shorten(index.texts[near.post], _EVIDENCE, placeholder=" …")
            evidence = f"{near.similarity:.0%} the same as the training post “{text}”"
            found.append(Finding("copied", item.text.strip(), evidence))
    return found


def _excerpt(index: TrainingIndex, run: Run) -> str:
    """The training post, or of a long one the part around the run."""
    text = index.texts[run.post or 0]
    at = max(0, text.find(tokens.locate(text, run.tokens) or text[:1]))
    begin = 0 if len(text) <= _EVIDENCE else max(0, at - _EVIDENCE // 4)
    part = " ".join(text[begin : begin + _EVIDENCE].split())
    return ("… " if begin else "") + part + (" …" if begin + _EVIDENCE < len(text) else "")


FAMILY = Family("memorisation", _METRICS, _score, _findings)
