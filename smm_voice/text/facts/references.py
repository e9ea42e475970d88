"""Addresses: web, e-mail, telephone, names on networks, promotion codes."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from smm_voice.text.tokens import EMAIL, HANDLE, HASHTAG, URL

# Addresses without a scheme. Only endings that no sentence with a missing blank runs into.
DOMAIN = regex.compile(
    r"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,4}"
    r"(?:com|org|net|fr|eu|io|info|shop|store|paris|bzh|alsace|corsica|co\.uk|org\.uk|uk|de|be|ch|ca"
    r"|lu|es|it|gov|edu|example|test|ly|gl|app|dev|art|blog|coffee|bio|museum|travel)\b"
    r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'’»])?(?!@)",
    regex.IGNORECASE,
)
_CODE = regex.compile(
    r"(?i:\bcodes?(?:[ \u00a0](?:promo|promotionnel|promotion|de réduction|avantage|discount"
    r"|parrain|voucher))?|\bvoucher|\bpromo)[ \u00a0]?:?[ \u00a0]*[\"«“”'’‘(]?[ \u00a0]?"
    r"(?<code>(?=[A-Z0-9_-]*\p{Lu})[\p{Lu}0-9][\p{Lu}0-9_-]{2,23})(?![\w-])"
)
_BARE_CODE = regex.compile(r"(?<![\w#@/.-])\p{Lu}{3,16}\d{1,3}(?![\w/-])")
_TELEPHONE = regex.compile(
    r"(?<![\w.,/#@-])(?:\+|\(?\d)(?:[ \u00a0\u202f.()/-]{0,2}\d){6,16}(?!\w)"
)
# A leading zero is dialled in Europe.
_REGIONS = {"fr": ("FR", "GB", "US"), "en": ("US", "GB", "FR")}
_REGIONS_ZERO = {"fr": ("FR", "GB"), "en": ("GB", "FR")}
# Past so many in one post the rest is no list of numbers that a brand gives.
_MOST_TELEPHONES = 50

PATTERNS: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("url", URL),
    ("email", EMAIL),
    ("url", DOMAIN),
    ("handle", HANDLE),
    ("hashtag", HASHTAG),
)


def codes(text: str, bare: bool) -> Iterator[tuple[int, int]]:
    """Spans of promotion codes.

    Args:
        text: a post.
        bare: also what has the form of one without being called so, such as SUMMER20.
    """
    for match in _CODE.finditer(text):
        yield match.span("code")
    if bare:
        for match in _BARE_CODE.finditer(text):
            yield match.span()


def telephones(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Spans and national numbers of telephones.

    Half-written ones count as well: a number that is no longer valid is a wrong number. Those are
    given as their digits.
    """
    import phonenumbers

    for count, match in enumerate(_TELEPHONE.finditer(text)):
        if count == _MOST_TELEPHONES:
            return
        said = match.group()
        listed = _REGIONS_ZERO if said.lstrip("(").startswith("0") else _REGIONS
        for region in listed.get(language, listed["en"]):
            try:
                number = phonenumbers.parse(said, region)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_possible_number(number) and _looks_dialled(said):
                # Without the country, which one post gives and another leaves out.
                yield *match.span(), phonenumbers.national_significant_number(number)
                break


def _looks_dialled(said: str) -> bool:
    """Groups of digits, or one run that begins as numbers are dialled; not 1,000,000 or a year."""
    groups = regex.findall(r"\d+", said)
    if said.startswith("+"):
        return True
    if groups[0].startswith("0"):
        return len("".join(groups)) in (10, 11)
    # North American: 3-3-4.
    return [len(group) for group in groups[-3:]] == [3, 3, 4] or [len(g) for g in groups] == [3, 4]


def canonical_url(span: str) -> str:
    """Without scheme, `www.`, tracking parameters and the last slash."""
    address = regex.sub(r"^(?i:https?://)?(?i:www\.)?", "", span)
    address, _, query = address.partition("?")
    kept = [p for p in query.split("&") if p and not p.casefold().startswith(("utm_", "fbclid"))]
    return (address.rstrip("/") + ("?" + "&".join(kept) if kept else "")).casefold()
