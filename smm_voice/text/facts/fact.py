"""One checkable thing in a text."""

from __future__ import annotations

from dataclasses import dataclass

from smm_voice.text.facts.spelled import is_figure_of_speech

# From here a number in words is a statement, below it may be a figure of speech ("two friends").
_TELLING = 13
_TIME = frozenset({"day", "week", "month", "minute", "hour", "night"})


@dataclass(frozen=True)
class TypedFact:
    """One checkable thing.

    Attributes:
        kind: url, email, phone, handle, hashtag, promo_code, money, percent, date, weekday, time,
            quantity, ordinal or number.
        value: canonical form; equal facts have equal (kind, value, unit).
        unit: currency for money, canonical unit for a quantity, else "".
        span: the words as they stand in the text.
        start: offset of the span, in characters.
        high: upper end of a range, whose lower end is `value`; else "".
        bound: least ("over 500"), most ("up to 500"), about ("some 500"), or "".
        also: other readings of the same words, such as 19:30 for "7:30".
        relative: whether it is counted from the day of the post ("tomorrow").
    """

    kind: str
    value: str
    unit: str
    span: str
    start: int
    high: str = ""
    bound: str = ""
    also: tuple[str, ...] = ()
    relative: bool = False

    @property
    def end(self) -> int:
        """Offset just past the span, in characters."""
        return self.start + len(self.span)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two facts the same."""
        return self.kind, self.value, self.unit

    @property
    def incidental(self) -> bool:
        """Whether people write such a thing without stating a fact.

        "Two friends", "the first time", "see you tomorrow": a known fact can support or contradict
        it; where none is known, it is nothing that anyone would have to prove.
        """
        if self.relative or self.kind in ("weekday", "ordinal"):
            return True
        if self.kind in ("time", "date"):
            return not any(map(str.isdigit, self.span))
        if self.kind == "percent" and self.value == "100":
            return True
        if is_figure_of_speech(self.span):
            return True
        in_words = not any(map(str.isdigit, self.span))
        countdown = self.kind == "quantity" and self.unit in _TIME
        return in_words and (self.kind == "number" or countdown) and float(self.value) < _TELLING
