"""What of a review is generated text: models' posts as they were shown, and people's edits of them.

A rater may publish either; both go into the generation log, so that neither is learned from as if
the brand had written it. (What an edit teaches is learned from preferences, not from posts.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from smm_voice.posts.generation_log import Generated, brief_digest
from smm_voice.review.answers import Answer
from smm_voice.review.items import Key, ReviewItem, Shown

# Arms whose texts people wrote.
_WRITTEN_BY_PEOPLE = ("human", "floor")


def shown_texts(key: Key, now: datetime) -> list[Generated]:
    """Every model's text that a form shows."""
    texts = {
        side.text: _line(key, item, side, side.text, now)
        for item in key.items
        for side in (item.a, item.b)
        if side.arm not in _WRITTEN_BY_PEOPLE
    }
    return list(texts.values())


def edited_texts(
    key: Key, answers: Sequence[Answer], log: Iterable[Generated], now: datetime
) -> list[Generated]:
    """Edits of models' texts that are not in the log yet.

    Args:
        key: of the form.
        answers: to it.
        log: what is in the log. An edit takes the time at which the unedited text was shown, since
            it may be published before its form is read.
        now: for texts that are not in it.
    """
    since = {each.text: each.time for each in log}
    texts: dict[str, Generated] = {}
    for answer in answers:
        item = key.item(answer.item)
        if item is None or not answer.edit or answer.better not in ("A", "B"):
            continue
        side = item.side(answer.better)
        if side.arm not in _WRITTEN_BY_PEOPLE and answer.edit not in since:
            time = since.get(side.text, now)
            texts[answer.edit] = _line(key, item, side, answer.edit, time)
    return list(texts.values())


def _line(key: Key, item: ReviewItem, side: Shown, text: str, time: datetime) -> Generated:
    return Generated(text, time, "", f"{side.arm} of run {key.run}", brief_digest(item.brief))
