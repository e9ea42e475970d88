"""What the verdict means for whoever decides: a badge, a headline, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from smm_voice.evaluation.run import Evaluation
from smm_voice.evaluation.verdict import CLOSENESS, arm_in_sentence, decide, rivals_in_sentence
from smm_voice.messages import Message

# In the order in which a lead would go about it.
_STEPS = ("privacy", "facts", "unsupported", "memorisation", "caricature", "voice", "likeness",
          "fluency", "homogeneity", "recall", "coverage")  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """What a page opens with.

    Attributes:
        badge: yes, reservations, not-shown, no or none.
        headline: one short sentence.
        cautions: what speaks against using it.
        steps: what to do next, in order.
    """

    badge: str
    headline: Message
    cautions: tuple[Message, ...]
    steps: tuple[Message, ...]


def advise(evaluation: Evaluation, language: str) -> Advice:
    """Of one evaluation; the language is that of the names in the headline."""
    scores, comparisons, subject = evaluation.arms, evaluation.comparisons, evaluation.subject
    verdict = decide(scores, comparisons, subject)
    outcome = verdict.outcome
    names = {
        "brand": evaluation.brand,
        "rivals": rivals_in_sentence(comparisons, subject, language),
        "subject": arm_in_sentence(subject, language),
    }
    # A message takes no argument that it does not use.
    wanted = {"none": ("brand",), "alone": ("subject",)}.get(outcome, ("brand", "rivals"))
    headline = Message(f"headline-{outcome}", {name: names[name] for name in wanted})
    badge: str = "none" if outcome == "alone" else outcome
    if outcome == "yes" and verdict.failed:
        badge = "reservations"
    first = {
        "yes": "next-use-after" if verdict.failed else "next-use",
        "not-shown": "next-keep",
        "no": "next-keep",
        "alone": "next-alone",
        "none": "next-no-voice",
    }[outcome]
    steps = [Message(first)]
    if outcome == "not-shown":
        steps.append(_more_briefs(evaluation))
    steps += [Message(f"next-{name}") for name in _STEPS if name in verdict.failed]
    return Advice(badge, headline, verdict.cautions, tuple(steps))


def _more_briefs(evaluation: Evaluation) -> Message:
    found = [c.difference for c in evaluation.comparisons if c.metric == CLOSENESS]
    fewest = min(found, key=lambda d: d.n)
    return Message("next-more-briefs", {"briefs": fewest.n, "detectable": fewest.detectable})
