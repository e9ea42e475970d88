"""A brand's voice as calibrated classifiers, and the proof that they can tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.metrics.voice.classifier import VIEWS, Classifier, Reading, abstains, read
from smm_voice.metrics.voice.quality import Quality, measure_quality

_MOST_NEGATIVES = 1200
_FEW_POSTS = 50
# The base model's answers among the negatives; angle brackets keep it apart from brands' names.
BASE_MODEL = "<base model>"


@dataclass(frozen=True)
class VoiceProfile:
    """A fitted voice.

    Attributes:
        language: two-letter code.
        trained_on: the brand's posts in training.
        unseen: reference brands kept out of the training, on which the quality is measured.
        machine: the base model's answers among the negatives.
        quality: view → Quality.
        digest: identifies the texts it was fitted on: scores of different ones do not compare.
    """

    language: str
    trained_on: int
    unseen: tuple[str, ...]
    machine: int
    quality: Mapping[str, Quality]
    digest: str
    classifier: Classifier | None

    def read(self, texts: Sequence[str]) -> Reading:
        """The texts as the classifiers see them: made once, asked for every view."""
        return read(texts, self.language)

    def logits(self, texts: Sequence[str] | Reading, view: str) -> np.ndarray:
        """Calibrated log-odds that each text is the brand's, shape (texts,).

        0, the logit of one half, is an abstention: under 15 tokens, or another language.
        """
        if not len(texts) or self.classifier is None:
            return np.zeros(len(texts))
        reading = texts if isinstance(texts, Reading) else self.read(texts)
        return self.classifier.logits(reading, view)

    def abstains(self, text: str) -> bool:
        """Whether a text gives too little to judge."""
        return abstains(text, self.language)

    @property
    def indicative(self) -> bool:
        """Whether there were too few posts to rest more than a hint on it."""
        return self.trained_on < _FEW_POSTS


def fit(
    language: str,
    training: Sequence[str],
    calibration: Sequence[str],
    held_out: Sequence[str],
    references: Mapping[str, Sequence[str]],
    unseen: Sequence[str],
    seed: int = 0,
    machine: Sequence[str] = (),
) -> VoiceProfile:
    """Fit all views.

    Args:
        language: two-letter code.
        training: the brand's training posts, oldest first.
        calibration: newer posts of the brand. They calibrate out of fold, and being the nearest
            to today they are learned from as well.
        held_out: newer still, for the quality.
        references: reference brand → its posts, oldest first.
        unseen: names of the reference brands that take no part in fitting.
        seed: of the sampling of negatives.
        machine: the base model's answers to briefs of the training split.

    Raises:
        InputError: there is no function-word list for the language.
    """
    rng = np.random.default_rng(seed)
    seen = {name: texts for name, texts in references.items() if name not in unseen and texts}
    strangers = _balanced({n: references[n] for n in unseen if n in references}, rng)
    held = read(held_out, language)
    if not training or not seen or not strangers:
        # Nothing to tell the brand from: every voice score will be INVALID, with the reason.
        nothing = measure_quality(np.zeros(0), np.zeros(0))
        return VoiceProfile(
            language, len(training), tuple(unseen), len(machine),
            dict.fromkeys(VIEWS, nothing), "", None,
        )  # fmt: skip
    if machine:
        seen[BASE_MODEL] = machine
    others = _balanced(seen, rng)
    texts = [text for _, text in others]
    own = [*training, *calibration]
    # Without newer posts the calibration rests on all that there are.
    newest = slice(len(training) if calibration else 0, None)
    classifier = Classifier(
        read(own, language), newest, read(texts, language), [name for name, _ in others]
    )
    foreign = read([text for _, text in strangers], language)
    quality = {
        view: measure_quality(classifier.logits(held, view), classifier.logits(foreign, view), seed)
        for view in VIEWS
    }
    return VoiceProfile(
        language, len(training), tuple(unseen), len(machine), quality, _digest(own, texts),
        classifier,
    )  # fmt: skip


def _digest(brand: Sequence[str], others: Sequence[str]) -> str:
    found = hashlib.sha256()
    for texts in (brand, others):
        for text in texts:
            found.update(text.encode("utf-8", "surrogatepass") + b"\0")
        found.update(b"\1")
    return found.hexdigest()[:16]


def _balanced(
    groups: Mapping[str, Sequence[str]], rng: np.random.Generator
) -> list[tuple[str, str]]:
    """Equally many from each group, `_MOST_NEGATIVES` in all at the most: (group, text)."""
    share = _MOST_NEGATIVES // max(1, len(groups))
    drawn: list[tuple[str, str]] = []
    for name in sorted(groups):
        texts = groups[name]
        picked = rng.permutation(len(texts))[:share]
        drawn += [(name, texts[i]) for i in sorted(picked)]
    return drawn
