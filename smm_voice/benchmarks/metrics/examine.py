"""One voice, examined: told from the others, known groups, A/A and the adversaries."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from smm_voice import metrics
from smm_voice.benchmarks.metrics import adversaries, known_groups
from smm_voice.benchmarks.metrics.adversaries import Adversary
from smm_voice.benchmarks.metrics.false_alarms import FalseAlarms, of_halves
from smm_voice.benchmarks.metrics.voices import LANGUAGE, Panel, Voice, items, panels, reference
from smm_voice.config import MetricsBenchConfig
from smm_voice.evaluation.axes import Outcome, outcomes
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.voice.profile import VoiceProfile, fit

log = logging.getLogger(__name__)

HUMAN = "held-out human posts"
RANDOM_LABELS = "random labels"
BASE_MODEL = "base model"
_SAMPLE_BRAND = "nasa_2018"


@dataclass(frozen=True)
class Trial:
    """One writer against one voice.

    Attributes:
        must_fail: one of these axes had to fail; empty for human posts, which had to pass all.
        axes: axis → outcome.
        right: whether it came out as it must; None where the axis is not measured.
    """

    must_fail: tuple[str, ...]
    axes: dict[str, Outcome]
    right: bool | None


@dataclass(frozen=True)
class Examined:
    """What was found about one voice.

    Attributes:
        voice: its name.
        n: held-out posts.
        quality: view → measure → mean over both halves of unseen accounts.
        valid: whether its style index is given.
        blends: other account → index with more and more of its posts.
        doses: what is injected → score with more and more of it.
        false_alarms: in random halves.
        trials: writer → outcome.
    """

    voice: str
    n: int
    quality: dict[str, dict[str, float]]
    valid: bool = False
    blends: dict[str, list[float | None]] = field(default_factory=dict)
    doses: dict[str, list[float | None]] = field(default_factory=dict)
    false_alarms: FalseAlarms | None = None
    trials: dict[str, Trial] = field(default_factory=dict)


def examine_all(voices: Mapping[str, Voice], config: MetricsBenchConfig) -> list[Examined]:
    """Every voice of the configuration, in processes of their own where several are asked for."""
    asked = [name for name in voices if name in config.voices]
    if config.workers == 1:
        return [examine(voices, name, config) for name in asked]
    # Spawned, not forked: the libraries below hold threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(config.workers, mp_context=context) as pool:
        found = []
        for each in pool.map(examine, [voices] * len(asked), asked, [config] * len(asked)):
            log.info("%s: %s", each.voice, {v: q["auc_post"] for v, q in each.quality.items()})
            found.append(each)
        return found


def examine(voices: Mapping[str, Voice], name: str, config: MetricsBenchConfig) -> Examined:
    """Fit a voice against both halves of the others, and try the first in every way."""
    halves = panels(voices, name)
    profiles = [panel.fit(config.seed) for panel in halves]
    quality = averaged(profiles)
    n = len(voices[name].test)
    if name not in config.panel:
        return Examined(name, n, quality)
    panel, profile = halves[0], profiles[0]
    judge = panel.judge(voices)
    every = voices[name].test

    def anchored(some: Sequence[int]) -> Reference:
        human = [every[i] for i in some]
        return reference(panel, profile, human, judge, config.resamples, config.seed)

    # What anchors the scale must not be what is laid on it.
    whole, anchor = anchored(range(n)), anchored(range(0, n, 2))
    held_out = items(every[1::2])
    scores = metrics.score(held_out, anchor)
    valid = scores["voice/style_index"].value is not None
    # The only sheet at hand serves all: the style view does not see whose facts they are.
    sheet = next((v.sheet for v in voices.values() if v.sheet.facts), FactSheet())
    others = {other: panel.references[other] for other in panel.unseen}
    trials = {HUMAN: _human(outcomes(scores))}
    for adversary in adversaries.panel(others, sheet):
        outcome = adversaries.scored(adversaries.answers(adversary, held_out, anchor), anchor)
        trials[adversary.name] = _trial(adversary, outcome)
    trials[RANDOM_LABELS] = _random_labels(voices, panel, held_out, anchor, config.seed)
    if config.base and name == _SAMPLE_BRAND:
        answers = adversaries.base_answers(Path(config.base))
        model = Adversary(BASE_MODEL, ("voice",), adversaries.silent)
        trials[BASE_MODEL] = _trial(model, adversaries.scored(answers, anchor))
    return Examined(
        name, n, quality, valid,
        known_groups.blended(held_out, others, anchor) if valid else {},
        known_groups.doses(held_out, anchor),
        of_halves(whole.human, whole, config.rounds, config.tests),
        trials,
    )  # fmt: skip


def averaged(profiles: Sequence[VoiceProfile]) -> dict[str, dict[str, float]]:
    """View → measure → mean over the profiles; measures without a value are left out."""
    found: dict[str, dict[str, float]] = {}
    for view in profiles[0].quality:
        listed = [vars(profile.quality[view]) for profile in profiles]
        means = {
            key: float(np.mean([each[key] for each in listed]))
            for key in listed[0]
            if all(each[key] is not None for each in listed)
        }
        found[view] = {key: value for key, value in means.items() if np.isfinite(value)}
    return found


def _human(axes: dict[str, Outcome]) -> Trial:
    return Trial((), axes, "failed" not in axes.values())


def _trial(adversary: Adversary, axes: dict[str, Outcome]) -> Trial:
    wanted = [axes[axis] for axis in adversary.must_fail]
    # A score that is INVALID lets nobody pass, and proves nothing.
    right = None if set(wanted) == {"not measured"} else "failed" in wanted
    return Trial(adversary.must_fail, axes, right)


def _random_labels(
    voices: Mapping[str, Voice],
    panel: Panel,
    held_out: Sequence[Item],
    anchor: Reference,
    seed: int,
) -> Trial:
    """A brand whose posts were drawn from all accounts alike: there is no voice to be told."""
    rng = np.random.default_rng(seed)
    pool = [t for name in (panel.voice.name, *panel.references) for t in voices[name].texts]
    drawn = [pool[i] for i in rng.permutation(len(pool))]

    def take(count: int) -> list[str]:
        taken, drawn[:count] = drawn[:count], []
        return taken

    voice = panel.voice
    training, calibration = take(len(voice.training)), take(len(voice.calibration))
    held = take(len(voice.test))
    references = {name: take(len(texts)) for name, texts in panel.references.items()}
    profile = fit(LANGUAGE, training, calibration, held, references, panel.unseen, seed)
    strangers = [t for name in panel.unseen for t in references[name]]
    labelled = Reference(
        language=LANGUAGE,
        human=tuple(Item(f"r{i}", text) for i, text in enumerate(held)),
        floor=tuple(Item(f"f{i}", text) for i, text in enumerate(strangers[: len(held)])),
        training=tuple(training), profile=profile, sheet=voice.sheet,
        resamples=anchor.resamples, seed=seed,
    )  # fmt: skip
    scores = metrics.FAMILIES["voice"].score(held_out, labelled)
    invalid = adversaries.voice_is_invalid(scores)
    return Trial(("voice",), {"voice": "not measured" if invalid else "passed"}, invalid)
