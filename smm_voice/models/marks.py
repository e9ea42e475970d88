"""Content → token ids, never a control token: what a post or a brief says closes no turn.

A tokenizer takes the marks of its control tokens (`<|im_end|>`, `</s>`, `<start_of_turn>`) for
those tokens wherever they stand. So each mark that stands in content is broken before a template
is rendered, and the two sides of a break are tokenised apart. Text without a mark is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# No character, and promised never to become one (Unicode, noncharacters): no text needs it.
_BREAK = "\ufdd0"
_NO_CHARACTER = "\ufffd"

_found: WeakKeyDictionary[PreTrainedTokenizerBase, tuple[object, re.Pattern[str]]] = (
    WeakKeyDictionary()
)


def broken(tokenizer: PreTrainedTokenizerBase, text: str) -> str:
    """Content as it may stand in a rendered template: with breaks, which `pieces` takes out."""
    marks = _marks(tokenizer)
    text = text.replace(_BREAK, _NO_CHARACTER)
    # What follows a break may begin with another mark.
    while marks.search(text):
        text = marks.sub(lambda found: found[0][0] + _BREAK + found[0][1:], text)
    return text


def pieces(text: str) -> list[str]:
    """What is tokenised apart; joined, they are the text without its breaks."""
    return text.split(_BREAK)


def ids_of(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids of a text that a template wrote around broken content."""
    return [
        token
        for piece in pieces(text)
        for token in tokenizer(piece, add_special_tokens=False)["input_ids"]
    ]


def content_ids(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids of content that stands by itself."""
    return ids_of(tokenizer, broken(tokenizer, text))


def content_places(tokenizer: PreTrainedTokenizerBase, text: str) -> Iterator[tuple[int, int]]:
    """Start and end in `text`, in characters, of each token of `content_ids`.

    Args:
        tokenizer: a fast one.
        text: content.
    """
    begin = 0
    for piece in pieces(broken(tokenizer, text)):
        places = tokenizer(piece, add_special_tokens=False, return_offsets_mapping=True)
        for start, end in places["offset_mapping"]:
            yield begin + start, begin + end
        begin += len(piece)


def _marks(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str]:
    """Matches what the tokenizer would take for a control token.

    That is every special token, and of the others those that the chat template writes, and what
    closes them: Gemma has one for `<h1>`, which is content, and Qwen one for `<think>`, which is
    not.
    """
    template = str(tokenizer.chat_template or "")
    special = tokenizer.all_special_tokens
    state = (template, tuple(special), len(tokenizer))
    known, marks = _found.get(tokenizer, (None, None))
    if marks is None or known != state:
        added = tokenizer.added_tokens_decoder.values()
        names = {
            each.content
            for each in added
            if each.special
            or each.content in template
            or each.content.replace("</", "<") in template
        }
        # One character cannot be broken, and blanks are no marks: Gemma has tokens for them, too.
        found = {str(name) for name in {*names, *special} if len(name) > 1 and not name.isspace()}
        longest_first = sorted(found, key=lambda name: (-len(name), name))
        marks = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        _found[tokenizer] = (state, marks)
    return marks
