"""One look at a brand: everything that may have drifted, and what of it is an alarm."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from smm_voice.config import MonitorConfig
from smm_voice.dataset.example import Example
from smm_voice.metrics.base import Embed, Item, Reference
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.voice import features
from smm_voice.metrics.voice.profile import VoiceProfile
from smm_voice.monitoring import homogeneity, input, output, staleness
from smm_voice.monitoring.reading import read
from smm_voice.monitoring.signal import Monitored, Signal
from smm_voice.monitoring.windows import Pair, Windows, choose
from smm_voice.statistics import holm

# What is banded by adjacent windows in every look: the level is shared among these.
_BANDED = len(input.MEASURES) + 1
# The part of the level that the bands take: accounts have heavier tails than the normal
# distribution (on those that settings were chosen on, 4 of 90 looks alarm with all of it, 3 so).
_TAILS = 0.6


@dataclass(frozen=True)
class Model:
    """What is known of the champion: its answers then and now, and other versions' answers.

    Attributes:
        then: answers to fixed briefs and seeds when it was promoted.
        now: the same briefs and seeds, answered today; as many.
        written: all posts that it wrote when it was evaluated: which words it over-uses.
        versions: version label → its answers to the same briefs, the first champion first.
        ratios: (label, homogeneity/ratio) of every version on its own briefs, in order.
    """

    then: Sequence[str] = ()
    now: Sequence[str] = ()
    written: Sequence[str] = ()
    versions: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    ratios: Sequence[tuple[str, float]] = ()


def monitor(
    posts: Sequence[Example],
    language: str,
    since: datetime | None,
    config: MonitorConfig,
    embed: Embed,
    model: Model | None = None,
) -> Monitored:
    """Look for drift.

    Args:
        posts: human posts of one language, oldest first.
        language: two-letter code.
        since: posts after it are recent; None: the newest are.
        config: windows, tests.
        embed: sentence embeddings.
        model: what is known of the champion; None: only the posts are looked at.

    Raises:
        ValueError: posts are not in order, or answers then and now are not as many.
    """
    times = [each.post.created_at for each in posts]
    if any(b < a for a, b in zip(times, times[1:], strict=False)):
        raise ValueError("posts must be in order, the oldest first")
    provenance = {
        "since": None if since is None else since.isoformat(),
        "posts": len(posts),
        "settings": dataclasses.asdict(config),
    }
    try:
        windows = choose(times, since, config)
    except ValueError as error:
        found = [*_nothing(str(error), model), *_of_model(posts, language, config, embed, model)]
        return Monitored(language, ("", ""), ("", ""), _judged(found, config.level), provenance)
    used = windows.used
    reading = read([posts[i].post.text for i in used], language, embed)
    placed = _placed(windows, used)
    level = _TAILS * config.level / _BANDED
    found = input.signals(reading, placed, level, config)
    found.append(staleness.new_words(reading, placed, level, config))
    if model is not None:
        found.append(staleness.index(reading, placed, model.written, level, config))
    found += _of_model(posts, language, config, embed, model)
    baseline, recent = (
        (times[rows[0]].isoformat(), times[rows[-1]].isoformat())
        for rows in (windows.now.older, windows.now.newer)
    )
    provenance |= {
        "baseline_posts": len(windows.now.older),
        "recent_posts": len(windows.now.newer),
        "past_pairs": len(windows.past),
    }
    return Monitored(language, baseline, recent, _judged(found, config.level), provenance)


def _nothing(reason: str, model: Model | None) -> list[Signal]:
    """All that is told from posts, without a value."""
    found = [
        Signal(measure.name, "input", None, about=measure.about, warnings=(reason,))
        for measure in input.MEASURES
    ]
    names = ["drift/new_word_rate", *(["drift/staleness_index"] if model else [])]
    found += [Signal(n, "staleness", None, about="words", warnings=(reason,)) for n in names]
    return found


def _of_model(
    posts: Sequence[Example],
    language: str,
    config: MonitorConfig,
    embed: Embed,
    model: Model | None,
) -> list[Signal]:
    if model is None:
        return []
    texts = [each.text for each in posts[-config.baseline_posts :]]
    # Without people's posts the model's own answers give the scale.
    people = features.measure(texts or [*model.then, *model.now], language)
    reference = Reference(
        language=language,
        human=tuple(Item(each.id, each.text) for each in posts[-config.baseline_posts :]),
        floor=(),
        training=tuple(texts),
        profile=VoiceProfile(language, 0, (), 0, {}, "", None),
        sheet=FactSheet(),
        embed=embed,
        seed=config.seed,
    )
    return [
        *output.signals(model.then, model.now, language, people, config),
        *homogeneity.signals(model.versions, reference),
        homogeneity.chart(model.ratios),
    ]


def _judged(found: Sequence[Signal], level: float) -> list[Signal]:
    """Holm over all that were tested; an alarm is past its band and significant."""
    tested = [i for i, signal in enumerate(found) if signal.p is not None]
    adjusted = holm([p for i in tested if (p := found[i].p) is not None])
    judged = list(found)
    for i, p in zip(tested, adjusted, strict=True):
        judged[i] = dataclasses.replace(
            found[i], p_adjusted=p, alarm=p <= level and _past(found[i])
        )
    return judged


def _past(signal: Signal) -> bool:
    """Past the band; what last year's same months explain is the season."""
    if signal.value is None or signal.band is None or signal.value <= signal.band:
        return False
    return signal.seasonal is None or signal.seasonal > signal.band


def _placed(windows: Windows, used: np.ndarray) -> Windows:
    """The windows as places among the posts that are used."""

    def placed(pair: Pair) -> Pair:
        return Pair(np.searchsorted(used, pair.older), np.searchsorted(used, pair.newer))

    return Windows(
        placed(windows.now),
        tuple(placed(pair) for pair in windows.past),
        None if windows.season is None else placed(windows.season),
    )
