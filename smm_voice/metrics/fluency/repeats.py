"""Words that recur inside one post: how a model sounds when it is caught in a loop."""

from __future__ import annotations

from collections import Counter

from smm_voice.text import tokens

_N = 3
_REFERENCES = (tokens.URL, tokens.EMAIL, tokens.HANDLE, tokens.HASHTAG, tokens.PLACEHOLDER)


def repeated_share(text: str) -> float | None:
    """Share of the text's word 3-grams that stood in it before; None under three words.

    Links, handles and hashtags are left out, punctuation is passed over.
    """
    words = tokens.words(text)
    grams = list(zip(words, words[1:], words[2:], strict=False))
    return 1 - len(set(grams)) / len(grams) if grams else None


def repeated_spans(text: str, most: int = 5) -> list[tuple[str, int]]:
    """The longest stretches that begin more than once, as they stand, and how often.

    Args:
        text: a post.
        most: stretches to return.
    """
    bare = text
    for reference in _REFERENCES:
        bare = reference.sub(lambda match: " " * len(match.group()), bare)
    places = [match.span() for match in tokens.WORD.finditer(bare)]
    words = [bare[start:end].casefold() for start, end in places]
    grams = [tuple(words[i : i + _N]) for i in range(len(words) - _N + 1)]
    counts = Counter(grams)
    seen: set[tuple[str, ...]] = set()
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(grams) and len(found) < most:
        end = at
        # As long as each further 3-gram has stood before, the stretch goes on.
        while end < len(grams) and grams[end] in seen:
            end += 1
        if end > at:
            span = text[places[at][0] : places[end + _N - 2][1]]
            found.append((span, max(counts[gram] for gram in grams[at:end])))
            seen.update(grams[at:end])
            at = end
        else:
            seen.add(grams[at])
            at += 1
    return found
