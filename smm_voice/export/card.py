"""The model card: README.md of an exported folder, in the Hugging Face hub's form."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from smm_voice.config.export import ADAPTER, GGUF, SAFETENSORS
from smm_voice.dataset.learned import latest
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.export import card_scores, card_use
from smm_voice.export.about import About
from smm_voice.export.terms import COPIES, NOTICE
from smm_voice.generation.disclosure import disclosure
from smm_voice.report.markdown import plain
from smm_voice.text.languages import primary

README = "README.md"


def card(about: About) -> str:
    """The whole card."""
    title = plain(about.brand.title)
    sections = {
        "Use it": card_use.use(about),
        "How to ask it": card_use.brief_form(about),
        "What it is for, and what not": _limits(about),
        "How it was judged": card_scores.judged(about),
        "What it learned from": card_scores.data(about),
        "Terms": _terms(about),
        "Where it comes from": _provenance(about),
    }
    lines = [
        _front_matter(about),
        f"# {title}'s voice, on {plain(about.base)}",
        "",
        f"A small language model that drafts social media posts in the voice of {title}: "
        f"{plain(about.base)}, fine-tuned (LoRA) on {title}'s own past posts by smm_voice. "
        "**Its drafts invent facts. A person has to check each one before it is published.**",
        "",
    ]
    for heading, body in sections.items():
        lines += [f"## {heading}", "", *body, ""]
    return "\n".join(lines).rstrip() + "\n"


def _front_matter(about: About) -> str:
    """The metadata block; made by the hub's own library, which knows its form."""
    from huggingface_hub import ModelCardData

    terms = about.terms
    formats = about.config.formats
    tags = ["brand-voice", "social-media", "lora", "smm_voice", "generated-text"]
    further: dict[str, Any] = {}
    if terms.card == "other":
        further["license_name"] = re.sub(r"[^a-z0-9.]+", "-", terms.licence.lower()).strip("-")
        if terms.link:
            further["license_link"] = terms.link
    relation = {ADAPTER: "adapter", GGUF: "quantized"}.get(formats[0], "finetune")
    if terms.name:
        further["base_model_relation"] = relation
    data = ModelCardData(
        language=[primary(each) for each in about.brand.languages],
        license=terms.card,
        library_name={SAFETENSORS: "transformers", ADAPTER: "peft"}.get(formats[0], "gguf"),
        pipeline_tag="text-generation",
        tags=tags + [each for each in (GGUF,) if each in formats],
        base_model=terms.name,
        **further,
    )
    return f"---\n{data.to_yaml()}\n---\n"


def _limits(about: About) -> list[str]:
    title = plain(about.brand.title)
    said = disclosure(
        about.brand.languages[0], about.label, about.terms.title, about.brand.title
    )["ai_disclosure"]  # fmt: skip
    return [
        f"- For drafts that people at {title} check, mend and publish. Not for publishing by "
        "itself, not for answers to customers, not for any other voice, and not for passing off "
        f"texts as {title}'s to whoever is not {title}.",
        "- It invents: dates, numbers, names, handles, events. Nothing in it knows what is true "
        "or new. Check every fact against the brief.",
        f"- It speaks {', '.join(about.brand.languages)}; in other languages it was not tried.",
        "- It may repeat what it learned from, word for word at worst; the scores on memorisation "
        "below say how much was seen of that.",
        "- Whoever publishes its texts in the European Union reads Regulation (EU) 2024/1689, "
        "article 50: generated text is to be marked, and disclosed where it informs the public. "
        f"Words for it: {plain(said)}",
        "- Keep a log of what it writes. Posts that a model wrote, learned from again, make the "
        "next model worse.",
    ]  # fmt: skip


def _terms(about: About) -> list[str]:
    terms = about.terms
    lines = [
        f"The base comes under **{plain(terms.licence)}**"
        + (f" (<{terms.link}>)" if terms.link else "")
        + f", and so does this model; what the owner of the posts allows comes on top. `{NOTICE}` "
        "says what was changed and what has to go along with a copy.",
    ]
    if terms.notice:
        lines += ["", plain(terms.notice) + "."]
    if about.licence_files:
        lines += ["", f"What came with the base lies in `{COPIES}/`."]
    else:
        lines += ["", "No licence file came with the base: add it before you pass this folder on."]
    return lines


def _provenance(about: About) -> list[str]:
    origin, base = about.origin, about.base_config
    until = latest(origin.trained_until) if origin.trained_until else "unknown"
    file = PurePosixPath(base.file or "").name
    told = {
        "model": about.label,
        "adapter, SHA-256": f"`{about.adapter_digest}`",
        "base": about.base + (f", from the file {file}" if file else ""),
        "revision of the base": base.revision and f"`{plain(base.revision)}`",
        "base weights, SHA-256": f"`{origin.base_digest}`",
        "rounded before training": about.terms.form,
        "rounded while it was trained": _rounded(about),
        "dataset": f"`{origin.dataset_fingerprint}`",
        "newest post learned from or chosen by": until,
        "prompt version": f"{origin.prompt_version}"
        + ("" if origin.prompt_version == PROMPT_VERSION else f" (this code has {PROMPT_VERSION})"),
        "trained by code": about.training.get("smm.git_sha"),
        "training": _training(about),
        "exported": f"{about.date}, code {about.commit}",
        "number format": about.config.dtype if about.agreement else None,
    }
    lines = ["| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in told.items() if value]
    if about.agreement:
        a = about.agreement
        lines += [
            "",
            f"Read afresh after writing, the merged model's logits lie {a.difference:.2g} (root "
            f"mean square; at most {a.largest:.2g}) from those of base and adapter apart, "
            f"{a.share:.2%} of what the adapter changes; {a.tolerance:.1%} were allowed.",
        ]
    lines += ["", "`SHA256SUMS` lists every file: `sha256sum --check SHA256SUMS`."]
    return lines


def _rounded(about: About) -> str | None:
    """Of a base that was quantised for training (QLoRA), and is not in this export."""
    bits = about.origin.base.get("quantisation")
    return (
        bits
        and f"{bits} (bitsandbytes); the base is in full here, which answers a little otherwise"
    )


def _training(about: About) -> str:
    names = ("lora_rank", "lora_alpha", "learning_rate", "epochs", "batch_size", "seed",
             "train/examples", "train/steps", "smm.precision")  # fmt: skip
    known = {name: about.training[name] for name in names if name in about.training}
    return ", ".join(
        f"{name.rpartition('/')[2].removeprefix('smm.').replace('_', ' ')} {plain(value)}"
        for name, value in known.items()
    )
