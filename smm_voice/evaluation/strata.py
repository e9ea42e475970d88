"""What the briefs of an evaluation are grouped by, to see where a model is weak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from smm_voice.dataset.example import Example
from smm_voice.models.embeddings import embed
from smm_voice.text import languages, tokens

OTHER = "other"
# A smaller group says nothing of its own: it joins `other`.
LEAST = 5
# About so many briefs a cluster, and no fewer and no more clusters than these.
_BRIEFS_A_CLUSTER, _FEWEST, _MOST = 15, 2, 8
_LABELS = ("topic", "sujet")
_WORDS_OF_A_LABEL = 3
_STEM = 6


def strata(examples: Sequence[Example]) -> Mapping[str, Sequence[str]]:
    """Platform, language, richness and topic of each brief: dimension → one label a brief."""
    spoken = examples[0].post.language if examples else None
    return {
        "platform": [example.post.platform for example in examples],
        "language": [example.post.language or "unknown" for example in examples],
        "richness": [_richness(example) for example in examples],
        "topic": topics([example.brief for example in examples], spoken or "en"),
    }


def topics(briefs: Sequence[str], language: str) -> list[str]:
    """A topic cluster's label for each brief, such as `launch, rocket, space`.

    k-means over sentence embeddings of the topic lines. It depends on the briefs alone, not on
    their order: the same prompt set is always grouped alike.

    Args:
        briefs: as a model reads them.
        language: its function words name no cluster.

    Returns:
        `other` for briefs without a topic, and for clusters of fewer than five briefs.
    """
    lines = [topic_line(brief) for brief in briefs]
    # Equal lines stay together, and each counts once for where the clusters lie.
    different = sorted({line for line in lines if line})
    count = min(_MOST, max(_FEWEST, round(len(different) / _BRIEFS_A_CLUSTER)))
    if len(different) < _FEWEST * LEAST:
        return [OTHER] * len(briefs)
    of_line = dict(zip(different, _clusters(different, count), strict=True))
    sizes = Counter(of_line[line] for line in lines if line)
    members = {
        cluster: [line for line in lines if line and of_line[line] == cluster]
        for cluster in sorted(sizes)
    }
    names = _names(members, language)
    named = {cluster: name for cluster, name in names.items() if sizes[cluster] >= LEAST}
    return [named.get(of_line[line], OTHER) if line else OTHER for line in lines]


def topic_line(brief: str) -> str:
    """What a brief says of its topic; empty where it names none."""
    for line in brief.splitlines():
        label, colon, value = line.partition(":")
        if colon and label.strip().casefold() in _LABELS:
            return value.strip()
    return ""


def _clusters(lines: Sequence[str], count: int) -> np.ndarray:
    """The number of each line's cluster, shape (lines,)."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    vectors = embed(lines).astype(np.float64)
    # One thread: sums in another order round otherwise, and a line on the border changes sides.
    with threadpool_limits(1):
        found: np.ndarray = KMeans(count, n_init=10, random_state=0).fit_predict(vectors)
    return found


def _names(members: Mapping[int, Sequence[str]], language: str) -> dict[int, str]:
    """Cluster → its most distinctive words: frequent in it, rare in the others."""
    common = languages.function_words(languages.primary(language))
    shown: Counter[tuple[str, str]] = Counter()
    holding: dict[int, Counter[str]] = {}
    for cluster, lines in members.items():
        holding[cluster] = Counter()
        for line in lines:
            words = {word.casefold(): word for word in tokens.WORD.findall(line)}
            kept = {key for key in words if len(key) > 2 and key not in common}
            holding[cluster].update(kept)
            shown.update((key, words[key]) for key in kept)
    spelled: dict[str, str] = {}
    for (key, word), _ in sorted(shown.items(), key=lambda item: (-item[1], item[0])):
        spelled.setdefault(key, word)
    everywhere: Counter[str] = sum(holding.values(), Counter())
    briefs = sum(len(lines) for lines in members.values())
    names: dict[int, str] = {}
    for cluster, inside in holding.items():
        listed = sorted(inside)
        size, rest = len(members[cluster]), max(1, briefs - len(members[cluster]))
        surplus = [inside[w] / size - (everywhere[w] - inside[w]) / rest for w in listed]
        # Most words of a topic line stand in it alone: of these, the one nearest to its meaning.
        middle = embed(members[cluster]).mean(axis=0)
        near = embed(listed) @ middle
        order = sorted(range(len(listed)), key=lambda i: (-round(surplus[i], 9), -near[i]))
        # Of `robotic` and `robotics` one is enough.
        stems: dict[str, str] = {}
        for i in order:
            stems.setdefault(listed[i][:_STEM], spelled[listed[i]])
        name = ", ".join(list(stems.values())[:_WORDS_OF_A_LABEL]) or "topic"
        names[cluster] = name if name not in names.values() else f"{name} ({cluster})"
    return names


def _richness(example: Example) -> str:
    """How much a writer was given: a topic alone, or facts as well."""
    lines = example.brief.count("\n") + 1
    return "topic only" if lines <= 2 else "with facts"
