"""A dataset whose test split is out of reach: for choosing settings, which the test must not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from smm_voice.dataset.build import Dataset, Splits
from smm_voice.dataset.example import Example
from smm_voice.errors import InputError


@dataclass(frozen=True)
class Rehearsal(Dataset):
    """A built dataset in which validation posts stand in the place of the test's.

    Attributes:
        judged: what stands there.
    """

    judged: tuple[Example, ...]

    @cached_property
    def splits(self) -> Splits:
        """Split → examples in order of time; the test's file is never read."""
        return _WithoutTest(self.folder, self.judged)


class _WithoutTest(Splits):
    def __init__(self, folder: Path, judged: Sequence[Example]) -> None:
        super().__init__(folder)
        self._read["test"] = list(judged)


def rehearse(dataset: Dataset, language: str, briefs: int, stopping: int) -> Rehearsal:
    """Put validation posts in the place of the test's.

    Those that early stopping does not look at, where there are half as many of them as are wanted;
    else all of them, since still fewer would tell less than the overlap does harm.

    Args:
        dataset: the built one.
        language: of the posts that judge.
        briefs: how many are wanted.
        stopping: so many of the newest validation posts, of all languages, decide when a training
            stops.

    Raises:
        InputError: the validation split has fewer than two posts of the language.
    """
    validation = dataset.splits["validation"]
    seen = {example.id for example in validation[-stopping:]}
    own = [example for example in validation if example.post.language == language]
    if len(own) < 2:
        raise InputError(
            f"brand {dataset.card['brand']} has {len(own)} validation posts in {language!r}, and a "
            "search is judged by them: raise dataset.validation_share, or add posts"
        )
    apart = [example for example in own if example.id not in seen]
    judged = apart if len(apart) >= max(2, briefs / 2) else own
    return Rehearsal(dataset.folder, dataset.card, dataset.reused, tuple(judged))
