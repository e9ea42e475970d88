"""Choices and edits as training data, and what of it may be trained on.

`experiments/runs/<brand>/preferences/preferences.jsonl`, one object a line:

| key | holds |
|---|---|
| `id` | digest of all that follows but `time`: the same choice is kept once |
| `kind` | `choice` between two texts, or `edit`: the edited text is chosen over the unedited one |
| `prompt` | chat messages, as a model in training or in use is given them |
| `chosen`, `rejected` | chat messages: one answer of the assistant each |
| `chosen_arm`, `rejected_arm` | who wrote it; `edit` where a rater did |
| `chosen_publishable`, `rejected_publishable` | would the rater publish it; null: not said |
| `held_out` | whether a text of the brand's held-out posts, edited or not, stands in it |
| `brief`, `when` | the brief's id, and the time of the post that it was made from |
| `brand`, `language`, `run`, `adapter`, `prompt_set`, `form`, `item` | where it comes from |
| `rater`, `time` | a label, never a name; when it was read |
| `prompt_version` | version of the texts in `prompt`; 1 where an older line does not say |

What may be trained on. Every brief that people are shown comes from the test split, since that is
what arms are evaluated on. Two things would so leak into training:

1. A person's post of the test split. It is what models are measured against; as the chosen text it
   would be learned by heart, as the rejected one unlearned, and edited it is still that post. Such
   pairs are `held_out`, and no function here gives them out unless it is told that they have aged.
2. The test briefs themselves. A model tuned on two generated answers to a brief is better at that
   very brief, and at the facts in it, than it is in general. So a model tuned on preferences may
   not be judged on the same briefs: evaluate it on posts newer than `newest(…)`, or leave out the
   briefs of `briefs(…)`.

Both pass with time. Splits are by date: once newer posts have come, `test_from` of the dataset
moves on, and what was a test brief lies in the time that may be trained on. `test_from` given to
`as_dpo` and `as_kto` does that: all pairs of briefs older than it are given out, held-out posts
included, and none of younger ones. That is the way to train a model that is judged as any other.
Until then `pairs.py` takes the pairs without a held-out post, and `evaluation.unjudged` keeps their
briefs away from every model that learned from them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.dataset.prompts import PROMPT_VERSION, Message, prompt
from smm_voice.errors import InputError
from smm_voice.review.agreement import contradicting
from smm_voice.review.answers import Answer
from smm_voice.review.items import Key, ReviewItem
from smm_voice.text.files import write_whole

# Below the folder of a brand's runs.
PATH = Path("preferences") / "preferences.jsonl"
_EDITED = "edit"
# That of lines which were written before the version was noted.
_FIRST_PROMPTS = "1"


@dataclass(frozen=True)
class Preference:
    """One line; see the module's table."""

    id: str
    kind: str
    prompt: tuple[Message, ...]
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]
    chosen_arm: str
    rejected_arm: str
    chosen_publishable: bool | None
    rejected_publishable: bool | None
    held_out: bool
    brief: str
    when: str | None
    brand: str
    language: str
    run: str
    adapter: str
    prompt_set: str
    form: str
    item: str
    rater: str
    time: str
    prompt_version: str = _FIRST_PROMPTS


@dataclass(frozen=True)
class Kept:
    """What was written.

    Attributes:
        added: new lines.
        removed: lines of these raters and forms that their answers no longer hold.
        total: lines in the file.
        contradicted: choices left out, since the rater chose otherwise at the second showing.
    """

    added: int
    removed: int
    total: int
    contradicted: int


def preferences_of(key: Key, answers: Sequence[Answer]) -> list[Preference]:
    """Choices and edits in the answers to a form; nothing of repeats, ties and contradictions."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    unclear = contradicting({key.form: key}, answers)
    found = []
    for answer in answers:
        item = key.item(answer.item)
        if item is None or item.repeats or answer.better == "tie":
            continue
        if (answer.rater, answer.item) in unclear:
            continue
        found += _of(key, item, answer, now)
    return found


def keep(path: Path, key: Key, answers: Sequence[Answer]) -> Kept:
    """Bring the file up to what raters say now; lines of other forms and raters stay as they are.

    Written whole or not at all, under a lock. A line that is there already keeps its time.

    Args:
        path: of the file; made where it is missing.
        key: of the form.
        answers: all that are kept of it.

    Raises:
        InputError: a line of the file is no preference; the file is left alone.
    """
    wanted = {each.id: each for each in preferences_of(key, answers)}
    raters = {answer.rater for answer in answers}
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path.with_name(f".{path.name}.lock"))):
        before = load_preferences(path) if path.exists() else []
        stays = [p for p in before if p.form != key.form or p.rater not in raters or p.id in wanted]
        known = {p.id for p in stays}
        new = [p for p in wanted.values() if p.id not in known]
        if new or len(stays) < len(before):
            _write(path, [*stays, *new])
    left_out = len(contradicting({key.form: key}, answers)) // 2
    return Kept(len(new), len(before) - len(stays), len(stays) + len(new), left_out)


def forget(path: Path, post_id: str) -> int:
    """Take out every line on the brief that was made from a post; returns how many those were.

    Args:
        path: of the file; nothing is done where there is none.
        post_id: of the post, which is also the id of its brief.
    """
    if not path.exists():
        return 0
    with FileLock(str(path.with_name(f".{path.name}.lock"))):
        before = load_preferences(path)
        stays = [p for p in before if p.brief != post_id]
        if len(stays) < len(before):
            _write(path, stays)
    return len(before) - len(stays)


def load_preferences(path: Path) -> list[Preference]:
    """Every line of a file.

    Raises:
        InputError: the file is missing, or a line is no preference; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(_preference(json.loads(line)))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise InputError(f"{path}, line {number} is no preference: {error}") from error
    return found


def usable(
    preferences: Iterable[Preference], test_from: Mapping[str, str] | None = None
) -> list[Preference]:
    """Those that may be trained on.

    Args:
        preferences: any.
        test_from: language → time of the oldest post of the present test split, as in a dataset's
            card. Given: all pairs of briefs older than that, and none else. None: all pairs
            without a held-out post; the model may then not be judged on these briefs.
    """
    if test_from is None:
        return [p for p in preferences if not p.held_out]
    return [p for p in preferences if p.when and _older(p.when, test_from.get(p.language))]


def as_dpo(
    preferences: Iterable[Preference], test_from: Mapping[str, str] | None = None
) -> list[dict[str, list[Message]]]:
    """Rows for TRL's DPOTrainer: `prompt`, `chosen`, `rejected` as chat messages.

    Args:
        preferences: any; see `usable` for which are taken.
        test_from: see `usable`.
    """
    return dpo_rows(usable(preferences, test_from))


def dpo_rows(preferences: Iterable[Preference]) -> list[dict[str, list[Message]]]:
    """As `as_dpo`, of pairs that are known to be usable."""
    return [
        {"prompt": list(p.prompt), "chosen": list(p.chosen), "rejected": list(p.rejected)}
        for p in preferences
    ]


def as_kto(
    preferences: Iterable[Preference], test_from: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Rows for TRL's KTOTrainer: `prompt`, `completion` as chat messages, and `label`.

    The label is whether the rater would publish the text, and where that was not said, whether it
    was the chosen one. A text that several pairs hold with one label stands once; one with both
    labels, as when raters differ, stands once with each.

    Args:
        preferences: any; see `usable` for which are taken.
        test_from: see `usable`.
    """
    return kto_rows(usable(preferences, test_from))


def kto_rows(preferences: Iterable[Preference]) -> list[dict[str, Any]]:
    """As `as_kto`, of pairs that are known to be usable."""
    rows: dict[str, dict[str, Any]] = {}
    for p in preferences:
        for completion, verdict, won in (
            (p.chosen, p.chosen_publishable, True),
            (p.rejected, p.rejected_publishable, False),
        ):
            label = won if verdict is None else verdict
            row = {"prompt": list(p.prompt), "completion": list(completion), "label": label}
            rows.setdefault(json.dumps(row, sort_keys=True), row)
    return list(rows.values())


def briefs(preferences: Iterable[Preference]) -> frozenset[str]:
    """Ids of the briefs, which a model that was tuned on these pairs may not be judged on."""
    return frozenset(p.brief for p in preferences)


def newest(preferences: Iterable[Preference]) -> str | None:
    """Time of the newest post behind these pairs: a fair test set begins after it."""
    return max((p.when for p in preferences if p.when), default=None)


def _write(path: Path, preferences: Iterable[Preference]) -> None:
    lines = (json.dumps(dataclasses.asdict(p), ensure_ascii=False) for p in preferences)
    write_whole(path, "".join(f"{line}\n" for line in lines))


def _of(key: Key, item: ReviewItem, answer: Answer, now: str) -> list[Preference]:
    chosen = item.side(answer.better)
    left = answer.better == "A"
    rejected = item.b if left else item.a
    said = (answer.publish_a, answer.publish_b) if left else (answer.publish_b, answer.publish_a)
    held_out = "human" in (chosen.arm, rejected.arm)
    found = [
        _make(key, item, answer, now, "choice", (chosen.text, rejected.text),
              (chosen.arm, rejected.arm), said, held_out)
    ]  # fmt: skip
    if answer.edit:
        # The person who edits a text would publish what came out, and not, as it was, what went in.
        found.append(
            _make(key, item, answer, now, _EDITED, (answer.edit, chosen.text),
                  (_EDITED, chosen.arm), (True, said[0]), chosen.arm == "human")
        )  # fmt: skip
    return found


def _make(
    key: Key,
    item: ReviewItem,
    answer: Answer,
    now: str,
    kind: str,
    texts: tuple[str, str],
    arms: tuple[str, str],
    publishable: tuple[bool | None, bool | None],
    held_out: bool,
) -> Preference:
    chosen, rejected = ({"role": "assistant", "content": text} for text in texts)
    made = Preference(
        "", kind, tuple(prompt(key.brand, key.language, item.brief)), (chosen,), (rejected,),
        *arms, *publishable, held_out, item.brief_id, item.when, key.brand, key.language, key.run,
        key.adapter, key.prompt_set, key.form, item.id, answer.rater, "", PROMPT_VERSION,
    )  # fmt: skip
    known = dataclasses.asdict(made)
    if made.prompt_version == _FIRST_PROMPTS:
        # As the ids of those lines were made.
        del known["prompt_version"]
    told = json.dumps(known, sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    return dataclasses.replace(made, id=digest, time=now)


def _preference(row: dict[str, Any]) -> Preference:
    messages = {name: tuple(row[name]) for name in ("prompt", "chosen", "rejected")}
    for name, each in messages.items():
        if not each or not all(
            isinstance(m, dict) and all(isinstance(m.get(k), str) for k in ("role", "content"))
            for m in each
        ):
            raise ValueError(f"{name} holds no chat messages")
    if not isinstance(row["held_out"], bool):
        raise ValueError("held_out is neither true nor false")
    return Preference(**{**row, **messages})


def _older(when: str, begins: str | None) -> bool:
    """Whether a post's time lies before the test split; not, where its beginning is unknown."""
    return bool(begins) and datetime.fromisoformat(when) < datetime.fromisoformat(str(begins))
