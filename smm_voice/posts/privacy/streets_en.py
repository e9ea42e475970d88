"""English street addresses, from the house number on."""

from __future__ import annotations

import re

from smm_voice.posts.privacy.lists import words

_UPPER = "A-ZÀ-ÖØ-Þ"
_CAPITALISED = rf"[{_UPPER}][\w.'’-]*+"
_CITY = rf"{_CAPITALISED}(?: (?:(?:de|du|la|le|of|upon|on) )?{_CAPITALISED}){{0,3}}?"
_STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    "|T[NX]|UT|V[AT]|W[AIVY]|D\\.C\\.|AB|BC|MB|N[BLSTU]|ON|PE|QC|SK|YT"
    "|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia"
    "|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts"
    "|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey"
    "|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania"
    "|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington"
    "|West Virginia|Wisconsin|Wyoming|Ontario|Qu[ée]bec"
)
_CODE = r"(?:\d{5}(?:-\d{4})?(?!\d)|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|[A-Z]\d[A-Z] ?\d[A-Z]\d\b)"
_FLAT = (
    r"(?:[Aa]partment|APARTMENT|[Aa]pt|APT|[Ss]uite|SUITE|[Ss]te|STE|[Uu]nit|UNIT|[Ff]lat|[Rr]oom"
    r"|[Rr]m|[Ff]loor|[Ff]l|FL(?= \d))\b\.? ?#?\d{0,5}[A-Za-z]?\b|#\d{1,5}\w?\b"
    r"|\d{1,3}(?:st|nd|rd|th) [Ff]loor"
)
_SIDE = r"(?:[NS][EW]?|[EW]|[Nn]orth(?:east|west)?|[Ss]outh(?:east|west)?|[Ee]ast|[Ww]est)\b\.?"
# A town without state and code: no word that begins a sentence, and as long as is in no doubt.
_TOWN = (
    r"(?!(?:Come|Join|We|The|This|That|Our|It|You|See|Visit|Open|Free|In|On|At|For|From|And|But|Or"
    r"|With|Where|When|What|Who|How|If|Let|Please|Call|Get|Meet|Here|There|Today|Tonight)\b)"
    rf"(?:{_CITY}(?=[.,;:!?)\]\n]|\Z| [a-z])|{_CAPITALISED})"
)
TAIL = re.compile(
    rf"(?: {_SIDE})?(?:,? (?:{_FLAT}))?"
    rf"(?:[,\s]{{1,3}}{_CITY},? (?:{_STATES})(?!\w)\.?(?:,? {_CODE})?"
    rf"|[,\s]{{1,3}}{_CITY},? {_CODE}"
    rf"|,? (?:(?:{_STATES}) )?{_CODE}"
    rf"|, ?{_TOWN})?"
    r"(?:,? (?:USA|U\.S\.A?\.?|UK|United States|United Kingdom|England|Canada)\b)?"
)

_SHORT = words("st ave av rd blvd ln dr ct pl sq ter hwy pkwy cir trl cres n s e w ne nw se sw")
_TYPES = (
    "street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|terrace|ter|crescent|cres|parkway|pkwy"
    "|highway|hwy|turnpike|expressway|court|ct|drive|dr|circle|cir|place|pl|square|sq|way|row|walk"
    "|alley|mews|close|trail|trl|loop|plaza|broadway|gardens|grove|hill|path|pike|ridge|wharf|quay"
    "|esplanade|promenade"
)
# After a number and a name these are hardly ever anything but a street.
_SURE = words("street st avenue ave road rd boulevard blvd lane ln terrace crescent parkway pkwy")
_SURE_IN_SMALL = words("street st avenue ave road rd boulevard blvd lane ln terrace drive court")
_STREET = re.compile(
    rf"(?P<number>\d{{1,6}})(?:-\d{{1,4}}|[A-Za-z])?,? (?:{_SIDE} )?(?:"
    r"(?P<of>(?i:avenue of the [a-z]+)|[Bb]roadway\b"
    r"|(?:[Ss]tate |[Cc]ounty )?(?:Route|Highway|Hwy|Road) \d{1,3}\b)"
    rf"|(?P<name>(?:(?:[{_UPPER}][\w'’]*+|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))\.?[ -]){{1,4}}?)"
    rf"(?P<type>(?i:{_TYPES})\b(?!-))(?: (?i:{_TYPES})\b)?\.?"
    rf"|(?P<small>[a-z][\w'’]*+ (?:[a-z][\w'’]*+ )?)"
    rf"(?P<small_type>street|st|avenue|ave|road|rd|blvd|boulevard|lane|ln|terrace|drive|court)\b\.?"
    r")"
)
# What the words between a number and a street are not: measures, time, small words.
_NO_NAME = words(
    """
    a about acre acres across after all am an and any apr april are around at aug august be best
    big billion but by cent day days dec december degree degrees dollar dollars easy every feb
    february feet foot for free from fun good great happy has have hour hours hr hundred if in
    inch inside is it its jan january jul july jun june kilometer kilometers km lane lanes last
    late latest less m mar march meter meters mi mile miles million min minute minutes more most
    mph my near new next night nights no nov november oct october of off on one or other our out
    outside people per percent pm questions reasons second seconds sep sept september simple since
    so steps story than that the their they this thousand through tips to top total two until us
    visit vs want was way ways we week weeks were what when where which while who will with yards
    year years you your
    """
)
_CAPITAL_NEXT = re.compile(rf" [{_UPPER}]")
_SAINT = re.compile(
    r" (?:Andrews?|Augustine|Barts|Charles|Croix|George|Helens?|James|Jean|John|Johns|Joseph|Jude"
    r"|Kitts|Lawrence|Louis|Lucia|Luke|Mark|Martin|Mary|Nicholas|Patrick|Paul|Peter|Petersburg"
    r"|Pierre|Thomas|Tropez|Vincent)\b"
)
_FLAT_BEFORE = re.compile(
    r"(?<!\w)(?:flat|apt|apartment|unit|suite)\.? #?\w{1,4},? \Z", re.IGNORECASE
)


def end_of_street(text: str, start: int) -> int:
    """Where the address ends whose house number stands at `start`; 0 where there is none."""
    street = _STREET.match(text, start)
    if street is None or not _is_street(street):
        return 0
    end = street.end()
    # The full stop belongs to "St." and ends the sentence after "Street".
    if text[end - 1] == "." and text[street.start() : end - 1].split()[-1].casefold() not in _SHORT:
        end -= 1
    return end_of_tail(text, end)


def end_of_tail(text: str, at: int) -> int:
    """Where flat, town, state and code end that stand at `at`; `at` where there are none."""
    tail = TAIL.match(text, at)
    return tail.end() if tail else at


def with_flat(text: str, start: int) -> int:
    """Where the flat begins that stands before a house number."""
    flat = _FLAT_BEFORE.search(text, max(0, start - 20), start)
    return flat.start() if flat else start


def _is_street(street: re.Match[str]) -> bool:
    number = street["number"]
    year = len(number) == 4 and number[:2] in ("19", "20")
    if street["of"]:
        return len(number) > 1 and not year
    words = re.findall(r"[\w'’]+", (street["name"] or street["small"]).casefold())
    if not _NO_NAME.isdisjoint(words):
        return False
    if street["small"]:
        return street["small_type"] in _SURE_IN_SMALL and len(number) > 1 and not year
    text, end, kind = street.string, street.end(), street["type"].casefold()
    # "5 Questions For Dr Smith", "2 Nights Near St. Louis".
    if kind == "dr" and _CAPITAL_NEXT.match(text, end) or kind == "st" and _SAINT.match(text, end):
        return end_of_tail(text, end) > end
    if kind in _SURE:
        return True
    return not year and len(words) <= 3 and street["type"][0].isupper()
