"""What each command is given: one schema for each root config of conf/."""

from __future__ import annotations

from dataclasses import dataclass, field

from smm_voice.config.groups import (
    NAME_PATTERN,
    BrandConfig,
    DatasetConfig,
    EvaluationConfig,
    GenerationConfig,
    ModelConfig,
    ReportConfig,
    TrackingConfig,
)
from smm_voice.config.monitoring import DriftBenchConfig, MonitorConfig
from smm_voice.config.training import LoraConfig, TrainingConfig
from smm_voice.validation import rule


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
    tracking: TrackingConfig
    show: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class ForgetConfig(RootConfig):
    """`scripts/forget.py`. `post` is the id of the post to forget."""

    tracking: TrackingConfig
    post: str


@dataclass(frozen=True, kw_only=True)
class ScoreConfig(RootConfig):
    """`scripts/score.py`."""

    evaluation: EvaluationConfig
    texts: str
    output: str | None


@dataclass(frozen=True, kw_only=True)
class FactsConfig(RootConfig):
    """`scripts/facts.py`.

    `suggest` proposes `most` lines at most, each told by `minimum` posts at least, and writes them
    to `output`; null: below `experiments/runs`. `check` shows `most` findings.
    """

    action: str = rule(choices=("suggest", "check"))
    most: int = rule(minimum=1, maximum=10_000)
    minimum: int = rule(minimum=1)
    output: str | None


@dataclass(frozen=True, kw_only=True)
class ReviewConfig:
    """`scripts/review.py`.

    `run` is the evaluation that people judge; null: the newest. `n` briefs are asked about, spread
    over `pairs` of arms (`candidate:human`; none: the arm in question against people's posts and
    against champion or prompted); `repeats` are shown twice. `output` is the folder of the forms,
    `answers` a filled form or a folder of them, `rater` a label, never a name. With `incomplete`,
    items may be left open.
    """

    workspace: str
    brand: BrandConfig
    action: str = rule(choices=("form", "queue", "read", "collect"))
    run: str | None = rule(None, pattern="[0-9a-f]{32}")
    n: int = rule(minimum=1, maximum=1000)
    pairs: list[str] = rule([], pattern="[a-z0-9][a-z0-9_-]*:[a-z0-9][a-z0-9_-]*")
    repeats: int = rule(minimum=0, maximum=100)
    seed: int = rule(minimum=0)
    language: str | None = rule(None, choices=("en", "fr"))
    output: str | None
    answers: str | None
    rater: str | None = rule(None, pattern="[a-z0-9][a-z0-9_-]{0,31}")
    incomplete: bool
    tracking: TrackingConfig
    references: list[BrandConfig] = field(default_factory=list)
    repository: str = "."


@dataclass(frozen=True, kw_only=True)
class TrainConfig(RootConfig):
    """`train.py`."""

    model: ModelConfig
    lora: LoraConfig
    training: TrainingConfig
    generation: GenerationConfig
    evaluation: EvaluationConfig
    tracking: TrackingConfig
    report: ReportConfig = field(default_factory=ReportConfig)


@dataclass(frozen=True, kw_only=True)
class FinishedModelConfig(RootConfig):
    """What works on a trained model: an alias, a registry version or an adapter's folder."""

    generation: GenerationConfig
    evaluation: EvaluationConfig
    tracking: TrackingConfig
    model: str


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig(FinishedModelConfig):
    """`scripts/evaluate.py`."""

    report: ReportConfig = field(default_factory=ReportConfig)


@dataclass(frozen=True, kw_only=True)
class CompareConfig(RootConfig):
    """`scripts/compare.py`. `runs` are two evaluations, as [A,B]; null: the two newest."""

    tracking: TrackingConfig
    runs: str | None
    output: str | None


@dataclass(frozen=True, kw_only=True)
class GenerateConfig(FinishedModelConfig):
    """`scripts/generate.py`.

    `n` variants are written for each platform: `platform` is a name, `all` for every platform of
    the brand, or null for the one that the brief names, else the brand's first. `output` is a JSON
    file to write them to as well.
    """

    brief: str
    platform: str | None
    n: int = rule(minimum=1, maximum=64)
    output: str | None = None


@dataclass(frozen=True, kw_only=True)
class MetricsBenchConfig:
    """`bench=metrics`.

    `voices` are told from all others; on those of `panel` also known groups, A/A and adversaries
    are tried. `rounds` are halves scored on all families, `tests` halves compared by paired tests,
    for each voice. `bulk` is the number of texts of the last speed measurement; 0 leaves it out.
    `base` is the `rows/base.jsonl` of a run of acme.
    """

    voices: list[str] = rule(pattern=NAME_PATTERN)
    panel: list[str] = rule(pattern=NAME_PATTERN)
    rounds: int = rule(minimum=1)
    tests: int = rule(minimum=1)
    resamples: int = rule(minimum=100)
    workers: int = rule(minimum=1, maximum=64)
    speed: bool
    bulk: int = rule(minimum=0)
    base: str | None
    seed: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class FactualityBenchConfig:
    """`bench=factuality`.

    `held_out` and `development` are labelled sets in `data/validation/facts`; null and [] leave
    them out.
    `human` newest test posts of each of `voices` are checked for false alarms, and `pairs` pairs of
    each published set; 0 is none of the posts and all of the pairs. `sizes` are the numbers of
    posts for the growth in time, `sheets` the numbers of facts of the sheets that are loaded.
    """

    held_out: str | None = rule(pattern=NAME_PATTERN)
    development: list[str] = rule(pattern=NAME_PATTERN)
    voices: list[str] = rule(pattern=NAME_PATTERN)
    human: int = rule(minimum=0)
    pairs: int = rule(minimum=0)
    speed: bool
    sizes: list[int] = rule(minimum=10)
    sheets: list[int] = rule(minimum=1)


@dataclass(frozen=True, kw_only=True)
class LifecycleBenchConfig:
    """`bench=lifecycle`.

    `scenario`: `two_periods` joins `older` and `newer`, two periods of one account; `other_account`
    puts posts of `stranger` in place of every second one of `older`, and `manner` ends all of its
    posts in the same way, both from `quiet` months after the first run on. The first run has
    `history` months of posts; `months` are lived, null: all. The job splits its posts so that
    `validation_posts`, `calibration_posts` and `test_posts` are held out. `beside`: later posts
    judge a month while the next one is lived. `overrides` go to training and evaluation,
    `retrain_overrides` to the job alone.
    """

    scenario: str = rule("two_periods", choices=("two_periods", "other_account", "manner"))
    older: str = rule("nasa_2016", pattern=NAME_PATTERN)
    newer: str = rule("acme", pattern=NAME_PATTERN)
    stranger: str = rule("barackobama_538", pattern=NAME_PATTERN)
    references: list[str] = rule([], pattern=NAME_PATTERN)
    history: int = rule(4, minimum=1)
    quiet: int = rule(2, minimum=1)
    months: int | None = rule(None, minimum=1)
    validation_posts: int = rule(60, minimum=2)
    calibration_posts: int = rule(80, minimum=2)
    test_posts: int = rule(120, minimum=2)
    beside: bool = False
    overrides: list[str] = field(default_factory=list)
    retrain_overrides: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TrainingBenchConfig:
    """`bench=training`.

    `model` is a file of conf/model; each of `engines` trains it `steps` steps of `batch_size` a
    repeat, on the newest `posts` of acme.
    """

    model: str = rule("smollm2_135m", pattern=NAME_PATTERN)
    engines: list[str] = rule(
        ["smm_voice", "transformers", "trl_default", "trl_no_checkpointing", "trl_by_length",
         "trl_by_length_fp32"],
        choices=("smm_voice", "transformers", "trl_default", "trl_no_checkpointing",
                 "trl_by_length", "trl_by_length_fp32"),
    )  # fmt: skip
    posts: int = rule(480, minimum=8)
    batch_size: int = rule(8, minimum=1)
    steps: int = rule(6, minimum=1)
    maximum_tokens: int = rule(384, minimum=16)


@dataclass(frozen=True, kw_only=True)
class ScaleBenchConfig:
    """`bench=scale`.

    `posts` are numbers of posts that the model `shape` learns from for one epoch; `models` are
    shapes (135m, 360m, 1b) that do `steps` steps; `brands` are numbers of trainings of
    `posts_a_brand` posts, one after another and two at once, that have `threads` together. All of
    them train as `training` and `lora` say.
    """

    posts: list[int] = rule([240, 480, 960], minimum=8)
    shape: str = rule("135m", choices=("135m", "360m", "1b"))
    models: list[str] = rule(["135m", "360m", "1b"], choices=("135m", "360m", "1b"))
    steps: int = rule(6, minimum=2)
    brands: list[int] = rule([1, 2, 4], minimum=1)
    posts_a_brand: int = rule(80, minimum=8)
    threads: int = rule(2, minimum=1)
    training: TrainingConfig
    lora: LoraConfig


@dataclass(frozen=True, kw_only=True)
class GenerationBenchConfig:
    """`bench=generation`.

    `model` is a file of conf/model; `adapter` the folder of an adapter on it, null: one is trained
    on the newest `examples` of acme. It answers `briefs` of acme in at most `tokens` tokens each,
    the base model the same with `shots` examples before them: this project `batch_size` at a time,
    transformers in each of `batch_sizes`.
    """

    model: str = rule("smollm2_135m", pattern=NAME_PATTERN)
    adapter: str | None = None
    examples: int = rule(240, minimum=8)
    briefs: int = rule(100, minimum=2)
    shots: int = rule(6, minimum=1, maximum=32)
    tokens: int = rule(96, minimum=2)
    batch_size: int = rule(64, minimum=1)
    batch_sizes: list[int] = rule([1, 4, 8, 16, 32, 64, 128], minimum=1)
    precision: str = rule("auto", choices=("auto", "fp32", "bf16"))


@dataclass(frozen=True, kw_only=True)
class BenchmarkConfig:
    """`scripts/benchmark.py`. `sizes` are numbers of posts, for `bench=dataset`.

    `monitor` are the settings that `bench=drift` proves.
    """

    workspace: str
    bench: str = rule(
        choices=("dataset", "drift", "factuality", "generation", "lifecycle", "metrics", "scale",
                 "training", "ui")
    )  # fmt: skip
    repeats: int = rule(minimum=1)
    sizes: list[int] = rule(minimum=100)
    metrics: MetricsBenchConfig
    factuality: FactualityBenchConfig
    drift: DriftBenchConfig
    monitor: MonitorConfig
    lifecycle: LifecycleBenchConfig = field(default_factory=LifecycleBenchConfig)
    training: TrainingBenchConfig = field(default_factory=TrainingBenchConfig)
    scale: ScaleBenchConfig
    generation: GenerationBenchConfig = field(default_factory=GenerationBenchConfig)
    tracking: TrackingConfig
    repository: str = "."
