"""What a metric declares, what it is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np

    from smm_voice.metrics.factuality.sheet import FactSheet
    from smm_voice.metrics.voice.profile import VoiceProfile

# A judge gives bits per byte for each text, None for a text with no words.
Judge = Callable[[Sequence[str]], list[float | None]]
# Sentence embeddings of unit length, shape (texts, dimensions).
Embed = Callable[[Sequence[str]], "np.ndarray"]
# Probabilities of (entailment, neutral, contradiction) for each (premise, hypothesis), shape
# (pairs, 3), rows of sum 1.
Entail = Callable[[Sequence[tuple[str, str]]], "np.ndarray"]


@dataclass(frozen=True)
class FactQuestion:
    """A clause put to a judge of facts.

    Attributes:
        clause: what is to be judged.
        post: where it stands, as context.
        day: date of the post, ISO 8601; None where unknown.
        lines: what is known, at least one; numbered from 1 in an answer.
    """

    clause: str
    post: str
    day: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True)
class FactAnswer:
    """What a judge of facts makes of a clause.

    Attributes:
        verdict: of the clause as a whole.
        line: number of the line that decides, from 1; None where no line does.
        reason: in a few words.
    """

    verdict: Literal["contradicted", "supported", "unsupported"]
    line: int | None
    reason: str


# One answer a question; None where the judge gave none that can be used.
FactJudge = Callable[[Sequence[FactQuestion]], list[FactAnswer | None]]


@dataclass(frozen=True)
class Metric:
    """A declared measurement.

    Attributes:
        name: as in MLflow and in every file, such as `voice/style_index`.
        level: post (a mean of per-text values) or corpus (of the set as a whole).
        best: higher, lower, or the value that is best.
        needs: what must be at hand, as fields of `Reference`.
        version: raised when the same texts would score differently.
        interval: how the interval is made.
        explanation: one line for a person.
    """

    name: str
    level: Literal["post", "corpus"]
    best: Literal["higher", "lower"] | float
    needs: tuple[str, ...]
    version: str
    interval: str
    explanation: str


@dataclass(frozen=True)
class Score:
    """A measured value.

    Attributes:
        value: None where there is no data or the score is INVALID; `warnings` say why.
        ci_low: lower end of the interval.
        ci_high: upper end.
        n: texts it rests on.
        per_item: one value a text, in their order; empty for a corpus-level score.
        warnings: what a reader must know beside the number.
    """

    value: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    n: int = 0
    per_item: tuple[float | None, ...] = ()
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Without the per-item values."""
        return {
            "value": self.value,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "n": self.n,
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class Finding:
    """Something in a text that a person should look at.

    Attributes:
        kind: contradicted, stale, unsupported, forbidden, missing, copied, personal, nonword,
            repeated, leak, language, off_voice.
        span: the words, as they stand in the text.
        evidence: why, such as a line of the fact sheet; may be empty for unsupported.
    """

    kind: str
    span: str
    evidence: str


@dataclass(frozen=True)
class Item:
    """A text to score.

    Attributes:
        id: equal ids are the same brief in two arms.
        text: links as `[link]` or as they are; both count as a link.
        brief: what its writer was given, if known.
        when: date of the post, for facts that change; None: they count whenever they held.
        finished: whether its writer ended it; None where unknown.
        variants: further answers of the same writer to the same brief.
    """

    id: str
    text: str
    brief: str | None = None
    when: datetime | None = None
    finished: bool | None = None
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """What a set of texts is measured against.

    Attributes:
        language: two-letter code.
        human: the brand's held-out posts; answers to the same briefs, in the same order, where
            `paired` holds.
        floor: other brands' posts, as many as `human`.
        training: posts that the model learned from.
        profile: the fitted voice.
        sheet: the brand's facts.
        judge: bits per byte under a model that knows the language.
        judge_name: shown with the score.
        embed: sentence embeddings, for sameness of topics.
        entail: a model of entailment, the second tier of factuality; None: not asked for.
        entail_name: the model and its digest, kept with the result.
        entail_lines: how many lines of sheet and brief it is given with each clause.
        fact_judge: a language model as judge of facts, the third tier; None: not asked for.
        fact_judge_name: model, address and digest of the prompt, kept with the result.
        allowed: phrases that may stand in any post, such as slogans: repeating them is no copying.
        public: handles, addresses and numbers that are never personal.
        paired: whether the i-th scored text answers the same brief as the i-th of `human`.
        resamples: of every interval.
        confidence: of every interval.
        seed: of every draw.
        cache: results that several metrics share; nothing but speed depends on it.
    """

    language: str
    human: tuple[Item, ...]
    floor: tuple[Item, ...]
    training: tuple[str, ...]
    profile: VoiceProfile
    sheet: FactSheet
    judge: Judge | None = None
    judge_name: str | None = None
    embed: Embed | None = None
    entail: Entail | None = None
    entail_name: str | None = None
    entail_lines: int = 3
    fact_judge: FactJudge | None = None
    fact_judge_name: str | None = None
    allowed: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    paired: bool = False
    resamples: int = 2000
    confidence: float = 0.95
    seed: int = 0
    cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def remember(self, key: str, make: Callable[[], Any]) -> Any:
        """The cached value of `key`, made on first use."""
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]


@dataclass(frozen=True)
class Family:
    """Metrics that share their work.

    Attributes:
        name: first part of the metrics' names.
        metrics: every metric that `score` returns.
        score: texts → metric name → Score.
        findings: one text → what is to be seen in it.
    """

    name: str
    metrics: tuple[Metric, ...]
    score: Callable[[Sequence[Item], Reference], dict[str, Score]]
    findings: Callable[[Item, Reference], list[Finding]] = lambda item, reference: []
