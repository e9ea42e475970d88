"""The card: one page that needs nothing else, and numbers that agree wherever they stand."""

import dataclasses
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.dataset import build as build_module
from smm_voice.dataset import card as cards
from smm_voice.dataset.build import build
from smm_voice.dataset.splits import SPLITS
from smm_voice.posts import reasons

PACKAGE = Path(cards.__file__).parents[1]
TITLE = "<script>alert('1')</script> & «Vélo» | a"
FILE = "<img src=x onerror=alert(1)> & |b.jsonl"


@pytest.fixture
def made(write, rows, config, workspace):
    """The dataset of a brand whose title and file hold HTML; some of its rows are left out."""

    def build_it(more=(), **settings):
        posts = rows()
        text, when = posts[0]["text"], posts[0]["created_at"]
        broken = [
            {"text": "", "created_at": when},
            {"text": text, "created_at": "never"},
            {"text": text + " ", "created_at": "2025-12-30"},
            {"text": "Oui !", "created_at": when},
            {"text": "We will open the hatch of the station this morning.", "created_at": when},
            {"text": "Écrivez à jane.doe@example.org ou au 01 99 00 55 01 pour votre vélo",
             "created_at": "2025-01-02T10:00:00"},
        ]  # fmt: skip
        write(f"raw/{FILE}", [*posts, *broken, *more])
        write("raw/empty.csv", b"")
        write("raw/photo.jpg", b"\xff\xd8")
        brand = BrandConfig(
            name="velo", display_name=TITLE, languages=["fr"],
            sources=[SourceConfig(path="raw", licence="CC0 <b>")],
        )  # fmt: skip
        return build(brand, [], dataclasses.replace(config, **settings), workspace)

    return build_it


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, headed tables, text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.tables, self.text, self._cell = [], {}, "", None
        self._within, self._heading = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._within.append(tag)
        if tag == "h2":
            self._heading = ""
        elif tag == "tr":
            self.tables.setdefault(self._heading, []).append([])
        elif tag in ("td", "th"):
            self.tables[self._heading][-1].append("")

    def handle_endtag(self, tag):
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data):
        self.text += data
        if "h2" in self._within:
            self._heading += data
        elif {"td", "th"} & set(self._within):
            self.tables[self._heading][-1][-1] += data


def file_of(dataset, name):
    return (dataset.folder / name).read_text(encoding="utf-8")


def test_the_page_needs_nothing_but_itself(made):
    page = file_of(made(), "card.html")
    seen = Page(page)
    assert {"script", "link", "img", "iframe", "object", "base"}.isdisjoint(
        tag for tag, _ in seen.tags
    )
    for _, attributes in seen.tags:
        assert not {"src", "href", "srcset", "action", "data", "background"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"https?://|//\w+\.|url\(|@import", page)
    assert '<meta charset="utf-8">' in page and page.lstrip().startswith("<!doctype html>")


def test_what_a_brand_or_a_file_is_called_is_shown_as_it_is_and_never_run(made):
    dataset = made()
    seen = Page(file_of(dataset, "card.html"))
    assert f"Dataset card: {TITLE}" in seen.text
    assert f"raw/{FILE}" in [row[0] for row in seen.tables["Sources"]]
    assert "CC0 <b>" in [row[-1] for row in seen.tables["Sources"]]
    assert "b" not in {tag for tag, _ in seen.tags}


def test_every_number_on_the_page_and_in_the_text_is_that_of_the_card(made):
    dataset = made()
    card = json.loads(file_of(dataset, "card.json"))
    assert card == dataset.card
    seen = Page(file_of(dataset, "card.html"))
    shown = {title: [list(head), *map(list, rows)] for title, head, rows in cards.tables(card)}
    assert len(shown) == 9
    for title, rows in shown.items():
        expected = [[str(cell) for cell in row] for row in rows if any(row)]
        assert seen.tables[title] == expected, title
    assert f"{card['read']} rows read, {card['kept']} posts kept" in seen.text
    text = file_of(dataset, "card.md")
    assert f"{card['read']} rows read, {card['kept']} posts kept" in text
    for title, rows in shown.items():
        section = text.split(f"## {title}\n\n")[1].split("\n\n")[0].strip().split("\n")
        cells = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in section]
        expected = [[str(c).replace("|", "\\|") for c in row] for row in rows]
        assert [cells[0], *cells[2:]] == expected, title


def test_the_card_keeps_its_contract(made):
    dataset = made()
    card = dataset.card
    assert re.fullmatch(r"[0-9a-f]{16}", card["fingerprint"])
    assert card["fingerprint"] == dataset.folder.name
    assert type(card["read"]) is int and type(card["kept"]) is int
    assert card["read"] == card["kept"] + sum(card["dropped"].values())
    assert card["dropped"] == {
        "no_text": 1, "no_time": 1, "exact_duplicate": 1, "too_short": 1, "other_language": 1,
        "empty_file": 1,
    }  # fmt: skip
    assert card["kept"] == sum(sum(counts.values()) for counts in card["splits"].values())
    for counts in card["splits"].values():
        assert tuple(counts) == SPLITS and all(type(n) is int for n in counts.values())
    held = {split: len(dataset.splits[split]) for split in SPLITS}
    assert card["splits"] == {"fr": held}
    assert card["privacy"] == {"email": 1, "phone": 1}
    (source,) = [source for source in card["sources"] if "rows" in source]
    assert source["rows"] == card["read"] - 1 and source["path"] == f"raw/{FILE}"
    assert [s["path"] for s in card["sources"] if "rows" not in s] == ["raw: 1 × *.jpg"]


def test_months_have_no_gaps_and_hold_every_post(made):
    early = "Le pavillon du quai ouvre enfin ses portes aux cyclistes"
    dataset = made([{"text": early, "created_at": "2019-11-30T23:59:59"}])
    months = dataset.card["months"]
    first, last = list(months)[0], list(months)[-1]
    assert first == "2019-11"
    counted = [12 * int(month[:4]) + int(month[5:]) for month in months]
    assert counted == list(range(counted[0], counted[-1] + 1))
    kept = [e.post.created_at for split in SPLITS for e in dataset.splits[split]]
    assert last == f"{max(kept):%Y-%m}"
    assert {m: sum(n.values()) for m, n in months.items() if n} == Counter(
        f"{when:%Y-%m}" for when in kept
    )
    assert {} in months.values()
    for split in SPLITS:
        total = sum(counts.get(split, 0) for counts in months.values())
        assert total == dataset.card["splits"]["fr"][split]


def test_bars_of_the_time_line_are_as_long_as_their_counts(made):
    dataset = made()
    seen = Page(file_of(dataset, "card.html"))
    bars = [
        (attributes["class"], attributes["title"], float(attributes["style"].split()[1][:-1]))
        for tag, attributes in seen.tags
        if tag == "i" and "style" in attributes
    ]
    months = [counts for counts in dataset.card["months"].values() if counts]
    largest = max(sum(counts.values()) for counts in months)
    assert bars == [
        (split, f"{n} {split}", pytest.approx(100 * n / largest, abs=0.006))
        for counts in months
        for split, n in counts.items()
    ]


def test_periods_and_the_start_of_the_test_are_those_of_the_posts(made):
    dataset = made()
    for split in SPLITS:
        times = [e.post.created_at for e in dataset.splits[split]]
        days = [f"{min(times):%Y-%m-%d}", f"{max(times):%Y-%m-%d}"]
        assert dataset.card["periods"][split] == days
    first = min(e.post.created_at for e in dataset.splits["test"])
    (begins,) = dataset.card["test_from"].values()
    assert begins == first.isoformat()
    validated = max(e.post.created_at for e in dataset.splits["validation"])
    assert validated.isoformat() < begins


@pytest.mark.parametrize("changes", [{"months": {}}, {"privacy": {}}, {"sources": []}])
def test_a_card_with_nothing_in_a_part_is_still_one(made, changes):
    card = made().card | changes
    assert Page(cards.page(card)).tables["Splits, ordered in time"]
    assert "# Dataset card" in cards.markdown(card)


def test_a_line_break_in_a_name_does_not_break_a_table(made):
    card = made().card
    odd = {"path": "a\nb\r\n| c.csv", "format": "csv"}
    text = cards.markdown(card | {"title": "Two\nlines", "sources": [*card["sources"], odd]})
    section = text.split("## Sources\n\n")[1].strip().splitlines()
    assert len(section) == 2 + len(card["sources"]) + 1
    assert all(line.startswith("|") and line.endswith("|") for line in section)
    assert text.splitlines()[1] == ""


# Reasons


def modules():
    """The modules that may give a reason, without the list of reasons."""
    return {
        path: path.read_text(encoding="utf-8")
        for folder in ("posts", "dataset")
        for path in (PACKAGE / folder).rglob("*.py")
        if path != Path(reasons.__file__)
    }


def test_every_reason_that_is_given_is_explained():
    given = {
        reason
        for text in modules().values()
        for reason in re.findall(r'Rejected\(\s*"([^"]*)"', text)
    }
    assert len(given) > 15
    assert given <= reasons.REASONS.keys()


@pytest.mark.parametrize("reason", reasons.REASONS)
def test_every_reason_that_is_explained_is_given_somewhere(reason):
    assert [path.name for path, text in modules().items() if f'"{reason}"' in text]


def test_every_reason_reads_as_words_in_the_message_of_too_few_posts():
    collected = SimpleNamespace(dropped=Counter(reasons.REASONS.keys()), problems=[])
    brand = BrandConfig(name="velo", languages=["fr"])
    message = build_module.too_few(brand, 0, 30, collected)
    for reason, words in reasons.REASONS.items():
        assert f"{reason}: {words}" in message
