"""What a search for personal data takes and gives."""

from __future__ import annotations

from dataclasses import dataclass

KINDS: tuple[str, ...] = (
    "email",
    "phone",
    "iban",
    "card",
    "nir",
    "siret",
    "ssn",
    "address",
    "handle",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One piece of personal data.

    Attributes:
        kind: one of KINDS.
        start: offset of its first character.
        end: offset just past its last character.
    """

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Public:
    """What is the brand's own or public, and so is never flagged.

    Attributes:
        handles: without @, casefolded.
        contacts: e-mails, phone numbers and addresses, as `normal()` writes them.
        regions: ISO regions in which phone numbers without a country code are read.
    """

    handles: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ("US", "FR")
