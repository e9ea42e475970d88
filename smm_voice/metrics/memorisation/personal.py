"""Personal data in texts, by the detectors that mask it in the dataset."""

from __future__ import annotations

from smm_voice.metrics.base import Reference
from smm_voice.posts import privacy
from smm_voice.text import tokens


def public(reference: Reference) -> privacy.Public:
    """What is not personal: what the reference lists, and handles that training posts mention.

    A handle that the dataset has left in a training post has been found to be public.
    """

    def collect() -> privacy.Public:
        listed = {each[1:].casefold() for each in reference.public if each.startswith("@")}
        mentioned = {
            match.group(1).casefold()
            for text in reference.training
            if "@" in text or "＠" in text
            for match in tokens.MENTION.finditer(text)
        }
        contacts = {privacy.normal(each) for each in reference.public if not each.startswith("@")}
        return privacy.Public(frozenset(listed | mentioned), frozenset(contacts))

    found: privacy.Public = reference.remember("memorisation/public", collect)
    return found


def personal_data(text: str, reference: Reference) -> list[tuple[str, str]]:
    """(kind, span) of the personal data in a text."""
    found = privacy.find(text, public(reference))
    return [(each.kind, text[each.start : each.end]) for each in found]
