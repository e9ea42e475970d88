"""Ollama's Modelfile: the prompt that the model was trained on, as Ollama's template.

Ollama fills two places, `{{ .System }}` and `{{ .Prompt }}`. What stands around them is found by
rendering the model's own chat template, so that it cannot differ from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smm_voice.config import GenerationConfig

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

NAME = "Modelfile"
_SYSTEM, _PROMPT = "{{ .System }}", "{{ .Prompt }}"
_QUOTES = '"""'


def template(tokenizer: PreTrainedTokenizerBase, *, adds_first_token: bool) -> str | None:
    """Ollama's template for one system message and one brief.

    Args:
        tokenizer: with its chat template.
        adds_first_token: whether llama.cpp puts the first token before a prompt by itself.

    Returns:
        None where the model's template cannot be said so.
    """
    marks = "\ue010", "\ue011"
    text = str(
        tokenizer.apply_chat_template(
            [{"role": "system", "content": marks[0]}, {"role": "user", "content": marks[1]}],
            tokenize=False, add_generation_prompt=True,
        )
    )  # fmt: skip
    if [text.count(mark) for mark in marks] != [1, 1] or "{{" in text or _QUOTES in text:
        return None
    if adds_first_token and tokenizer.bos_token:
        text = text.removeprefix(tokenizer.bos_token)
    return text.replace(marks[0], _SYSTEM).replace(marks[1], _PROMPT)


def modelfile(
    gguf: str, template: str, system: str, decoding: GenerationConfig, comment: str
) -> str | None:
    """The file's content; None where the system message cannot stand in it.

    Args:
        gguf: name of the GGUF file beside it.
        template: from `template`.
        system: the system message that the model was trained on.
        decoding: its defaults.
        comment: first line.
    """
    if _QUOTES in system or system.endswith('"'):
        return None
    parameters = {
        "temperature": f"{decoding.temperature:g}",
        "top_p": f"{decoding.top_p:g}",
        "top_k": str(decoding.top_k),
        "num_predict": str(decoding.maximum_new_tokens),
    }
    lines = [
        f"# {' '.join(comment.split())}",
        f"FROM ./{gguf}",
        f"TEMPLATE {_QUOTES}{template}{_QUOTES}",
        f"SYSTEM {_QUOTES}{system}{_QUOTES}",
        *(f"PARAMETER {name} {value}" for name, value in parameters.items()),
    ]
    return "\n".join(lines) + "\n"
