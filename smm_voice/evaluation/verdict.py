"""Whether the arm in question beats its rivals, as a decision and as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from smm_voice.evaluation.axes import axes
from smm_voice.messages import Mark, Measured, Message, knows, listed, named, of_name, say
from smm_voice.messages.notes import noted
from smm_voice.metrics.base import Score

if TYPE_CHECKING:
    from smm_voice.evaluation.run import Comparison

Outcome = Literal["yes", "not-shown", "no", "alone", "none"]
Scores = Mapping[str, Mapping[str, Score]]
INDEX, CLOSENESS = "voice/style_index", "voice/closeness"
_UNSUPPORTED = "factuality/unsupported_rate"
# Above it a text is more like the brand than the brand.
_CARICATURE = 1.1


@dataclass(frozen=True)
class Verdict:
    """What can be said of the arm in question.

    Attributes:
        outcome: yes: nearer than every rival, each interval above 0; no: further than one, its
            interval below 0; not-shown: neither; alone: no rival; none: no voice score.
        cautions: what speaks against using it all the same.
        failed: axes that it fails, and `unsupported` and `caricature` where those are cautions.
    """

    outcome: Outcome
    cautions: tuple[Message, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def better(self) -> bool | None:
        """None where it cannot be said."""
        return None if self.outcome in ("alone", "none") else self.outcome == "yes"


def decide(scores: Scores, comparisons: Sequence[Comparison], subject: str) -> Verdict:
    """By closeness, not by index: further past the brand is no nearer to it.

    Args:
        scores: arm → metric → Score.
        comparisons: of the subject with its rivals.
        subject: the arm in question.
    """
    if any(scores[subject][name].value is None for name in (INDEX, CLOSENESS)):
        return Verdict("none")
    rivals = _rivals(comparisons, subject)
    outcome: Outcome = "not-shown"
    if not rivals:
        outcome = "alone"
    elif all(_beaten(c) for c in rivals):
        outcome = "yes"
    elif any(c.difference.high is not None and c.difference.high < 0 for c in rivals):
        outcome = "no"
    found = _cautions(scores, subject)
    failed = tuple(name for name, a in axes(scores[subject]).items() if a.outcome == "failed")
    further = tuple(name for name, _ in found if name not in failed)
    return Verdict(outcome, tuple(message for _, message in found), (*further, *failed))


def sentence(
    brand: str,
    scores: Scores,
    comparisons: Sequence[Comparison],
    subject: str,
    language: str,
    mark: Mark | None = None,
    cautions: bool = True,
) -> str:
    """The verdict in one sentence that a marketing lead can act on.

    Args:
        brand: as people write it.
        scores: arm → metric → Score.
        comparisons: of the subject with its rivals.
        subject: the arm in question.
        language: of the sentence.
        mark: what is made of numbers that are logged.
        cautions: whether they are said as well.
    """
    verdict = decide(scores, comparisons, subject)
    index = scores[subject][INDEX]
    name = arm_in_sentence(subject, language)
    if verdict.outcome == "none":
        reasons = "; ".join(say_note(w, language) for w in index.warnings)
        return say(
            "verdict-no-voice", language, brand=brand, reasons=reasons or say("no-data", language)
        )
    measured = Measured(index.value or 0.0, INDEX)
    if verdict.outcome == "alone":
        return say("verdict-alone", language, mark, subject=name, index=measured)
    rivals = _rivals(comparisons, subject)
    beaten = _named([c for c in rivals if _beaten(c)], scores, language, mark)
    others = _named([c for c in rivals if not _beaten(c)], scores, language, mark)
    values = {"subject": name, "brand": brand, "index": measured,
              "rivals": listed(others or beaten, language)}  # fmt: skip
    if beaten and others:
        told = say("verdict-partly", language, mark, beaten=listed(beaten, language), **values)
    else:
        told = say("verdict-nearer" if verdict.better else "verdict-not-shown", language, mark,
                   **values)  # fmt: skip
    if not cautions or not verdict.cautions:
        return told
    warned = "; ".join(say(each, language, mark) for each in verdict.cautions)
    return f"{told} {say('verdict-cautions', language, cautions=warned)}"


def rivals_in_sentence(comparisons: Sequence[Comparison], subject: str, language: str) -> str:
    """The rivals as a list: the base model and the prompted base model."""
    words = []
    for arm in (c.second for c in _rivals(comparisons, subject)):
        plain = say("rival", language, rival=arm_in_sentence(arm, language))
        words.append(named("rival", arm, language, plain))
    return listed(words, language)


def arm_in_sentence(arm: str, language: str) -> str:
    """An arm's name as it stands inside a sentence; arms without words keep their name."""
    known = of_name("in-sentence", arm)
    if knows(known, language):
        return say(known, language)
    return say("in-sentence-other", language, name=arm)


def say_note(words: str, language: str) -> str:
    """A metric's note in the language, in English where it is known in English only."""
    found = noted(words)
    return words if language == "en" or isinstance(found, str) else say(found, language)


def _named(
    rivals: Sequence[Comparison], scores: Scores, language: str, mark: Mark | None
) -> list[str]:
    return [say(_rival(c, scores, language, mark), language, mark) for c in rivals]


def _beaten(comparison: Comparison) -> bool:
    """Whether the whole interval lies above 0."""
    return comparison.difference.low is not None and comparison.difference.low > 0


def _rivals(comparisons: Sequence[Comparison], subject: str) -> list[Comparison]:
    return [c for c in comparisons if c.metric == CLOSENESS and c.first == subject]


def _rival(rival: Comparison, scores: Scores, language: str, mark: Mark | None) -> Message:
    def told(value: float | None, name: str) -> str:
        if value is None:
            return say("unknown-number", language)
        return say("two-places", language, mark, value=Measured(value, name))

    arm, difference = rival.second, rival.difference
    return Message(
        "verdict-rival",
        {
            "rival": arm_in_sentence(arm, language),
            "index": told(scores[arm][INDEX].value, f"{INDEX}.{arm}"),
            "difference": Measured(difference.value, f"{CLOSENESS}.minus_{arm}"),
            "low": told(difference.low, f"{CLOSENESS}_ci_low.minus_{arm}"),
            "high": told(difference.high, f"{CLOSENESS}_ci_high.minus_{arm}"),
        },
    )


def _cautions(scores: Scores, subject: str) -> list[tuple[str, Message]]:
    """Name and message of each."""
    ours = scores[subject]
    found: list[tuple[str, Message]] = []
    index = ours[INDEX].value
    if index is not None and index > _CARICATURE:
        found.append(("caricature", Message("caution-caricature")))
    # How near the voice is has been said, and silence is told by what the briefs ask for.
    found += [
        (name, Message("caution-axis", {"said": said}))
        for name, axis in axes(ours).items()
        if axis.outcome == "failed" and name not in ("voice", "coverage")
        for said in axis.said
    ]
    rate = ours[_UNSUPPORTED].value
    human = scores["human"][_UNSUPPORTED].value if "human" in scores else None
    if rate is not None and rate > 0.1 + (human or 0.0):
        measured = Measured(rate, _UNSUPPORTED)
        found.append(("unsupported", Message("caution-unsupported", {"rate": measured})))
    return found
