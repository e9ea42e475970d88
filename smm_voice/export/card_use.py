"""The card's account of how the model is used, and of what it is to be asked."""

from __future__ import annotations

import json
import re

from smm_voice.config.export import ADAPTER, SAFETENSORS
from smm_voice.dataset.prompts import prompt
from smm_voice.export import gguf
from smm_voice.export.about import About, full_brief, terse_brief
from smm_voice.report.markdown import plain

ADAPTER_FOLDER = "adapter"


def use(about: About) -> list[str]:
    """Programs and commands, for each of the formats."""
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


def brief_form(about: About) -> list[str]:
    """The prompt that the model was trained on."""
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


def _python(code: str) -> list[str]:
    return ["```python", *code.split("\n"), "```"]


def _block(text: str) -> list[str]:
    """A text as it stands; nothing in it ends the block."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{fence}text", *text.split("\n"), fence]


def _literal(text: str) -> str:
    """As Python writes it, without what would end a block of code."""
    return json.dumps(text, ensure_ascii=False).replace("`", "\\u0060")
