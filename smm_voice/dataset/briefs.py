"""Briefs derived from real posts, without any model.

A brief holds what a writer would be given: topic words, typed facts, platform, language, call to
action, length. It must let the post be written and must not hand over its wording: of the words,
only the rare ones are named, single and in alphabetical order.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from smm_voice.posts.post import Post
from smm_voice.text import facts as typed_facts
from smm_voice.text import languages, tokens

_TOPIC_WORDS = 6
# Zipf frequency (log10 per billion words) from which a word is too common to name a topic.
_COMMON_ZIPF = 5.2
_PRECISE = frozenset({"money", "percent", "quantity", "number", "promo_code", "url"})
_LENGTHS = ((100, "short"), (190, "medium"), (10**9, "long"))
_CALLS = {
    "en": {
        "watch": r"watch|tune in|see it live|live now",
        "read": r"learn more|read|details|more|find out|discover|get the|here's how",
        "ask": r"ask|questions?|tell us|share your|comment",
        "join": r"join|sign up|register|apply|vote|submit|rsvp",
        "buy": r"shop|buy|order|book",
    },
    "fr": {
        "watch": r"regardez|regarde|en direct|à voir",
        "read": r"en savoir plus|découvrez|découvre|lisez|lis|détails|plus d'infos|les infos",
        "ask": r"dites-nous|dis-nous|posez|pose|question|racontez|commentez",
        "join": r"rejoignez|rejoins|inscri(?:vez|s)|participez|participe|venez|viens|passez|passe",
        "buy": r"commandez|commande|réservez|réserve|achetez|profitez|profite",
    },
}
_LABELS = {
    "en": ("Topic", "Facts", "Mention", "Form"),
    "fr": ("Sujet", "Faits", "Mentions", "Forme"),
}
_WORDS = {
    "fr": {
        "short": "court", "medium": "moyen", "long": "long", "link": "lien", "watch": "regarder",
        "read": "lire", "ask": "réagir", "join": "participer", "buy": "acheter",
    }
}  # fmt: skip


@dataclass(frozen=True)
class Brief:
    """What a writer is given to write one post."""

    platform: str
    language: str
    topic: tuple[str, ...]
    facts: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    link: bool = False
    call_to_action: str | None = None
    length: str = "medium"

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON line."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Brief:
        """The reverse of `as_json`."""
        lists = ("topic", "facts", "handles", "hashtags")
        return cls(**(row | {key: tuple(row[key]) for key in lists}))


def derive(post: Post) -> Brief:
    """The brief that the post is an answer to."""
    language = post.language or "en"
    found = _handed_on(post, language)
    spans: dict[str, list[str]] = {"url": [], "handle": [], "hashtag": [], "fact": []}
    for fact in found:
        kind = fact.kind if fact.kind in spans else "fact"
        span = " ".join(fact.span.split())
        if span not in spans[kind]:
            spans[kind].append(span)
    return Brief(
        platform=post.platform,
        language=language,
        topic=tuple(topic_words(_without(post.text, found), language)),
        facts=tuple(spans["fact"]),
        handles=tuple(spans["handle"]),
        hashtags=tuple(spans["hashtag"]),
        link=bool(spans["url"]) or tokens.LINK in post.text,
        call_to_action=_call_to_action(post.text, language),
        length=next(name for limit, name in _LENGTHS if len(post.text) <= limit),
    )


def _handed_on(post: Post, language: str) -> list[typed_facts.TypedFact]:
    """What a writer has to be given: what stands in digits, and what is as precise in words.

    "Two friends" and "tomorrow" are the writer's own; "forty-five euros", a promotion code and an
    address without a scheme are not.
    """
    found = typed_facts.extract(post.text, language, post.created_at, words=False)
    taken = bytearray(len(post.text))
    for fact in found:
        taken[fact.start : fact.end] = b"\1" * len(fact.span)
    for fact in typed_facts.extract(post.text, language, post.created_at):
        apart = not any(taken[fact.start : fact.end])
        if apart and fact.kind in _PRECISE and not fact.incidental:
            found.append(fact)
    return sorted(found, key=lambda fact: fact.start)


def terse(brief: Brief) -> Brief:
    """What a person in a hurry gives: a topic of at most three words, the platform, the length."""
    return Brief(
        platform=brief.platform,
        language=brief.language,
        topic=brief.topic[:3] or brief.hashtags[:1] or brief.facts[:1],
        length=brief.length,
    )


def bounded(brief: Brief, text: str, most: float) -> tuple[Brief, str, float]:
    """The brief without the facts that hand over too much of the post's wording.

    Args:
        brief: what was derived.
        text: the post.
        most: largest share of the post's word 3-grams that the rendered brief may hold.

    Returns:
        The brief, as the model reads it, and the share that is left.
    """
    while True:
        rendered = render(brief)
        shared = overlap(rendered, text)
        if shared <= most or not (brief.facts or len(brief.topic) > 1):
            return brief, rendered, shared
        if brief.facts:
            longest = max(brief.facts, key=len)
            brief = replace(brief, facts=tuple(f for f in brief.facts if f != longest))
        else:
            brief = replace(brief, topic=brief.topic[::2])


def _without(text: str, facts: Sequence[typed_facts.TypedFact]) -> str:
    """The text with its facts blanked: their words are named once, as facts."""
    for fact in facts:
        text = text[: fact.start] + " " * len(fact.span) + text[fact.end :]
    return text


def topic_words(text: str, language: str, most: int = _TOPIC_WORDS) -> list[str]:
    """The rarest words of a text in everyday language, in alphabetical order.

    Rarity is that of the language as a whole (wordfreq), not of the brand's posts: nothing of the
    test posts can leak into the briefs, and a brief does not change when posts are added.
    """
    code = languages.primary(language)
    common = languages.function_words(code)
    rarity: dict[str, tuple[float, str]] = {}
    for word in tokens.WORD.findall(tokens.strip_references(text)):
        bare = re.sub(r"['’]s$|^(?:[ldjmtsnc]|qu)['’]", "", word, flags=re.IGNORECASE)
        key = bare.casefold()
        if len(key) < 3 or key in common or key in rarity:
            continue
        frequency = _zipf(key, code)
        if frequency < _COMMON_ZIPF:
            rarity[key] = (frequency, bare if bare.isupper() or not bare.islower() else key)
    rarest = sorted(rarity.items(), key=lambda item: (item[1][0], item[0]))[:most]
    return sorted((shown for _, (_, shown) in rarest), key=str.casefold)


@functools.lru_cache(maxsize=200_000)
def _zipf(word: str, language: str) -> float:
    from wordfreq import zipf_frequency

    return zipf_frequency(word, _word_list(language))


@functools.cache
def _word_list(language: str) -> str:
    from wordfreq import available_languages

    return language if language in available_languages() else "en"


def render(brief: Brief) -> str:
    """The brief as the model reads it: at most four labelled lines, empty ones left out.

    Terse on purpose: on a CPU every token of a brief costs training time.
    """
    labels = _LABELS.get(brief.language, _LABELS["en"])
    words = _WORDS.get(brief.language, {})
    form = [brief.length, "link" if brief.link else None, brief.call_to_action]
    values = (
        ", ".join(brief.topic),
        "; ".join(brief.facts),
        " ".join([*brief.handles, *brief.hashtags]),
        ", ".join([brief.platform, *(words.get(word, word) for word in form if word)]),
    )
    pairs = zip(labels, values, strict=True)
    return "\n".join(f"{label}: {value}" for label, value in pairs if value)


def overlap(brief: str, text: str, n: int = 3) -> float:
    """Share of the text's word n-grams that also stand in the brief: how much is handed over."""

    def grams(of: str) -> set[tuple[str, ...]]:
        listed = tokens.words(of)
        return {tuple(listed[i : i + n]) for i in range(len(listed) - n + 1)}

    wanted = grams(text)
    return len(wanted & grams(brief)) / len(wanted) if wanted else 0.0


def _call_to_action(text: str, language: str) -> str | None:
    calls = _CALLS.get(languages.primary(language), _CALLS["en"])
    lowered = text.casefold().replace("’", "'")
    for name, pattern in calls.items():
        if re.search(rf"\b(?:{pattern})\b", lowered):
            return name
    return None
