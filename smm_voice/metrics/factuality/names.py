"""Names of people, places and things that are not the ones the brand gave."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import regex

from smm_voice.metrics.factuality.knowledge import FactSheet
from smm_voice.metrics.factuality.line import Fact
from smm_voice.text.fold import fold
from smm_voice.text.tokens import EMAIL, HANDLE, HASHTAG, PLACEHOLDER, URL

_CAPITALISED = r"\p{Lu}[\p{L}’'\-]*\p{L}"
# Two capitalised words at least; one alone begins too many sentences.
_NAME = regex.compile(
    rf"(?<![\w@#/.]){_CAPITALISED}(?:[ \u00a0](?:"
    r"(?:d[eu]s?|la|le|les|of|the|von|van|and|et)[ \u00a0]|"
    rf"[dl][’'])?(?:{_CAPITALISED}|\d+(?!\w|[.,:]\d|[ \u00a0]?[%€$£]))){{1,4}}"
)
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_REFERENCES = (URL, EMAIL, HANDLE, HASHTAG, PLACEHOLDER)
_CALENDAR = regex.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|june|july|august"
    r"|september|october|november|december|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|day|week|year|month|jour|semaine|mois"
)
# After these a word is capitalised whatever it is.
_OPENING = regex.compile(r"[.!?…:;\n\"«“(\-–—\p{Extended_Pictographic}\uFE0F]\s*$")
_PLACED = regex.compile(
    rf"(?<!\w)(?:à|au|aux|en|de|du|in|at|from|near|to|of|près de)[ \u00a0](?:la |le |les |the )?"
    rf"(?<name>{_CAPITALISED})(?![ \u00a0]?\p{{Lu}}|[\w’'-])"
    rf"|(?<!\w)[dD][’'](?<name>{_CAPITALISED})(?![ \u00a0]?\p{{Lu}}|[\w’'-])"
)
_PARTICLE = regex.compile(r"d[eu]s?|la|les?|of|the|l|d")
# Shorter words are articles and prepositions, which every name shares.
_TELLING = 4


def strange_names(
    text: str,
    sheet: FactSheet,
    spoken_of: frozenset[str],
    named: frozenset[str],
    subjects: Sequence[tuple[int, int]],
    brief: str,
    post: str,
    language: str,
) -> Iterator[tuple[int, int, str]]:
    """Names that are wrong or that nobody gave.

    Args:
        text: a clause.
        sheet: the brand's facts.
        spoken_of: subjects of the post.
        named: subjects of the clause, or of the post where the clause names none.
        subjects: where names of subjects stand in the clause.
        brief: folded; its words are known.
        post: folded; a line whose name stands anywhere in it is told right.
        language: two-letter code.

    Yields:
        Start and end in the clause, and the evidence: the line that gives another name; "" where
        no line is meant for certain.
    """
    blanked = text
    for pattern in _REFERENCES:
        blanked = pattern.sub(lambda m: " " * len(m.group()), blanked)
    folded = fold(blanked)
    found: list[tuple[int, int]] = []
    for start, end, line in _slips(blanked, folded, sheet, spoken_of):
        if any(a < end and start < b for a, b in subjects) or folded[start:end] in brief:
            continue
        if not _told(line, post):
            found.append((start, end))
            yield start, end, line.shown
    for start, end, name in _near_names(blanked, folded, sheet, spoken_of):
        apart = not any(a < end and start < b for a, b in [*subjects, *found])
        if apart and name not in post and folded[start:end] not in brief:
            found.append((start, end))
            yield start, end, f"fact sheet: {name}"
    lines = [line for subject in spoken_of for line in sheet.lines(subject) if line.proper_names]
    yield from _exchanged(folded, sheet, named, lines, post)
    # Without any name on what the post speaks of nothing is known about names, and to doubt each
    # would say nothing.
    if not lines:
        return
    for match in _NAME.finditer(blanked):
        start, end = _without_opening(match, language)
        words = _WORD.findall(folded[start:end])
        telling = [word for word in words if len(word) >= _TELLING]
        if any(a < end and start < b for a, b in found) or not telling:
            continue
        if len(regex.findall(r"(?<!\p{L})\p{Lu}", text[start:end])) < 2:
            continue
        if any(word in brief for word in telling):
            continue
        if any(folded[start:end] in name for name in sheet.known_names):
            continue
        if any(word in sheet.named_words for word in telling):
            continue
        if any(map(_CALENDAR.fullmatch, words)):
            continue
        meant = [
            line for line in lines
            if line.own_keywords_near(folded, start, end) and not _told(line, post)
        ]  # fmt: skip
        # Julie Martin is made of common words, and beside "chef" she is somebody all the same.
        a_person = any(line.person for line in meant)
        if not a_person and all(_is_common(word, language) for word in telling):
            continue
        found.append((start, end))
        yield start, end, meant[0].shown if meant else ""
    for start, end, line in _other_words(blanked, folded, sheet, named, lines, post):
        apart = not any(a < end and start < b for a, b in [*found, *subjects])
        if apart and folded[start:end] not in brief:
            yield start, end, line.shown


def _near_names(
    text: str, folded: str, sheet: FactSheet, spoken_of: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """Stretches that are a subject's name of three words or more but for one of them.

    Of two words one says too little: beside a "Piano Night" there are other nights.
    """
    words = list(_WORD.finditer(folded))
    listed = [word.group() for word in words]
    for at, word in enumerate(listed):
        for name, known, place in sheet.names_with(word):
            if sheet.brand is None and sheet.names[name] not in spoken_of:
                continue
            first = at - place
            window = listed[first : first + len(known)] if first >= 0 else []
            if len(window) != len(known):
                continue
            other = [i for i, (a, b) in enumerate(zip(window, known, strict=True)) if a != b]
            if len(other) != 1 or min(len(window[other[0]]), len(known[other[0]])) < _TELLING:
                continue
            start, end = words[first].start(), words[first + len(known) - 1].end()
            gaps = regex.fullmatch(r"[\w '’\-\u00a0]*", text[start:end])
            if (
                not gaps
                or "  " in text[start:end]
                or any(" ".join(window) in each for each in sheet.known_words)
            ):
                continue
            if text[start].isupper():
                yield start, end, name


def _slips(
    text: str, folded: str, sheet: FactSheet, spoken_of: frozenset[str]
) -> Iterator[tuple[int, int, Fact]]:
    """Names that begin like a known one and go on otherwise: "Mill Lane" for "Mill Road"."""
    if not sheet.by_head:
        return
    words = list(_WORD.finditer(folded))
    for at, match in enumerate(words):
        rivals: list[tuple[int, Fact, tuple[str, ...]]] = []
        for line, known in sheet.by_head.get(match.group(), ()):
            if line.subject not in spoken_of and sheet.brand is None:
                continue
            following = [w.group() for w in words[at : at + len(known)]]
            same = next(
                (i for i, w in enumerate(known) if i >= len(following) or following[i] != w),
                len(known),
            )
            if same == len(known):
                rivals = []
                break
            rivals.append((same, line, known))
        if not rivals:
            continue
        same, line, known = max(rivals, key=lambda rival: rival[0])
        other = words[at + same] if at + same < len(words) else None
        # The head has to be written as a name, and so has what stands in place of the rest.
        if other is None or not _named(text, match):
            continue
        if same < 2 and len(known[0]) < _TELLING:
            continue
        if not regex.fullmatch(r"[ \u00a0'’-]", text[words[at + same - 1].end() : other.start()]):
            continue
        last = other
        if _PARTICLE.fullmatch(other.group()) and at + same + 1 < len(words):
            last = words[at + same + 1]
        if _named(text, last) and last.group() not in known:
            yield match.start(), last.end(), line


def _named(text: str, word: regex.Match[str]) -> bool:
    first = text[word.start()]
    return first.isupper() or first.isdigit()


def _other_words(
    text: str,
    folded: str,
    sheet: FactSheet,
    named: frozenset[str],
    lines: Sequence[Fact],
    post: str,
) -> Iterator[tuple[int, int, Fact]]:
    """Names of one word in the place of a line's: "in Paris" where the sheet says Lyon."""
    wanted = [
        line for line in lines
        if line.subject in named and not line.person and not _told(line, post)
        and all(_WORD.fullmatch(name) for name in line.names)
    ]  # fmt: skip
    for match in _PLACED.finditer(text) if wanted else ():
        start, end = match.span("name")
        word = folded[start:end]
        if word in sheet.named_words or _CALENDAR.fullmatch(word):
            continue
        for line in wanted:
            if line.own_keywords_near(folded, start, end):
                yield start, end, line
                break


def _exchanged(
    folded: str, sheet: FactSheet, named: frozenset[str], lines: Sequence[Fact], post: str
) -> Iterator[tuple[int, int, str]]:
    """Known people in another's place: the founder's name where the manager is spoken of."""
    for name, line in sheet.people.items():
        at = folded.find(name)
        if at < 0:
            continue
        end = at + len(name)
        for other in lines:
            if other.subject == line.subject and other.attribute == line.attribute:
                continue
            if other.subject not in named or not other.person:
                continue
            if line.own_keywords_near(folded, at, end):
                continue
            if other.own_keywords_near(folded, at, end) and not _told(other, post):
                yield at, end, other.shown
                break


def _told(line: Fact, post: str) -> bool:
    """Whether a post gives the name of a line, or the first part of it."""
    return any(name in post or name.split(",")[0] in post for name in line.names)


def _without_opening(match: regex.Match[str], language: str) -> tuple[int, int]:
    """Without the first word where it is capitalised because it begins a sentence."""
    start, end = match.span()
    begins = not match.string[:start].strip() or _OPENING.search(match.string, 0, start)
    first = regex.match(r"[^ \u00a0]+[ \u00a0]", match.group()) if begins else None
    if first and _is_common(first.group().strip().casefold(), language):
        start += first.end()
    return start, end


@functools.lru_cache(maxsize=20_000)
def _is_common(word: str, language: str) -> bool:
    """Whether people write this word without meaning a name."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, language if language in ("en", "fr") else "en") >= 4.3
