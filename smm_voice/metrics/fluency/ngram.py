"""A judge where no model is at hand: bits per byte of masked texts under n-grams of other posts.

It reads a text's skeleton: function words and punctuation as they stand, of every other word the
kind of capitals and the last letter. Topic words differ from brand to brand and drown what word
order tells: with 5000 posts of five accounts to learn from, posts of a sixth were told from the
same words shuffled with an AUC of .75 to .78 by n-grams of whole words, of .80 to .86 by 6- to
8-grams of characters, of .90 to .95 by 3-grams of skeletons, and of .92 to .96 by what stands here,
which falls back from fine histories to coarse ones (French, 3400 posts and sentences: .99). With
1000 posts that is .86 to .92, with 300 .80 to .85, with 100 .68 to .73.

What it cannot see is word salad made of the brand's own word pairs: AUC .45 to .78, and no better
by longer n-grams, by whole words or by characters. `memorisation/patchwork_excess` sees that.
"""

from __future__ import annotations

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from smm_voice.errors import InputError
from smm_voice.text import languages, tokens

_CODE_POINTS = 0x110000
_FREQUENT = 200
_FEW = 300
# Bounds the memory that a text of any length can take up.
_MOST_REMEMBERED = 500_000
BEGIN, END = "\x02", "\x03"

History = tuple[str, ...]
# A symbol and what stands before it.
Event = tuple[History, str]


class BackoffModel:
    """Probabilities of symbols, interpolated over ever finer views of what stands before.

    The weights are those of Witten and Bell (1991, method C), along any chain of contexts (Bilmes
    and Kirchhoff 2003, "Factored language models and generalized parallel backoff"):
    P(s | c) = (count(c s) + kinds(c) · P(s | c′)) / (count(c) + kinds(c)), where kinds(c) is the
    number of different symbols seen in the context c, and c′ is the next coarser one; below the
    coarsest lies `base`. A context never seen leaves P as it is. It sums to 1 over all symbols
    wherever `base` does.

    Args:
        events: to learn from.
        contexts: history → its views, the coarsest first, always as many.
        base: probability of a symbol of which nothing is known.
    """

    def __init__(
        self,
        events: Iterable[Event],
        contexts: Callable[[History], Sequence[History]],
        base: Callable[[str], float],
    ) -> None:
        self._contexts, self._base = contexts, base
        seen: dict[tuple[int, History], Counter[str]] = defaultdict(Counter)
        for (history, symbol), count in Counter(events).items():
            for level in enumerate(contexts(history)):
                seen[level][symbol] += count
        self._seen = {
            level: (counts, counts.total(), len(counts)) for level, counts in seen.items()
        }
        self._costs: dict[Event, float] = {}

    def probability(self, symbol: str, history: History) -> float:
        """P(symbol | history)."""
        found = self._base(symbol)
        for level in enumerate(self._contexts(history)):
            known = self._seen.get(level)
            if known:
                counts, total, kinds = known
                found = (counts.get(symbol, 0) + kinds * found) / (total + kinds)
        return found

    def bits(self, events: Iterable[Event]) -> float:
        """−log2 of the probability of all events together."""
        costs, total = self._costs, 0.0
        for event in events:
            cost = costs.get(event)
            if cost is None:
                if len(costs) >= _MOST_REMEMBERED:
                    costs.clear()
                history, symbol = event
                cost = costs[event] = -math.log2(self.probability(symbol, history))
            total += cost
        return total


class NgramJudge:
    """Bits per byte of texts' skeletons; a `Judge`.

    A symbol that no post holds is spelled out by 3-grams of characters over all code points, so
    that every skeleton has its probability and all of them together sum to 1.

    Args:
        texts: posts of other brands in the language. Not the brand's own: whoever copies or
            recombines those would look best; nor any posts that are to be scored.
        language: two-letter code; where there is no list of its function words, the most frequent
            words of the posts stand for them.

    Attributes:
        name: to be shown with a score; says so where the posts are few.
    """

    def __init__(self, texts: Iterable[str], language: str) -> None:
        listed = [tokens.tokenise(tokens.strip_references(text)) for text in texts]
        self._kept = _kept(listed, language)
        self._symbols: dict[str, str] = {}
        sequences = [self._masked(text) for text in listed]
        # The end is spelled as nothing.
        spellings = {"", *(symbol for sequence in sequences for symbol in sequence)}
        self._spelling = BackoffModel(
            (event for symbol in sorted(spellings) for event in _letters(symbol)),
            lambda history: ((), history[1:], history),
            lambda character: 1 / _CODE_POINTS,
        )
        self._model = BackoffModel(
            (event for sequence in sequences for event in _steps(sequence)),
            _views,
            functools.lru_cache(100_000)(self._spelled),
        )
        few = f", fewer than {_FEW}" if len(listed) < _FEW else ""
        self.name = f"word 3-grams of {len(listed)} posts{few}"

    def __call__(self, texts: Sequence[str]) -> list[float | None]:
        """Bits per byte of each text's skeleton, None for a text with no words."""
        return [self._bits_per_byte(text) for text in texts]

    def skeleton(self, text: str) -> list[str]:
        """What is read of a text, symbol by symbol; links, handles and hashtags are left out."""
        return self._masked(tokens.tokenise(tokens.strip_references(text)))

    def _bits_per_byte(self, text: str) -> float | None:
        bare = tokens.strip_references(text)
        if not tokens.WORD.search(bare):
            return None
        symbols = self._masked(tokens.tokenise(bare))
        # Each symbol is followed by a blank, the last one by the end.
        size = len(" ".join(symbols).encode("utf-8", "surrogatepass")) + 1
        return self._model.bits(_steps(symbols)) / size

    def _spelled(self, symbol: str) -> float:
        return 2.0 ** -self._spelling.bits(_letters("" if symbol == END else symbol))

    def _masked(self, listed: Sequence[str]) -> list[str]:
        known = self._symbols
        if len(known) > _MOST_REMEMBERED:
            known.clear()
        symbols = []
        for token in listed:
            symbol = known.get(token)
            if symbol is None:
                symbol = known[token] = self._symbol(token)
            symbols.append(symbol)
        return symbols

    def _symbol(self, token: str) -> str:
        first = token[0]
        if first.isalpha():
            if token.casefold().replace("’", "'") in self._kept:
                return token
            capitals = (
                "_" if not first.isupper() else "^^" if token.isupper() and token[1:] else "^"
            )
            return capitals + token[-1].casefold()[-1]
        if first.isdigit():
            return "".join("#" if character.isdigit() else character for character in token)
        return "¶" if first in ("\n", BEGIN, END) else token


def _kept(listed: Sequence[Sequence[str]], language: str) -> frozenset[str]:
    try:
        return languages.function_words(language)
    except InputError:
        counts = Counter(t.casefold() for text in listed for t in text if t[0].isalpha())
        return frozenset(word for word, _ in counts.most_common(_FREQUENT))


def _steps(symbols: Sequence[str]) -> Iterator[Event]:
    """Each symbol and the end, after a coarse symbol and a whole one."""
    before, last = BEGIN, BEGIN
    for symbol in (*symbols, END):
        yield (before, last), symbol
        before, last = _coarse(last), symbol


def _views(history: History) -> tuple[History, ...]:
    before, last = history
    coarse = _coarse(last)
    return (), (coarse,), (last,), (before, coarse), history


@functools.lru_cache(100_000)
def _coarse(symbol: str) -> str:
    """A symbol without its last letter, how many digits it has, or its case."""
    if symbol[0] in "_^" and len(symbol) > 1:
        return symbol[:-1]
    return "#" if symbol[0] == "#" else symbol.casefold()


def _letters(word: str) -> Iterator[Event]:
    """Each character and the end, after two characters."""
    padded = (BEGIN, BEGIN, *word, END)
    for at in range(2, len(padded)):
        yield padded[at - 2 : at], padded[at]
