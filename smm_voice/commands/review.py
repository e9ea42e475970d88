"""`scripts/review.py`: people say which post sounds more like the brand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from smm_voice.commands.console import say
from smm_voice.config import ReviewConfig, Workspace
from smm_voice.errors import InputError
from smm_voice.evaluation import record
from smm_voice.posts import generation_log
from smm_voice.review import kept, preferences
from smm_voice.review.agreement import agreement, in_order
from smm_voice.review.answers import Answer, check, forms_of
from smm_voice.review.files import Filled, read_filled
from smm_voice.review.forms import write_forms
from smm_voice.review.generated import edited_texts, shown_texts
from smm_voice.review.items import Key, choose, read_key, write_key
from smm_voice.review.told import counted, in_words, paragraph, table
from smm_voice.text.languages import primary
from smm_voice.tracking.store import Store

_RUN_ID = re.compile(r"[0-9a-f]{32}")


def review(config: ReviewConfig) -> int:
    """Do what `config.action` says."""
    from smm_voice.tracking.store import open_store

    workspace = Workspace(Path(config.workspace), Path(config.repository))
    store = open_store(config.tracking, workspace, config.brand.name, config.brand.title)
    runs = workspace.runs / config.brand.name
    if config.action == "read":
        return _read(config, runs, store)
    if config.action == "collect":
        return _collect(config, runs, store)
    key = _ask(config, runs, store)
    home = runs / key.run / "review"
    if config.action == "queue":
        return _queue(config, key, store)
    folder = Path(config.output) if config.output else home / f"form-{key.form}"
    if folder.resolve() == (home / "keys").resolve():
        raise InputError(f"output={folder} holds the keys; forms go elsewhere, or are not blind")
    _describe(key)
    for path in write_forms(key, folder, _language(config)):
        say(f"  {path}")
    say(
        "Three times the same form: each rater fills one of them. Which arm stands where is in "
        f"{_key_path(runs, key.run, key.form)}: keep that from raters.\nThen: python "
        f"scripts/review.py brand={config.brand.name} read answers=FILE_OR_FOLDER"
    )
    return 0


def _ask(config: ReviewConfig, runs: Path, store: Store) -> Key:
    """Choose the items of the evaluation, and keep the key."""
    from smm_voice.tracking.registry import run_file
    from smm_voice.tracking.review_log import evaluation_run

    run = evaluation_run(store, config.brand.name, config.run)
    evaluation = record.read(run_file(run, record.PATH))
    pairs = [(first, second) for first, _, second in (p.partition(":") for p in config.pairs)]
    language = primary(config.brand.languages[0])
    key = choose(evaluation, run, language, pairs, config.n, config.repeats, config.seed)
    write_key(key, _key_path(runs, run, key.form))
    # A rater may publish what a form shows, as it is or edited.
    generation_log.note(_generation_log(config), shown_texts(key, datetime.now(UTC)))
    return key


def _queue(config: ReviewConfig, key: Key, store: Store) -> int:
    from smm_voice.tracking.review_queue import open_queue

    _describe(key)
    queue = open_queue(store, key, config.rater, _language(config))
    news = f"{queue.added} new" if queue.added else "all there already"
    say(f"MLflow review queue {queue.name!r}: {queue.items} items, {news}.")
    say(f"  {queue.address}")
    say(
        "One queue a rater: say the command again with rater=LABEL for another one. When they are "
        f"done: python scripts/review.py brand={config.brand.name} collect"
    )
    return 0


def _describe(key: Key) -> None:
    once = [item.pair for item in key.items if not item.repeats]
    again = len(key.items) - len(once)
    asked = ", ".join(f"{once.count(pair)} of {' against '.join(pair)}" for pair in in_order(once))
    say(f"Form {key.form} on run {key.run}: {asked}; {again} of them shown twice.")
    if key.left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in key.left_out.items())
        say(f"Briefs that were left out: {reasons}.")


def _read(config: ReviewConfig, runs: Path, store: Store) -> int:
    filled = read_filled(Path(config.answers or ""))
    if config.rater:
        if len(filled) > 1:
            raise InputError(
                f"rater={config.rater} is one rater, and there are {len(filled)} filled forms; "
                "read them one by one, or let each say its rater"
            )
        filled = [Filled(each.source, config.rater, each.rows) for each in filled]
    keys = {}
    for form in sorted(forms_of(filled)):
        found = _find_key(runs, form, config.run)
        if found:
            keys[form] = found
    return _take(config, runs, store, keys, check(filled, keys, config.incomplete))


def _collect(config: ReviewConfig, runs: Path, store: Store) -> int:
    from smm_voice.tracking.review_log import evaluation_run
    from smm_voice.tracking.review_queue import collect

    run = evaluation_run(store, config.brand.name, config.run)
    keys = _keys(runs, run)
    found = collect(store, keys, _language(config))
    for each in found:
        answered = sum(len(filled.rows) for filled in each.filled)
        say(f"{each.queue}: {answered} answered, {each.pending} open")
    filled = [rows for each in found for rows in each.filled]
    if not filled:
        say("Nothing is answered yet.")
        return 0
    # What is open in a queue is still to come.
    return _take(config, runs, store, keys, check(filled, keys, incomplete=True))


def _take(
    config: ReviewConfig,
    runs: Path,
    store: Store,
    keys: Mapping[str, Key],
    answers: Sequence[Answer],
) -> int:
    """Keep answers and preferences, work out the agreement, log and tell it; run by run."""
    from smm_voice.tracking.links import run_page

    if any(answer.rater.startswith("unknown-") for answer in answers):
        say(
            "Some answers come without a rater's label: corrected and read again, they would count "
            "as another rater's. rater=LABEL gives them one."
        )
    for form, key in keys.items():
        own = [answer for answer in answers if key.item(answer.item)]
        if not own:
            continue
        reading = kept.keep(_answers_path(runs, key.run, form), own)
        say(
            f"Form {form}: {reading.added} answers taken over, {reading.changed} changed, "
            f"{reading.known} known already."
        )
        noted = _generation_log(config)
        edits = edited_texts(key, own, generation_log.read(noted.parent), datetime.now(UTC))
        generation_log.note(noted, edits)
        path = runs / preferences.PATH
        written = preferences.keep(path, key, reading.answers)
        said = f"{path}: {written.added} preferences new, {written.removed} taken back, "
        if written.contradicted:
            said += f"{written.contradicted} left out (chosen otherwise when shown again), "
        say(f"{said}{written.total} in all.")
    for run in dict.fromkeys(key.run for key in keys.values()):
        # Whoever reads at the same time logs after this, from all answers.
        with FileLock(str(runs / run / "review" / ".log.lock")):
            _log(runs, run)
        say(f"  {run_page(store, run)}")
    return 0


def _log(runs: Path, run: str) -> None:
    """The agreement over all answers to all forms of an evaluation."""
    from smm_voice.tracking.registry import run_file
    from smm_voice.tracking.review_log import log_review

    keys = _keys(runs, run)
    answers = [a for form in keys for a in kept.load(_answers_path(runs, run, form))]
    if not answers:
        return
    subject = record.read(run_file(run, record.PATH)).subject
    found = agreement(keys, answers, subject)
    log_review(
        run, found.metrics(), table(keys, answers), paragraph(found),
        {"smm.reviewed": counted(found)},
    )  # fmt: skip
    say(f"\n{counted(found)}:")
    for line in in_words(found):
        say(f"  {line}")


def _generation_log(config: ReviewConfig) -> Path:
    workspace = Workspace(Path(config.workspace), Path(config.repository))
    return workspace.generation_log(config.brand.name)


def _keys(runs: Path, run: str) -> dict[str, Key]:
    folder = runs / run / "review" / "keys"
    return {path.stem: read_key(path) for path in sorted(folder.glob("f*.json"))}


def _find_key(runs: Path, form: str, run: str | None) -> Key | None:
    """The key of a form; its id has been checked, and so is a folder that may name a run."""
    for path in sorted(runs.glob(f"*/review/keys/{form}.json")):
        folder = path.parents[2].name
        if _RUN_ID.fullmatch(folder) and run in (None, folder):
            return read_key(path)
    return None


def _key_path(runs: Path, run: str, form: str) -> Path:
    return runs / run / "review" / "keys" / f"{form}.json"


def _answers_path(runs: Path, run: str, form: str) -> Path:
    return runs / run / "review" / "answers" / f"{form}.json"


def _language(config: ReviewConfig) -> str:
    return config.language or primary(config.brand.languages[0])
