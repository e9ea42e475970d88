"""Schemas of what runs unattended: the gate, retraining, notification, and their commands."""

from __future__ import annotations

from dataclasses import dataclass

from smm_voice.config.commands import RootConfig
from smm_voice.config.groups import (
    EvaluationConfig,
    GenerationConfig,
    ModelConfig,
    ReportConfig,
    TrackingConfig,
)

# Named twice: for those who look for it here.
from smm_voice.config.monitoring import MonitorConfig as MonitorConfig
from smm_voice.config.training import LoraConfig, TrainingConfig
from smm_voice.validation import rule

_EMAIL = r"[^@\s<>,]+@[^@\s<>,]+"


@dataclass(frozen=True, kw_only=True)
class MarginsConfig:
    """The largest loss against the champion that still counts as no worse, in each one's unit.

    `voice` is asked in the languages of a brand but its first, where it has to gain.
    `homogeneity` is a ratio: 1.1 is a tenth more alike. null: it is not asked.
    """

    voice: float | None = rule(minimum=0)
    fluency: float | None = rule(minimum=0)
    contradictions: float | None = rule(minimum=0)
    unsupported: float | None = rule(minimum=0)
    recall: float | None = rule(minimum=0)
    homogeneity: float | None = rule(minimum=1)
    copies: float | None = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class GateConfig:
    """What a candidate has to show before it may replace the champion.

    The lower bound of its gain in voice closeness over the champion has to lie above `voice_gain`,
    over the prompted base model above `prompted_gain`. Whatever else it is, its closeness is at
    least `least_closeness`, on `minimum_briefs` briefs or more, and it fails on none of the axes in
    `floors`.
    """

    voice_gain: float
    prompted_gain: float
    least_closeness: float
    minimum_briefs: int = rule(minimum=2)
    floors: list[str] = rule(choices=("fluency", "homogeneity", "memorisation", "privacy", "facts",
                                      "coverage", "recall"))  # fmt: skip
    margins: MarginsConfig


@dataclass(frozen=True, kw_only=True)
class TriggersConfig:
    """When a model is trained anew; null leaves a trigger out.

    `drift` alarms; the champion is `age_days` old; `new_posts` posts came after what it was built
    from. Drift and age need `minimum_new_posts` as well. Nothing is trained within
    `cooldown_days` of the last attempt.
    """

    drift: bool
    age_days: float | None = rule(minimum=0)
    new_posts: int | None = rule(minimum=1)
    minimum_new_posts: int = rule(minimum=1)
    cooldown_days: float = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class IntakeConfig:
    """What is checked of an export before anything is learned from it.

    It is refused where more than `maximum_loss` of the posts that were there last time are gone,
    and where a group of `minimum_group` new posts or more (of one account, file or stretch of time)
    reads like the brand by less than `least_voice` (0 other brands, 1 the brand). An export whose
    newest post is older than `stale_days` is warned of.
    """

    maximum_loss: float = rule(minimum=0, maximum=1)
    least_voice: float = rule(minimum=-1, maximum=1)
    minimum_group: int = rule(minimum=5)
    stale_days: float = rule(minimum=1)


@dataclass(frozen=True, kw_only=True)
class NotificationConfig:
    """Who is told; null leaves a way out.

    `decisions` names those that are told. `webhook_variable`, `smtp_variable` are NAMES of
    environment variables that hold an address (https://…, smtps://user:password@host:465), never
    the address itself, since it may hold a secret. `file` is appended to. An e-mail has plain
    addresses in `email_from` and `email_to`. All ways together take `timeout` seconds at most.
    """

    decisions: list[str] = rule([], choices=("nothing", "proposed", "promoted", "refused",
                                             "rolled_back", "stopped", "failed"))  # fmt: skip
    file: str | None = None
    webhook_variable: str | None = rule(None, pattern="[A-Z][A-Z0-9_]*")
    smtp_variable: str | None = rule(None, pattern="[A-Z][A-Z0-9_]*")
    email_from: str | None = rule(None, pattern=_EMAIL)
    email_to: list[str] = rule([], pattern=_EMAIL)
    timeout: float = rule(10.0, minimum=0.1, maximum=120)


@dataclass(frozen=True, kw_only=True)
class RetentionConfig:
    """What is kept on disk besides what an alias names and the first champion; the rest is removed.

    The newest `datasets` built datasets and the newest `versions` registered versions (their files;
    the record of a version stays). 0 keeps all.
    """

    datasets: int = rule(minimum=0)
    versions: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class RetrainingConfig:
    """The scheduled job.

    With `mode: propose` a candidate that passes the gate becomes the challenger, with `promote` the
    champion, and stays it where it has answered `smoke_briefs` briefs from the registry.
    """

    mode: str = rule(choices=("propose", "promote"))
    triggers: TriggersConfig
    intake: IntakeConfig
    notification: NotificationConfig
    retention: RetentionConfig
    smoke_briefs: int = rule(minimum=1)


@dataclass(frozen=True, kw_only=True)
class MonitorCommandConfig(RootConfig):
    """`scripts/monitor.py`.

    `since` is the day from which posts are recent; null: from what the champion has learned on.
    `output` is a JSON file for the result. Base model, decoding and number format are those of the
    champion's own evaluation.
    """

    monitor: MonitorConfig
    tracking: TrackingConfig
    report: ReportConfig
    since: str | None = rule(None, pattern=r"\d{4}-\d{2}-\d{2}")
    output: str | None = None


@dataclass(frozen=True, kw_only=True)
class RetrainConfig(RootConfig):
    """`scripts/retrain.py`.

    `now` stands for the time of the run (ISO 8601) where the past is played again. `force` trains
    without a trigger and without cool-down, and takes an export that would be refused.
    """

    model: ModelConfig
    lora: LoraConfig
    training: TrainingConfig
    generation: GenerationConfig
    evaluation: EvaluationConfig
    monitor: MonitorConfig
    gate: GateConfig
    retraining: RetrainingConfig
    tracking: TrackingConfig
    report: ReportConfig
    dry_run: bool
    force: bool
    now: str | None = rule(None, pattern=r"\d{4}-\d{2}-\d{2}(T.*)?")


@dataclass(frozen=True, kw_only=True)
class RollbackConfig(RootConfig):
    """`scripts/rollback.py`. `reason` is kept with the version that goes."""

    generation: GenerationConfig
    retraining: RetrainingConfig
    tracking: TrackingConfig
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromoteConfig(RootConfig):
    """`scripts/promote.py`: a person accepts a proposal. `model` is a version or an alias."""

    generation: GenerationConfig
    retraining: RetrainingConfig
    tracking: TrackingConfig
    model: str


@dataclass(frozen=True, kw_only=True)
class HistoryConfig(RootConfig):
    """`scripts/history.py`. `output` is the folder of the page; null: below experiments/runs."""

    tracking: TrackingConfig
    report: ReportConfig
    output: str | None = None
