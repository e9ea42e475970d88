"""Words around a fact in a post that say what it is a value of."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import regex

from smm_voice.metrics.factuality import attributes
from smm_voice.metrics.factuality.clauses import Clause, split
from smm_voice.metrics.factuality.suggest.names import NO_NAME, blank, functions, slug
from smm_voice.text.facts import TypedFact
from smm_voice.text.facts.units import UNIT_OF
from smm_voice.text.fold import fold

# Characters on either side in which a word belongs to a fact.
_REACH = 45
_NEAR = 30
# A sum below it is most likely what something costs.
_PRICE = 1000
_YEAR_REACH = 12
# Clauses that end here go on: the day follows.
_GOES_ON = regex.compile(
    r"(?i)\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|janv|fevr|févr|avr|juil|u\.s|mt|ft"
    r"|gen)\.$"
)
_BOUND_AFTER = regex.compile(
    r"(?: of| in| en| de| du| des| d')?(?: (?:the|our|all|la|le|les|nos|notre))? ?(?<=[ '])"
    r"(\p{L}[\p{L}-]{2,})"
)
# "Price: 12 €", "weighs about 900 g": a word, what binds it, and what makes it about so much.
_BINDS = r"is|are|was|were|of|at|to|:|=|for|costs?|weighs?|est|sont|de|d'|a|coute|pese|fait|pour"
_ROUGHLY = (
    r"a|about|over|nearly|almost|around|some|up to|more than|only|just|plus de|environ|pres de"
    r"|seulement"
)
_BOUND_BEFORE = regex.compile(
    rf"(?<!\p{{L}})(\p{{L}}[\p{{L}}-]{{2,}})(?: ?(?:{_BINDS})(?: (?:{_ROUGHLY}))?| (?:{_ROUGHLY}))"
    r" ?[~<>≈]?$"
)
_EVENTS = {
    "en": regex.compile(
        r"(?<!\w)(launch|event|festival|concert|open|release|deadline|birthday|landing|arrival"
        r"|anniversary|eclipse|supermoon|conference|fair|market|exhibition|summit|workshop|sale"
        r"|liftoff|flyby|meeting|spacewalk|webinar|chat)(?:s|ed|es|ing|day)?(?!\w)"
    ),
    "fr": regex.compile(
        r"(?<!\w)(lancement|evenement|fete|festival|concert|ouverture|reouverture|sortie|salon|foire"
        r"|marche|exposition|atelier|rencontre|anniversaire|inauguration|conference|vente|cloture"
        r"|rentree|assemblee|depart|vernissage|soldes)s?(?!\w)"
    ),
}
# Words of posts as such, which name nothing that a fact is about.
_EMPTY_WORDS = """
live watch watching today tomorrow tonight join joins tune more now new find get gets
learn just also back here see look way ways thing things fact facts reason reasons tip
tips time times day days week weeks month months year years yrs hour hours hrs minute
minutes second seconds ago since about around over nearly almost first last next latest
great good big best happy take takes make makes start starts starting begin begins end
ends ready info details apply http https thanks thank check read via using use used within
including according total away per than one two three four five six seven eight nine ten
like know still even during hey yes much many every each another until till late early
later posts post set going come comes came can will image images photo photos picture
video videos story stories question questions direct suivez regardez demain hier aujourd
hui ici voici voir plus notre nos votre vos tous toutes tout toute chose choses jour jours
semaine semaines mois annee annees ans heure heures seconde secondes depuis environ pres
presque premier premiere dernier derniere prochain prochaine nouveau nouvelle nouveaux
nouvelles merci venez decouvrez retrouvez rejoignez lien infos bonjour bonne bon belle
beau partir encore deja aussi tres bien fois fait faire sont avec moment raisons conseils
facons above across towards past close behind desormais toujours jusqu passe passent coute
coutent debarque lieu
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
# Too common to tell an attribute by themselves; a sheet's line has more to go by.
_WEAK_WORDS = """
since depuis from to on at long only each le a des de par with can off less take takes days hours
minutes jours heures own held around away moins vol last lasts pay avant au before end ends day year
pendant cold warm hot
"""
_WEAK = frozenset(_WEAK_WORDS.split())
# Only of what is counted there are several.
_PLURAL = regex.compile(r"[sx]$|^(?:people|children|fish|men|women|species)$")
# What a kind can be a value of: first name of a group of attributes.yaml → kinds and units.
_TIME = ("second", "minute", "hour", "day", "night", "week", "month", "year")
_LENGTH = ("mile", "kilometre", "metre", "foot", "yard", "centimetre", "inch", "light-year")
_FITS: dict[str, tuple[str, ...]] = {
    "price": ("money",), "free": ("money",), "discount": ("percent",),
    "opening": ("time",), "closing": ("time",), "start": ("time",), "end": ("time",),
    "founding": ("year",), "weight": ("pound", "kilogram", "gram", "ton", "ounce"),
    "length": _LENGTH, "height": _LENGTH, "duration": _TIME[:-1],
    "volume": ("litre", "centilitre", "millilitre", "gallon", "pint"), "alcohol": ("percent",),
    "temperature": ("degree", "celsius", "fahrenheit"), "donated": ("money", "percent"),
    "warranty": ("year", "month"),
}  # fmt: skip
_DIMENSION = {
    **dict.fromkeys(_TIME, "duration"), **dict.fromkeys(_LENGTH, "distance"),
    **dict.fromkeys(("pound", "kilogram", "gram", "ton", "ounce", "milligram"), "weight"),
    **dict.fromkeys(_FITS["volume"], "volume"),
    **dict.fromkeys(_FITS["temperature"], "temperature"),
    "mph": "speed", "km/h": "speed", "acre": "area", "hectare": "area", "square_metre": "area",
    "square_kilometre": "area", "square_mile": "area", "square_foot": "area",
    "percent": "share", "money": "amount",
}  # fmt: skip


def clauses(text: str) -> list[Clause]:
    """The clauses of a post, "on Jan. 24" in one."""
    found: list[Clause] = []
    for clause in split(text):
        if found and _GOES_ON.search(found[-1].text):
            start = found[-1].start
            found[-1] = Clause(start, text[start : clause.end])
        else:
            found.append(clause)
    return found


def noun_of(fact: TypedFact, clause: Clause, language: str) -> str:
    """What a bare number counts: the first word of content behind it; "" where there is none."""
    after = clause.text[fact.end - clause.start :]
    match = regex.match(
        r"\+?(?:[ \u00a0]+(?:of|the|our|more|other|new|individual|different|de|des|d['’]|nouveaux"
        r"|nouvelles|autres))*[ \u00a0]*((?:\p{Ll}[\p{L}-]+[ \u00a0])?)(\p{Ll}[\p{L}-]{2,})",
        after,
    )
    if not match:
        return ""
    first, second = match.group(1).strip(), match.group(2)
    # "300 individual galaxies" counts galaxies, "300 experiments happen" experiments.
    for word in (first, second):
        if word and _PLURAL.search(fold(word)):
            return word if is_content(word) else ""
    return ""


def words_near(
    fact: TypedFact, clause: Clause, language: str, taken: Sequence[tuple[int, int]]
) -> list[str]:
    """Folded words of content around a fact, the nearest first; no part of a name.

    Args:
        fact: of the clause.
        clause: of a post.
        language: two-letter code.
        taken: where names stand in the post.
    """
    text = blank(clause.text)
    found = []
    at, end = fact.start - clause.start, fact.end - clause.start
    for match in regex.finditer(r"(?<!#)\p{L}[\p{L}-]{2,}", text):
        if match.start() < end and at < match.end():
            continue
        # What follows a value tells more of it than what goes before.
        distance = match.start() - end if match.start() >= end else 1.5 * (at - match.end())
        absolute = clause.start + match.start()
        if distance > _REACH or any(a <= absolute < b for a, b in taken):
            continue
        if is_content(match.group()):
            found.append((distance, fold(match.group())))
    return list(dict.fromkeys(word for _, word in sorted(found)))


def tight_word(fact: TypedFact, clause: Clause, language: str) -> str:
    """The word of content that is bound to a value: "a wingspan of 66 feet", "85% of matter"."""
    # A dash between clauses joins no words.
    folded = fold(clause.text.replace("—", ";").replace("–", ";"))
    at, end = fact.start - clause.start, fact.end - clause.start
    after = _BOUND_AFTER.match(folded, end)
    before = _BOUND_BEFORE.search(folded, max(0, at - 60), at)
    for match in (after, before):
        if match and is_content(match.group(1)) and not is_verb(match.group(1)):
            return match.group(1)
    return ""


def event_of(fact: TypedFact, clause: Clause, language: str) -> str:
    """The happening that a clause names near a date; "" where there is none."""
    folded = fold(clause.text)
    at, end = fact.start - clause.start, fact.end - clause.start
    best, found = _REACH + 1, ""
    for match in _EVENTS[language].finditer(folded):
        distance = match.start() - end if match.start() >= end else at - match.end()
        if 0 <= distance < best:
            best, found = distance, match.group(1)
    return found


def is_verb(word: str) -> bool:
    """Endings that nouns seldom have, of words that name no attribute well."""
    return word.endswith(("ing", "ly", "ed", "ez"))


def group_of(fact: TypedFact, clause: Clause, language: str, year: bool) -> str:
    """The group of attributes whose word stands nearest beside a fact, and whose kind it is."""
    sort = "year" if year else fact.unit if fact.kind == "quantity" else fact.kind
    folded = fold(clause.text)
    at, end = fact.start - clause.start, fact.end - clause.start
    best, found = _NEAR + 1, ""
    for name, patterns in _groups():
        if sort not in _FITS.get(name, ()):
            continue
        for match in patterns.get(language, patterns["en"]).finditer(folded):
            # "Founded in 1987", not "in 1987 we started anew".
            if year and not match.end() <= at <= match.end() + _YEAR_REACH:
                continue
            distance = match.start() - end if match.start() >= end else at - match.end()
            if 0 <= distance < best:
                best, found = distance, name
    return found


def says(group: str, word: str) -> bool:
    """Whether a folded word is one of those that name a group."""
    patterns = dict(_groups())[group].values()
    return any(pattern.match(word) for pattern in patterns)


def attribute_name(fact: TypedFact, word: str) -> str:
    """Of a shared word and the sort of value: "cargo" and pounds are `cargo_weight`."""
    sort = fact.unit if fact.kind == "quantity" else fact.kind
    dimension = _DIMENSION.get(sort, "" if fact.kind == "number" else fact.kind)
    if fact.kind == "money" and float(fact.value) < _PRICE:
        dimension = "price"
    parts = [p for p in (word, dimension) if p]
    return slug("_".join(dict.fromkeys(parts))) or "value"


def is_content(word: str) -> bool:
    """Whether a word names something, and is neither a unit nor a part of a date."""
    folded = fold(word)
    if NO_NAME.fullmatch(folded) or folded in UNIT_OF:
        return False
    # French names stand in English posts, and English ones in French posts.
    return folded not in _EMPTY and word.casefold() not in functions()


@functools.cache
def _groups() -> list[tuple[str, dict[str, regex.Pattern[str]]]]:
    listed = attributes.groups()
    found = []
    for group in listed:
        patterns = {}
        for language in ("en", "fr"):
            words = [fold(w) for w in group.get(language, ()) if fold(w) not in _WEAK]
            ways = "|".join(regex.escape(w) for w in words) or "(?!)"
            patterns[language] = regex.compile(rf"(?<!\w)(?:{ways})(?:(?<=\w{{4}})\w*|(?!\w))")
        found.append((str(group["names"][0]), patterns))
    return found
