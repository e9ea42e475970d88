"""Which pairs of posts people are shown, and on which side each stands.

Blind: the sides are drawn, an item's id is the form's and its place in the order, and the key that
says which arm stands where is a file of its own that never goes out with a form.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from smm_voice.errors import InputError
from smm_voice.evaluation.run import Evaluation
from smm_voice.text import tokens
from smm_voice.text.files import write_whole

FORMAT = 1
VIEWS = ("style_index", "closeness")
# A cell of a spreadsheet holds 32,767 characters; nobody judges the manner of so long a post.
_LONGEST = 20_000


@dataclass(frozen=True)
class Shown:
    """A text on one side.

    Attributes:
        arm: which arm wrote it; never shown.
        text: as it is shown.
        scores: `style_index` and `closeness` of this very text; None where there is none.
    """

    arm: str
    text: str
    scores: Mapping[str, float | None]


@dataclass(frozen=True)
class ReviewItem:
    """Two answers to one brief, as they are shown.

    Attributes:
        id: the form's id and the place in the order.
        brief_id: of the evaluation; the unit of every statistic.
        brief: what both writers were given.
        when: day of the held-out post that the brief is of, ISO 8601; None: unknown.
        pair: the two arms, in the order that was asked for, whatever the sides.
        a: the text on the left.
        b: the text on the right.
        repeats: the item that this one shows again with the sides exchanged.
    """

    id: str
    brief_id: str
    brief: str
    when: str | None
    pair: tuple[str, str]
    a: Shown
    b: Shown
    repeats: str | None = None

    def side(self, side: str) -> Shown:
        """The text on side `A` or `B`."""
        return self.a if side == "A" else self.b


@dataclass(frozen=True)
class Key:
    """What a form holds and what it does not say.

    Attributes:
        form: id of the form.
        brand: as people write it.
        language: of the posts, for the messages that a model would be given.
        run: MLflow run of the evaluation.
        adapter: the model in question, as the evaluation names it.
        prompt_set: digest of the evaluation's briefs.
        items: in the order in which they are shown.
        left_out: why briefs could not be asked about → how many.
    """

    form: str
    brand: str
    language: str
    run: str
    adapter: str
    prompt_set: str
    items: tuple[ReviewItem, ...]
    left_out: Mapping[str, int]

    def item(self, item_id: str) -> ReviewItem | None:
        """The item of this id."""
        return next((item for item in self.items if item.id == item_id), None)


def default_pairs(evaluation: Evaluation) -> list[tuple[str, str]]:
    """The arm in question against human posts, and against what runs today or a good prompt."""
    subject = evaluation.subject
    rival = next((a for a in ("champion", "prompted", "base") if _answered(evaluation, a)), None)
    rivals = [a for a in ("human", rival) if a and a != subject and _answered(evaluation, a)]
    return [(subject, each) for each in rivals]


def choose(
    evaluation: Evaluation,
    run: str,
    language: str,
    pairs: Sequence[tuple[str, str]] = (),
    n: int = 24,
    repeats: int = 4,
    seed: int = 0,
) -> Key:
    """Choose what to ask, and on which side each text stands.

    One item a brief, so that no text is met twice but in a repeat; briefs evenly over the time of
    the posts, pairs of arms in turn, each arm of a pair on side A in half of its items. `repeats`
    items of the first third come again in the second half with their sides exchanged: the same
    text should be chosen again, and a rater who always takes the left is seen.

    Args:
        evaluation: a finished one.
        run: its MLflow run.
        language: of the posts.
        pairs: arms to hold against each other; none: `default_pairs`.
        n: briefs.
        repeats: items shown twice.
        seed: of every draw.

    Raises:
        InputError: an arm is not there, or nothing is left to ask about.
    """
    pairs = list(dict.fromkeys(pairs)) or default_pairs(evaluation)
    _check(evaluation, pairs)
    rng = np.random.default_rng(seed)
    open_to, left_out = _eligible(evaluation, pairs)
    if not open_to:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        raise InputError(f"there is nothing to ask about in run {run}: {reasons or 'no briefs'}")
    spread = np.linspace(0, len(open_to) - 1, min(n, len(open_to))).round().astype(int)
    chosen = [list(open_to)[i] for i in spread]
    drawn: dict[tuple[str, str], list[int]] = {pair: [] for pair in pairs}
    for brief in rng.permutation(chosen):
        pair = min(open_to[int(brief)], key=lambda p: len(drawn[p]))
        drawn[pair].append(int(brief))
    blank = []
    for pair, briefs in drawn.items():
        # As many on either side; of an odd number the last falls by lot.
        first_left = [k % 2 == 0 for k in range(len(briefs))]
        if len(briefs) % 2 and rng.random() < 0.5:
            first_left = [not each for each in first_left]
        for brief, left in zip(briefs, rng.permutation(first_left), strict=True):
            blank.append(_item(evaluation, brief, pair, bool(left)))
    blank = [blank[i] for i in rng.permutation(len(blank))]
    form = _form_id(evaluation, run, blank, seed)
    order: list[tuple[ReviewItem, int | None]] = [(item, None) for item in blank]
    again = rng.permutation(len(blank) // 3)[:repeats]
    half = len(order) // 2
    tail = order[half:] + [(_exchanged(blank[i]), int(i)) for i in again]
    order = order[:half] + [tail[i] for i in rng.permutation(len(tail))]
    items = tuple(
        dataclasses.replace(
            item,
            id=f"{form}-{place:02d}",
            repeats=None if first is None else f"{form}-{first + 1:02d}",
        )
        for place, (item, first) in enumerate(order, start=1)
    )
    of = evaluation.provenance
    adapter = of.get("model") or of.get("adapter_digest") or ""
    return Key(
        form, evaluation.brand, language, run, str(adapter), str(of.get("prompt_set") or ""),
        items, left_out,
    )  # fmt: skip


def shown(text: str) -> str:
    """A text as both sides show it: every link as `[link]`, no blank ends, nothing unprintable.

    A link that one writer spells out and another does not would tell them apart.
    """
    text = tokens.with_link_placeholders(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    kept = (c if c in "\n\t" or (c >= " " and not _unwritable(c)) else "\ufffd" for c in text)
    return "".join(kept)


def write_key(key: Key, path: Path) -> None:
    """Write the key; whole or not at all."""
    values = {"format": FORMAT, **dataclasses.asdict(key)}
    write_whole(path, json.dumps(values, ensure_ascii=False, indent=1))


def read_key(path: Path) -> Key:
    """The reverse of `write_key`.

    Raises:
        InputError: the file cannot be read, or is no key.
    """
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("format") != FORMAT:
            raise ValueError(f"it is not of format {FORMAT}")
        items = tuple(
            ReviewItem(
                **{**row, "pair": tuple(row["pair"]), "a": Shown(**row["a"]),
                   "b": Shown(**row["b"])}
            )
            for row in values.pop("items")
        )  # fmt: skip
        return Key(**values, items=items)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no key of a form: {error}; make the form again") from error


def _check(evaluation: Evaluation, pairs: Sequence[tuple[str, str]]) -> None:
    there = [arm for arm in evaluation.texts if _answered(evaluation, arm)]
    missing = sorted({arm for pair in pairs for arm in pair} - set(there))
    if missing:
        raise InputError(
            f"pairs: the evaluation has no posts of {', '.join(missing)}; its arms: "
            f"{', '.join(there)}"
        )
    same = [first for first, second in pairs if first == second]
    if same:
        raise InputError(f"pairs: {same[0]} cannot be held against itself")
    if not pairs:
        raise InputError("the evaluation has one arm only; there is nothing to hold it against")


def _answered(evaluation: Evaluation, arm: str) -> bool:
    return bool(evaluation.texts.get(arm))


def _eligible(
    evaluation: Evaluation, pairs: Sequence[tuple[str, str]]
) -> tuple[dict[int, list[tuple[str, str]]], dict[str, int]]:
    """Index of a brief → pairs that can be asked about there; and why others cannot."""
    open_to: dict[int, list[tuple[str, str]]] = {}
    left_out = {"with an empty text": 0, "with equal texts": 0, "with a very long text": 0}
    for at in range(len(evaluation.texts[pairs[0][0]])):
        reasons = []
        for pair in pairs:
            first, second = (shown(evaluation.texts[arm][at].text) for arm in pair)
            if not first or not second:
                reasons.append("with an empty text")
            elif first.casefold().split() == second.casefold().split():
                reasons.append("with equal texts")
            elif max(len(first), len(second)) > _LONGEST:
                reasons.append("with a very long text")
            else:
                open_to.setdefault(at, []).append(pair)
        if at not in open_to:
            left_out[reasons[0]] += 1
    return open_to, {reason: count for reason, count in left_out.items() if count}


def _item(evaluation: Evaluation, at: int, pair: tuple[str, str], first_left: bool) -> ReviewItem:
    a, b = (_shown(evaluation, arm, at) for arm in (pair if first_left else pair[::-1]))
    asked = evaluation.texts[pair[0]][at]
    human = evaluation.texts.get("human") or [asked] * (at + 1)
    when = human[at].when
    return ReviewItem(
        "", asked.id, shown(asked.brief or ""), when.isoformat() if when else None, pair, a, b
    )


def _shown(evaluation: Evaluation, arm: str, at: int) -> Shown:
    scores: dict[str, float | None] = {}
    for view in VIEWS:
        score = evaluation.arms[arm].get(f"voice/{view}")
        each = score.per_item if score else ()
        scores[view] = each[at] if at < len(each) else None
    return Shown(arm, shown(evaluation.texts[arm][at].text), scores)


def _exchanged(item: ReviewItem) -> ReviewItem:
    return dataclasses.replace(item, a=item.b, b=item.a)


def _form_id(evaluation: Evaluation, run: str, items: Sequence[ReviewItem], seed: int) -> str:
    """The same for the same questions, so that making a form again changes nothing."""
    told = [evaluation.brand, run, seed, [[i.brief_id, i.a.text, i.b.text] for i in items]]
    text = json.dumps(told, ensure_ascii=True)
    # A letter first: a spreadsheet would read 1234567e-01 as a number.
    return "f" + hashlib.sha256(text.encode()).hexdigest()[:7]


def _unwritable(character: str) -> bool:
    """What XML 1.0, and so a spreadsheet, cannot hold."""
    return (
        "\x7f" <= character <= "\x9f"
        or "\ud800" <= character <= "\udfff"
        or (character in "\ufffe\uffff")
    )
