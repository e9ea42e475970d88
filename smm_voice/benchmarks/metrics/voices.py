"""The voices that the scores are proven on, and how their posts are divided."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.dataset import briefs
from smm_voice.metrics.base import Item, Judge, Reference
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet
from smm_voice.metrics.fluency.ngram import NgramJudge
from smm_voice.metrics.voice.profile import VoiceProfile, fit
from smm_voice.posts.cleaning import clean_text
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post

LANGUAGE = "en"
# Settings of the voice scores were chosen by looking at these; at the others, never.
CHOSEN_ON = ("nasa_2016", "nasa_2018", "noaahabitat", "realdonaldtrump_538")
REPORTED_ON = ("barackobama_538", "noaafish_wcro", "noaafisheries", "noaaresearch",
               "whitehouse_2016")  # fmt: skip
VOICES = tuple(sorted((*CHOSEN_ON, *REPORTED_ON)))
# The posts of nasa_2018 are those of the sample brand.
_FOLDERS = {"nasa_2018": "acme"}
# One account in two periods: never one as the other's stranger, nor both as strangers of a third.
_ACCOUNTS = {"nasa_2016": "nasa", "nasa_2018": "nasa"}
_MOST_TRAINING, _MOST_CALIBRATION, _MOST_TEST = 200, 150, 400
# As in conf/dataset/default.yaml.
_BRIEF_OVERLAP = 0.25


@dataclass(frozen=True)
class Voice:
    """An account's posts, oldest first, without replies and exact duplicates.

    Attributes:
        name: of the voice.
        posts: cleaned as for a dataset.
        sheet: its facts; empty for most.
    """

    name: str
    posts: tuple[Post, ...]
    sheet: FactSheet = dataclasses.field(default_factory=FactSheet)

    @property
    def account(self) -> str:
        """Whose it is: equal for two periods of one account."""
        return _ACCOUNTS.get(self.name, self.name)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All texts."""
        return tuple(post.text for post in self.posts)

    @property
    def training(self) -> tuple[str, ...]:
        """The newest 200 of the oldest 60 %."""
        return self.texts[: int(0.6 * len(self.texts))][-_MOST_TRAINING:]

    @property
    def calibration(self) -> tuple[str, ...]:
        """The newest 150 of the 15 % that follow."""
        return self.texts[int(0.6 * len(self.texts)) : self._newest][-_MOST_CALIBRATION:]

    @property
    def test(self) -> tuple[Post, ...]:
        """The first 400 of the newest quarter."""
        return self.posts[self._newest :][:_MOST_TEST]

    @property
    def _newest(self) -> int:
        return int(0.75 * len(self.posts))


@dataclass(frozen=True)
class Panel:
    """One voice against the others, of which half are kept unseen.

    Attributes:
        voice: the one to be told from the others.
        references: other → posts; of the unseen ones their newest, of the seen ones older.
        unseen: names of those that take no part in fitting.
    """

    voice: Voice
    references: Mapping[str, tuple[str, ...]]
    unseen: tuple[str, ...]

    def judge(self, voices: Mapping[str, Voice]) -> Judge:
        """A judge of fluency that has read the others' older posts, and none of the voice's own.

        One that had would find a copier's texts the best of all.
        """
        return NgramJudge(
            [t for o in self.references for t in (*voices[o].training, *voices[o].calibration)],
            LANGUAGE,
        )

    def fit(self, seed: int) -> VoiceProfile:
        """The voice's profile, with its quality on the test posts and on the unseen."""
        return fit(
            LANGUAGE, self.voice.training, self.voice.calibration,
            [post.text for post in self.voice.test], self.references, self.unseen, seed,
        )  # fmt: skip


def load(repository: Path, names: Sequence[str] = VOICES) -> dict[str, Voice]:
    """Read voices from data/raw, in the order of `names`."""
    return {name: _read(repository, name) for name in names}


def panels(voices: Mapping[str, Voice], name: str) -> tuple[Panel, Panel]:
    """Both halves of the other accounts as the unseen, in turn.

    Of an account with two periods the last by name stands among the others: the newer one.
    """
    by_account = {voices[other].account: other for other in sorted(voices)}
    others = sorted(o for account, o in by_account.items() if account != voices[name].account)
    halves = []
    for half in (0, 1):
        unseen = tuple(others[half::2])
        references = {
            other: tuple(post.text for post in voices[other].test)
            if other in unseen
            else (*voices[other].training, *voices[other].calibration)
            for other in others
        }
        halves.append(Panel(voices[name], references, unseen))
    return halves[0], halves[1]


def reference(
    panel: Panel,
    profile: VoiceProfile,
    human: Sequence[Post],
    judge: Judge | None,
    resamples: int,
    seed: int,
) -> Reference:
    """What texts are measured against: some of the voice's test posts as its anchor.

    Args:
        panel: the voice and the others.
        profile: fitted on it.
        human: the anchor.
        judge: bits per byte.
        resamples: of every interval.
        seed: of every draw.
    """
    strangers = [text for name in panel.unseen for text in panel.references[name]]
    drawn = np.random.default_rng(seed).permutation(len(strangers))[: len(human)]
    return Reference(
        language=LANGUAGE,
        human=tuple(items(human)),
        floor=tuple(Item(f"floor-{i}", strangers[i]) for i in drawn),
        training=panel.voice.training,
        profile=profile,
        sheet=panel.voice.sheet,
        judge=judge,
        judge_name="n-grams of other accounts",
        resamples=resamples,
        seed=seed,
    )


def items(posts: Sequence[Post]) -> list[Item]:
    """Posts as answers to the briefs derived from them."""
    return [
        Item(
            post.id, post.text,
            briefs.bounded(briefs.derive(post), post.text, _BRIEF_OVERLAP)[1], post.created_at,
        )
        for post in posts
    ]  # fmt: skip


def _read(repository: Path, name: str) -> Voice:
    folder = repository / "data" / "raw" / _FOLDERS.get(name, name)
    brand = BrandConfig(name=name, languages=[LANGUAGE], platforms=["x"],
                        sources=[SourceConfig(path=str(folder))])  # fmt: skip
    rows = [row for row in Ingest(brand, repository) if isinstance(row, Post)]
    kept, seen = [], set()
    for post in sorted(rows, key=lambda post: (post.created_at, post.id)):
        text = clean_text(post.text, "x")
        if post.kind == "reply" or text.startswith("@") or not text:
            continue
        if text.casefold() not in seen:
            seen.add(text.casefold())
            kept.append(dataclasses.replace(post, text=text, language=LANGUAGE))
    sheet = folder / "facts.yaml"
    return Voice(name, tuple(kept), load_sheet(sheet if sheet.exists() else None, LANGUAGE))
