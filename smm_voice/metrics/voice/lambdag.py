"""LambdaG (Nini et al. 2024, arXiv:2403.08462): is a text likelier under the brand's grammar?

A grammar is an n-gram model over the style view. The statistic is the log-likelihood ratio of the
brand's grammar to grammars of others, averaged over several samples of these of the brand's size.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

_ORDER = 4
_DISCOUNT = 0.75
# Repetitions; ten gave the same areas under the curve as five.
_SAMPLES = 5
_START, _END = "⟨start⟩", "⟨end⟩"
# Bounds the memory that texts without number can take up.
_MOST_REMEMBERED = 500_000

Gram = tuple[str, ...]


class KneserNey:
    """Interpolated Kneser-Ney n-grams (Kneser and Ney 1995; Chen and Goodman 1999, eq. 4.2).

    The longest n-grams are counted as they occur, shorter ones by how many different symbols they
    follow. Under the unigrams lies the uniform distribution over the vocabulary and one unknown.
    """

    def __init__(self, texts: Sequence[Sequence[str]], order: int = _ORDER) -> None:
        """Fit.

        Args:
            texts: symbols of each text.
            order: longest n-gram.
        """
        self.order = order
        longest: Counter[Gram] = Counter()
        for text in texts:
            longest.update(self.grams(text))
        counts: list[Counter[Gram]] = [longest]
        for _ in range(order - 1):
            counts.insert(0, Counter(gram[1:] for gram in counts[0]))
        self._counts = counts
        self._totals: dict[Gram, int] = defaultdict(int)
        self._kinds: dict[Gram, int] = defaultdict(int)
        for of_length in counts:
            for gram, count in of_length.items():
                self._totals[gram[:-1]] += count
                self._kinds[gram[:-1]] += 1
        self._uniform = 1 / (len(counts[0]) + 1)

    def grams(self, text: Sequence[str]) -> list[Gram]:
        """The longest n-grams of a text, one for each symbol and one for its end."""
        padded = (_START,) * (self.order - 1) + (*text, _END)
        return [padded[i : i + self.order] for i in range(len(text) + 1)]

    def probability(self, gram: Gram) -> float:
        """P(last symbol | the symbols before it)."""
        found = self._uniform
        for length in range(len(gram)):
            history = gram[len(gram) - 1 - length : -1]
            total = self._totals.get(history)
            if not total:
                break
            count = self._counts[length].get((*history, gram[-1]), 0)
            discounted = max(count - _DISCOUNT, 0.0)
            found = (discounted + _DISCOUNT * self._kinds[history] * found) / total
        return found


class LambdaG:
    """The statistic as a classifier: positive is the brand."""

    def __init__(self, seed: int = 0) -> None:
        """`seed` is that of the samples."""
        self._seed = seed
        self._known: dict[Gram, float] = {}

    def fit(self, texts: Sequence[str], labels: np.ndarray) -> LambdaG:
        """Fit one grammar of the brand and several of others.

        Args:
            texts: style views, tokens separated by spaces.
            labels: 1 for the brand's, shape (texts,).
        """
        rng = np.random.default_rng(self._seed)
        ours = [text.split(" ") for text, own in zip(texts, labels, strict=True) if own]
        theirs = [text.split(" ") for text, own in zip(texts, labels, strict=True) if not own]
        self._brand = KneserNey(ours)
        self._others = [
            KneserNey([theirs[i] for i in rng.permutation(len(theirs))[: len(ours)]])
            for _ in range(_SAMPLES)
        ]
        return self

    def decision_function(self, texts: Sequence[str]) -> np.ndarray:
        """Log-likelihood ratio of each text over the root of its length, shape (texts,).

        The root makes long and short texts comparable: the sum of a text's terms spreads with it.
        """
        return np.array([self._ratio(text.split(" ")) for text in texts])

    def _ratio(self, symbols: Sequence[str]) -> float:
        grams = self._brand.grams(symbols)
        return sum(map(self._of, grams)) / math.sqrt(len(grams))

    def _of(self, gram: Gram) -> float:
        found = self._known.get(gram)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            log_others = sum(math.log(other.probability(gram)) for other in self._others)
            found = math.log(self._brand.probability(gram)) - log_others / _SAMPLES
            self._known[gram] = found
        return found
