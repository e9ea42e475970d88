"""The two views of a text that the voice scores look at: manner without topics, and all of it."""

from __future__ import annotations

from smm_voice.text import languages, tokens


def distort(text: str, language: str) -> str:
    """The style view: text distortion (Stamatatos 2017), so that topics cannot give a voice away.

    Function words, punctuation, emoji and line breaks stay; any other word becomes its shape
    (`x`, `Xx`, `XX`) and its last two letters; digits become `#`; links, handles and hashtags one
    token each.

    Returns:
        Tokens separated by single spaces.
    """
    kept = languages.function_words(language)
    return " ".join(
        _distort_token(token, kept) for token in tokens.tokenise(tokens.mask_references(text))
    )


def surface(text: str) -> str:
    """The surface view: the text as it stands, links, handles and hashtags one token each."""
    return tokens.mask_references(text)


# What `mask_references` puts in, as marks no post contains.
_MARKS = {"URL": "⟨url⟩", "@USER": "⟨user⟩", "#TAG": "⟨tag⟩", "EMAIL": "⟨email⟩"}


def _distort_token(token: str, function_words: frozenset[str]) -> str:
    if token in _MARKS:
        return _MARKS[token]
    if token.startswith("\n"):
        return "⟨line⟩"
    if token[0].isdigit():
        return "".join("#" if character.isdigit() else character for character in token)
    if not token[0].isalpha():
        return token
    if token.casefold().replace("’", "'") in function_words:
        return token
    if token.isupper() and len(token) > 1:
        shape = "XX"
    elif token[0].isupper():
        shape = "Xx"
    else:
        shape = "x"
    return shape + token[-2:].casefold()
