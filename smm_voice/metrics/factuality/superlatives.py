"""Superlatives and guarantees: claims that a brand has to be able to prove."""

from __future__ import annotations

import regex

# On folded text.
_PATTERNS = {
    "en": regex.compile(
        r"(?<!\w)(?:(?:the|our|\w+'s|world|town|city)[ -](?:\w+[ -]){0,2}?"
        r"(?:best|finest|greatest|largest|biggest|cheapest|fastest|strongest|oldest|lightest"
        r"|toughest"
        r"|healthiest|safest|purest|freshest|most \w+|number one|no\. ?1|leading)(?!\w)"
        r"(?: (?!of (?:all|the)\b)\w+)?"
        r"|(?:#|no\.? ?|number )(?:1|one)(?!\w)(?! \d)|best in (?:class|town|the \w+)|unbeatable"
        r"|unrivalled"
        r"|unmatched|world-?class|guaranteed?|100 ?% \w+|risk[ -]free|money[ -]back|lowest price\w*"
        r"|(?:the )?only \w+ (?:in|that)|market leader|like no other|second to none|never fails?"
        r"|the (?:\w+ ){0,2}?(?!lat|near|hon|for|harv|gu)\w{3,}est "
        r"(?:\w+ ){0,4}?(?:in|on) (?:the )?"
        r"(?!years|months|weeks|ages|morning|history|a\b)\w+"
        r"|(?:cheaper|better|faster|stronger|lighter|tougher) than (?:any|all|every|anyone))(?!\w)"
    ),
    "fr": regex.compile(
        r"(?<!\w)(?:(?:le|la|les|l'|nos|notre|du|des|au) ?(?:\w+ ){0,2}?"
        r"(?:meilleure?s?|plus \w+|moins \w+|premiere?s?|seule?s?|n[o°]\.? ?1|numero un|leaders?)"
        r"(?: \w+){0,3}? (?:de|du|des|d'|en|a|au|dans|qui|que)(?!\w)"
        r"|n[o°º]\.? ?1|numero (?:un|1)|leader|imbattables?|inegale\w*|incomparables?"
        r"|garanti\w*|100 ?% \w+|sans (?:risque|danger|egal|rival)|satisfait ou rembourse\w*"
        r"|rembourse\w*|prix les plus bas|unique (?:au|en|dans)|moins chere?s?|sans equivalent"
        r"|(?:le|la|les) (?:meilleure?s?)|(?:mieux|meilleure?s?) que (?:tou\w*|les autres))(?!\w)"
    ),
}


def superlatives(folded: str, language: str) -> list[tuple[int, int]]:
    """Where a folded text boasts or guarantees.

    Args:
        folded: see `smm_voice.text.fold`.
        language: two-letter code.
    """
    return [m.span() for m in _PATTERNS.get(language, _PATTERNS["en"]).finditer(folded)]
