"""The same work by other packages, side by side; where one is not installed it is left out.

Ratios are the peer's seconds over ours, on the same texts, taken in turns.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from smm_voice.benchmarks.metrics.known_groups import OPENER
from smm_voice.benchmarks.metrics.speed import seconds
from smm_voice.benchmarks.metrics.voices import LANGUAGE, Voice, panels
from smm_voice.metrics.homogeneity.measures import self_repetition, vendi
from smm_voice.metrics.voice.profile import fit
from smm_voice.metrics.voice.views import distort
from smm_voice.statistics import auc
from smm_voice.text import tokens

log = logging.getLogger(__name__)

_BRAND = "noaahabitat"
_TEXTS = 200
# The peer fits its models anew for every text: its cheapest settings, and few texts.
_LAMBDAG_TEXTS, _LAMBDAG_ORDER = 32, 4


@dataclass
class Peer:
    """A comparison.

    Attributes:
        name: of the peer and what it is compared on.
        ours: seconds, one value a repeat.
        theirs: seconds, one value a repeat.
        values: what was measured → (ours, theirs).
    """

    name: str
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    values: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Theirs over ours, one value a repeat."""
        return [b / a for a, b in zip(self.ours, self.theirs, strict=True)]


def compare(
    voices: Mapping[str, Voice],
    repeats: int,
    seed: int,
    wanted: Mapping[str, Callable[..., Peer]] | None = None,
) -> dict[str, Peer]:
    """Figure → comparison, of the peers that are installed.

    Args:
        voices: noaahabitat and its others.
        repeats: turns.
        seed: of every draw.
        wanted: figure → what to run; None: all.
    """
    found = {}
    for figure, against in (PEERS if wanted is None else wanted).items():
        try:
            found[figure] = against(voices[_BRAND], voices, repeats, seed)
        except ImportError as error:
            log.info("%s is left out: %s is not installed", figure, error.name)
    return found


def sacrebleu(voice: Voice, voices: Mapping[str, Voice], repeats: int, seed: int) -> Peer:
    """Mean sentence BLEU of each post against all others, and our self-repetition."""
    from sacrebleu.metrics.bleu import BLEU

    bleu = BLEU(effective_order=True)
    plain = [post.text for post in voice.test[:_TEXTS]]
    opened = [OPENER + t if i % 10 < 6 else t for i, t in enumerate(plain)]

    def theirs(texts: Sequence[str]) -> float:
        scores = [bleu.sentence_score(t, [*texts[:i], *texts[i + 1 :]]).score
                  for i, t in enumerate(texts)]  # fmt: skip
        return float(np.mean(scores))

    def ours(texts: Sequence[str]) -> float:
        return self_repetition([[t.casefold() for t in tokens.tokenise(x)] for x in texts])

    peer = Peer(f"self-BLEU (sacrebleu) against self-repetition, {len(plain)} posts")
    _in_turns(peer, repeats, lambda: ours(plain), lambda: theirs(plain))
    peer.values["posts as they are"] = (ours(plain), theirs(plain))
    peer.values["stock opener on 60 %"] = (ours(opened), theirs(opened))
    return peer


def vendi_score(voice: Voice, voices: Mapping[str, Voice], repeats: int, seed: int) -> Peer:
    """The Vendi score of order 2 of one kernel, with eigenvalues and without."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from vendi_score import vendi as theirs

    texts = [distort(post.text, LANGUAGE) for post in voice.test[:_TEXTS]]
    rows: Any = TfidfVectorizer(token_pattern=r"\S+").fit_transform(texts).toarray()  # noqa: S106
    kernel = rows @ rows.T
    np.fill_diagonal(kernel, 1.0)
    peer = Peer(f"Vendi score of order 2 (vendi-score's score_K), {len(texts)} posts")
    _in_turns(peer, repeats, lambda: vendi(kernel), lambda: theirs.score_K(kernel, q=2))
    peer.values["score_K(q=2)"] = (vendi(kernel), float(theirs.score_K(kernel, q=2)))
    peer.values["score_X(q=2)"] = (vendi(kernel), float(theirs.score_X(rows, q=2)))
    return peer


def lambdag(voice: Voice, voices: Mapping[str, Voice], repeats: int, seed: int) -> Peer:
    """The class as its package documents it, on style views; and our profile, all views."""
    from lambdag import LambdaGMethod

    panel = panels(voices, voice.name)[0]
    half = _LAMBDAG_TEXTS // 2
    own = [post.text for post in voice.test[:: max(1, len(voice.test) // half)]][:half]
    pool = [panel.references[name] for name in panel.unseen]
    strangers = [texts[i] for i in range(half) for texts in pool][:half]
    seen = {n: t for n, t in panel.references.items() if n not in panel.unseen}
    known = "\n".join(distort(text, LANGUAGE) for text in voice.training)
    others = {n: [distort(t, LANGUAGE) for t in texts] for n, texts in seen.items()}
    problems = [(known, voice.name, distort(t, LANGUAGE), "?") for t in (*own, *strangers)]
    scores: dict[str, np.ndarray] = {}

    def ours() -> None:
        profile = fit(LANGUAGE, voice.training, voice.calibration, own, panel.references,
                      panel.unseen, seed)  # fmt: skip
        for view in profile.quality:
            scores[view] = profile.logits([*own, *strangers], view)

    def theirs() -> None:
        method = LambdaGMethod(
            basis="tokens", order=_LAMBDAG_ORDER, smoothing="kneser_ney", lowercasing=False,
            sentenize=True, num_references=1, calibration="square_root", random_seed=seed,
        )  # fmt: skip
        with contextlib.redirect_stderr(io.StringIO()):  # it draws a bar that nobody asked for
            scores["theirs"] = method.lambdag(problems, others)

    peer = Peer(
        f"LambdaG (lambdag's class, order {_LAMBDAG_ORDER}, one reference sample) against a whole "
        f"profile with all its views, fit and {2 * half} texts"
    )
    _in_turns(peer, repeats, ours, theirs)
    theirs_auc = auc(scores["theirs"][:half], scores["theirs"][half:])
    for view in sorted(scores.keys() - {"theirs"}):
        ours_auc = auc(scores[view][:half], scores[view][half:])
        peer.values[f"AUC, {view}"] = (ours_auc, theirs_auc)
    return peer


PEERS: dict[str, Callable[..., Peer]] = {
    "metrics/self_repetition_ratio_vs_sacrebleu": sacrebleu,
    "metrics/vendi_ratio_vs_vendi_score": vendi_score,
    "metrics/style_ratio_vs_lambdag": lambdag,
}


def _in_turns(
    peer: Peer, repeats: int, ours: Callable[[], object], theirs: Callable[[], object]
) -> None:
    for _ in range(repeats):
        peer.ours.append(seconds(ours))
        peer.theirs.append(seconds(theirs))
