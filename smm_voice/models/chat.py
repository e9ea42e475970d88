"""Messages → token ids, with the base model's chat template or a plain format."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smm_voice.errors import InputError
from smm_voice.models.chat_format import format_of
from smm_voice.models.marks import broken, content_ids, content_places, ids_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# For base models that were never taught a chat format. The end token closes each post that is
# shown, as it does in training: the model is to stop there, and not to write the next brief.
_PLAIN = {
    "system": "{text}\n\n",
    "user": "### Brief\n{text}\n\n### Post\n",
    "assistant": "{text}{end}\n\n",
}


def prompt_ids(tokenizer: PreTrainedTokenizerBase, messages: Sequence[dict[str, str]]) -> list[int]:
    """Token ids up to the place where the answer begins; none of the messages writes a mark."""
    known = format_of(tokenizer)
    messages = [{**each, "content": broken(tokenizer, each["content"])} for each in messages]
    if known:
        text = known.before_answer(tokenizer, messages)
    else:
        text = (tokenizer.bos_token or "") + "".join(
            _PLAIN[message["role"]].format(text=message["content"], end=tokenizer.eos_token)
            for message in messages
        )
    return ids_of(tokenizer, text)


def plain_format(bos: str, eos: str) -> list[str]:
    """What decides the plain format of a model without chat template."""
    return [*_PLAIN.values(), bos, eos]


def portable_template(tokenizer: PreTrainedTokenizerBase) -> str:
    """The chat template that goes with an exported model: its own, or the plain format as Jinja.

    `apply_chat_template` with it makes the tokens of `prompt_ids`: what was done to a template of
    the model's own (see `ChatFormat.portable`) stands in it. Marks in a message become control
    tokens there, see `marks`. The plain one opens the answer behind each brief, whether or not a
    generation prompt is asked for, and refuses other roles.
    """
    known = format_of(tokenizer)
    if known:
        return known.portable()
    first = "{{ bos_token }}" if tokenizer.bos_token else ""
    # As expressions: Jinja strips line breaks that stand between its blocks.
    branches = "".join(
        f"{{% {word} message['role'] == {json.dumps(role)} %}}{{{{ {_expression(form)} }}}}"
        for word, (role, form) in zip(("if", "elif", "elif"), _PLAIN.items(), strict=True)
    )
    other = "{% else %}{{ raise_exception('no such role: ' ~ message['role']) }}{% endif %}"
    return f"{first}{{% for message in messages %}}{branches}{other}{{% endfor %}}"


def _expression(form: str) -> str:
    """A form of `_PLAIN` as a Jinja expression that joins its pieces."""
    names = {"{text}": "message['content']", "{end}": "eos_token"}
    pieces = [piece for piece in re.split(r"({\w+})", form) if piece]
    return " ~ ".join(names.get(piece) or json.dumps(piece) for piece in pieces)


def answer_ids(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids of an answer, the end token included: a model must learn to stop.

    Prompt and answer are tokenised apart, so that the boundary between them is exact and the
    answer's tokens in training are those that generation has to produce.
    """
    ids = content_ids(tokenizer, _lead(tokenizer) + text)
    return [*ids, int(tokenizer.eos_token_id)]


def tokens_in(
    tokenizer: PreTrainedTokenizerBase, text: str, stretches: Sequence[tuple[int, int]]
) -> list[int]:
    """Which tokens of `answer_ids(tokenizer, text)` hold a character of one of the stretches.

    Raises:
        InputError: the tokenizer does not say where its tokens stand.
    """
    if not tokenizer.is_fast:
        raise InputError(
            f"the tokenizer {type(tokenizer).__name__} does not say where in a text its tokens "
            "stand; set training.mask_entities=false"
        )
    lead = _lead(tokenizer)
    return [
        at
        for at, (start, end) in enumerate(content_places(tokenizer, lead + text))
        if any(start - len(lead) < last and first < end - len(lead) for first, last in stretches)
    ]


def _lead(tokenizer: PreTrainedTokenizerBase) -> str:
    """Blanks before an answer, see `ChatFormat.lead`."""
    known = format_of(tokenizer)
    return known.lead if known else ""
