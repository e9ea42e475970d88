"""What a form says, in English and in French."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "fr")
# What is stored, whatever the language of the form.
BETTER = ("A", "B", "tie")
PUBLISH = ("yes", "no")
FIELDS = ("item", "better", "publish_a", "publish_b", "edit", "notes")


@dataclass(frozen=True)
class Words:
    """A form's words; `{brand}` stands in some."""

    title: str
    intro: str
    rater: str
    rater_hint: str
    item: str
    brief: str
    a: str
    b: str
    better: str
    publish_a: str
    publish_b: str
    edit: str
    notes: str
    tie: str
    yes: str
    no: str
    progress: str
    download: str
    start_edit: str
    open_left: str
    done: str

    def choice(self, value: str) -> str:
        """An answer in these words."""
        return {"tie": self.tie, "yes": self.yes, "no": self.no}.get(value, value)


ENGLISH = Words(
    title="Which sounds more like {brand}?",
    intro="Two posts answer the same brief. Say which sounds more like {brand}; links stand as "
    "[link] in both. Some pairs come twice. Take what you feel first: there is no right answer.",
    rater="Your label (not your name), such as r1",
    rater_hint="small letters, digits, - and _",
    item="Item",
    brief="Brief",
    a="Post A",
    b="Post B",
    better="Which sounds more like {brand}?",
    publish_a="Could A be published as it is? (optional)",
    publish_b="Could B be published as it is? (optional)",
    edit="The better post, edited (optional)",
    notes="Notes (optional; no names of people)",
    tie="cannot tell",
    yes="yes",
    no="no",
    progress="answered",
    download="Save the answers as a file",
    start_edit="Begin with the better post",
    open_left="Still open:",
    done="All answered. Save the file and send it back.",
)  # fmt: skip
FRENCH = Words(
    title="Quel texte ressemble le plus à {brand} ?",
    intro="Deux publications répondent à la même demande. Dites laquelle ressemble le plus à "
    "{brand} ; les liens sont notés [link] des deux côtés. Certaines paires reviennent. Suivez "
    "votre première impression : il n’y a pas de bonne réponse.",
    rater="Votre étiquette (pas votre nom), par exemple r1",
    rater_hint="minuscules, chiffres, - et _",
    item="Paire",
    brief="Demande",
    a="Publication A",
    b="Publication B",
    better="Laquelle ressemble le plus à {brand} ?",
    publish_a="A pourrait-elle être publiée telle quelle ? (facultatif)",
    publish_b="B pourrait-elle être publiée telle quelle ? (facultatif)",
    edit="La meilleure publication, corrigée (facultatif)",
    notes="Remarques (facultatif ; aucun nom de personne)",
    tie="impossible à dire",
    yes="oui",
    no="non",
    progress="réponses données",
    download="Enregistrer les réponses dans un fichier",
    start_edit="Partir de la meilleure publication",
    open_left="Restent sans réponse :",
    done="Tout est rempli. Enregistrez le fichier et renvoyez-le.",
)  # fmt: skip


def words(language: str) -> Words:
    """English, unless the language is French."""
    return FRENCH if language.split("-")[0].lower() == "fr" else ENGLISH


def choices(field: str) -> dict[str, str]:
    """What may be answered in a field, in any language → what is stored."""
    values = {"better": BETTER, "publish_a": PUBLISH, "publish_b": PUBLISH}[field]
    known = {value.casefold(): value for value in values}
    for each in (ENGLISH, FRENCH):
        known |= {each.choice(value).casefold(): value for value in values}
    return known
