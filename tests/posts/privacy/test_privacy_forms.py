"""Forms that a generator would not think of, and where a span ends."""

import subprocess
import sys

import pytest

from smm_voice.posts.privacy import Public, find, mask, normal


def spans(text, public=None):
    found = find(text, public) if public else find(text)
    return [(f.kind, text[f.start : f.end]) for f in found]


FORMS = [
    ("phone", "06\u202f39\u00a098\u200912\u300034"),
    ("phone", "０６ ３９ ９８ １２ ３４"),
    ("phone", "06\u200d39\u200b98\u2060 12 34"),
    ("phone", "0️⃣6️⃣ 3️⃣9️⃣ 98 12 34"),
    ("phone", "202‑555‑0143"),
    ("phone", "202–555–0143"),
    ("phone", "٠٦٣٩٩٨١٢٣٤"),
    ("phone", "06 39-98-12-34"),
    ("phone", "(06) 39 98 12 34"),
    ("phone", "06 399 812 34"),
    ("phone", "+33 639 981 234"),
    ("phone", "+33 (0) 6 39 98 12 34"),
    ("phone", "202-555-0143 ext. 12"),
    ("phone", "1 (202) 555-0143"),
    ("phone", "+352 621 123 456"),
    ("iban", "FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189"),
    ("iban", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"),
    ("card", "４１１１ １１１１ １１１１ １１１１"),
    ("card", "4111\u200b1111\u200b1111\u200b1111"),
    ("nir", "1 85 05 78 006 084 / 91"),
    ("nir", "1 85 05 78 006 084 clé 91"),
    ("siret", "732-829-320-00074"),
    ("ssn", "856.01.6789"),
    ("email", "marie＠example．com"),
    ("email", "marie\u200b@example.com"),
    ("email", "marie%40example.com"),
    ("email", "o'brien@example.com"),
    ("email", "marie (arobase) example (point) com"),
    ("address", "1234 NW 5th Ave #210, Portland, OR 97209"),
    ("address", "1600 Pennsylvania Avenue NW Washington DC 20500"),
    ("address", "221B Baker St, London NW1 6XE"),
    ("address", "1600 Amphitheatre Pkwy"),
    ("address", "742 EVERGREEN TERRACE"),
    ("address", "12345 County Road 7"),
    ("address", "45-47 King's Road"),
    ("address", "12 bis, rue des Lilas\n75011 Paris"),
    ("address", "3 ALLÉE DES ROSES 31400 TOULOUSE"),
    ("address", "5 rue Pasteur, bât. B, 2e étage, 33000 Bordeaux"),
    ("address", "4 Grande Rue, 25000 Besançon"),
    ("address", "12 rue de l’hôpital 44000 Nantes"),
    ("address", "10 rue du 4-Septembre"),
    ("address", "Lieu-dit Le Bourg, 24200 Vitrac"),
    ("address", "17 r. de la Gare"),
    ("address", "B.P. 45"),
    ("handle", "@marie.dupont87"),
    ("handle", "@marie.dupont@example.social"),
    ("handle", "@jean-paul-durand.bsky.social"),
    ("handle", "@antoine_lefebvre75"),
    ("handle", "@annemarie_l"),
]


@pytest.mark.parametrize(("kind", "written"), FORMS)
def test_the_whole_of_it_is_found(kind, written):
    for text in (written, f"Voici : {written} !", f"It is {written}, thanks"):
        assert (kind, written) in spans(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Straße, jo@straße.example.com, 06 39 98 12 34",
         [("email", "jo@straße.example.com"), ("phone", "06 39 98 12 34")]),
        ("Call 555-0143 now", [("phone", "555-0143")]),
        ("Ouvert 9h-18h30 06 39 98 12 34", [("phone", "06 39 98 12 34")]),
        (
            "06 39 98 12 34 / 06 39 98 12 35",
            [("phone", "06 39 98 12 34"), ("phone", "06 39 98 12 35")],
        ),
        (
            "06 39 98 12 34 06 39 98 12 35",
            [("phone", "06 39 98 12 34"), ("phone", "06 39 98 12 35")],
        ),
        ("5555 5555 5555 4444 12/27 123", [("card", "5555 5555 5555 4444")]),
        ("SIRET 732 829 320 00074 - 01 99 00 12 34",
         [("siret", "732 829 320 00074"), ("phone", "01 99 00 12 34")]),
        ("88 Willow Creek Road. Come in!", [("address", "88 Willow Creek Road")]),
        ("742 Evergreen Terrace, Come and see", [("address", "742 Evergreen Terrace")]),
        ("12 rue des Lilas pour fêter", [("address", "12 rue des Lilas")]),
        ("https://example.com/@x?to=jo@example.com", [("email", "jo@example.com")]),
        ("mailto:jo@example.com.", [("email", "jo@example.com")]),
        ("Write to jo@example.com.Thanks", [("email", "jo@example.com.Thanks")]),
        ("See @marie@example.social", []),
        ("merci @marie@example.social", [("handle", "@marie@example.social")]),
        ("Bravo à nos gagnantes @lilou_b et @zouzou33 !",
         [("handle", "@lilou_b"), ("handle", "@zouzou33")]),
        ("Merci à toutes les équipes @zebulon_x", []),
        ("@PaulaEckels You can learn more", [("handle", "@PaulaEckels")]),
        ("Watch @PaulaEckels on TV", []),
        ("tel 06 39 98 12 34, IBAN FR76 3000 6000 0112 3456 7890 189",
         [("phone", "06 39 98 12 34"), ("iban", "FR76 3000 6000 0112 3456 7890 189")]),
    ],
)  # fmt: skip
def test_where_spans_begin_and_end(text, expected):
    assert spans(text) == expected


def test_a_checksum_wins_over_a_phone():
    assert spans("4111111111111111") == [("card", "4111111111111111")]
    assert spans("1 85 05 78 006 084 91") == [("nir", "1 85 05 78 006 084 91")]


@pytest.mark.parametrize(("region", "own"), [("US", "202-555-0143"), ("FR", "06 39 98 12 34")])
def test_national_numbers_are_read_in_the_regions_given(region, own):
    text = "06 39 98 12 34 or 202-555-0143 or +44 20 7946 0958"
    found = {span for _, span in spans(text, Public(regions=(region,)))}
    assert found == {own, "+44 20 7946 0958"}


def test_other_regions_are_read_by_their_plans():
    assert spans("Ring 020 7946 0958", Public(regions=("GB",))) == [("phone", "020 7946 0958")]
    assert spans("Ring 020 7946 0958", Public(regions=())) == []


@pytest.mark.parametrize(
    ("listed", "posted"),
    [
        ("Hello@Example.com", "Write to hello@example.com"),
        ("mailto:hello@example.com", "hello [at] example [dot] com"),
        ("+33 6 39 98 12 34", "Appelez le 06.39.98.12.34"),
        ("0639981234", "+33 (0)6 39 98 12 34"),
        ("(202) 555-0143", "Call 1-202-555-0143 or +1 202.555.0143"),
        ("12 bis, rue des Lilas, 75011 Paris", "Venez au 12 bis rue des lilas !"),
        ("12 rue des Lilas", "12 rue des Lilas, 75011 Paris"),
        ("742 Evergreen Terrace, Springfield", "742 Evergreen Terrace"),
        ("1600 Pennsylvania Avenue NW", "1600 Pennsylvania Ave NW, Washington, DC 20500"),
        ("3 boulevard Victor Hugo", "3 bd Victor-Hugo"),
    ],
)
def test_the_brands_own_contacts_are_left(listed, posted):
    assert spans(posted)
    assert spans(posted, Public(contacts=frozenset({normal(listed)}))) == []


def test_the_brands_own_handles_are_left():
    text = "@marie.dupont87 @Marie@Example.social thanks @marie@example.social"
    public = Public(handles=frozenset({"marie.dupont87", "marie@example.social"}))
    assert spans(text, public) == []


def test_normal_forms_differ_where_the_contacts_do():
    contacts = ["a@example.com", "b@example.com", "06 39 98 12 34", "06 39 98 12 35",
                "12 rue des Lilas", "13 rue des Lilas"]  # fmt: skip
    assert len({normal(contact) for contact in contacts}) == len(contacts)


def test_masks_name_the_kind():
    text = "Marie, 06 39 98 12 34, marie@example.com"
    assert mask(text, find(text)) == "Marie, [phone], [email]"


def test_the_import_is_cheap():
    code = (
        "import sys, smm_voice.posts.privacy as p; p.find('Nothing here @NASA 12');"
        "sys.exit(any(m.split('.')[0] in ('phonenumbers', 'stdnum') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
