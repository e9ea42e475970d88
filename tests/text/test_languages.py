"""The brand's languages are told apart, and a language without word list is refused by name."""

import json
from pathlib import Path

import pytest

from smm_voice.errors import InputError
from smm_voice.text import languages

ROOT = Path(__file__).parents[2]
FOREIGN = {
    "de": [
        "Wir öffnen heute Morgen um sieben Uhr unsere Bäckerei.",
        "Das neue Rad steht ab Samstag bei uns im Laden.",
        "Habt ihr schon unsere Herbstkarte gesehen?",
        "Unser Team sucht Verstärkung für die Werkstatt.",
        "Danke für euren Besuch am Wochenende!",
        "Morgen bleibt das Geschäft wegen Inventur geschlossen.",
        "Frische Brötchen gibt es auch am Sonntag.",
        "Was ist eure liebste Strecke mit dem Fahrrad?",
        "Die Gewinner werden nächste Woche benachrichtigt.",
        "Endlich Frühling: Zeit für eine Tour am Fluss.",
    ],
    "es": [
        "Abrimos la panadería esta mañana a las siete.",
        "La bicicleta nueva llega el sábado a nuestra tienda.",
        "¿Ya viste nuestra carta de otoño?",
        "Nuestro equipo busca refuerzos para el taller.",
        "¡Gracias por la visita del fin de semana!",
        "Mañana la tienda permanece cerrada por inventario.",
        "También hay pan recién hecho los domingos.",
        "¿Cuál es tu ruta favorita en bicicleta?",
        "Los ganadores recibirán un aviso la próxima semana.",
        "Por fin primavera: es hora de pasear junto al río.",
    ],
    "it": [
        "Stamattina apriamo il forno alle sette in punto.",
        "La nuova bici arriva sabato nel nostro negozio.",
        "Avete già visto il nostro menù d'autunno?",
        "La nostra squadra cerca rinforzi per l'officina.",
        "Grazie della visita di questo fine settimana!",
        "Domani il negozio resta chiuso per inventario.",
        "Il pane fresco c'è anche la domenica mattina.",
        "Qual è il vostro percorso preferito in bicicletta?",
        "I vincitori saranno avvisati la prossima settimana.",
        "Finalmente primavera: è ora di una gita lungo il fiume.",
    ],
    "nl": [
        "We openen vanochtend om zeven uur onze bakkerij.",
        "De nieuwe fiets staat vanaf zaterdag bij ons in de winkel.",
        "Heb je onze herfstkaart al gezien?",
        "Ons team zoekt versterking voor de werkplaats.",
        "Bedankt voor jullie bezoek dit weekend!",
        "Morgen blijft de winkel gesloten wegens inventarisatie.",
        "Verse broodjes zijn er ook op zondag.",
        "Wat is jullie favoriete route met de fiets?",
        "De winnaars krijgen volgende week bericht van ons.",
        "Eindelijk lente: tijd voor een tochtje langs de rivier.",
    ],
    "pt": [
        "Abrimos a padaria hoje de manhã às sete horas.",
        "A bicicleta nova chega no sábado à nossa loja.",
        "Você já viu o nosso cardápio de outono?",
        "A nossa equipa procura reforços para a oficina.",
        "Obrigado pela visita no fim de semana!",
        "Amanhã a loja fica fechada para o inventário.",
        "Também há pão fresco aos domingos de manhã.",
        "Qual é o seu percurso favorito de bicicleta?",
        "Os vencedores serão avisados na próxima semana.",
        "Finalmente primavera: é hora de um passeio junto ao rio.",
    ],
}
SHORT = {
    "en": [
        "We open at seven.",
        "Good morning, everyone!",
        "Look up tonight!",
        "Thank you, New York!",
        "What a launch!",
        "Happy birthday, Hubble!",
        "Questions? Ask us.",
        "The wait is over.",
    ],
    "fr": [
        "On ouvre à sept heures.",
        "Bonjour à tous !",
        "Levez les yeux ce soir !",
        "Merci, Nantes !",
        "Quelle journée !",
        "Joyeux anniversaire !",
        "Des questions ? On répond.",
        "L’attente est finie.",
    ],
}


def texts_of(path):
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.mark.parametrize("brand", ["boulangerie", "mutuelle", "velo"])
@pytest.mark.parametrize("expected", [["fr"], ["en"], ["en", "fr"]])
def test_every_french_post_is_french_whatever_the_brand_expects(brand, expected):
    texts = texts_of(f"tests/fixtures/french/{brand}.jsonl")
    assert {languages.detect(text, expected) for text in texts} == {"fr"}


@pytest.mark.parametrize("expected", [["en"], ["fr", "en"], ["fr"]])
def test_real_english_posts_are_english_whatever_the_brand_expects(posts, expected):
    texts = [text for text, _ in posts if not text.startswith("@") and len(text) > 40]
    wrong = [text for text in texts if languages.detect(text, expected) != "en"]
    assert len(texts) > 2000 and len(wrong) <= 2, wrong


@pytest.mark.parametrize("code", FOREIGN)
@pytest.mark.parametrize("expected", [["en"], ["fr", "en"]])
def test_posts_in_other_languages_are_none_of_the_brands(code, expected):
    found = [languages.detect(text, expected) for text in FOREIGN[code]]
    assert not set(found) & set(expected), list(zip(found, FOREIGN[code], strict=True))
    assert found.count(code) >= 9


@pytest.mark.parametrize("code", SHORT)
@pytest.mark.parametrize("expected", [["en", "fr"], ["fr-CA", "en-GB"]])
def test_short_posts_of_a_bilingual_brand_are_told_apart(code, expected):
    found = [languages.detect(text, expected) for text in SHORT[code]]
    assert found == [code] * len(found), list(zip(found, SHORT[code], strict=True))


def test_a_short_post_of_a_brand_with_one_language_is_in_it():
    for text in (*SHORT["en"], *SHORT["fr"]):
        if len(text) < 20:
            assert languages.detect(text, ["fr-CA"]) == "fr"


@pytest.mark.parametrize(
    ("text", "hint", "code"),
    [
        # Clear: what the export says does not matter.
        ("We will open the hatch of the station early this morning.", "fr", "en"),
        ("Notre fournil ouvre ce matin à sept heures, venez vite.", "en", "fr"),
        # Too short, or no words at all.
        ("Go!", "fr", "fr"),
        ("Go!", "en", "en"),
        ("🎉🎉🎉", "en", "en"),
        ("3… 2… 1…", "en", "en"),
    ],
)
def test_what_the_export_says_counts_only_where_the_text_does_not_tell(text, hint, code):
    assert languages.detect(text, ["fr", "en"], hint) == code


def test_platforms_guesses_about_a_few_letters_do_not_make_a_post_foreign():
    """X calls short posts Tagalog, Indonesian or Haitian for want of words."""
    for hint in ("tl", "in", "ht", "et"):
        assert languages.detect("Woohoo! 🎉", ["en"], hint) == "en"
        assert languages.detect("#AskNASA", ["en", "fr"], hint) == "en"


@pytest.mark.parametrize(
    "text",
    ["", "🎉 ❤️ 👩🏽\u200d🚀", "https://example.org/a", "#NASA @NASA", "1 2 3 4 5 6", "[link]"],
)
def test_without_words_a_post_is_in_the_brands_first_language(text):
    assert languages.detect(text, ["fr-CA", "en"]) == "fr"
    assert languages.detect(text, ["en", "fr"]) == "en"


def test_links_handles_and_hashtags_do_not_decide_the_language():
    text = "Oui ! https://example.org/the-crew-will-open-the-hatch #TheBestOfTheWorld"
    assert languages.detect(text, ["fr", "en"]) == "fr"
    text = "We open the hatch this morning #NotreFournilOuvreCeMatin @les_amis_de_la_terre"
    assert languages.detect(text, ["fr", "en"]) == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("WE WILL OPEN THE HATCH OF THE STATION THIS MORNING", "en"),
        ("NOTRE FOURNIL OUVRE CE MATIN À SEPT HEURES", "fr"),
        ("L’équipe d’été s’installe : c’est aujourd’hui qu’on ouvre", "fr"),
        ("Don’t miss it — we’re opening the doors and you’re invited", "en"),
        ("Le Black Friday, c’est maintenant : -30 % sur tout le shop online", "fr"),
        ("Rendez-vous at the café: the déjà-vu tour starts at noon", "en"),
    ],
)
def test_capitals_curly_apostrophes_and_borrowed_words(text, code):
    assert languages.detect(text, ["en", "fr"]) == code
    assert languages.detect(text, ["fr", "en"]) == code


def test_function_words_have_straight_apostrophes_and_no_content_words():
    assert {"the", "and", "don't"} <= languages.function_words("en-GB")
    assert {"le", "nous"} <= languages.function_words("fr")
    assert not {"rocket", "bread"} & languages.function_words("en")


def test_a_language_without_function_words_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="'tlh'.*there is one for:.*en.*fr"):
        languages.function_words("tlh")


def test_the_primary_language_of_any_region():
    assert [languages.primary(code) for code in ("fr", "fr-CA", "EN-gb")] == ["fr", "fr", "en"]
