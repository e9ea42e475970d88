"""Readable features: what a person can see of a manner, counted.

They join the style view in the stack, and they are what a score is explained with.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import regex

from smm_voice.text import tokens
from smm_voice.text.languages import primary

Kind = Literal["count", "share", "measure"]


@dataclass(frozen=True)
class Feature:
    """One readable feature.

    Attributes:
        name: short and unique.
        words: as it stands after "as many" (count), after "posts that" (share), or as the
            name of a quantity (measure).
        kind: a count a post, whether the post does it (0 or 1), or a quantity of the post.
        about: features about one thing are one difference to a reader; its own name where empty.
    """

    name: str
    words: str
    kind: Kind
    about: str = ""


FEATURES = (
    Feature("words", "words a post", "measure", "length"),
    Feature("sentences", "sentences", "count", "length"),
    Feature("words_per_sentence", "words a sentence", "measure", "length"),
    Feature("letters_per_word", "letters a word", "measure"),
    Feature("long_words", "words of seven letters or more", "count", "length"),
    Feature("repeated_words", "words used twice in a post", "count", "length"),
    Feature("line_breaks", "line breaks", "count", "lines"),
    Feature("empty_lines", "empty lines", "count", "lines"),
    Feature("exclamation", "exclamation marks", "count", "exclamation"),
    Feature("doubled_marks", "doubled marks (!!, ?!)", "count", "exclamation"),
    Feature("questions", "question marks", "count", "questions"),
    Feature("full_stops", "full stops", "count"),
    Feature("ellipses", "ellipses", "count"),
    Feature("dashes", "dashes", "count"),
    Feature("commas", "commas", "count"),
    Feature("colons", "colons", "count"),
    Feature("semicolons", "semicolons", "count"),
    Feature("brackets", "brackets", "count"),
    Feature("quotes", "quotation marks", "count"),
    Feature("guillemets", "guillemets", "count"),
    Feature("spaced_marks", "marks with a space before them (French spacing)", "count"),
    Feature("ampersands", "ampersands", "count"),
    Feature("slashes", "slashes", "count"),
    Feature("bullets", "bullets and arrows", "count"),
    Feature("signs", "percent and currency signs", "count"),
    Feature("numbers", "numbers", "count"),
    Feature("emoji", "emoji", "count", "emoji"),
    Feature("links", "links", "count", "links"),
    Feature("handles", "handles", "count", "handles"),
    Feature("hashtags", "hashtags", "count", "hashtags"),
    Feature("inner_hashtags", "hashtags inside sentences", "count", "hashtags"),
    Feature("inner_handles", "handles inside sentences", "count", "handles"),
    Feature("opens_with_handle", "open with a handle", "share", "handles"),
    Feature("opens_with_hashtag", "open with a hashtag", "share", "hashtags"),
    Feature("opens_with_emoji", "open with an emoji", "share", "emoji"),
    Feature("opens_with_capitals", "open with a word in capitals", "share"),
    Feature("opens_in_lower_case", "open in lower case", "share"),
    Feature("opens_with_question_word", "open with a question word", "share", "questions"),
    Feature("opens_with_call", "open with a call to action", "share", "calls"),
    Feature("ends_with_link", "end with a link", "share", "links"),
    Feature("ends_with_hashtag", "end with a hashtag", "share", "hashtags"),
    Feature("ends_with_emoji", "end with an emoji", "share", "emoji"),
    Feature("ends_with_full_stop", "end with a full stop", "share"),
    Feature("ends_with_exclamation", "end with an exclamation mark", "share", "exclamation"),
    Feature("ends_with_question", "end with a question mark", "share", "questions"),
    Feature("colon_before_link", "put a colon before the link", "share", "links"),
    Feature("mark_before_link", "end the sentence before the link", "share", "links"),
    Feature("capitals", "words in capitals", "count"),
    Feature("capitalised", "capitalised words", "count"),
    Feature("calls", "calls to action", "count", "calls"),
    Feature("contractions", "contractions", "count"),
    Feature("first_singular", "words of the first person singular (I, my)", "count"),
    Feature("first_plural", "words of the first person plural (we, our)", "count"),
    Feature("second", "words of address (you, your)", "count"),
    Feature("familiar", "words of familiar address (tu, ton)", "count"),
    Feature("negations", "negations", "count"),
)

_LISTS = ("first_singular", "first_plural", "second", "familiar", "negations", "question", "call")


@functools.cache
def _word_lists(language: str) -> dict[str, frozenset[str]]:
    import yaml

    content = (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    own = yaml.safe_load(content).get(primary(language), {})
    return {name: frozenset(own.get(name, "").split()) for name in _LISTS}


_SENTENCE = regex.compile(r"[^.!?…\n]*\p{L}[^.!?…\n]*")
_COUNTED = {
    "line_breaks": regex.compile(r"\n"),
    "empty_lines": regex.compile(r"\n[ \t]*\n"),
    "exclamation": regex.compile(r"!"),
    "doubled_marks": regex.compile(r"[!?]{2,}"),
    "questions": regex.compile(r"\?"),
    "full_stops": regex.compile(r"(?<!\.)\.(?![.\w])"),
    "ellipses": regex.compile(r"…|\.{2,}"),
    "dashes": regex.compile(r"[—–]| - "),
    "commas": regex.compile(r",(?!\d)"),
    "colons": regex.compile(r":(?!\d)"),
    "semicolons": regex.compile(r";"),
    "brackets": regex.compile(r"[(\[{]"),
    "quotes": regex.compile(r'["“”„]'),
    "guillemets": regex.compile(r"[«»]"),
    "spaced_marks": regex.compile(r"[ \u00a0\u202f][;:!?]"),
    "ampersands": regex.compile(r"&"),
    "slashes": regex.compile(r"/"),
    "bullets": regex.compile(r"[•·▪▶►→➡✓✔⬇👇👉]"),
    "signs": regex.compile(r"[%$€£]"),
    "numbers": regex.compile(r"\d+(?:[.,:]\d+)*"),
}
_CONTRACTION = regex.compile(
    r"\p{L}['’](?:s|t|re|ve|ll|d|m)\b|\b(?:j|t|c|m|qu|y)['’](?=\p{L})", regex.IGNORECASE
)
_PLACE = {name: i for i, name in enumerate(feature.name for feature in FEATURES)}
# Longer texts than this are counted by their beginning: a post is never as long.
_MOST_CHARACTERS = 20_000


def measure(texts: Sequence[str], language: str) -> np.ndarray:
    """The features of each text, shape (texts, features); counts are a post's, not rates."""
    words = _word_lists(language)
    found = np.zeros((len(texts), len(FEATURES)))
    for row, text in zip(found, texts, strict=True):
        for name, value in _of(text[:_MOST_CHARACTERS], words).items():
            row[_PLACE[name]] = value
    return found


def _of(text: str, lists: dict[str, frozenset[str]]) -> dict[str, float]:
    masked = tokens.mask_references(text).strip()
    listed = tokens.tokenise(masked)
    bare = tokens.strip_references(text)
    words = tokens.WORD.findall(bare)
    folded = [word.casefold().replace("’", "'") for word in words]
    sentences = max(1, len(_SENTENCE.findall(bare)))
    values: dict[str, float] = {
        name: len(pattern.findall(bare)) for name, pattern in _COUNTED.items()
    }
    values |= {
        "words": len(words),
        "sentences": sentences,
        "words_per_sentence": len(words) / sentences,
        "letters_per_word": sum(map(len, words)) / len(words) if words else 0.0,
        "long_words": sum(len(word) >= 7 for word in words),
        "repeated_words": len(folded) - len(set(folded)),
        "emoji": len(tokens.EMOJI.findall(bare)),
        # Where a reference was taken out, a space is left that the writer did not put there.
        "spaced_marks": len(_COUNTED["spaced_marks"].findall(masked)),
        "links": listed.count("URL"),
        "handles": listed.count("@USER"),
        "hashtags": listed.count("#TAG"),
        "capitals": sum(word.isupper() and len(word) > 1 for word in words),
        "capitalised": sum(word[0].isupper() and not word.isupper() for word in words),
        "contractions": len(_CONTRACTION.findall(bare)),
        "calls": sum(word in lists["call"] for word in folded),
    }
    for name in ("first_singular", "first_plural", "second", "familiar", "negations"):
        # Elided forms too: j'ai, n'est, t'aime.
        values[name] = sum(
            word in lists[name] or ("'" in word and word.split("'")[0] in lists[name])
            for word in folded
        )
    values["negations"] += sum(word.endswith("n't") for word in folded)
    for name, token in (("inner_hashtags", "#TAG"), ("inner_handles", "@USER")):
        values[name] = sum(
            a == token and b[0].isalpha() and b not in ("URL", "EMAIL")
            for a, b in zip(listed, listed[1:], strict=False)
        )
    if listed:
        values |= _edges(masked, listed, words, folded, lists)
    return values


def _edges(
    masked: str,
    listed: Sequence[str],
    words: Sequence[str],
    folded: Sequence[str],
    lists: dict[str, frozenset[str]],
) -> dict[str, float]:
    """How a post opens and ends; its last words are those before links and hashtags."""
    first, last = listed[0], listed[-1]
    closing = next((t for t in reversed(listed) if t not in ("URL", "#TAG", "@USER")), "")
    before_link = masked[: masked.find("URL")].rstrip() if "URL" in masked else ""
    opens_with_word = bool(words) and first == words[0]
    return {
        "opens_with_handle": first == "@USER",
        "opens_with_hashtag": first == "#TAG",
        "opens_with_emoji": bool(tokens.EMOJI.match(first)),
        "opens_with_capitals": opens_with_word and first.isupper() and len(first) > 1,
        "opens_in_lower_case": opens_with_word and first[0].islower(),
        "opens_with_question_word": bool(folded) and folded[0] in lists["question"],
        "opens_with_call": bool(folded) and folded[0] in lists["call"],
        "ends_with_link": last == "URL",
        "ends_with_hashtag": last == "#TAG",
        "ends_with_emoji": bool(tokens.EMOJI.match(last)),
        "ends_with_full_stop": closing == ".",
        "ends_with_exclamation": closing == "!",
        "ends_with_question": closing == "?",
        "colon_before_link": before_link.endswith(":"),
        "mark_before_link": before_link.endswith((".", "!", "?", "…")),
    }
