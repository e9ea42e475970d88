"""Schemas of every configuration group.

The values live in `conf/`; a dataclass here says which keys exist and what they may hold.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from smm_voice.errors import ConfigError
from smm_voice.validation import build, rule

T = TypeVar("T")

NAME_PATTERN = r"[a-z0-9][a-z0-9_-]*"
LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where some of a brand's posts lie: a file, a folder or a zip.

    `columns` maps a Post field (text, created_at, …) to the column or key of a generic file.
    """

    path: str
    format: str = "auto"
    account: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BrandConfig:
    """A voice to learn. Pure data: a brand file may come from anywhere."""

    name: str = rule(pattern=NAME_PATTERN)
    languages: list[str] = rule(pattern=LANGUAGE_PATTERN)
    sources: list[SourceConfig] = field(default_factory=list)
    display_name: str | None = None
    platforms: list[str] = rule([], pattern=NAME_PATTERN)
    style_guide: str | None = None
    facts: str | None = None
    reference_brands: list[str] = rule([], pattern=NAME_PATTERN)

    @property
    def title(self) -> str:
        """The name as people write it."""
        return self.display_name or self.name


@dataclass(frozen=True, kw_only=True)
class DatasetConfig:
    """How posts become a dataset."""

    minimum_posts: int = rule(minimum=8)
    minimum_words: int = rule(minimum=1)
    include_replies: bool
    include_reposts: bool
    near_duplicate_similarity: float = rule(minimum=0.3, maximum=1)
    cluster_similarity: float = rule(minimum=0.2, maximum=1)
    validation_share: float = rule(minimum=0.01, maximum=0.4)
    calibration_share: float = rule(minimum=0.01, maximum=0.4)
    test_share: float = rule(minimum=0.01, maximum=0.5)


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """A base model.

    `package` names an installed Python package and `file` the GGUF file inside it; `path` names
    a local folder in transformers' format. One of the two is set.
    """

    name: str = rule(pattern=NAME_PATTERN)
    languages: list[str] = rule(pattern=LANGUAGE_PATTERN)
    licence: str
    maximum_bits_per_byte: float = rule(minimum=0.1)
    force: bool
    package: str | None = None
    file: str | None = None
    sha256: str | None = rule(None, pattern="[0-9a-f]{64}")
    path: str | None = None


@dataclass(frozen=True, kw_only=True)
class LoraConfig:
    """Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685)."""

    rank: int = rule(minimum=1, maximum=512)
    alpha: float = rule(minimum=0)
    dropout: float = rule(minimum=0, maximum=0.9)
    targets: str
    rslora: bool


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """The fine-tuning run."""

    epochs: float = rule(minimum=0)
    maximum_examples: int = rule(minimum=1)
    batch_size: int = rule(minimum=1)
    accumulation: int = rule(minimum=1)
    learning_rate: float = rule(minimum=0)
    warmup_share: float = rule(minimum=0, maximum=1)
    schedule: str = rule(choices=("linear", "cosine", "constant_with_warmup"))
    weight_decay: float = rule(minimum=0)
    gradient_clip: float = rule(minimum=0)
    maximum_tokens: int = rule(minimum=16)
    precision: str = rule(choices=("auto", "fp32", "bf16"))
    evaluations_per_epoch: int = rule(minimum=1)
    patience: int = rule(minimum=1)
    seed: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class GenerationConfig:
    """Decoding, the same for every arm."""

    temperature: float = rule(minimum=0.01, maximum=5)
    top_p: float = rule(minimum=0.01, maximum=1)
    top_k: int = rule(minimum=1)
    maximum_new_tokens: int = rule(minimum=1)
    batch_size: int = rule(minimum=1)
    shots: int = rule(minimum=0, maximum=32)
    seed: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class EvaluationConfig:
    """The prompt set and the statistics over it."""

    briefs: int = rule(minimum=2)
    resamples: int = rule(minimum=100)
    confidence: float = rule(minimum=0.5, maximum=0.999)
    seed: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class TrackingConfig:
    """MLflow. `uri: null` is the SQLite store in the workspace."""

    uri: str | None
    register: bool
    ui: str


@dataclass(frozen=True, kw_only=True)
class RootConfig:
    """What every command is given.

    `references` (the brands that `brand.reference_brands` names) and `repository` are filled in by
    the entry; no YAML holds them.
    """

    workspace: str
    brand: BrandConfig
    dataset: DatasetConfig
    references: list[BrandConfig] = field(default_factory=list)
    repository: str = "."


@dataclass(frozen=True, kw_only=True)
class BuildDatasetConfig(RootConfig):
    """`scripts/build_dataset.py`."""

    model: ModelConfig
    show: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class ScoreConfig(RootConfig):
    """`scripts/score.py`."""

    evaluation: EvaluationConfig
    texts: str
    output: str | None


@dataclass(frozen=True, kw_only=True)
class TrainConfig(RootConfig):
    """`train.py`."""

    model: ModelConfig
    lora: LoraConfig
    training: TrainingConfig
    generation: GenerationConfig
    evaluation: EvaluationConfig
    tracking: TrackingConfig


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig(RootConfig):
    """`scripts/evaluate.py`. `model` is an alias, a registry version or an adapter's folder."""

    generation: GenerationConfig
    evaluation: EvaluationConfig
    tracking: TrackingConfig
    model: str


@dataclass(frozen=True, kw_only=True)
class GenerateConfig(EvaluateConfig):
    """`scripts/generate.py`."""

    brief: str
    platform: str | None
    n: int = rule(minimum=1, maximum=64)


def validate(schema: type[T], values: Mapping[str, Any], errors: Iterable[str] = ()) -> T:
    """Turn plain values into `schema`, or raise one `ConfigError` with every fault.

    Args:
        schema: a dataclass of this module.
        values: the composed configuration as plain dicts and lists.
        errors: faults found earlier (unknown overrides), reported together with the new ones.
    """
    found = list(errors)
    config = build(schema, values, "", found)
    if isinstance(values, Mapping):
        found += _cross_checks(config)
    if found:
        raise ConfigError(found)
    return typing.cast(T, config)


def _cross_checks(config: Any) -> list[str]:
    """Rules over several keys."""
    errors = []
    brand, dataset = getattr(config, "brand", None), getattr(config, "dataset", None)
    if isinstance(brand, BrandConfig):
        if brand.languages == []:
            errors.append("brand.languages must name at least one language")
        if not brand.sources:
            errors.append("brand.sources must name at least one source of posts")
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
    model = getattr(config, "model", None)
    if isinstance(model, ModelConfig) and (model.package is None) == (model.path is None):
        errors.append("model needs exactly one of package (with file) and path")
    elif isinstance(model, ModelConfig) and model.package and not model.file:
        errors.append("model.package needs model.file, the file inside it")
    return errors


@dataclass(frozen=True)
class Workspace:
    """Where things lie and where they land.

    Attributes:
        root: results: `data/built/`, `experiments/runs/`, `mlflow.db`, `mlartifacts/`.
        repository: relative paths in a brand's file are taken from here.
    """

    root: Path
    repository: Path

    @classmethod
    def of(cls, config: RootConfig) -> Workspace:
        """Of any root config."""
        return cls(Path(config.workspace), Path(config.repository))

    @property
    def built(self) -> Path:
        """Built datasets."""
        return self.root / "data" / "built"

    @property
    def runs(self) -> Path:
        """Run folders."""
        return self.root / "experiments" / "runs"
