"""Filled forms become answers, or every bad row is named.

Nothing is taken of a reading with a bad row in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smm_voice.errors import InputError
from smm_voice.review.files import Filled, listed
from smm_voice.review.items import Key, shown
from smm_voice.review.words import choices

RATER = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_ITEM = re.compile(r"(f[0-9a-f]{7})-\d{2,4}")


@dataclass(frozen=True)
class Answer:
    """What one rater said of one item.

    Attributes:
        item: id of the item.
        rater: a label; never a name.
        better: `A`, `B`, or `tie` where the rater could not tell.
        publish_a: whether A could be published as it is; None: not said.
        publish_b: likewise for B.
        edit: the better text, edited; "" where it was not.
        notes: free text.
    """

    item: str
    rater: str
    better: str
    publish_a: bool | None = None
    publish_b: bool | None = None
    edit: str = ""
    notes: str = ""


def forms_of(filled: Iterable[Filled]) -> set[str]:
    """Ids of the forms that the rows name."""
    items = (values.get("item", "").strip() for each in filled for _, values in each.rows)
    return {match.group(1) for item in items if (match := _ITEM.fullmatch(item))}


def check(
    filled: Sequence[Filled], keys: Mapping[str, Key], incomplete: bool = False
) -> list[Answer]:
    """Turn rows into answers, or raise with every bad row.

    A rater without a label is called after what was answered, so that the same file, read again
    or saved in another format, is the same rater.

    Args:
        filled: what was read.
        keys: form → its key.
        incomplete: whether items may be left open.

    Raises:
        InputError: names each row that is wrong.
    """
    errors: list[str] = []
    answers: dict[tuple[str, str], tuple[Answer, str]] = {}
    for each in filled:
        found, wrong = _check_one(each, keys, incomplete)
        errors += wrong
        rater = each.rater or f"unknown-{_digest(found)}"
        for answer in found:
            named = Answer(**{**vars(answer), "rater": rater})
            before, source = answers.get((rater, answer.item), (named, ""))
            if before != named:
                errors.append(
                    f"{each.source}: rater {rater} has answered {answer.item} otherwise in "
                    f"{source}; give each rater a label of their own, or leave one file out"
                )
            answers[rater, answer.item] = (named, each.source)
    if errors:
        raise InputError(listed(errors))
    return [answer for answer, _ in answers.values()]


def _check_one(
    filled: Filled, keys: Mapping[str, Key], incomplete: bool
) -> tuple[list[Answer], list[str]]:
    found: list[Answer] = []
    errors: list[str] = []
    seen: set[str] = set()
    forms: set[str] = set()
    if filled.rater and not RATER.fullmatch(filled.rater):
        errors.append(
            f"{filled.source}: {filled.rater!r} is no label of a rater: small letters, digits, - "
            "and _, at most 32; no names or addresses, such as r1"
        )
    for place, values in filled.rows:
        item_id = values.get("item", "").strip()
        match = _ITEM.fullmatch(item_id)
        key = keys.get(match.group(1)) if match else None
        item = key.item(item_id) if key else None
        if key is None or item is None:
            errors.append(f"{place}: there is no item {item_id!r}")
            continue
        forms.add(key.form)
        if item_id in seen:
            errors.append(f"{place}: {item_id} stands twice")
            continue
        seen.add(item_id)
        said, wrong = _said(values)
        errors += [f"{place}, {item_id}: {each}" for each in wrong]
        edit = shown(values.get("edit", ""))
        better = said["better"]
        if wrong:
            continue
        if not better:
            if edit or any(said.values()):
                errors.append(f"{place}, {item_id}: it does not say which is better")
            seen.discard(item_id)
            continue
        if better == "tie" and edit:
            errors.append(f"{place}, {item_id}: a text was edited, and neither A nor B is better")
            continue
        if better != "tie" and edit == item.side(better).text:
            edit = ""
        found.append(
            Answer(item_id, "", better, _yes(said["publish_a"]), _yes(said["publish_b"]), edit,
                   shown(values.get("notes", "")))
        )  # fmt: skip
    if len(forms) > 1:
        errors.append(f"{filled.source}: rows of several forms ({', '.join(sorted(forms))})")
    for form in forms if len(forms) == 1 else ():
        missing = [item.id for item in keys[form].items if item.id not in seen]
        if not found and not errors:
            errors.append(f"{filled.source}: nothing is answered in it; is it the blank form?")
        elif missing and not incomplete:
            errors.append(
                f"{filled.source}: no answer to {', '.join(missing)}; answer them ('cannot tell' "
                "is an answer), or say incomplete=true"
            )
    if not filled.rows:
        errors.append(f"{filled.source}: there is no row in it")
    return found, errors


def _said(values: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The choices as they are stored, and what is none."""
    said, wrong = {}, []
    for field in ("better", "publish_a", "publish_b"):
        value = values.get(field, "").strip()
        said[field] = choices(field).get(value.casefold(), "")
        if value and not said[field]:
            known = " / ".join(dict.fromkeys(choices(field)))
            wrong.append(f"{field} is {value[:40]!r}; it has to be one of {known}")
    return said, wrong


def _yes(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def _digest(answers: Sequence[Answer]) -> str:
    told = sorted([a.item, a.better, str(a.publish_a), str(a.publish_b), a.edit] for a in answers)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:6]
