"""Writers that cheat: each must fail an axis that the brand's own held-out posts pass.

A writer is a pure function of the brief's place, the held-out post that answers it and the
reference; two calls give the same text. What a writer is given is what a cheat would have: the
training posts, the fact sheet, the briefs, other brands' posts.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from smm_voice import metrics
from smm_voice.errors import InputError
from smm_voice.evaluation.axes import Outcome, outcomes
from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.fluency.judges import word_salad

Writer = Callable[[int, Item, Reference], str]


@dataclass(frozen=True)
class Adversary:
    """A writer that cheats.

    Attributes:
        name: for tables.
        must_fail: one of these axes has to fail.
        write: its texts.
    """

    name: str
    must_fail: tuple[str, ...]
    write: Writer


def answers(adversary: Adversary, briefs: Sequence[Item], reference: Reference) -> list[Item]:
    """The adversary's texts, one a brief."""
    return [
        dataclasses.replace(item, text=adversary.write(i, item, reference))
        for i, item in enumerate(briefs)
    ]


def panel(others: Mapping[str, Sequence[str]], sheet: FactSheet) -> tuple[Adversary, ...]:
    """Every adversary that needs no model.

    Args:
        others: brands never seen in fitting → their posts.
        sheet: what the reciter recites; no reciter where it is empty.
    """
    reciters = (Adversary("fact-sheet reciter", ("voice",), _recite(sheet)),)
    return (
        Adversary("copier", ("memorisation",), copied),
        Adversary("one template", ("homogeneity",), templated),
        *(reciters if sheet.facts else ()),
        *(
            # Two accounts of one agency may write alike: then no index, but the probe, sees it.
            Adversary(f"posts of {name}", ("voice", "likeness"), _posts_of(texts))
            for name, texts in others.items()
        ),
        Adversary("word shuffler", ("fluency",), shuffled),
        Adversary("word salad", ("fluency", "memorisation"), salad),
        Adversary("letter salad", ("fluency",), letter_salad),
        Adversary("silent", ("coverage", "recall"), silent),
    )


def copied(place: int, item: Item, reference: Reference) -> str:
    """A training post as it stands."""
    return reference.training[place % len(reference.training)]


def templated(place: int, item: Item, reference: Reference) -> str:
    """One sentence, numbered."""
    return f"Don't miss it! Learn all about item {place} in our latest story today: [link]"


def shuffled(place: int, item: Item, reference: Reference) -> str:
    """A held-out post's words in any order."""
    words = item.text.split()
    _random(place, reference).shuffle(words)
    return " ".join(words)


def salad(place: int, item: Item, reference: Reference) -> str:
    """A chain of word pairs over the training posts: the manner without the language.

    What an English model that was tuned on French posts wrote looked like this.
    """
    return word_salad(reference.training, 1, place)[0]


def letter_salad(place: int, item: Item, reference: Reference) -> str:
    """A training post, the letters of its longer words drawn anew."""
    rng = _random(place, reference)
    words = rng.choice(reference.training).split()
    return " ".join(
        w if len(w) < 4 or not w.isalpha() else w[0] + "".join(rng.sample(w[1:], len(w) - 1))
        for w in words
    )


def silent(place: int, item: Item, reference: Reference) -> str:
    """Says nothing that could be wrong."""
    return "Hello!"


def base_answers(rows: Path) -> list[Item]:
    """The base model's answers as an evaluation kept them.

    Args:
        rows: `rows/base.jsonl` of a run.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        listed = [json.loads(row) for row in rows.read_text("utf-8").split("\n") if row.strip()]
        return [Item(str(r["id"]), r["text"], r["brief"], None, r["finished"]) for r in listed]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"metrics.base={rows} cannot be read: {error!r}") from error


def voice_is_invalid(scores: Mapping[str, Score]) -> bool:
    """Whether no number is given for the voice, and the reason is."""
    score = scores["voice/style_index"]
    return score.value is None and any(w.startswith("INVALID") for w in score.warnings)


def scored(items: Sequence[Item], reference: Reference) -> dict[str, Outcome]:
    """Axis → outcome of a list of texts, over all families."""
    return outcomes(metrics.score(items, reference))


def _recite(sheet: FactSheet) -> Writer:
    """Three lines of the sheet a text."""
    lines = [fact.shown.split(" (")[0] for fact in sheet.facts]
    return lambda place, item, reference: (
        ". ".join(lines[(3 * place + k) % len(lines)] for k in range(3)) + "."
    )


def _posts_of(texts: Sequence[str]) -> Writer:
    return lambda place, item, reference: texts[place % len(texts)]


def _random(place: int, reference: Reference) -> random.Random:
    return random.Random(f"{reference.seed}/{place}")  # noqa: S311
