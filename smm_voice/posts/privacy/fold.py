"""A text as the detectors read it, and where its characters stood."""

from __future__ import annotations

import re
import unicodedata

# Format characters, and what makes a digit a keycap: nothing a reader sees between two digits.
_UNSEEN = "\u200b"
_DASHES = "\u2010\u2011\u2012\u2013\u2212\ufe58\ufe63\uff0d"
_KEYCAP = "\ufe0e\ufe0f\u20e3"


class _Table(dict[int, str]):
    """Character → its plain form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(chr(code))
        return plain


def _plain(character: str) -> str:
    """One ASCII character where this one is a variant of it; itself otherwise."""
    category = unicodedata.category(character)
    if category == "Cf" or character in _KEYCAP:
        return _UNSEEN
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    if character in _DASHES:
        return "-"
    # The only character whose lower case is longer: offsets would no longer agree.
    if character == "\u0130":
        return "I"
    # Superscripts and circled numbers are notes and list marks: they stay.
    if category[0] in "LPS":
        plain = unicodedata.normalize("NFKC", character)
        if len(plain) == 1 and plain.isascii():
            return plain
    return character


_TABLE = _Table()


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text with plain digits, blanks and letters, and without unseen characters.

    Returns:
        The folded text, and the offset in `text` of each of its characters; None where the
        offsets are the same.
    """
    if text.isascii():
        return text, None
    folded = text.translate(_TABLE)
    if _UNSEEN not in folded:
        return folded, None
    where = [at for at, character in enumerate(folded) if character != _UNSEEN]
    return folded.replace(_UNSEEN, ""), where


_ADDRESS = re.compile(r"[^\W_]+")
_SHORT = {
    "ave": "avenue", "av": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "st": "street", "rd": "road", "dr": "drive", "ln": "lane", "pl": "place", "ct": "court",
    "ch": "chemin", "imp": "impasse", "rte": "route", "all": "allee", "apartment": "apt",
    "appartement": "apt", "appt": "apt", "suite": "ste", "saint": "street",
}  # fmt: skip
_AT = re.compile(r"\s?[(\[{<]\s?(?:at|arobase|@)\s?[)\]}>]\s?|\s(?:at|arobase)\s|\s?@\s?|%40", re.I)
_DOT = re.compile(r"\s?[(\[{<]\s?(?:dot|point|\.)\s?[)\]}>]\s?|\s(?:dot|point)\s", re.I)
# A scheme before a contact, and the extension after a phone number.
_AROUND = re.compile(
    r"^(?:mailto|tel): ?|(?<=\d),? ?(?:ext\.?|extension|x|poste) ?\d{1,5}$", re.IGNORECASE
)
# All spellings of a number share its end; what stands before (+33, 0033, 0, 1) differs.
_LAST = 9


def normal(contact: str) -> str:
    """A comparable form of a contact: case, blanks, accents, punctuation and prefixes folded.

    Args:
        contact: an e-mail, a phone number, another number or an address.
    """
    text = fold(contact)[0].strip()
    text = _AROUND.sub("", text)
    written = _DOT.sub(".", _AT.sub("@", text))
    if re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", written):
        return written.casefold()
    if re.fullmatch(r"[+\d\s().\-/]+", text):
        digits = re.sub(r"\D", "", text)
        return digits[-_LAST:]
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return "".join(_SHORT.get(word, word) for word in _ADDRESS.findall(bare))
