"""`train.py`: dataset, fine-tuning, evaluation of all arms, tracking, registration, verdict."""

from __future__ import annotations

import dataclasses
import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from smm_voice.commands import evaluate, outcome
from smm_voice.commands.beginning import origin_of, origin_tags
from smm_voice.commands.build_dataset import describe
from smm_voice.commands.console import say
from smm_voice.commands.datasets import check_unseen, dataset_of
from smm_voice.commands.evaluate import Evaluated
from smm_voice.commands.general import GeneralCheck, general_rows
from smm_voice.commands.watching import watching
from smm_voice.config import TrainConfig, Workspace
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.learned import data_until
from smm_voice.errors import LockHeldError
from smm_voice.evaluation.arms import SUBJECT
from smm_voice.evaluation.provenance import commit, provenance
from smm_voice.models.adapters import AdapterOrigin, read_origin
from smm_voice.models.base import BaseModel, check_at_hand, load, prepare
from smm_voice.models.memory import release
from smm_voice.tracking.links import model_version as version_page
from smm_voice.training import spread
from smm_voice.training.key import run_key

if TYPE_CHECKING:
    from smm_voice.evaluation.run import Evaluation
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store
    from smm_voice.training.run import Trained

log = logging.getLogger(__name__)

_KEY = "key.json"
# Rows from which MLflow makes a dataset's schema and profile.
_MOST_LOGGED = 10_000
_CHECKPOINTS = "checkpoints"


def train(config: TrainConfig) -> int:
    """Run the whole job; the verdict does not change the exit status."""
    from smm_voice.tracking import aliases, registry
    from smm_voice.tracking.store import open_store

    spread.count(config.training.distributed)
    if spread.rank():
        from smm_voice.training.follow import follow

        follow(config.training.distributed)
        return 0
    workspace = Workspace.of(config)
    brand = config.brand
    check_at_hand(config.model)
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    describe(dataset)
    check_unseen(dataset, brand, config.tracking, workspace)
    base = prepare(config.model)
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    made = run(config, dataset, base, store)
    if made.version:
        # The first model that beats the prompt is the one in use; any later one has to be judged
        # against it before it may replace it.
        if made.evaluation.better and not registry.has_champion(brand.name):
            aliases.promote(made.version, "train", datetime.now(UTC))
            alias = aliases.CHAMPION
        else:
            registry.set_alias(made.version, aliases.CHALLENGER)
            alias = aliases.CHALLENGER
        say(f"Registered {made.version.name} version {made.version.version} as {alias}")
    outcome.show(made.evaluation, made.links)
    return 0


@dataclass(frozen=True)
class Made:
    """A finished training.

    Attributes:
        run: id of its MLflow run.
        evaluation: of the trained model and its rivals.
        version: registered, without an alias; None where nothing is registered.
        links: where to look.
    """

    run: str
    evaluation: Evaluation
    version: Version | None
    links: dict[str, str]


def run(
    config: TrainConfig,
    dataset: Dataset,
    base: BaseModel,
    store: Store,
    tags: Mapping[str, object] | None = None,
) -> Made:
    """Fine-tune, evaluate, log and register; goes on where a run of the same key was stopped.

    Args:
        config: of the training.
        dataset: built from it.
        base: the prepared base model.
        store: of the brand.
        tags: further tags of the run, and of the version those that begin with `smm.`.

    Raises:
        LockHeldError: the very same training is running.
    """
    config = dataclasses.replace(config, model=base.pinned(config.model))
    further = dict(tags or {})
    name = f"{config.model.name}-{dataset.fingerprint[:6]}"
    facts = provenance(Path(config.repository))
    with training(config, dataset, base, store, name, "train", further) as (run, trained):
        made = _evaluate(run, config, dataset, store, base, trained, facts)
        links = made.links
        version = None
        if config.tracking.register:
            own = {k: v for k, v in further.items() if k.startswith("smm.")}
            key = run_key(config, dataset.fingerprint, base)
            version = _register(run, config, dataset, trained, key, own)
            links |= {"Model": version_page(store, version.name, version.version)}
        run.note(outcome.note(made.evaluation, links))
    return Made(run.id, made.evaluation, version, links)


@contextmanager
def training(
    config: TrainConfig,
    dataset: Dataset,
    base: BaseModel,
    store: Store,
    name: str,
    kind: str,
    tags: Mapping[str, object],
    parameters: Mapping[str, object] | None = None,
) -> Iterator[tuple[Run, Trained]]:
    """A fine-tuning in a run of its own; what is done with the adapter is of the same run.

    Goes on where a run of the same key was stopped, whatever it was made for.

    Args:
        config: of the training.
        dataset: built from it.
        base: the prepared base model.
        store: of the brand.
        name: of the run.
        kind: of the run.
        tags: further tags of the run.
        parameters: further parameters of the run.

    Raises:
        InputError: `training.start_from` is no start, or has learned from the test period.
        LockHeldError: the very same training is running.
    """
    from smm_voice.tracking import run as tracking

    config = dataclasses.replace(config, model=base.pinned(config.model))
    workspace = Workspace.of(config)
    runs = workspace.runs / config.brand.name
    runs.mkdir(parents=True, exist_ok=True)
    key = run_key(config, dataset.fingerprint, base)
    origin = origin_of(config, dataset, base)
    with _only_one(runs, key):
        for run_id in tracking.mark_killed(store, runs):
            say(f"Run {run_id} was killed; it is marked FAILED")
        if config.training.check_memory:
            from smm_voice.training.memory import check_loading

            check_loading(base)
        model, tokenizer = load(base)
        from smm_voice.training.fit import check_fit

        validation = dataset.splits["validation"]
        fit = check_fit(model, tokenizer, config.model, validation, config.brand.name)
        known = {
            "smm.dataset_fingerprint": dataset.fingerprint,
            "smm.git_sha": commit(workspace.repository),
            "smm.run_key": key,
            **origin_tags(config, origin),
            **tags,
        }
        with tracking.start(store, name, kind, runs, known) as run:
            (run.folder / _KEY).write_text(json.dumps({"key": key}), encoding="utf-8")
            resumed = _take_over(runs, run.folder, key)
            if resumed:
                say(f"Going on where run {resumed} stopped")
                run.tags({"smm.resumed_from": resumed})
            _log_inputs(run, config, dataset, fit)
            run.parameters(parameters or {})
            trained = _fine_tune(run, config, dataset, base, origin, model, tokenizer)
            del model
            release()
            yield run, trained
            shutil.rmtree(run.folder / _CHECKPOINTS, ignore_errors=True)


@contextmanager
def _only_one(runs: Path, key: str) -> Iterator[None]:
    try:
        with FileLock(str(runs / f".{key}.lock"), timeout=0):
            yield
    except Timeout:
        raise LockHeldError(
            f"the same training (key {key}) is running at the moment; wait for it, or change "
            "something, such as training.seed"
        ) from None


def _take_over(runs: Path, folder: Path, key: str) -> str | None:
    """Move the checkpoints of an unfinished run with the same key into `folder`."""
    from smm_voice.training.checkpoints import newest_checkpoint, take_over

    unfinished = [
        path.parent
        for path in runs.glob(f"*/{_KEY}")
        if path.parent != folder
        and newest_checkpoint(path.parent)
        and json.loads(path.read_text(encoding="utf-8")).get("key") == key
    ]
    if not unfinished:
        return None
    newest = max(unfinished, key=lambda path: path.stat().st_mtime)
    take_over(newest, folder)
    return newest.name


def _log_inputs(run: Run, config: TrainConfig, dataset: Dataset, fit: dict[str, float]) -> None:
    run.parameters(
        {
            "brand": config.brand.name,
            "base_model": config.model.name,
            "dataset": dataset.fingerprint,
            "lora_rank": config.lora.rank,
            "lora_alpha": config.lora.alpha,
            "learning_rate": config.training.learning_rate,
            "epochs": config.training.epochs,
            "batch_size": config.training.batch_size * config.training.accumulation,
            "maximum_examples": config.training.maximum_examples,
            "temperature": config.generation.temperature,
            "top_p": config.generation.top_p,
            "seed": config.training.seed,
        }
    )
    run.metrics({f"train/base_bits_per_byte_{language}": v for language, v in fit.items()})
    resolved = dataclasses.asdict(config)
    import yaml

    run.text(yaml.safe_dump(resolved, sort_keys=False, allow_unicode=True), "config/resolved.yaml")
    run.file(dataset.folder / "card.md", "dataset")
    run.file(dataset.folder / "card.html", "dataset")
    run.file(dataset.folder / "card.json", "dataset")
    sample = dataset.splits["train"][-_MOST_LOGGED:]
    rows = [{"brief": e.brief, "text": e.text} for e in sample]
    run.dataset(rows, f"{config.brand.name}-train", dataset.fingerprint, dataset.folder)


def _fine_tune(
    run: Run, config: TrainConfig, dataset: Dataset, base: BaseModel, origin: AdapterOrigin,
    model: Any, tokenizer: Any,
) -> Trained:  # fmt: skip
    from smm_voice.training.lesson import Lesson
    from smm_voice.training.run import Loaded
    from smm_voice.training.run import train as fine_tune

    check = GeneralCheck(config, model, tokenizer)
    lesson = Lesson(
        dataset.splits["train"], dataset.splits["validation"], config.brand.title, origin,
        general_rows(config, base, model, tokenizer),
    )  # fmt: skip
    trained = fine_tune(
        Loaded(model, tokenizer, base), lesson, config.lora, config.training, run.folder,
        watching(run, config, tokenizer),
    )  # fmt: skip
    run.metrics(
        {
            "train/best_validation_loss": trained.loss_after,
            "train/tokens_per_second": trained.tokens_per_second,
            "train/seconds": trained.seconds,
            "train/steps": trained.steps,
            "train/examples": trained.examples,
            "train/too_long": trained.too_long,
            "train/general_examples": trained.general,
        }
    )
    run.tags({"smm.precision": trained.precision.name})
    say(
        f"Trained in {trained.seconds / 60:.1f} minutes ({trained.precision.name}): validation "
        f"loss {trained.loss_before:.2f} → {trained.loss_after:.2f}"
    )
    check.after(run)
    return trained


def _evaluate(
    run: Run,
    config: TrainConfig,
    dataset: Dataset,
    store: Store,
    base: BaseModel,
    trained: Trained,
    facts: dict[str, Any],
) -> Evaluated:
    from smm_voice.evaluation.model import System

    subject = System(SUBJECT, trained.adapter, base, f"run {run.id}")
    return evaluate.in_run(
        run, config, dataset, store, subject, config.model, trained.precision.name, facts,
        config.training.maximum_examples,
    )  # fmt: skip


def _register(
    run: Run,
    config: TrainConfig,
    dataset: Dataset,
    trained: Trained,
    key: str,
    tags: Mapping[str, object],
) -> Version:
    from smm_voice.tracking import registry

    return registry.register(
        run, config.brand, config.model, config.generation, trained.adapter,
        {
            "smm.dataset_fingerprint": dataset.fingerprint,
            "smm.run": run.id,
            "smm.run_key": key,
            **origin_tags(config, read_origin(trained.adapter)),
            "smm.data_until": data_until(dataset),
            "smm.posts": dataset.card["kept"],
            **tags,
        },
        dataset, config.evaluation, Path(config.repository),
    )  # fmt: skip
