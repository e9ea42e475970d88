"""`scripts/generate.py`: variants of one post, scored and ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from smm_voice import metrics
from smm_voice.commands.console import say
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.models import find_adapter
from smm_voice.config import GenerateConfig, ModelConfig, Workspace
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.evaluation.guard import Given, Guard, choose, chosen, draw
from smm_voice.evaluation.kept import Generate
from smm_voice.evaluation.reference import build_reference
from smm_voice.generation.generate import Answer, Request
from smm_voice.metrics.base import Finding, Item, Score
from smm_voice.models.adapters import load_for_generation, read_origin
from smm_voice.models.base import prepare

_FACTUAL = ("contradicted", "forbidden", "stale", "unsupported")


def generate(config: GenerateConfig) -> int:
    """Write `n` variants and print them, best first."""
    from smm_voice.generation.generate import generate as write
    from smm_voice.tracking.store import open_store
    from smm_voice.training.precision import choose

    workspace = Workspace.of(config)
    brand = config.brand
    if not config.brief.strip():
        raise InputError('there is no brief; say brief="…"')
    open_store(config.tracking, workspace, brand.name, brand.title)
    adapter, label = find_adapter(config.model, brand.name)
    base = prepare(ModelConfig(**read_origin(adapter).base))
    model, tokenizer = load_for_generation(base, adapter, choose("auto").name)
    platform = config.platform or (brand.platforms[0] if brand.platforms else "x")
    brief = as_brief(config.brief, platform)
    messages = prompt(brand.title, brand.languages[0], brief)
    requests = [Request(f"{brief}#{i}", messages) for i in range(config.n)]
    now = datetime.now(UTC)
    guard = Guard.of(brand, config.generation, workspace.repository)
    answers, told = written(
        requests, (brief, now), lambda asked: write(model, tokenizer, asked, config.generation),
        guard,
    )  # fmt: skip
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    reference = build_reference(dataset, brand, config.evaluation, workspace.repository)
    items = [
        Item(str(i), answer.text, brief, now, answer.finished) for i, answer in enumerate(answers)
    ]
    scores = metrics.score(items, reference)
    findings = [metrics.findings(item, reference) for item in items]
    say("\n".join([label, brief, *told, ""]))
    for place, i in enumerate(ranking(scores, findings), start=1):
        index = scores["voice/style_index"].per_item
        voice = f"voice {index[i]:.2f}" if index else "voice INVALID"
        say(f"{place}. ({voice}) {items[i].text}")
        for finding in findings[i]:
            say(f"     check {finding.kind}: {finding.span} {finding.evidence}".rstrip())
    return 0


def written(
    requests: Sequence[Request], given: Given, generate: Generate, guard: Guard | None
) -> tuple[list[Answer], list[str]]:
    """One answer a request, and what is to be said of how they were drawn.

    Args:
        requests: one a variant.
        given: the brief, and the day the posts are for.
        generate: answers requests.
        guard: has accused answers drawn again; None takes the first ones.
    """
    if guard is None:
        return generate(requests), []
    drawn = draw(requests, [given] * len(requests), generate, guard)
    count = sum(len(drafts) for drafts in drawn)
    accused = sum(bool(drafts[choose(drafts)].accused) for drafts in drawn)
    said = f"The guard drew {count} posts for {len(drawn)}"
    if accused:
        verbs = ("contradicts", "makes") if accused == 1 else ("contradict", "make")
        said += f"; {accused} of these still {verbs[0]} a fact or {verbs[1]} a forbidden claim"
    return chosen(drawn), [said]


def as_brief(text: str, platform: str) -> str:
    """A free text in the form of the briefs that the model was trained on."""
    if "\n" in text:
        return text
    return f"Topic: {text}\nForm: {platform}, medium"


def ranking(scores: Mapping[str, Score], findings: Sequence[Sequence[Finding]]) -> list[int]:
    """Indices, best first: fewest facts to check, not copied, then nearest to the voice."""
    closeness = scores["voice/closeness"].per_item

    def key(i: int) -> tuple[int, bool, float]:
        facts = sum(f.kind in _FACTUAL for f in findings[i])
        copied = any(f.kind == "copied" for f in findings[i])
        return facts, copied, -(closeness[i] or 0.0) if closeness else 0.0

    return sorted(range(len(findings)), key=key)
