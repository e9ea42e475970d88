"""Street addresses, flats and post boxes, English and French, with the town that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smm_voice.posts.privacy import streets_en, streets_fr
from smm_voice.posts.privacy.found import Found

# Begins with a plain set, which is found fast; what stands before is looked at afterwards.
_HOUSE = re.compile(r"[0-9]{1,6}(?=[A-Za-z]{0,6}[ ,/-])")
_HERE = re.compile(r"(?<![\w$€£#=@])(?<![0-9][.,:/-])")
_BOX = re.compile(
    r"(?<!\w)(?:p\.? ?o\.?|post office) ?box:? ?(?:n[o°]\.? ?)?#?\d{1,6}(?!\d)", re.IGNORECASE
)
_FLAT = re.compile(
    r"(?<!\w)(?P<word>apt|appt|apartment|appartement)\b\.? ?(?:n°|#)? ?\d{1,4}"
    r"(?P<letter>-?[a-z])?(?![\w%]|-\w)(?! ?(?:pi[èe]ces?|chambres?|m2|m²|rooms?|bed|p\b|€))",
    re.IGNORECASE,
)
_BP = re.compile(
    r"(?<!\w)(?:B\.? ?P\.?|(?P<special>CS|TSA)(?= \d\d ?\d{3})) ?(?:n° ?)?"
    r"(?P<number>\d{2} ?\d{3}|\d{1,5})(?![\w%])(?![.,]\d)"
)


def find_addresses(text: str, lowered: str) -> Iterator[Found]:
    """Addresses in a folded text that has a digit.

    Args:
        text: where to look.
        lowered: the same in lower case.
    """
    for house in _HOUSE.finditer(text):
        start = house.start()
        if not _HERE.match(text, start):
            continue
        end = max(streets_en.end_of_street(text, start), streets_fr.end_of_rue(text, start))
        if end:
            yield Found("address", streets_en.with_flat(text, start), end)
    for span in streets_fr.without_number(text):
        yield Found("address", *span)
    if "box" in lowered:
        for match in _BOX.finditer(text):
            yield Found("address", match.start(), streets_en.end_of_tail(text, match.end()))
    if "ap" in lowered:
        for match in _FLAT.finditer(text):
            # "appartement 3 pièces", "APT 28": the word or its short form with a letter.
            if match["letter"] or match["word"][1:] in ("pt", "ppt"):
                yield Found("address", *match.span())
    if "P" in text or "CS" in text or "TSA" in text:
        yield from _french_boxes(text)


def _french_boxes(text: str) -> Iterator[Found]:
    for match in _BP.finditer(text):
        end = streets_fr.end_of_tail(text, match.end())
        # "BP 2010" is a firm and a year.
        year = match["number"][:2] in ("19", "20") and len(match["number"]) == 4
        if end > match.end() or not (year or match["special"]):
            yield Found("address", match.start(), end)
