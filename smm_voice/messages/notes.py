"""Notes of the metrics, and evidence of findings, in the reader's language.

Metrics speak English; the notes that commonly show are known here by their pattern. A sentence that
is not known stays as it is.
"""

from __future__ import annotations

import re

from smm_voice.messages import Message, say

# Groups of a pattern are the message's arguments.
_NOTES = {
    "note-short": r"(?P<some>\d+) of (?P<all>\d+) texts are too short or in another language",
    "note-no-length": r"(?P<count>\d+) texts have no human post of about their length",
    "note-too-short": r"(?P<count>\d+) texts are too short to tell",
    "note-two-answers": r"no brief has two answers",
    "note-cut": r"it is not known which texts were cut",
    "note-mandatory": r"the fact sheet has no mandatory mentions",
    "note-superlatives": r"the fact sheet has no list of approved superlatives",
    "note-no-mention": r"no text needs a mandatory mention",
    "note-no-judge": r"no judge model at hand",
    "note-no-texts": r"no texts",
    "note-no-training": r"no training posts",
    "note-ten-texts": r"fewer than ten texts: the verdict is weak",
    "note-caricature": r"above 1\.1: a caricature of the brand rather than the brand",
    "note-indicative": r"indicative only: the brand has (?P<count>\d+) training posts",
    "note-no-negatives": r"no answers of a base model are among the negatives: training makes them",
    "note-proof": r"measured on (?P<own>\d+) held-out posts and (?P<others>\d+) of brands never "
    r"seen \((?P<brands>.*)\): AUC (?P<auc>\d+\.\d+) a post.*",
    "note-judge": r"judge (?P<judge>[^:]+): tells human posts from shuffled words.*",
    "note-invalid-auc": r"INVALID: the brand's posts cannot be told from brands never seen \(AUC "
    r"(?P<auc>\d+\.\d+), (?P<needed>\d+\.\d+) is needed\)",
    "note-invalid-posts": r"INVALID: no held-out posts of the brand, or none of other brands, to "
    r"anchor it",
    "note-invalid-order": r"INVALID: the brand's held-out posts do not score above other brands' "
    r"posts",
    "note-patchwork-judge": r"the judge does not see word salad made of the brand's own word "
    r"pairs; memorisation/patchwork_excess does",
    "note-drift-few": r"(?P<older>\d+) older and (?P<recent>\d+) recent posts: at least "
    r"(?P<least>\d+) are needed on either side \(monitor\.minimum_posts\)",
    "note-drift-no-band": r"the past holds (?P<pairs>\d+) pairs of adjacent windows: too few to "
    r"say what is normal for this account, so nothing alarms",
    "note-drift-no-decline": r"no word of the brand is in decline: there is nothing to be stale in",
    "note-drift-written": r"needs (?P<least>\d+) texts that the model wrote, and there are "
    r"(?P<written>\d+)",
    "note-drift-no-answers": r"no answers to the same briefs then and now",
    "note-drift-changed": r"the same model, briefs and seeds give other texts: weights, software "
    r"or machine are not what they were",
    "note-drift-differ": r"(?P<differing>\d+) answers differ: (?P<least>\d+) are needed for a "
    r"comparison",
    "note-drift-versions": r"(?P<versions>\d+) versions answered the same briefs: two are compared",
    "note-drift-chart": r"(?P<versions>\d+) versions were measured: a control chart needs "
    r"(?P<least>\d+)",
    "note-drift-first-look": r"the first look at this model: its answers were kept, and later "
    r"looks are held against them to the letter",
}
_EVIDENCE = {
    "evidence-off-voice": r"other brands write so rather than this one",
    "evidence-nonword": r"unknown to the language and to the brand",
    "evidence-repeated": r"words of it stand (?P<times>\d+) times in this text",
    "evidence-language": r"in (?P<code>[a-z]{2})",
    "evidence-personal": r"(?P<kind>\[[a-z_]+\]), and not listed as public",
    "evidence-copied": r"(?P<tokens>\d+) tokens stand in the training post (?P<post>“.*)",
    "evidence-brief-gives": r"the brief gives (?P<words>.*)",
    "evidence-brief": r"brief: (?P<words>.*)",
    "evidence-sheet": r"fact sheet: (?P<words>.*)",
    "evidence-calendar": r"calendar: (?P<words>.*)",
    "evidence-known": r"known of its sort: (?P<words>.*)",
    "evidence-superlative": r"not among the approved superlatives and guarantees",
    "evidence-mention": r"must mention (?P<words>.*)",
    "evidence-label": r"label of a brief",
    "evidence-preamble": r"a helper's preamble",
}
_COMPILED = [(name, re.compile(pattern, re.DOTALL)) for name, pattern in _NOTES.items()]
_COMPILED_EVIDENCE = [(name, re.compile(p, re.DOTALL)) for name, p in _EVIDENCE.items()]
_MORE = re.compile(r"(?P<words>.*) \(also: (?P<more>.*)\)", re.DOTALL)
_COUNTS, _MEASURES = {"some", "all", "count", "own", "others", "times", "tokens"}, {"auc", "needed"}


def noted(note: str) -> Message | str:
    """The message of a note, or the note where its pattern is not known."""
    return _known(note, _COMPILED)


def evidence(words: str, language: str) -> str:
    """The evidence of a finding; quoted words stay as they are."""
    more = _MORE.fullmatch(words)
    if language != "en" and more:
        first = evidence(more["words"], language)
        return say("evidence-also", language, words=first, more=more["more"])
    return _said(_known(words, _COMPILED_EVIDENCE), words, language)


def note(words: str, language: str) -> str | None:
    """A note in the language; None where it is known in English only."""
    found = noted(words)
    if language != "en" and isinstance(found, str):
        return None
    return _said(found, words, language)


def _said(found: Message | str, words: str, language: str) -> str:
    # English is as the metrics put it: nothing is lost to a shorter message.
    return words if language == "en" or isinstance(found, str) else say(found, language)


def _known(words: str, patterns: list[tuple[str, re.Pattern[str]]]) -> Message | str:
    for name, pattern in patterns:
        match = pattern.fullmatch(words)
        if match:
            return Message(name, {k: _value(k, v) for k, v in match.groupdict().items()})
    return words


def _value(group: str, words: str) -> str | int | float:
    """Counts and measures are written as the language does; what is quoted stays as it is."""
    if group in _MEASURES:
        return float(words)
    return int(words) if group in _COUNTS and len(words) < 10 else words
