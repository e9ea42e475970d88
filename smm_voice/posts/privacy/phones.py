"""Phone numbers: international ones anywhere, national ones of the brand's regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from smm_voice.posts.privacy.found import Found
from smm_voice.posts.privacy.numbers import SAID_REFERENCE, said

# phonenumbers is asked only where this stands.
_RUN = re.compile(
    r"(?<![\w=$€£#@+])(?<!\d[.,:])(?<![A-Za-z]/)"
    r"(?:\+ ?(?=33\b)|\+)?\(?\+?\d(?:[ .\-/()]{0,3}\d){6,59}(?!(?!x\d)[\w%€$£°])"
)
# A run of more digits may hold numbers with separators, which are told by their form.
_LONGEST_ASKED = 32
# A question costs some 100 µs; past these the form alone decides.
_MOST_ASKED = 100

_INTERNATIONAL = re.compile(r"(?:\+|(?<!\d)00 ?)(?=[1-9])\d(?:[ .\-/()]{0,3}\d){7,14}(?!\d)")
_PLUS_33 = re.compile(
    r"(?P<number>(?:\+|(?<!\d)00) ?33[ .-]{0,2}(?:\(0\)[ .-]?|0 ?)?"
    r"[1-9](?:[ .\-/]{0,2}\d){8})(?!\d)"
)
_PLUS_1 = re.compile(
    r"(?P<number>\+1[ .-]{0,2}\(?[2-9]\d\d\)?[ .-]{0,2}[2-9]\d\d[ .-]{0,2}\d{4})(?!\d)"
)
_FRENCH_FORM = (
    r"(?P<number>"
    # Five pairs, and then no two more unless a second number begins with it.
    r"0[1-9](?P<gap> {1,2}|[.\-/]| - )\d\d(?:(?P=gap)\d\d){3}"
    r"(?!(?P=gap)(?!0[1-9](?:(?P=gap)\d\d){4}(?!\d))\d\d(?P=gap)\d\d(?!\d))"
    r"|(?:0[1-9][ ./-]|\(0[1-9]\) ?)\d\d(?P<e>[ .-])\d\d(?P=e)\d\d(?P=e)\d\d"
    r"|0[1-9]\d{8}|0[1-9]\d\d(?P<dot>[ .-])\d\d(?P=dot)\d\d(?P=dot)\d\d"
    r"|0[67](?P<a>[ .-])\d{3}(?P=a)(?:\d\d(?P=a)\d{3}|\d{3}(?P=a)\d\d)"
    r"|0[67](?P<b>[ .-])\d\d(?P=b)\d{3}(?P=b)\d{3}|0[67]\d\d(?P<c>[ .-])\d{3}(?P=c)\d{3}"
    r"|0[67](?P<d>[ .-])\d{4}(?P=d)\d{4}|0 ?8\d\d[ .-]?\d{3}[ .-]?\d{3}"
    r")(?!\d|[.-]\d)"
)
_FRENCH = re.compile(r"(?<!\d)(?<!\d[./-])(?<!\d\d \d\d )" + _FRENCH_FORM)
# A mobile number in odd groups; "06 10 2017 12" is a date.
_LOOSE_FRENCH = re.compile(
    r"(?=0[67](?:\D?\d){8}\Z)(?!.*(?<!\d)(?:19|20)\d\d(?!\d))\d{2,}(?:[ .-]\d{2,})*"
)
# Right after a number a second one may begin.
_FRENCH_NEXT = re.compile(r" {1,2}" + _FRENCH_FORM)
_NORTH_AMERICAN = re.compile(
    r"(?<!\d)(?<!\d[./-])(?P<number>(?:\+?1[ .-]{0,3})?"
    r"(?:\([2-9]\d\d\)[ .-]{0,3}[2-9]\d\d[ .-]{0,3}|[2-9]\d\d(?:[.\-/]| - )[2-9]\d\d(?:[.-]| - ))"
    r"\d{4})(?!\d|[./-]\d)"
)
_FOLLOWING = 3
_BARE_AMERICAN = re.compile(r"1?[2-9]\d\d ?[2-9]\d\d ?\d{4}")
_NORTH_AMERICANS = frozenset({"US", "CA", "PR"})
_FRENCHES = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT"})

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?: \d{3})+|(?:\.\d{3})+)")
_OTHER_FORMS = re.compile(
    # Years; an ISBN of ten digits; a decimal; a date with its time.
    r"(?:\d\d?[ .\-/])?(?:19|20)\d\d(?:[ .\-/]{1,3}(?:19|20)\d\d)+"
    r"|\d[ -]\d{2,7}[ -]\d{2,7}[ -]\d|\d+\.\d+"
    r"|(?:19|20)\d\d[-./][01]\d[-./][0-3]\d.*|[0-3]?\d[./-][01]?\d[./-](?:19|20)\d\d.*"
)
_GROUPED_AMERICAN = re.compile(
    r"(?:1(?:[ .-]| - )?)?"
    r"(?:\(\d{3}\)[ .-]{0,3}\d{3}[ .-]{0,3}|\d{3}(?P<gap>[ .\-/]| - |)\d{3}(?:(?P=gap)|-))\d{4}"
)
_SAID_OTHER = re.compile(
    r"\b(?:loto|lotto|euromillions?|keno|tirage|powerball|lottery|num[ée]ros gagnants"
    r"|winning numbers|isbn|issn|ean|doi)\b[^\n]{0,40}\Z",
    re.IGNORECASE,
)
_SAID_PHONE = re.compile(
    r"(?:\b(?:t[ée]l(?:[ée]phone)?|phone|call|mobile|portable|cell|fax|sms|text|whatsapp|signal"
    r"|appel(?:ez|er|le)?|joindre|joignable|dial|ring|hotline)s?\b|[☎📞📱])"
    r"[^\d\n]{0,20}\Z",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"\d{3}[-.]\d{4}")
_SAID_LOCAL = re.compile(
    r"\b(?:call|phone|dial|text|tel|fax|cell|ring)\b[:.]?"
    r"(?: (?:us|me|now|at|on|is|him|her)){0,3} ?\Z",
    re.IGNORECASE,
)
# "2025550143 views" is a count.
_COUNTED = re.compile(
    r" ?(?:views|vues|followers|abonn[ée]s|people|personnes|users|times|fois|likes|km|miles|years"
    r"|ans|euros|dollars|bytes|octets|hz|bits|points|tonnes|kwh?|mwh?|acres)\b",
    re.IGNORECASE,
)
_DECIMAL_BEFORE = re.compile(r"(?<=\d[.,])")
_DECIMAL_AFTER = re.compile(r"[.,]\d")
_NEGATIVE = re.compile(r"(?<=\W-)")
_SEQUENCES = ("0123456789", "1234567890")
_EXTENSION = re.compile(r",? ?(?:ext\.?|extension|x|poste) ?\d{1,5}(?!\d)", re.IGNORECASE)


def find_phones(text: str, regions: Sequence[str]) -> Iterator[Found]:
    """Phone numbers in a folded text.

    Args:
        text: where to look.
        regions: in which numbers without a country code are read.
    """
    asked = done = 0
    for run in _RUN.finditer(text):
        spans = list(_by_form(text, run, regions, done))
        if spans:
            done = spans[-1][1]
        else:
            ask = run.end() - run.start() <= _LONGEST_ASKED and asked < _MOST_ASKED
            asked += ask
            spans = list(_by_plan(text, run, regions, ask))
        for start, end in spans:
            if not _is_something_else(text, start, end):
                extension = _EXTENSION.match(text, end)
                yield Found("phone", start, extension.end() if extension else end)


def _by_form(
    text: str, run: re.Match[str], regions: Sequence[str], done: int
) -> Iterator[tuple[int, int]]:
    """Spans that no other number is written like, whether or not the number is given out.

    Args:
        text: where to look.
        run: the digits to look at.
        regions: in which numbers without a country code are read.
        done: where the last number ended.
    """
    patterns = [_PLUS_33, _PLUS_1]
    if not _FRENCHES.isdisjoint(regions):
        patterns.append(_FRENCH)
    if not _NORTH_AMERICANS.isdisjoint(regions):
        patterns.append(_NORTH_AMERICAN)
    for pattern in patterns:
        at = max(done, run.start())
        while True:
            again = _FRENCH_NEXT.match(text, done, run.end()) if pattern is _FRENCH else None
            match = again or pattern.search(text, at, run.end())
            if match is None:
                break
            done = at = match.end()
            yield match.span("number")


def _by_plan(
    text: str, run: re.Match[str], regions: Sequence[str], ask: bool
) -> Iterator[tuple[int, int]]:
    """Spans that the numbering plans allow."""
    start, end = run.span()
    if _LOOSE_FRENCH.fullmatch(run.group()) and not _FRENCHES.isdisjoint(regions):
        yield start, end
        return
    international = _INTERNATIONAL.search(text, start, end)
    if not ask:
        if international:
            yield international.span()
        elif _BARE_AMERICAN.fullmatch(run.group()) and not _NORTH_AMERICANS.isdisjoint(regions):
            yield start, end
        return
    import phonenumbers
    from phonenumbers import Leniency, PhoneNumberMatcher

    window = run.group()
    # A French number has a form of its own, and anything of ten digits from 0 would pass as one.
    for region in [each for each in regions if each not in _FRENCHES] or ["ZZ"]:
        found = False
        for match in PhoneNumberMatcher(window, region, Leniency.VALID, max_tries=4):
            written, at = match.raw_string, start + match.start
            if written[0] == "(" and ")" not in written:
                written, at = written[1:], at + 1
            american = region in _NORTH_AMERICANS and written[0] != "+"
            if not american or _GROUPED_AMERICAN.fullmatch(written):
                found = True
                yield at, start + match.end
        if found:
            return
    if international and not _THOUSANDS.fullmatch(international.group().lstrip("+ ")):
        # The last groups may be another number that follows.
        written = international.group()
        for _ in range(_FOLLOWING):
            try:
                number = phonenumbers.parse("+" + written.lstrip("+0 "), None)
            except phonenumbers.NumberParseException:
                return
            reason = phonenumbers.is_possible_number_with_reason(number)
            if reason == phonenumbers.ValidationResult.IS_POSSIBLE:
                yield international.start(), international.start() + len(written)
                return
            written = written.rpartition(" ")[0]
    elif _LOCAL.fullmatch(window) and said(_SAID_LOCAL, text, start):
        yield start, end


def _is_something_else(text: str, start: int, end: int) -> bool:
    written = text[start:end]
    bare = written.isdigit()
    if bare and (
        said(SAID_REFERENCE, text, start)
        or _NEGATIVE.match(text, start)
        or _DECIMAL_AFTER.match(text, end)
        or written in _SEQUENCES
    ):
        return True
    if _DECIMAL_BEFORE.match(text, start):
        return True
    if said(_SAID_PHONE, text, start):
        return False
    if _OTHER_FORMS.fullmatch(written) or _THOUSANDS.fullmatch(written):
        return True
    counted = bare and _COUNTED.match(text, end) is not None
    return counted or said(_SAID_OTHER, text, start)
