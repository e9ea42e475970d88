"""How a model's conversations are written: found out from its chat template by rendering it.

Templates differ in more than their marks. Some refuse a system message or lose it, some write
today's date, some open a stretch of thinking, some end an answer with another token than the
tokenizer's end token. None of that is declared anywhere; all of it shows when a conversation is
rendered that is known beforehand.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from smm_voice.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)

Message = dict[str, str]

# A template may ask for today's date; the same posts would train another adapter tomorrow. This
# is the day that Llama 3.2's own template takes where it has no clock.
_STOPPED_CLOCK = "{% macro strftime_now(format) %}26 Jul 2024{% endmacro %}{{ '' }}"
_ARGUMENTS = {"enable_thinking": False}
# The same, and `fold`, in Jinja: for who renders the template elsewhere.
_NO_THINKING = "{% set enable_thinking = false %}{{ '' }}"
_FOLDING = (
    "{% if messages[0]['role'] == 'system' %}{% set messages = [{'role': 'user', 'content': "
    "messages[0]['content'] ~ '\\n\\n' ~ messages[1]['content']}] + messages[2:] %}{% endif %}"
    "{{ '' }}"
)
_SYSTEM, _BRIEF, _POST = "Probe-s-7", "Probe-b-7", "Probe-p-7"
_ANSWER = "Answer-probe-7"


@dataclass(frozen=True)
class ChatFormat:
    """What rendering has shown of a template.

    Attributes:
        template: the template, its clock stopped.
        folds_system: the template refuses or loses a system message, so that its text stands at
            the head of the first user message.
        lead: blanks that the template writes before an answer; tokenised with the answer, since
            most tokens begin with one.
        end: the token that closes an answer.
    """

    template: str
    folds_system: bool
    lead: str
    end: str

    def before_answer(self, tokenizer: PreTrainedTokenizerBase, messages: Sequence[Message]) -> str:
        """All that stands before an answer in the whole conversation, as the template writes it.

        The prompt that templates offer for generation is not taken: some open a stretch of
        thinking there that no finished answer has.
        """
        if self.folds_system:
            messages = fold(messages)
        whole = _rendered(tokenizer, self.template, [*messages, _said("assistant", _ANSWER)])
        return whole[: whole.rindex(_ANSWER)].removesuffix(self.lead)

    def portable(self) -> str:
        """The template with all that is done to it here, to be given away with a model.

        Where its generation prompt opens a stretch of thinking, that stays in it.
        """
        text = self.template
        if self.folds_system:
            text = _FOLDING + text
        return _NO_THINKING + text if "enable_thinking" in text else text


_found: WeakKeyDictionary[PreTrainedTokenizerBase, tuple[object, ChatFormat | None]] = (
    WeakKeyDictionary()
)


def format_of(tokenizer: PreTrainedTokenizerBase) -> ChatFormat | None:
    """The format of a tokenizer's chat template; None where it has none.

    Raises:
        InputError: the template cannot write system, user and assistant messages.
    """
    known, found = _found.get(tokenizer, (None, None))
    if known is None or known != tokenizer.chat_template:
        found = _probe(tokenizer) if tokenizer.chat_template else None
        _found[tokenizer] = (tokenizer.chat_template, found)
    return found


def written_with(template: str) -> list[str]:
    """A chat template and all of this project's own that it is rendered with."""
    found = [template]
    if "strftime_now" in template:
        found.append(_STOPPED_CLOCK)
    return found + [f"{name}={value}" for name, value in _ARGUMENTS.items() if name in template]


def fit(tokenizer: PreTrainedTokenizerBase, name: str) -> None:
    """Make the token that closes an answer the tokenizer's end token, so that all agree on it.

    Args:
        tokenizer: just loaded.
        name: the model's, for messages.

    Raises:
        InputError: the template does not fit, or there is no end token at all.
    """
    try:
        found = format_of(tokenizer)
    except InputError as error:
        raise InputError(f"model {name}: {error}") from error
    if found is None:
        _say_once(f"Model {name} has no chat template: prompts are written in a plain format")
    elif found.end != tokenizer.eos_token:
        log.debug("Answers of %s end with %s", name, found.end)
        tokenizer.eos_token = found.end
    if tokenizer.eos_token_id is None:
        raise InputError(
            f"model {name}: its tokenizer has no end token, so that no answer could end; name one "
            "as eos_token in its tokenizer_config.json"
        )


def fold(messages: Sequence[Message]) -> list[Message]:
    """Put the system message at the head of the first user message."""
    if not messages or messages[0]["role"] != "system":
        return list(messages)
    system, first, *others = messages
    return [_said("user", f"{system['content']}\n\n{first['content']}"), *others]


def _probe(tokenizer: PreTrainedTokenizerBase) -> ChatFormat:
    template = str(tokenizer.get_chat_template())
    if "strftime_now" in template:
        template = _STOPPED_CLOCK + template
    probes = [_SYSTEM, _BRIEF, _POST, _BRIEF + "-2", _ANSWER]
    roles = ["system", "user", "assistant", "user", "assistant"]
    messages = [_said(role, text) for role, text in zip(roles, probes, strict=True)]
    problems = []
    for folds, conversation in ((False, messages), (True, fold(messages))):
        # Without shown posts as with them: some templates treat the last message in its own way.
        short = [m for m in conversation if m["content"] not in (_POST, _BRIEF + "-2")]
        try:
            texts = [_rendered(tokenizer, template, each) for each in (conversation, short)]
        except Exception as error:  # a template can raise whatever it likes
            problems.append(f"{type(error).__name__}: {error}")
            continue
        lost = _lost(texts[0], probes) or _lost(texts[1], [_SYSTEM, _BRIEF, _ANSWER])
        if lost:
            problems.append(f"{lost} is lost or out of order")
            continue
        if folds:
            log.debug("The system message is folded into the first user message: %s", problems[0])
        before, _, after = texts[0].rpartition(_ANSWER)
        lead = before[len(before.rstrip(" ")) :]
        return _checked(tokenizer, ChatFormat(template, folds, lead, _end(tokenizer, after)), texts)
    raise InputError(
        "its chat template cannot write the conversation of a brief and a post "
        f"({'; without a system message, '.join(problems)}). Take a copy of the model without "
        "the template, which gets the plain format: model.path=FOLDER"
    )


def _lost(text: str, probes: Sequence[str]) -> str | None:
    """What a rendering does not hold, in words; None where all is there, once and in order."""
    names = dict(
        zip(
            (_SYSTEM, _BRIEF, _POST, _BRIEF + "-2", _ANSWER),
            ("the system message", "the brief", "a shown post", "the second brief", "the answer"),
            strict=True,
        )
    )
    at = 0
    for probe in probes:
        place = text.find(probe, at)
        if place < 0:
            return names[probe]
        at = place + len(probe)
    return None


def _end(tokenizer: PreTrainedTokenizerBase, after: str) -> str:
    """The token that the template writes behind an answer."""
    ids = tokenizer(after.lstrip(), add_special_tokens=False)["input_ids"]
    marks = {*tokenizer.all_special_ids, *tokenizer.added_tokens_decoder}
    if ids and ids[0] in marks:
        return str(tokenizer.convert_ids_to_tokens(ids[0]))
    if tokenizer.eos_token is None:
        raise InputError("its chat template closes answers with no token of its own")
    _say_once(
        f"The chat template closes answers with {after!r}, which is no single mark; answers end "
        f"with {tokenizer.eos_token}"
    )
    return str(tokenizer.eos_token)


def _checked(
    tokenizer: PreTrainedTokenizerBase, found: ChatFormat, texts: Sequence[str]
) -> ChatFormat:
    """Hold tokenising prompt and answer apart against tokenising the template's whole text."""

    def ids(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])

    for whole in texts:
        before, _, after = whole.rpartition(_ANSWER)
        closed = before + _ANSWER + (found.end if after.startswith(found.end) else "")
        prompt = ids(before.removesuffix(found.lead))
        answer = ids(found.lead + _ANSWER)
        if ids(closed)[: len(prompt) + len(answer)] != prompt + answer:
            _say_once(
                "The tokenizer joins the end of the prompt to the beginning of an answer; both are "
                "tokenised apart, in training and in generation alike"
            )
    return found


def _rendered(
    tokenizer: PreTrainedTokenizerBase, template: str, messages: Sequence[Message]
) -> str:
    return str(
        tokenizer.apply_chat_template(
            list(messages), chat_template=template, tokenize=False, **_ARGUMENTS
        )
    )


def _said(role: str, content: str) -> Message:
    return {"role": role, "content": content}


@cache
def _say_once(text: str) -> None:
    log.info(text)
