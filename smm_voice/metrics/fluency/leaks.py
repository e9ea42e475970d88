"""Text of the prompt, of a template or of a chat that got into a post."""

from __future__ import annotations

import functools

import regex

from smm_voice.dataset.prompts import system_message

_BRAND = "Brand"
_PUBLISHED = r"(?:posts?|tweets?|captions?|drafts?|publications?|légendes?|brouillons?)"
# Every quantifier is bounded: a text of any length is read once.
_MARKS = (
    (
        "mark of a chat format",
        r"<\|[\w ]{1,30}\|>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>|</?s>"
        r"|<(?:bos|eos|pad|unk)>",
    ),
    (
        "heading of a prompt",
        r"#{2,4} ?(?:Brief|Post|Instructions?|Input|Output|Response|Answer|User|Assistant|System"
        r"|Réponse|Consigne|Publication)\b",
    ),
    (
        "role or label of a prompt",
        r"(?:^|\n)[*_ ]{0,3}(?:Assistant|User|System|Brief|Prompt|Instructions?|Post|Tweet|Caption"
        r"|Response|Utilisateur|Système|Consigne|Publication|Légende|Réponse)[*_ ]{0,3}:",
    ),
    (
        "label of a brief",
        r"(?:^|\n)(?:Topic|Facts|Mention|Form|Sujet|Faits|Mentions|Forme)[  ]?: [^\n]{1,300}\n"
        r"(?:Topic|Facts|Mention|Form|Sujet|Faits|Mentions|Forme)[  ]?:",
    ),
    (
        "a helper's preamble",
        r"^\W{0,3}(?:Sure(?: thing)?|Certainly|Of course|Absolutely|Bien sûr|Certainement|D'accord)"
        r"[\s ,!.:]{1,4}(?:here|I['’ ]|let me|voici|je )",
    ),
    (
        "a helper's preamble",
        r"^\W{0,3}(?:Here(?:['’]s| is| are)|Voici) "
        r"(?:(?!(?:at|by|from|in|of|on|our|to|with|de|du|pour|notre|sur) )[\w'’-]{1,20} ){1,4}?"
        + _PUBLISHED
        + r"\b[^\n:.!?]{0,80}:",
    ),
    (
        "a helper's words",
        r"\bas an AI\b|\bas a(?: large)? language model\b"
        r"|\bI(?:['’]m| am) sorry, but I (?:can|am|do)"
        r"|\bI (?:can['’]t|cannot|can not) (?:assist|fulfil|help|write|create|generate)"
        r"|\blet me know if you(?:['’]d| would) like (?:me|any)\b"
        r"|\bfeel free to (?:adjust|customi[sz]e|modify|edit|tweak)\b"
        r"|\ben tant qu['’](?:IA|intelligence artificielle|assistante?)\b"
        r"|\ben tant que modèle de langage\b"
        r"|\bje suis désolée?, mais je ne (?:peux|suis)"
        r"|\bn['’]hésite[zs]? pas à (?:l['’]|la |le |les )?(?:adapter|modifier|personnaliser)\b",
    ),
    (
        "a blank that nobody filled in",
        r"\[(?:your|insert|add|brand|company|product|name|date|time|location|event|link to|votre"
        r"|ton|ta|nom|insére[rz]|ajoute[rz]|entreprise|marque|produit|lieu|lien vers)\b"
        r"[^\]\n]{0,40}\]|\{\{[^{}\n]{1,40}\}\}|\{(?:brand|name|date|topic|link)\}",
    ),
)


def leaks(text: str) -> list[tuple[str, str]]:
    """Stretches that belong to a prompt, as they stand, and what each is. English and French."""
    found = []
    for what, pattern in _patterns():
        found += [(match.group().strip(), what) for match in pattern.finditer(text)]
    return found


@functools.cache
def _patterns() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    compiled = [(what, regex.compile(pattern, regex.IGNORECASE)) for what, pattern in _MARKS]
    # The instruction with any name of one to five words in the brand's place.
    name = r"[^\s.]{1,40}(?: [^\s.]{1,40}){0,4}"
    for language in ("en", "fr"):
        words = system_message(_BRAND, language)["content"].split()
        pattern = r"\s{1,3}".join(regex.escape(word).replace(_BRAND, name) for word in words)
        compiled.append(("the instruction", regex.compile(pattern, regex.IGNORECASE)))
    return tuple(compiled)
