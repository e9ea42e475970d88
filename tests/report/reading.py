"""A report as a reader takes it in: elements, words, and numbers with their names."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Elements(HTMLParser):
    """All elements with their attributes, the visible words, and the words of named numbers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.numbers: list[tuple[str, str]] = []
        self.bare: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append((tag, dict(attrs)))
            if "data-metric" in dict(attrs):
                self.numbers.append((dict(attrs)["data-metric"] or "", ""))

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        self.words += data
        inside = [attributes for _, attributes in self._open]
        if any("data-metric" in attributes for attributes in inside):
            name, text = self.numbers[-1]
            self.numbers[-1] = (name, text + data)
        elif any(attributes.get("class") == "value" for attributes in inside):
            self.bare.append(data)


def value_of(words: str) -> tuple[float, int]:
    """A number as shown, as a value and its decimals; a percentage counts as a share."""
    text = words.strip().replace("\u202f", "").replace("−", "-").replace(",", ".")
    share = text.endswith("%")
    text = text.removesuffix("%")
    places = len(text.partition(".")[2])
    return (float(text) / 100, places + 2) if share else (float(text), places)
