"""`scripts/generate.py`: variants of one post for one or all platforms, scored and ranked."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from smm_voice.commands.console import say
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.models import find_adapter
from smm_voice.commands.output import write_json
from smm_voice.config import BrandConfig, GenerateConfig, ModelConfig, Workspace
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.evaluation import severity
from smm_voice.evaluation.guard import Guard
from smm_voice.evaluation.reference import build_reference
from smm_voice.evaluation.variants import Task, Variant, rank, written
from smm_voice.generation.disclosure import base_title, disclosure
from smm_voice.generation.form import checked_brief, for_platform, platform_of
from smm_voice.generation.generate import Request
from smm_voice.models.adapters import load_for_generation, read_origin
from smm_voice.models.base import prepare
from smm_voice.posts.generation_log import Generated, brief_digest, note
from smm_voice.text.platforms import check_name

# `platform=all`: every platform of the brand.
_ALL = "all"
_INDENT = " " * 5


def generate(config: GenerateConfig) -> int:
    """Write `n` variants a platform and print them, best first."""
    from smm_voice.generation.generate import generate as write
    from smm_voice.tracking.store import open_store
    from smm_voice.training.precision import choose

    workspace = Workspace.of(config)
    brand = config.brand
    tasks = tasks_of(config.brief, config.platform, brand)
    open_store(config.tracking, workspace, brand.name, brand.title)
    adapter, label = find_adapter(config.model, brand.name)
    base_config = ModelConfig(**read_origin(adapter).base)
    model, tokenizer = load_for_generation(prepare(base_config), adapter, choose("auto").name)
    language = brand.languages[0]
    requests = [
        Request(f"{task.brief}#{i}", prompt(brand.title, language, task.brief))
        for task in tasks
        for i in range(config.n)
    ]
    now = datetime.now(UTC)
    guard = Guard.of(brand, config.generation, workspace.repository)
    given = [(task.brief, now) for task in tasks for _ in range(config.n)]
    answers, told = written(
        requests, given, lambda asked: write(model, tokenizer, asked, config.generation), guard
    )
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    reference = build_reference(dataset, brand, config.evaluation, workspace.repository)
    of_task = [answers[at : at + config.n] for at in range(0, len(answers), config.n)]
    ranked, warnings = rank(tasks, of_task, now, reference)
    fields = disclosure(language, label, base_title(base_config), brand.title)
    note_variants(workspace.generation_log(brand.name), tasks, ranked, label, now)
    if config.output:
        write_json(Path(config.output), as_json(brand.name, label, fields, tasks, ranked, warnings))
    say("\n".join([label, *told, *(f"! {warning}" for warning in warnings)]))
    for task, variants in zip(tasks, ranked, strict=True):
        say("\n".join(["", task.platform, textwrap.indent(task.brief, "  "), ""]))
        for variant in variants:
            say("\n".join(shown(variant)))
    say(f"\n{fields['ai_disclosure']}")
    return 0


def note_variants(
    path: Path,
    tasks: Sequence[Task],
    ranked: Sequence[Sequence[Variant]],
    label: str,
    now: datetime,
) -> None:
    """Note every variant in the generation log, before anybody sees one.

    Raises:
        InputError: the log cannot be written.
    """
    texts = [
        Generated(variant.text, now, task.platform, label, brief_digest(task.brief))
        for task, variants in zip(tasks, ranked, strict=True)
        for variant in variants
    ]
    try:
        note(path, texts)
    except OSError as error:
        raise InputError(
            f"the generation log {path} cannot be written: {error}. Posts that are not noted there "
            "would be learned from once they are published, so none is shown; make it writable"
        ) from error


def tasks_of(brief: str, platform: str | None, brand: BrandConfig) -> list[Task]:
    """The brief in the form of each platform that is asked for.

    Args:
        brief: free text, or a structured brief of several lines.
        platform: a name, `all`, or None: that of the brief, else the brand's first.
        brand: whose platforms.

    Raises:
        InputError: there is no usable brief, or the platform is not known.
    """
    text, language = checked_brief(brief), brand.languages[0]
    if platform == _ALL:
        if not brand.platforms:
            raise InputError(f"brand {brand.name} lists no platforms; add them to its file")
        names = list(dict.fromkeys(brand.platforms))
    elif platform is not None:
        names = [check_name(platform, [*brand.platforms, _ALL])]
    else:
        names = [platform_of(text, language) or next(iter(brand.platforms), "x")]
    return [Task(for_platform(text, name, language), name) for name in names]


def shown(variant: Variant) -> list[str]:
    """One variant in lines for a terminal: rank, voice, length, text, and what to check."""
    index = variant.scores.get("voice/style_index")
    voice = "INVALID" if index is None else f"{index:.2f}"
    text = variant.text.replace("\n", "\n" + _INDENT)
    lines = [f"{variant.rank}. (voice {voice}, {variant.fit}) {text}"]
    if not variant.finished:
        lines.append(f"{_INDENT}cut off: the model had not ended it")
    lines += [f"{_INDENT}does not fit: {problem}" for problem in variant.fit.problems]
    if variant.like is not None:
        lines.append(f"{_INDENT}nearly the same as {variant.like}")
    if variant.left_out:
        facts = "a fact" if variant.left_out == 1 else f"{variant.left_out} facts"
        lines.append(f"{_INDENT}leaves out {facts} of the brief")
    for finding in sorted(variant.findings, key=lambda f: severity.rank(f.kind)):
        lines.append(f"{_INDENT}check {finding.kind}: {finding.span} {finding.evidence}".rstrip())
    return lines + [f"{_INDENT}note: {advice}" for advice in variant.fit.advice]


def as_json(
    brand: str,
    model: str,
    fields: dict[str, Any],
    tasks: Sequence[Task],
    ranked: Sequence[Sequence[Variant]],
    warnings: Sequence[str],
) -> dict[str, Any]:
    """The output file's content."""
    return {
        "brand": brand,
        "model": model,
        **fields,
        "platforms": [
            {
                "platform": task.platform,
                "brief": task.brief,
                "variants": [variant.as_json() for variant in variants],
            }
            for task, variants in zip(tasks, ranked, strict=True)
        ],
        "warnings": list(warnings),
    }
