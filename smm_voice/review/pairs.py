"""Which of the kept choices a tuning learns from, and which only measure what it gained.

A generated text is never learned from as if the brand had written it: no dataset, no voice profile
and no human arm ever holds one. What is learned here is another thing: a person's judgement of two
texts. DPO and KTO raise a text only against another one, or against what the model made of it
before, and never by its own likelihood alone; so nothing is offered that adds such a term (the
`sft` loss, RPO). Who wrote each side stays with every pair (`chosen_arm`, `rejected_arm`), and
whether posts grow alike by it is for the gate to see.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.errors import InputError
from smm_voice.review.preferences import Preference, usable

_OTHER_PROMPTS = (
    f"with prompts of another version than {PROMPT_VERSION}, by which models are asked "
    "(read their forms again: scripts/review.py read)"
)


@dataclass(frozen=True)
class Pairs:
    """What a tuning is given.

    Attributes:
        learned: to learn from, in the order of their ids.
        held_out: on other briefs; to measure by.
        young: of both, those on briefs that are not known to lie before the test period: no model
            that learned from them may be asked these briefs.
        left_out: why others were left out → how many.
    """

    learned: tuple[Preference, ...]
    held_out: tuple[Preference, ...]
    young: tuple[Preference, ...]
    left_out: Mapping[str, int]

    @property
    def every(self) -> tuple[Preference, ...]:
        """Both."""
        return (*self.learned, *self.held_out)

    @property
    def sources(self) -> dict[str, int]:
        """`who was chosen > who was not` → how many of the learned ones."""
        found = Counter(f"{p.chosen_arm} > {p.rejected_arm}" for p in self.learned)
        return dict(found.most_common())


def choose(
    preferences: Iterable[Preference],
    test_from: Mapping[str, str],
    languages: Collection[str],
    *,
    aged_only: bool,
    minimum: int,
    held_out_share: float,
    seed: int,
) -> Pairs:
    """Choose pairs; the same ones whatever the order of the file.

    Args:
        preferences: all that are kept of a brand.
        test_from: language → time of the oldest post of the present test split.
        languages: that the brand posts in.
        aged_only: leave out what is young, see `Pairs.young`.
        minimum: of different pairs, whoever and how many chose; fewer are refused.
        held_out_share: share of the briefs whose pairs are held out; one brief at least.
        seed: of the draw of those briefs.

    Raises:
        InputError: too few pairs are left, or they are all on one brief.
    """
    every = sorted({p.id: p for p in preferences}.values(), key=lambda p: p.id)
    spoken = [p for p in every if p.language in languages]
    known = [p for p in spoken if p.prompt_version == PROMPT_VERSION]
    aged = {p.id for p in usable(known, test_from)}
    fresh = {p.id for p in usable(known)} - aged
    taken = aged if aged_only else aged | fresh
    kept = [p for p in known if p.id in taken]
    left_out = {
        "in a language that the brand does not post in": len(every) - len(spoken),
        _OTHER_PROMPTS: len(spoken) - len(known),
        "with a post of the test period": sum(p.held_out and p.id not in aged for p in known),
        "on briefs of the test period (preference.pairs=all takes them)": len(fresh - taken),
    }
    left_out = {reason: count for reason, count in left_out.items() if count}
    count = len({_texts(p) for p in kept})
    briefs = sorted({p.brief for p in kept}, key=lambda brief: _drawn(brief, seed))
    if count < minimum or len(briefs) < 2:
        reasons = "".join(f"; {number} {reason}" for reason, number in left_out.items())
        raise InputError(
            f"{count} different pairs on {len(briefs)} briefs may be learned from, and "
            f"preference.minimum_pairs={minimum} on two briefs are needed{reasons}. Let people "
            "judge more: scripts/review.py"
        )
    aside = set(briefs[: min(len(briefs) - 1, max(1, round(held_out_share * len(briefs))))])
    return Pairs(
        tuple(p for p in kept if p.brief not in aside),
        tuple(p for p in kept if p.brief in aside),
        tuple(p for p in kept if p.id in fresh),
        left_out,
    )


def disagreements(preferences: Sequence[Preference]) -> int:
    """Pairs of texts of which one rater chose the one, and another rater the other."""
    chosen: dict[tuple[str, frozenset[str]], set[str]] = {}
    for p in preferences:
        chosen.setdefault(_texts(p), set()).add(p.chosen[0]["content"])
    return sum(len(each) > 1 for each in chosen.values())


def _texts(p: Preference) -> tuple[str, frozenset[str]]:
    return p.brief, frozenset((p.chosen[0]["content"], p.rejected[0]["content"]))


def _drawn(brief: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{brief}".encode("utf-8", "replace")).hexdigest()
