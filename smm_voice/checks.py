"""From plain values to a validated configuration, with the rules that span several keys."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from smm_voice.config import (
    BenchmarkConfig,
    BrandConfig,
    DatasetConfig,
    EvaluationConfig,
    ExportConfig,
    LoraConfig,
    MixingConfig,
    ModelConfig,
    PreferConfig,
    RetrainConfig,
    RetrainingConfig,
    ReviewConfig,
    SearchCommandConfig,
    TrainingConfig,
)
from smm_voice.errors import ConfigError
from smm_voice.validation import build, nearest

T = TypeVar("T")


def validate(
    schema: type[T],
    values: Mapping[str, Any],
    errors: Iterable[str] = (),
    further: Callable[[Any], list[str]] | None = None,
) -> T:
    """Turn plain values into `schema`, or raise one `ConfigError` with every fault.

    Args:
        schema: a dataclass of `smm_voice.config`.
        values: the composed configuration as plain dicts and lists.
        errors: faults found earlier (unknown overrides), reported together with the new ones.
        further: gives the faults that one command alone knows, of a configuration whose parts
            may be missing.
    """
    found = list(errors)
    config = build(schema, values, "", found)
    if isinstance(values, Mapping):
        found += cross_checks(config)
        found += further(config) if further else []
    if found:
        raise ConfigError(found)
    return typing.cast(T, config)


def cross_checks(config: Any) -> list[str]:
    """What is wrong between the keys of a configuration."""
    errors = []
    brand, dataset = getattr(config, "brand", None), getattr(config, "dataset", None)
    if isinstance(brand, BrandConfig):
        if brand.languages == []:
            errors.append("brand.languages must name at least one language")
        if not brand.sources:
            errors.append("brand.sources must name at least one source of posts")
        errors += [
            f"brand.sources[{i}].timezone: {source.timezone!r} is no zone, such as Europe/Paris"
            for i, source in enumerate(brand.sources or [])
            if source and source.timezone and not _is_zone(source.timezone)
        ]
        errors += _wrong_patterns(brand.remove or [])
        if brand.name in (brand.reference_brands or []):
            errors.append(f"brand.reference_brands must not name {brand.name!r} itself")
    shares = ("validation_share", "calibration_share", "test_share")
    if isinstance(dataset, DatasetConfig):
        held_out = [getattr(dataset, share) for share in shares]
        if all(isinstance(share, float) for share in held_out) and sum(held_out) > 0.8:
            errors.append(
                "dataset.validation_share, calibration_share and test_share leave less than "
                f"a fifth of the posts for training (they sum to {sum(held_out):g})"
            )
    if isinstance(config, BenchmarkConfig) and isinstance(config.sizes, list):
        if not config.sizes:
            errors.append("sizes must name at least one number of posts")
        if len(set(map(str, config.sizes))) < len(config.sizes):
            errors.append("sizes must not name a number twice")
    if isinstance(config, ReviewConfig) and config.action == "read" and not config.answers:
        errors.append("read needs answers=FILE or a folder of filled forms")
    if isinstance(config, PreferConfig) and config.method == "kto":
        size = config.preference.batch_size if config.preference else None
        if size == 1:
            errors.append(
                "preference.batch_size must be at least 2 for method=kto: it compares each text "
                "with another one of its batch"
            )
    if isinstance(config, ExportConfig) and isinstance(config.formats, list):
        if not config.formats:
            errors.append("formats must name at least one of safetensors, adapter, gguf")
        errors += [
            f"{key}={value} is of a GGUF file: say formats=[gguf] or formats=[safetensors,gguf]"
            for key, value in (("quantisation", config.quantisation),
                               ("llama_cpp", config.llama_cpp))
            if value and "gguf" not in config.formats
        ]  # fmt: skip
    model = getattr(config, "model", None)
    if isinstance(model, ModelConfig):
        errors += _wrong_source(model)
    if isinstance(model, ModelConfig) and model.terms and model.accept_terms is False:
        errors.append(terms_not_accepted(model, "model.accept_terms"))
    errors += _wrong_training(
        getattr(config, "lora", None), getattr(config, "training", None), model
    )
    training = getattr(config, "training", None)
    if isinstance(training, TrainingConfig):
        errors += _wrong_spread(training)
        if training.start_from and isinstance(config, RetrainConfig):
            errors.append(
                "training.start_from is not for a retraining, whose candidate has to be made again "
                "from data, base and configuration alone; take train.py"
            )
        if training.start_from and isinstance(config, SearchCommandConfig):
            errors.append(
                "training.start_from is not for a search: the start may have learned from the "
                "validation posts that judge the trials"
            )
    evaluation = getattr(config, "evaluation", None)
    if isinstance(evaluation, EvaluationConfig):
        base = [model.name] if isinstance(model, ModelConfig) else []
        errors += _wrong_judge(evaluation, base)
        asked = evaluation.fact_judge
        if asked and asked.url and not asked.model:
            errors.append("evaluation.fact_judge.model must name the model behind the address")
    retraining = getattr(config, "retraining", None)
    told = retraining.notification if isinstance(retraining, RetrainingConfig) else None
    if told and told.smtp_variable and not (told.email_from and told.email_to):
        errors.append("retraining.notification.smtp_variable needs email_from and email_to")
    return errors


def _wrong_training(lora: Any, training: Any, model: Any) -> list[str]:
    """What does not go together in an adapter and its training."""
    errors = []
    if isinstance(lora, LoraConfig):
        if lora.moves_base and lora.dora:
            errors.append(
                f"lora.initialisation={lora.initialisation} and lora.dora exclude each other: such "
                "an adapter cannot be saved for the untouched base"
            )
        if lora.moves_base and isinstance(model, ModelConfig) and model.quantisation:
            errors.append(
                f"lora.initialisation={lora.initialisation} takes its start out of the base "
                "weights, which model.quantisation rounds: choose one of the two"
            )
        if lora.initialisation == "orthogonal" and isinstance(lora.rank, int) and lora.rank % 2:
            errors.append(
                f"lora.initialisation=orthogonal needs an even lora.rank, not {lora.rank}"
            )
        if lora.moves_base and getattr(training, "kernels", None) == "fused":
            errors.append(
                f"training.kernels=fused holds the base weights in fewer digits, which "
                f"lora.initialisation={lora.initialisation} cannot do with: take auto"
            )
    if isinstance(training, TrainingConfig) and training.schedule == "warmup_stable_decay":
        shares = (training.warmup_share, training.decay_share)
        if all(isinstance(each, float) for each in shares) and sum(shares) > 1:
            errors.append(
                f"training.warmup_share={shares[0]:g} and training.decay_share={shares[1]:g} leave "
                "warmup_stable_decay no steps between them: together they may be 1 at most"
            )
    mixing = getattr(training, "mixing", None)
    if isinstance(mixing, MixingConfig):
        if mixing.path and mixing.replay:
            errors.append("training.mixing takes path or replay, not both")
        if mixing.share and not (mixing.path or mixing.replay):
            errors.append("training.mixing.share needs training.mixing.path or replay=true")
        if (mixing.path or mixing.replay) and mixing.share == 0:
            errors.append("training.mixing.share must say how much is mixed in, such as 0.2")
    return errors


def terms_not_accepted(model: ModelConfig, key: str) -> str:
    """What to read and which key to set before a model under its own terms is used."""
    return (
        f"model {model.name} comes under the terms {model.terms} ({model.licence}): read them, "
        f"and say {key}=true if you accept them"
    )


def _wrong_spread(training: TrainingConfig) -> list[str]:
    """What several processes cannot do."""
    spread = training.distributed
    values = (training.batch_size, training.accumulation, spread and spread.processes)
    if not spread or not all(isinstance(each, int) for each in values):
        return []  # told already
    if spread.kind == "none":
        if spread.processes > 1:
            return ["training.distributed.processes needs training/distributed=ddp or fsdp2"]
        return []
    errors = []
    if spread.kind == "fsdp2" and training.kernels == "fused":
        errors.append("training.kernels=fused is not for training/distributed=fsdp2; take auto")
    if spread.kind == "fsdp2" and training.find_batch_size:
        errors.append(
            "training.find_batch_size is not for training/distributed=fsdp2: memory is measured on "
            "a whole model; set training.batch_size and training.accumulation"
        )
    if spread.kind == "fsdp2" and training.samples:
        errors.append("training.samples is not for training/distributed=fsdp2; take samples=0")
    if spread.kind == "fsdp2" and training.general_check:
        errors.append("training.general_check is not for training/distributed=fsdp2")
    if training.accumulation % spread.processes and training.batch_size % spread.processes:
        errors.append(
            f"{spread.processes} processes cannot share training.batch_size={training.batch_size} "
            f"× training.accumulation={training.accumulation}: one of the two has to be a multiple "
            f"of {spread.processes}"
        )
    return errors


def _wrong_source(model: ModelConfig) -> list[str]:
    """A base model comes from one place; the files of a hub's model may lie in a folder."""
    if (model.package is None) == (model.path is None and model.hub is None):
        return ["model needs exactly one of package (with file), hub and path"]
    if model.package and not model.file:
        return ["model.package needs model.file, the file inside it"]
    if model.revision and not model.hub:
        return ["model.revision is of a model of the hub, and model.hub is null"]
    return []


def _wrong_judge(evaluation: EvaluationConfig, base: list[str]) -> list[str]:
    model = evaluation.judge_model
    known = ["auto", "base", "ngram", *([model.name] if model else []), *base]
    if evaluation.judge not in known:
        hint = nearest(str(evaluation.judge), known)
        return [f"evaluation.judge must be one of {', '.join(known)}{hint}"]
    if model and evaluation.judge == model.name and model.terms and model.accept_terms is False:
        return [terms_not_accepted(model, "evaluation.judge_model.accept_terms")]
    return []


def _is_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _wrong_patterns(entries: Iterable[str]) -> list[str]:
    """What is wrong with the regular expressions among `brand.remove`."""
    import regex

    errors = []
    for entry in entries:
        if isinstance(entry, str) and len(entry) > 2 and entry[0] == entry[-1] == "/":
            try:
                regex.compile(entry[1:-1])
            except regex.error as error:
                errors.append(f"brand.remove: {entry} is no regular expression: {error}")
    return errors
