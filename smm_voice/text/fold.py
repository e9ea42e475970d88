"""Texts as names are compared: without case and accents, character for character."""

from __future__ import annotations

import unicodedata

import regex

_PLAIN = {"’": "'", "‘": "'", "ʼ": "'", "‑": "-", "‐": "-", "–": "-", "—": "-"}


class _Table(dict[int, str]):
    """Character → its plain form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(chr(code))
        return plain


def _plain(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character.isspace() and character != "\n":
        return " "
    bare = unicodedata.normalize("NFD", character)[:1].lower()
    return bare if len(bare) == 1 else character


_TABLE = _Table()


def fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes, plain dashes and blanks; offsets stay."""
    return text.translate(_TABLE)


def words_of(folded: str) -> list[str]:
    """The words and numbers of a folded text."""
    return regex.findall(r"[\p{L}\p{N}]+", folded)
