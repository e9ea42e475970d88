"""Forms as review queues of MLflow: each item a trace, each question a label schema.

A queue is one rater's. MLflow without a log-in calls everyone `default`, and an item of a queue is
done as soon as anyone has answered it, so that two raters on one queue would share the work
instead of judging the same items.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.review.files import Filled
from smm_voice.review.items import Key, ReviewItem
from smm_voice.review.words import BETTER, Words, words
from smm_voice.tracking import patience
from smm_voice.tracking.store import Store

_ITEM_TAG = "smm.review_item"
_KIND_TAG = "smm.kind"
_NAMED = re.compile(r"Review (f[0-9a-f]{7})(?: \((?P<rater>[a-z0-9][a-z0-9_-]*)\))?")
_QUESTIONS = ("better", "publish_a", "publish_b", "edit", "notes")
_LONGEST_NAME = 250
_PAGE = 100
# What is markup anywhere, and what is at the beginning of a line, where MLflow shows a message.
_MARKUP = re.compile(r"([\\`*_\[\]<>~|&$])")
_LINE_MARKUP = re.compile(r"^(\d*)([#+\-=.)])")


@dataclass(frozen=True)
class Queue:
    """A queue as it stands.

    Attributes:
        name: in the UI.
        address: where it is answered.
        items: attached.
        added: of these, new ones.
    """

    name: str
    address: str
    items: int
    added: int


@dataclass(frozen=True)
class Collected:
    """What a queue holds by now.

    Attributes:
        queue: its name.
        filled: answered items by rater.
        pending: items nobody has answered.
    """

    queue: str
    filled: tuple[Filled, ...]
    pending: int


def open_queue(store: Store, key: Key, rater: str | None, language: str) -> Queue:
    """Make the queue with its questions and items; what is there already is left as it is.

    An interrupted one is completed. Nothing of it tells the arms: a trace holds the brief, the two
    texts and the item's id.

    Raises:
        SmmVoiceError: not every item was stored.
    """
    from mlflow.genai import review_queues

    name = f"Review {key.form}" + (f" ({rater})" if rater else "")
    schemas = _schemas(store, key, language)
    queue = next((q for q in _queues(store) if q.name == name), None)
    if queue is None:
        queue = review_queues.create_review_queue(
            name, queue_type="custom", users=[], experiment_id=store.experiment_id,
            schema_ids=list(schemas.values()),
        )  # fmt: skip
    there = {item for item, _, _ in _items(queue.queue_id)}
    # The UI shows last what was attached first.
    missing = [item for item in reversed(key.items) if item.id not in there]
    traces = [_trace(store, item, words(language)) for item in missing]
    _flush()
    for trace in traces:
        review_queues.add_items_to_review_queue(queue.queue_id, item_ids=[trace])
        time.sleep(0.002)  # the order is by the millisecond
    attached = len({item for item, _, _ in _items(queue.queue_id)})
    if attached < len(key.items):
        raise SmmVoiceError(
            f"the queue {name!r} holds {attached} of {len(key.items)} items: MLflow has lost some; "
            "say the same command again"
        )
    address = (
        f"{store.ui}/#/experiments/{store.experiment_id}/review-queue"
        f"?selectedQueueId={queue.queue_id}&startReview=true"
    )
    return Queue(name, address, attached, len(missing))


def collect(store: Store, keys: Mapping[str, Key], language: str) -> list[Collected]:
    """What was answered in the queues of these forms.

    A queue that was made for a label holds that rater's answers, and so long as one person alone
    has answered it. Whoever else MLflow knows, by a log-in that may be a name or an address,
    becomes a label that cannot be turned back.
    """
    found = []
    for queue in _queues(store):
        named = _NAMED.fullmatch(queue.name)
        key = keys.get(named.group(1)) if named else None
        if named is None or key is None:
            continue
        fields = {
            name: field
            for each in ("en", "fr", language)
            for field, name in _names(key, words(each)).items()
        }
        rows: dict[str, list[tuple[str, dict[str, str]]]] = {}
        pending = 0
        for item, status, trace in _items(queue.queue_id):
            said = _said(trace, fields)
            if status != "complete" or not said:
                pending += 1
                continue
            for source, values in said.items():
                place = f"queue {queue.name}, item {item}"
                rows.setdefault(source, []).append((place, {"item": item, **values}))
        label = named.group("rater")
        filled = tuple(
            Filled(
                f"queue {queue.name}",
                label if label and len(rows) == 1 else _pseudonym(queue.queue_id, source),
                listed,
            )
            for source, listed in rows.items()
        )
        found.append(Collected(queue.name, filled, pending))
    if not found:
        raise InputError(
            f"there is no queue of the forms {', '.join(sorted(keys)) or '(none)'}: make one with "
            "the action queue"
        )
    return found


def _names(key: Key, told: Words) -> dict[str, str]:
    """Field → name of its question, which is also the name of the answer."""
    return {
        field: getattr(told, field).replace("{brand}", key.brand)[:_LONGEST_NAME]
        for field in _QUESTIONS
    }


def _schemas(store: Store, key: Key, language: str) -> dict[str, str]:
    """Field → id of its label schema, made where it is missing."""
    from mlflow.genai import label_schemas

    told = words(language)
    there = {each.name: each for each in _all_schemas(store)}
    inputs: dict[str, Any] = {
        "better": label_schemas.InputCategorical([told.choice(value) for value in BETTER]),
        "publish_a": label_schemas.InputPassFail(told.yes, told.no),
        "publish_b": label_schemas.InputPassFail(told.yes, told.no),
        "edit": label_schemas.InputText(),
        "notes": label_schemas.InputText(),
    }
    found = {}
    names = _names(key, told)
    # The UI shows the newest question first.
    for field in reversed(_QUESTIONS):
        schema = there.get(names[field])
        if schema is None:
            schema = label_schemas.create_label_schema(
                names[field], type="feedback", input=inputs[field],
                experiment_id=store.experiment_id,
            )  # fmt: skip
            time.sleep(0.002)
        found[field] = schema.schema_id
    return found


def _all_schemas(store: Store) -> Iterator[Any]:
    from mlflow.genai import label_schemas

    token = None
    while True:
        page = label_schemas.list_label_schemas(store.experiment_id, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _queues(store: Store) -> Iterator[Any]:
    from mlflow.genai import review_queues

    token = None
    while True:
        page = review_queues.list_review_queues(
            experiment_id=store.experiment_id, max_results=_PAGE, page_token=token
        )
        yield from page
        token = page.token
        if not token:
            return


def _items(queue_id: str) -> Iterator[tuple[str, str, Any]]:
    """(item id, status, trace) of each item; those whose trace is gone are left out."""
    from mlflow.exceptions import MlflowException
    from mlflow.genai import review_queues

    client = patience.client()
    token = None
    while True:
        page = review_queues.list_review_queue_items(queue_id, max_results=_PAGE, page_token=token)
        for attached in page:
            try:
                trace = client.get_trace(attached.item_id)
            except MlflowException:
                continue
            item = trace.info.tags.get(_ITEM_TAG) if trace else None
            if item:
                yield item, str(attached.status.value), trace
        token = page.token
        if not token:
            return


def _trace(store: Store, item: ReviewItem, told: Words) -> str:
    """An item as a trace that the review page shows as a question and an answer."""
    import mlflow

    brief = _markdown(item.brief)
    sides = f"**{told.a}**\n\n{_markdown(item.a.text)}\n\n**{told.b}**\n\n{_markdown(item.b.text)}"
    span = mlflow.start_span_no_context(
        "review",
        inputs={"messages": [{"role": "user", "content": brief}]},
        experiment_id=store.experiment_id,
        tags={_ITEM_TAG: item.id, _KIND_TAG: "review"},
    )
    span.set_outputs({"choices": [{"message": {"role": "assistant", "content": sides}}]})
    span.end()
    return str(span.trace_id)


def _flush() -> None:
    """Wait until every trace is stored; MLflow's own words about that are for its developers."""
    import mlflow

    logging.getLogger("mlflow.tracing.export.async_export_queue").setLevel(logging.WARNING)
    mlflow.flush_trace_async_logging()


def _markdown(text: str) -> str:
    """A text that Markdown shows as it is: marks escaped, line breaks kept, nothing loaded."""
    lines = [_MARKUP.sub(r"\\\1", line.strip()) for line in text.split("\n")]
    lines = [_LINE_MARKUP.sub(r"\1\\\2", line) for line in lines]
    # Two spaces at the end keep the line.
    return "\n".join(f"{line}  " if line else "" for line in lines).rstrip()


def _said(trace: Any, fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Who → field → what was answered; the latest of several answers to one question."""
    said: dict[str, dict[str, str]] = {}
    assessments = sorted(trace.info.assessments or (), key=lambda a: a.last_update_time_ms or 0)
    for each in assessments:
        field = fields.get(each.name)
        value = getattr(each, "value", None)
        if field is None or each.valid is False or value is None:
            continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        said.setdefault(str(each.source.source_id), {})[field] = str(value)
    return said


def _pseudonym(queue_id: str, source: str) -> str:
    digest = hashlib.sha256(f"{queue_id}:{source}".encode()).hexdigest()
    return f"unknown-{digest[:6]}"
