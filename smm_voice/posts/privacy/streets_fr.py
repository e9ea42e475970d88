"""French street addresses, from the house number or the kind of street on."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from smm_voice.posts.privacy.lists import words

_UPPER = "A-ZÀ-ÖØ-Þ"
_RUES = (
    r"rue|r\.|avenue|av\.?|ave\.?|bd\.?|bld\.?|blvd\.?|boulevard|chemin|ch\.|che\.|place|pl\.?|impasse"
    r"|imp\.?|all[ée]es?|all\.|quai|route|rte\.?|cours|square|sq\.|sentier|sente|passage|villa"
    r"|faubourg|fbg\.?|cit[ée]|r[ée]sidence|r[ée]s\.|lotissement|hameau|lieu-dit|lieudit|rond-point"
    r"|esplanade|promenade|voie|mont[ée]e|traverse|parvis|ruelle|venelle|clos|cour|corniche"
    r"|grande?[ -]rue|domaine"
)
# The others are ordinary words too ("10 cours de yoga"): their names have to have a capital.
_SURE = words(
    "rue r avenue av ave bd bld blvd boulevard chemin impasse imp allée allee ruelle venelle"
)
_NUMBERED = re.compile(
    r"\d{1,5}(?:(?: ?[-/] ?|, ?)\d{1,4})?(?: ?(?:bis|ter|quater|[A-Da-d])\b)?"
    rf" ?,?\s{{1,2}}(?:de la |du |de l['’])?(?P<type>{_RUES})(?=[\s'’,])",
    re.IGNORECASE,
)
_BARE = re.compile(rf"\b(?P<type>{_RUES})(?=\s)", re.IGNORECASE)
# Begins with a plain set, which is found fast.
_POSTAL = re.compile(r"[0-9]{5}(?= [^\W\d_])")
_PARTICLES_FIRST = re.compile(r"(?:[ '’](?:de|du|des|la|le|les|d|l)(?=[ '’]))*[ '’]*")
_DAY = re.compile(
    r"\d{1,2}(?:er)?[ -](?:janv|févr|mars|avril|mai|juin|juill|août|sept|oct|nov|déc)",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"[ ’'-]?(?:(?P<elided>[dl]['’])|(?P<word>[^\W_][\w.-]*+(?:['’][\w-]++)*+))", re.I
)
_PARTICLES = words(
    "de du des la le les l à a au aux en sur sous et st ste saint sainte lès dr gal mal"
)
_MONTHS = words(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
_NO_NAME = words(
    """
    and assise avec barrée car ce ces cet cette chez collectif dans elle elles est gold gratuit
    gratuite gratuits il ils in leur ma mais mes mon nos notre nous of offert offerte offerts on
    or ou où par parking pilates piétonne piétonnes pour premium que qui sa sans ses son sont ta
    tes the to ton tout toute vip vos votre vous yoga zumba
    """
)
_CITY = (
    rf"[{_UPPER}][\w'’.-]*+"
    rf"(?: (?:(?:sur|sous|lès|les|la|le|en|de|du|des) )?[{_UPPER}][\w'’-]*+){{0,3}}"
)
_POSTAL_TOWN = (
    r"\s?[,;–-]?\s{0,2}(?:F-|FR-)?\d{5}(?!\d)\s{1,2}[^\W\d_][\w'’.-]*+"
    rf"(?:[ -](?:(?:sur|sous|lès|les|la|le|en|de|du|des|aux?)[ -])?[{_UPPER}][\w'’-]*+){{0,4}}"
    r"(?: ?(?i:cedex)(?: \d{1,2}\b)?)?(?:[ ,]{1,2}(?:FRANCE|France)\b)?"
)
# A town without a code: no word that begins a sentence, and as long as is in no doubt.
_TOWN = (
    r"(?!(?:Venez|Le|La|Les|Un|Une|Des|On|Nous|Vous|Tu|Je|Il|Elle|Ils|Elles|Merci|Rendez-vous|Dès|À"
    r"|Au|Aux|En|Et|Ou|Pour|Par|C|Ce|Cette|Ces|Ouvert|Tout|Toute|Tous|Mais|Si|Notre|Nos|Votre|Vos"
    r"|Avec|Dans|Sur|Chez|Ici|Où|Quand|Qui|Que|The|Come|Join|We|Our)\b)"
    rf"(?:{_CITY}(?= ?[.,;:!?)\]\n]|\Z| [^\W\d_{_UPPER}])|[{_UPPER}][\w'’-]*+)"
)
_INSIDE = (
    r"(?:,? (?:(?:b[âa]t(?:iment)?|esc(?:alier)?|app(?:artemen)?t|porte|hall|[ée]tage)\b[ .]{0,2}"
    r"(?:n°)?\w{1,4}\b|\d{1,2}(?:er?|[èe]me) [ée]tage)){0,3}"
)
_TAIL = re.compile(
    rf"(?i:{_INSIDE})(?:{_POSTAL_TOWN}|\s?,? ?(?:F-|FR-)?\d{{5}}(?!\d)"
    rf"|(?:, ?| - | (?:à|in) ){_TOWN})?"
)
_GRAND = re.compile(r"grande?[ -]rue", re.IGNORECASE)
_WITH_TOWN = re.compile(_POSTAL_TOWN)
# The longest name is of so many words; a small word in it is no end where a town follows.
_MOST_WORDS, _MOST_SMALL, _LONGEST_NAME = 8, 3, 90


def end_of_rue(text: str, start: int) -> int:
    """Where the address ends whose house number stands at `start`; 0 where there is none."""
    rue = _NUMBERED.match(text, start)
    return _end(text, rue) if rue else 0


def without_number(text: str) -> Iterator[tuple[int, int]]:
    """Spans of addresses that have no house number, but postal code and town."""
    postals = [match.start() for match in _POSTAL.finditer(text)]
    rues = list(_BARE.finditer(text)) if postals else []
    for rue in rues:
        at = bisect.bisect(postals, rue.end())
        if at < len(postals) and postals[at] - rue.end() < _LONGEST_NAME:
            end = _end(text, rue)
            if end > postals[at]:
                yield rue.start(), end


def end_of_tail(text: str, at: int) -> int:
    """Where postal code and town end that stand at `at`; `at` where there are none."""
    tail = _TAIL.match(text, at)
    return tail.end() if tail else at


def _end(text: str, rue: re.Match[str]) -> int:
    named, end = _name_end(text, rue.end())
    if not named:
        # "4 Grande Rue, 25000 Besançon" has no other name.
        town = _WITH_TOWN.match(text, rue.end())
        return town.end() if town and _GRAND.match(rue["type"]) else 0
    particles = _PARTICLES_FIRST.match(text, rue.end())
    start = particles.end() if particles else rue.end()
    sure = rue["type"].casefold().rstrip(".") in _SURE
    if sure or text[start].isupper() or _DAY.match(text, start):
        return end
    return end if re.search(r"\d{5}", text[named:end]) else 0


def _name_end(text: str, start: int) -> tuple[int, int]:
    """Ends of a street's name and of the town after it; (0, 0) where no name stands."""
    at, named, small = start, 0, 0
    for _ in range(_MOST_WORDS):
        match = _WORD.match(text, at)
        if match is None:
            break
        word = match["word"] or ""
        if match["elided"] or word.casefold().rstrip(".") in _PARTICLES:
            at = match.end()
            continue
        if word.casefold() in _NO_NAME or (word.isdigit() and len(word) == 5):
            break
        if named and word[0].islower() and word.casefold() not in _MONTHS:
            small += 1
            town = _WITH_TOWN.match(text, match.end())
            if town:
                return match.end(), town.end()
            if small == _MOST_SMALL:
                break
        elif small:
            break
        else:
            named = match.end()
        at = match.end()
    if named and text[named - 1] in ".-":
        named -= 1
    return (named, end_of_tail(text, named)) if named else (0, 0)
