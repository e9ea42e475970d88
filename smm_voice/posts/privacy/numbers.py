"""Numbers that a checksum or a fixed form tells: IBAN, NIR, SIRET, payment card, SSN."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from smm_voice.posts.privacy.found import Found

# What may stand before the first digit and after the last one: no longer number, no reference.
_BEGIN = r"(?<![\w=$€£])(?<!\d[.,:/-])(?<![A-Za-z]/)"
_END = r"(?!\w|[.,:/-]\d)"

_IBAN = re.compile(r"(?<![^\W_])(?P<country>[A-Za-z]{2}) ?\d\d(?=[ .-]?[A-Za-z0-9]{2})")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30,
    "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip

_NIR = re.compile(
    _BEGIN + r"[1-478](?P<gap>[.-]?) ?\d\d(?P=gap) ?(?P<month>\d\d)(?P=gap) ?(?:\d\d|2[ABab])"
    r"(?P=gap) ?\d{3}(?P=gap) ?\d{3}"
    r"(?P<key> ?\(\d\d\)|[ .\-/|]{0,3}(?:cl[ée]\s?:?\s?)?\d\d(?!\d))?" + _END,
    re.IGNORECASE,
)
_SIRET = re.compile(
    _BEGIN + r"\d{3}(?P<gap>[ .-]?)\d{3}(?P=gap)\d{3}(?P<nic>[ .-]?\d{3} ?\d\d)?" + _END
)
_CARD = re.compile(
    _BEGIN + r"(?:"
    r"(?P<fours>(?:(?<!\d{4}[ .-])|(?<=(?:19|20)\d\d ))"
    r"\d{4}(?P<a> {1,2}|[.-])\d{4}(?P=a)\d{4}(?P=a)\d{4})"
    r"(?P<more>(?P=a)\d{1,3}(?!\d))?(?!(?P=a)(?!(?:19|20)\d\d)\d{4}(?!\d))"
    r"|\d{4}(?P<b>[ .-])\d{6}(?P=b)\d{4,5}"
    r"|4\d{3}(?P<c>[ .-])\d{3}(?P=c)\d{3}(?P=c)\d{3}"
    r"|(?P<bare>\d{13,19})"
    r")" + _END
)
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|095|[689]\d)\d{11}|(?:352[89]|35[3-8]\d)\d{12}"
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?|62\d{14,17}"
    r"|(?:50[0-9]{2}|5[6-8]\d\d|6304|67\d\d)\d{12}(?:\d{3})?"
)
_SSN = re.compile(
    _BEGIN
    + r"\d{3}(?:(?P<gap>[ .-])\d\d(?P=gap)\d{4}|\d{6})(?!(?P=gap)(?!(?:19|20)\d\d\b)\d{3})"
    + _END
)

_SAID_CARD = re.compile(
    r"(?:card|carte|cb|visa|mastercard|amex|american express|maestro|discover|diners|pan)\b"
    r"[^\d\n]{0,24}\Z",
    re.IGNORECASE,
)
_SAID_NIR = re.compile(
    r"(?:\bnir\b|s[ée]cu\b|s[ée]curit[ée] sociale|\binsee\b)[^\d\n]{0,24}\Z", re.IGNORECASE
)
_SAID_SIREN = re.compile(
    r"(?:\bsiren\b[^\d\n]{0,12}|\br\.?c\.?s\b\.?(?: (?:de )?[^\W\d][\w'-]*){0,3}"
    r"[ :,]{0,3}(?:\b[ABCD])?[ :]{0,3}(?:n°|num[ée]ro)?[ :]{0,3})\Z",
    re.IGNORECASE,
)
_SAID_RCS_AFTER = re.compile(r"[ ,(]{1,2}r\.?c\.?s\b", re.IGNORECASE)
_SAID_SIRET = re.compile(r"\bsiret\b[^\d\n]{0,16}\Z", re.IGNORECASE)
_SAID_SSN = re.compile(
    r"(?:\bssn\b|\bsocial security\b|\bsocial(?= is| ?[:#])|\bsoc sec\b)[^\d\n]{0,24}\Z",
    re.IGNORECASE,
)
# A number without separators that follows one of these is a reference.
SAID_REFERENCE = re.compile(
    r"(?:#|\b(?:order|commande|tracking|track|suivi|colis|parcel|package|shipment|r[ée]f(?:[ée]rence|\.)?"
    r"|invoice|facture|isbn|issn|ean|upc|gtin|sku|imei|doi|ticket|billet|dossier|case|claim|serial"
    r"|s[ée]rie|transaction|booking|r[ée]servation|confirmation|barcode|code-barres|patent|brevet"
    r"|grant|kic|catalog(?:ue)?|id|uid|tweet|status|statut|post|vol|flight|lot|batch|item|version"
    r"|build|model|mod[èe]le|license|licence|permit|permis|contrat"
    r"|contract|policy|timestamp|unix|siren|rcs|coupon|voucher|code)s?(?!\w))"
    r"(?:[ :#=-]{1,3}(?:number|num[ée]ro|num|n[o°]|nr|id|is|was|est|de|du|votre|your|code"
    r"|commande|suivi|colis|order|client)(?!\w)){0,4}[ :#°(=-]{0,3}\Z",
    re.IGNORECASE,
)
LABEL_REACH = 48
# Digit → the sum of the digits of its double.
_DOUBLED = "0246813579"


def said(label: re.Pattern[str], text: str, start: int) -> bool:
    """Whether `label` stands right before `start`."""
    return label.search(text, max(0, start - LABEL_REACH), start) is not None


def find_ibans(text: str) -> Iterator[Found]:
    """IBANs in a folded text, spaced or not."""
    done = 0
    for match in _IBAN.finditer(text):
        if match.start() < done:
            continue
        length = _IBAN_LENGTHS.get(match["country"].upper())
        rest = _rest(length - 4).match(text, match.end()) if length else None
        if rest is None:
            continue
        number = re.sub(r"[ .-]", "", text[match.start() : rest.end()]).upper()
        # Cheap, and refuses nearly all that is no IBAN before stdnum is loaded.
        if int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 != 1:
            continue
        from stdnum import iban

        if iban.is_valid(number, check_country=False):
            done = rest.end()
            yield Found("iban", match.start(), done)


@functools.cache
def _rest(count: int) -> re.Pattern[str]:
    return re.compile(rf"(?:[ .-]?[A-Za-z0-9]){{{count}}}(?![^\W_])")


def find_numbers(text: str) -> Iterator[Found]:
    """NIR, SIRET, payment cards and SSN in a folded text, the surest kind first."""
    for kind, pattern, judge in _JUDGES:
        match = pattern.search(text)
        while match:
            end = judge(text, match)
            if end:
                yield Found(kind, match.start(), end)
            # A number that is none may begin with another number's end ("2 000 732 829 320…").
            match = pattern.search(text, end or match.start() + 1)


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _nir(text: str, match: re.Match[str]) -> int:
    month = int(match["month"])
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50):
        return 0
    if match["key"] is None:
        return match.end() if said(_SAID_NIR, text, match.start()) else 0
    from stdnum.fr import nir

    number = re.sub(r"cl[ée]|[^\dAB]", "", match.group().upper(), flags=re.IGNORECASE)
    if not nir.is_valid(number):
        return 0
    card = said(_SAID_CARD, text, match.start()) and _is_card(_digits(number))
    return 0 if card else match.end()


def _siret(text: str, match: re.Match[str]) -> int:
    number, start = _digits(match.group()), match.start()
    if not number.strip("0") or not _luhn(number[:9]):
        return 0
    if match["nic"] is None:
        labelled = said(_SAID_SIREN, text, start) or said(_SAID_SIRET, text, start)
        after = _SAID_RCS_AFTER.match(text, match.end())
        return match.end() if labelled or after else 0
    from stdnum.fr import siret

    if not siret.is_valid(number):
        return 0
    if said(_SAID_SIRET, text, start):
        return match.end()
    bare = match.group().isdigit()
    # What may be a card as well is taken for the more private of the two.
    if bare and (_is_card(number) or said(SAID_REFERENCE, text, start)):
        return 0
    return 0 if bare and _is_moment(number) else match.end()


def _is_moment(number: str) -> bool:
    """Whether fourteen digits read as a date with its time."""
    try:
        return 1990 <= datetime.strptime(number, "%Y%m%d%H%M%S").year <= 2039
    except ValueError:
        return False


def _card(text: str, match: re.Match[str]) -> int:
    start, end = match.span()
    if not _is_card(_digits(match.group())):
        # The digits after the fourth group may be the card's code and no part of its number.
        if match["more"] is None or not _is_card(_digits(match["fours"])):
            return 0
        end = match.end("fours")
    bare = match["bare"]
    if bare is None or said(_SAID_CARD, text, start):
        return end
    # Articles have thirteen digits, and statuses seventeen and more.
    return 0 if len(bare) not in (14, 15, 16) or said(SAID_REFERENCE, text, start) else end


def _is_card(number: str) -> bool:
    return _ISSUERS.fullmatch(number) is not None and len(set(number)) > 1 and _luhn(number)


def _luhn(number: str) -> bool:
    """Whether the check digit fits; asked of every run of digits, which is too many for stdnum."""
    total = sum(map(int, number[-1::-2])) + sum(int(_DOUBLED[int(d)]) for d in number[-2::-2])
    return total % 10 == 0


def _ssn(text: str, match: re.Match[str]) -> int:
    from stdnum.us import ssn

    bare = match["gap"] is None
    if bare and not said(_SAID_SSN, text, match.start()):
        return 0
    return match.end() if ssn.is_valid(_digits(match.group())) else 0


_JUDGES: tuple[tuple[str, re.Pattern[str], Callable[[str, re.Match[str]], int]], ...] = (
    ("nir", _NIR, _nir),
    ("siret", _SIRET, _siret),
    ("card", _CARD, _card),
    ("ssn", _SSN, _ssn),
)
