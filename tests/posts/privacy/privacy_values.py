"""Made-up personal data, generated without a look at the detectors.

Nothing here can belong to anyone: domains kept for examples, phone numbers of the ranges kept for
films and books (555-01xx; 01 99 00, 02 61 91, 03 53 01, 04 65 71, 05 36 49 and 06 39 98; 020 7946
0xxx; 07700 900xxx; 030 23125 xxx), bank codes of nobody, the cards that payment firms publish for
tests and generated ones, NIR with the order number 000, SIRET of a range not yet given out, SSN of
areas that were never assigned before 2011 with the group 01.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """One piece of data, with the words that have to stand around it."""

    text: str
    before: str = ""
    after: str = ""


def luhn_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def grouped(number: str, sizes: list[int], gap: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return gap.join([*parts, *([number[at:]] if number[at:] else [])])


def emails(rng: random.Random) -> list[Value]:
    people = ["marie.dupont", "j.smith", "jean-luc_b", "contact", "anna87", "o.neill", "sav", "zoe"]
    people += ["Claire.Martin", "LUCAS.BERNARD", "kim+shop", "info", "x", "pierre.de.la.tour"]
    domains = ["example.com", "example.org", "mail.example.net", "sub.shop.example.com"]
    plain = [Value(f"{name}@{domain}") for name in people for domain in domains]
    spelled = [
        Value(form.format(name=name.lower(), domain=domain, stem=domain.rpartition(".")[0]))
        for name, domain in zip(people, domains * 4, strict=False)
        for form in (
            "{name} [at] {domain}",
            "{name}(at){domain}",
            "{name} (at) {domain}",
            "{name} arobase {domain}",
        )
    ]
    dotted = [
        Value("marie.dupont [at] example [dot] com"),
        Value("marie.dupont arobase example point org"),
        Value("jsmith at example dot com"),
        Value("j.smith(at)example(dot)org"),
        Value("marie@example.com", before="mailto:"),
        Value("marie@example.com", before="https://example.org/form?to=", after="&x=1"),
    ]
    rng.shuffle(spelled)
    return plain + spelled[:28] + dotted


def phones(rng: random.Random) -> list[Value]:
    values = []
    for prefix in ("019900", "026191", "035301", "046571", "053649", "063998") * 3:
        national = prefix + digits(rng, 4)
        pairs = [national[at : at + 2] for at in range(0, 10, 2)]
        short = [pairs[0][1], *pairs[1:]]
        values += [
            " ".join(pairs),
            ".".join(pairs),
            rng.choice(["-".join(pairs), "\u00a0".join(pairs), "\u202f".join(pairs)]),
            national,
            "+33 " + " ".join(short),
            rng.choice(["+33 (0)" + " ".join(short), "+33(0)" + "".join(short)]),
            rng.choice(
                ["+33" + "".join(short), "0033 " + " ".join(short), "+33." + ".".join(short)]
            ),
        ]
    for area in (
        "202",
        "212",
        "303",
        "415",
        "512",
        "617",
        "713",
        "808",
        "907",
        "310",
        "404",
        "503",
    ):
        line = "01" + digits(rng, 2)
        values += [
            f"({area}) 555-{line}",
            f"{area}-555-{line}",
            f"{area}.555.{line}",
            f"+1 {area} 555 {line}",
            rng.choice([f"+1{area}555{line}", f"1-{area}-555-{line}", f"+1 ({area}) 555-{line}"]),
            rng.choice([f"{area}555{line}", f"({area})555-{line}", f"{area} 555 {line}"]),
        ]
    values += [f"1-{code}-555-01{digits(rng, 2)}" for code in ("800", "888", "877", "866")]
    values += [f"+44 20 7946 0{digits(rng, 3)}", f"+44 7700 900{digits(rng, 3)}"]
    values += [f"+49 30 23125 {digits(rng, 3)}", f"+44(0)20 7946 0{digits(rng, 3)}"]
    return [Value(text) for text in values]


def ibans(rng: random.Random) -> list[Value]:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    plans = {
        "FR": lambda: (
            "99999" + digits(rng, 5) + digits(rng, 10) + rng.choice("0M") + digits(rng, 2)
        ),
        "MC": lambda: "99999" + digits(rng, 18),
        "DE": lambda: "99999999" + digits(rng, 10),
        "ES": lambda: "9999" + digits(rng, 16),
        "BE": lambda: "999" + digits(rng, 9),
        "NL": lambda: "XXXX" + digits(rng, 10),
        "GB": lambda: "XXXX" + digits(rng, 14),
        "IT": lambda: rng.choice(letters) + "99999" + digits(rng, 17),
        "CH": lambda: "99999" + digits(rng, 12),
        "LU": lambda: "999" + digits(rng, 13),
        "PT": lambda: "9999" + digits(rng, 17),
        "PL": lambda: "999" + digits(rng, 21),
    }
    values = []
    for country, account in plans.items():
        for form in range(8):
            body = account()
            as_number = int("".join(str(int(c, 36)) for c in body + country + "00"))
            iban = f"{country}{98 - as_number % 97:02d}{body}"
            fours = [iban[at : at + 4] for at in range(0, len(iban), 4)]
            written = [
                " ".join(fours), iban, "-".join(fours), iban.lower(), "\u00a0".join(fours),
                " ".join(fours).lower(), "\u202f".join(fours), " ".join(fours),
            ][form]  # fmt: skip
            values.append(Value(written, before=["", "IBAN : ", "", "IBAN:"][form % 4]))
    return values


def cards(rng: random.Random) -> list[Value]:
    published = ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117",
                 "30569309025904", "3530111333300000", "4012888888881881", "5105105105105100",
                 "371449635398431", "6011000990139424", "2223003122003222"]  # fmt: skip
    plans = [("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2700", 16), ("34", 15), ("37", 15),
             ("6011", 16), ("65", 16), ("3528", 16), ("36", 14), ("62", 16), ("497", 16),
             ("513", 16)]  # fmt: skip
    numbers = list(published)
    for start, length in plans * 4:
        body = start + digits(rng, length - len(start) - 1)
        numbers.append(body + luhn_digit(body))
    values = []
    for place, number in enumerate(numbers):
        sizes = {16: [4, 4, 4, 4], 15: [4, 6, 5], 14: [4, 6, 4]}[len(number)]
        gap = ["", " ", "-", " ", "\u00a0", "", "\u202f"][place % 7]
        label = ["", "", "CB : ", "my card ", ""][place % 5]
        values.append(Value(grouped(number, sizes, gap), before=label))
    body = "621234567890123456"
    values.append(Value(grouped(body + luhn_digit(body), [4, 4, 4, 4], " ")))
    return values


def nirs(rng: random.Random) -> list[Value]:
    values = []
    for place in range(72):
        department = rng.choice(["2A", "2B", "01", "13", "33", "44", "59", "75", "93", "97", "99"])
        body = rng.choice("12") + digits(rng, 2) + f"{rng.randint(1, 12):02d}"
        body += department + digits(rng, 3) + "000"
        number = int(body.replace("2A", "19").replace("2B", "18"))
        key = f"{97 - number % 97:02d}"
        sizes = [1, 2, 2, 2, 3, 3, 2]
        gap = ["", " ", " ", "-", ".", "\u00a0", "\u202f", " "][place % 8]
        written = grouped(body + key, sizes, gap)
        if place % 8 == 7:
            written = f"{body} {key}"
        values.append(Value(written, before=["", "", "NIR ", "n° de sécu : "][place % 4]))
    return values


def sirets(rng: random.Random) -> list[Value]:
    values = []
    for place in range(72):
        siren = "99" + digits(rng, 6)
        siren += luhn_digit(siren)
        siret = siren + "000" + digits(rng, 1)
        siret += luhn_digit(siret)
        if place % 6 == 5:
            before, after = [
                ("SIREN ", ""),
                ("RCS Nantes ", ""),
                ("SIREN : ", ""),
                ("", " RCS Lyon"),
            ][place // 6 % 4]
            written = grouped(siren, [3, 3], rng.choice([" ", " ", "\u00a0"]))
            values.append(Value(written, before=before, after=after))
            continue
        written = [
            siret, grouped(siret, [3, 3, 3], " "), grouped(siret, [3, 3, 3], "\u00a0"),
            grouped(siret, [9], " "), grouped(siret, [3, 3, 3], "\u202f"),
        ][place % 5]  # fmt: skip
        values.append(Value(written, before=["", "SIRET : ", "", "siret n° "][place % 4]))
    return values


def ssns(rng: random.Random) -> list[Value]:
    values = []
    for place in range(72):
        number = f"{rng.randint(800, 899)}01{rng.randint(1, 9999):04d}"
        if place % 4 == 3:
            label = ["SSN ", "SSN: ", "social security number ", "my social security number is "]
            values.append(Value(number, before=label[place // 4 % 4]))
        else:
            gap = ["-", "-", " ", "\u2011", "-", "\u00a0"][place % 6]
            values.append(Value(grouped(number, [3, 2, 4], gap)))
    return values


def addresses(rng: random.Random) -> list[Value]:
    names = ["Evergreen", "Maple", "Oak Hill", "Washington", "Martin Luther King", "42nd", "Elm",
             "Sunset", "Old Mill", "Fifth", "St. James", "O'Connell"]  # fmt: skip
    kinds = ["Street", "St", "Avenue", "Ave", "Road", "Rd", "Terrace", "Boulevard", "Blvd", "Lane",
             "Drive", "Court", "Parkway", "Place", "St.", "Way"]  # fmt: skip
    tails = ["", "", " NW", ", Springfield", ", Springfield, IL 62701", ", Apt 4B",
             ", Denver, CO", " Suite 300, Austin, TX 78701", ", London SW1A 2AA",
             ", Portland OR 97201"]  # fmt: skip
    english = []
    for place in range(48):
        number = rng.choice(["742", "12", "1600", "221B", "7", "4521", "15820", "10"])
        kind = kinds[place % len(kinds)]
        english.append(f"{number} {rng.choice(names)} {kind}{tails[place % len(tails)]}")
    english += ["PO Box 123", "P.O. Box 4521, Springfield, IL 62701", "Apt 4B", "apt. 12",
                "1600 Pennsylvania Ave NW", "742 evergreen terrace", "12 main st",
                "Flat 3, 12 Acacia Avenue", "4521 E Cactus Rd, Phoenix, AZ"]  # fmt: skip
    rues = ["rue", "avenue", "boulevard", "chemin", "place", "impasse", "allée", "quai", "bd",
            "av.", "route", "rue", "cours", "square"]  # fmt: skip
    noms = ["des Lilas", "de la République", "Victor Hugo", "du 8 mai 1945", "de l'Église",
            "Jean-Jaurès", "d'Alésia", "du Général de Gaulle", "de la Croix Blanche", "des Écoles",
            "Saint-Michel", "Gambetta", "du Moulin", "de l’Abbé Pierre"]  # fmt: skip
    villes = [
        "",
        "",
        ", 75011 Paris",
        ", 44000 Nantes",
        " 69003 Lyon",
        ", 13100 Aix-en-Provence",
        " - 59000 Lille",
        ", Bordeaux",
        ", 93200 Saint-Denis",
        ", 33000 Bordeaux Cedex",
    ]
    french = []
    for place in range(52):
        number = rng.choice(["12", "12 bis", "8,", "3 ter,", "27", "104", "5", "15bis"])
        nom, ville = noms[place % len(noms)], villes[place % len(villes)]
        french.append(f"{number} {rues[place * 5 % len(rues)]} {nom}{ville}")
    french += ["BP 123", "BP 40123, 44001 Nantes cedex 1", "12 rue des lilas 75011 paris",
               "rue des Lilas, 75011 Paris", "appt 12"]  # fmt: skip
    return [Value(text) for text in english + french]


def handles(rng: random.Random) -> list[Value]:
    given = ["marie", "john", "sarah", "thomas", "julie", "nicolas", "emily", "kevin", "laura",
             "mathieu", "jessica", "camille"]  # fmt: skip
    families = ["dupont", "smith", "moreau", "johnson", "bernard", "garcia"]
    formed = []
    for name in given:
        family, year = rng.choice(families), rng.randint(60, 99)
        formed += [
            f"@{name}.{family}{year}",
            f"@{name}_{family}{rng.randint(1, 99)}",
            f"@{name}{rng.choice('bkmt')}_{year}",
            f"@{name[0]}{family}19{year}",
            f"@{name.title()}{family.title()}{year}",
            f"@{name}_{family}",
        ]
    free = ["@petitelune_75", "@sunnydaze", "@lulu.la.tortue", "@cookiefan22", "@zebulon33",
            "@mister_potiron", "@tartine.et.cie", "@la_fee_clochette", "@bluewhale_lover",
            "@dodo1987", "@ninou.44", "@kayak_addict"]  # fmt: skip
    cues = [
        ("thanks to ", ""),
        ("merci à ", ""),
        ("Congrats ", "!"),
        ("bravo à ", " !"),
        ("félicitations à ", ""),
        ("Photo by ", ""),
        ("crédit photo : ", ""),
        ("📷 ", ""),
        ("📸 by ", ""),
        ("", " won our giveaway"),
        ("", " a gagné le concours"),
        ("our follower ", ""),
        ("our customer ", ""),
        ("notre cliente ", ""),
        ("Merci ", ""),
        ("Thank you ", ""),
        ("photo de ", ""),
        ("La gagnante est ", ""),
    ]
    cued = [Value(handle, *cue) for cue in cues for handle in rng.sample(free, 3)]
    return [Value(text) for text in formed] + cued


def all_values(seed: int) -> dict[str, list[Value]]:
    rng = random.Random(seed)
    return {
        "email": emails(rng),
        "phone": phones(rng),
        "iban": ibans(rng),
        "card": cards(rng),
        "nir": nirs(rng),
        "siret": sirets(rng),
        "ssn": ssns(rng),
        "address": addresses(rng),
        "handle": handles(rng),
    }
