"""Whether a clause asserts, denies, hedges or asks."""

from __future__ import annotations

from typing import Literal

import regex

Polarity = Literal["asserted", "denied", "hedged"]

# A denial right behind a fact is of it.
_NEXT = 4
# A denial reaches no further than its part of the sentence.
_PART_END = regex.compile(r"[,;:()!?…\n]|\.(?!\d)|\s[-–—]\s|(?<!\w)(?:but|yet|mais|or)(?!\w)")
_DENIAL = {
    "en": regex.compile(
        r"(?<!\w)(?:(?:is|are|was|were|do|does|did|has|have|had|will|would|ca|could|should|wo)n't"
        r"|(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)nt"
        r"|cannot|not|non|never|no more|no longer|nor|neither|without)(?!\w)"
    ),
    "fr": regex.compile(
        r"(?<!\w)n(?:e |')[^,;:.!?\n]{0,30}?(?:pas|plus|jamais|aucun\w*|ni)(?!\w)"
        r"|(?<!\w)(?:pas|jamais|non)(?!\w)"
    ),
}
# What looks like a denial and is none; blanked before the search.
_NO_DENIAL = {
    "en": regex.compile(
        r"(?<!\w)(?:not (?:only|just|to mention|to be missed|to forget|least|even|yet)|why not"
        r"|(?:do not|don't|dont|never|not to) (?:miss|forget|hesitate|wait|worry|let|be shy)\w*"
        r"|(?:can't|cant|cannot|couldn't|can not) (?:wait|believe|resist|go wrong|get enough|help)"
        r"|no (?:less|fewer|more) than|not (?:less|more|fewer) than|whether or not|if not"
        r"|no matter|nothing but|has(?:n't| not) changed|have(?:n't| not) changed|not a moment"
        r"|never (?:too|been)|no wonder|(?:is|are)n't (?:it|they)"
        r"|without (?:further|a doubt|fail)|no need)(?!\w)"
    ),
    "fr": regex.compile(
        r"(?<!\w)(?:(?:ne |n')?[^,;:.!?\n]{0,12}?(?:manquez|ratez|oubliez|hesitez|attendez|cherchez"
        r"|vous inquietez|perdez|tardez|bougez) (?:pas|plus)|pas (?:seulement|que|moins de|moins d'"
        r"|plus de|plus d'|mal|de panique|de quoi|encore|un seul|loin)|non seulement|pourquoi pas"
        r"|ne [^,;:.!?\n]{0,30}? que|n'[^,;:.!?\n]{0,30}? que|plus que|ni plus ni moins"
        r"|n'est-ce pas|(?:ne |n'a |n'ont )(?:change\w*|bouge\w*|pas (?:change"
        r"|bouge)\w*)(?: pas)?|on ne sait jamais|plus jamais|jamais (?:deux|trop|vu|aussi))(?!\w)"
    ),
}
_HEDGE = {
    "en": regex.compile(
        r"(?<!\w)(?:may|might|could|perhaps|maybe|possibly|probably|expected to|hope to|if)(?!\w)"
        r"(?! \d)"
    ),
    "fr": regex.compile(
        r"(?<!\w)(?:pourrai\w*|peut-etre|sans doute|probablement|devrai\w*|esper\w*|si)(?!\w)"
    ),
}
# Questions that tell what they ask for: "Did you know that …?"
_TELLING_QUESTION = regex.compile(
    r"^\W*(?:did you know|have you heard|guess what|know that|saviez-vous|le saviez-vous|savais-tu"
    r"|vous saviez|connaissez-vous|et si on vous disait|ready for|prets? pour|envie)(?!\w)"
)


def polarity(clause: str, at: int, language: str, length: int = 0) -> Polarity:
    """What the clause does with what stands at `at`.

    Args:
        clause: folded (see `smm_voice.text.fold`).
        at: offset of the fact in it.
        language: two-letter code.
        length: of the fact.
    """
    part, inside = _part(clause, at)
    denial = _denial(part, language)
    # "24 % butter and never margarine" says 24 %; "Camille does not run it" denies of Camille.
    if denial and denial.start() < inside + length + _NEXT:
        return "denied"
    return "hedged" if _HEDGE.get(language, _HEDGE["en"]).search(part) else "asserted"


def part_around(clause: str, at: int) -> str:
    """The part of a folded clause that a denial reaches."""
    return _part(clause, at)[0]


def denied_words(clause: str, at: int, language: str) -> bool:
    """Whether the part of a folded clause around `at` denies something."""
    return _denial(_part(clause, at)[0], language) is not None


def _denial(part: str, language: str) -> regex.Match[str] | None:
    bare = _NO_DENIAL.get(language, _NO_DENIAL["en"]).sub(_blank, part)
    return _DENIAL.get(language, _DENIAL["en"]).search(bare)


def _part(clause: str, at: int) -> tuple[str, int]:
    """The part of a clause that holds an offset, and the offset in it."""
    start, end = 0, len(clause)
    for match in _PART_END.finditer(clause):
        if match.end() <= at:
            start = match.end()
        elif match.start() > at:
            end = match.start()
            break
    return clause[start:end], at - start


def _blank(match: regex.Match[str]) -> str:
    return " " * len(match.group())


def asks(clause: str) -> bool:
    """Whether a folded clause asks without telling."""
    return clause.rstrip().endswith("?") and not _TELLING_QUESTION.match(clause)
