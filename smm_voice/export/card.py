"""The model card: README.md of an exported folder, in the Hugging Face hub's form."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from typing import Any

from smm_voice.config.export import ADAPTER, GGUF, SAFETENSORS
from smm_voice.dataset.learned import latest
from smm_voice.dataset.prompts import PROMPT_VERSION, prompt
from smm_voice.export import card_scores, gguf
from smm_voice.export.about import About, full_brief, terse_brief
from smm_voice.export.terms import COPIES, NOTICE
from smm_voice.generation.disclosure import disclosure
from smm_voice.report.markdown import plain
from smm_voice.text.languages import primary

README = "README.md"
ADAPTER_FOLDER = "adapter"


def card(about: About) -> str:
    """The whole card."""
    title = plain(about.brand.title)
    sections = {
        "Use it": _use(about),
        "How to ask it": _brief_form(about),
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


def _use(about: About) -> list[str]:
    config = about.config
    lines: list[str] = []
    if SAFETENSORS in config.formats:
        lines += ["With transformers, in this folder:", "", *_python(snippet(about)), ""]
        lines += [
            "With vLLM, which then speaks OpenAI's protocol:",
            "",
            "```bash",
            f"vllm serve . --served-model-name {about.brand.name}-voice",
            "```",
            "",
        ]
    if about.gguf_file:
        lines += _use_gguf(about, about.gguf_file)
    if ADAPTER in config.formats:
        lines += [
            f"`{ADAPTER_FOLDER}/` is the adapter alone, in peft's format. It was trained on base "
            f"weights with SHA-256 `{about.origin.base_digest}`"
            + (f" ({plain(about.base)} after rounding to {about.terms.form})" if about.terms.form
               else "")
            + "; on any other form of the base it answers a little otherwise, which was not "
            "measured.",
            "",
        ]  # fmt: skip
    g = config.generation
    lines.append(
        f"It decodes with temperature {g.temperature:g}, top-p {g.top_p:g}, top-k {g.top_k} and at "
        f"most {g.maximum_new_tokens} new tokens where nobody says otherwise. Draw several drafts "
        "and choose: one draft's quality says little."
    )
    return lines


def snippet(about: About) -> str:
    """A program that writes one post, by transformers alone."""
    language = about.brand.languages[0]
    system, user = prompt(about.brand.title, language, full_brief(about.brand))
    return f"""\
from transformers import AutoModelForCausalLM, AutoTokenizer

folder = "."
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(folder)
messages = [
    {{"role": "system", "content": {_literal(system["content"])}}},
    {{"role": "user", "content": {_literal(user["content"])}}},
]
inputs = tokenizer.apply_chat_template(
    messages, add_generation_prompt=True, return_dict=True, return_tensors="pt"
)
answer = model.generate(**inputs)[0, inputs["input_ids"].shape[1] :]
print(tokenizer.decode(answer, skip_special_tokens=True).strip())"""


def _use_gguf(about: About, file: str) -> list[str]:
    check = about.gguf
    lines = [
        f"`{file}` is for llama.cpp and what is built on it (LM Studio opens it as it is):",
        "",
        "```bash",
        "# llama.cpp",
        f"llama-server -m {file} --jinja",
        "# Ollama; the Modelfile holds prompt and decoding",
        f"ollama create {about.brand.name}-voice -f Modelfile",
        "```",
        "",
    ]
    if check and check.divergence is not None:
        same, of = check.same_greedy
        lines += [
            f"Read back, it is {check.divergence:.2g} nats a token from the merged model on the "
            f"two briefs below{_far(about)}, and goes on word for word alike (greedy) on {same} of "
            f"{of}." + ("" if check.tokenised else f" {gguf.UNREAD[0].upper()}{gguf.UNREAD[1:]}."),
            "",
        ]
    elif check:
        lines += [
            "**It was not compared with the merged model**: transformers cannot read this "
            f"architecture from GGUF ({plain(check.reason)}).",
            "",
        ]
    return lines


def _far(about: About) -> str:
    return (
        f" (the base without adapter: {about.agreement.divergence:.2g})" if about.agreement else ""
    )


def _brief_form(about: About) -> list[str]:
    language = about.brand.languages[0]
    system = prompt(about.brand.title, language, "")[0]["content"]
    return [
        "One system message, then one brief; the answer is one post. On other prompts it was not "
        "trained.",
        "",
        "System message:",
        "",
        *_block(system),
        "",
        "A full brief. Lines without content are left out; the first line holds a few topic words, "
        "the second facts that the post is to tell, the third names and hashtags to use, the last "
        "platform, length (short, medium, long), whether there is a link, and what readers are to "
        "do:",
        "",
        *_block(full_brief(about.brand)),
        "",
        "A terse one, as some of those it learned from:",
        "",
        *_block(terse_brief(about.brand)),
        "",
        "In a post, `[link]` stands for a link that a person has to put in; other words in square "
        "brackets, such as `[email]`, for personal data that was masked.",
    ]


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


def _python(code: str) -> list[str]:
    return ["```python", *code.split("\n"), "```"]


def _block(text: str) -> list[str]:
    """A text as it stands; nothing in it ends the block."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{fence}text", *text.split("\n"), fence]


def _literal(text: str) -> str:
    """As Python writes it, without what would end a block of code."""
    return json.dumps(text, ensure_ascii=False).replace("`", "\\u0060")
