"""Whether new posts may be learned from: not another brand's, not spam, not an export that broke.

What is asked of the new posts is asked of groups of them, since one post's verdict is weak: of all,
of each account, file and stretch of time, and of posts that look alike. Drift must pass: a brand
whose voice has moved still reads far more like itself than like any other (experiments/LOG.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from smm_voice.config import IntakeConfig
from smm_voice.dataset.example import Example
from smm_voice.monitoring.likeness import Reading, fit
from smm_voice.posts import near_duplicates

# Of this many known posts and this well told from other brands, or nothing is said of the voice.
_FEWEST_KNOWN = 50
_LEAST_AUC = 0.75
# Words in any order are 0, the brand's own sentences 1, other brands' about .7.
_LEAST_ORDER = 0.4
# A post under this reads like another's; this share more of them than among the newest known posts
# is not drift. Drift moves all posts a little, a mixture some of them far.
_STRANGE, _JUMBLED, _MOST_STRANGE = 0.3, 0.1, 0.12
# Sure: 99 % on one side, for each group.
_SURE = 0.99
_MOST_STRETCHES, _MOST_CLUSTERS = 10, 12
_COMPONENTS = 30
_SIMILAR = 0.85
# Share of new posts that a reference brand has published as well.
_MOST_SHARED = 0.1
_MOST_REPEATED = 0.7
_BURST = 3
_SEED = 0


@dataclass(frozen=True)
class Problem:
    """Why posts should not be learned from, or what is odd about them.

    Attributes:
        kind: voice, mixed, order, shared, repeated, shrunk; burst, stale and unchecked are
            warnings.
        what: for a person, with what to do.
        share: of the posts that it concerns; None where it concerns no share.
        warning: odd, and no reason to refuse.
    """

    kind: str
    what: str
    share: float | None
    warning: bool = False


def check_intake(
    known: Sequence[Example],
    new: Sequence[Example],
    references: Mapping[str, Sequence[str]],
    language: str,
    config: IntakeConfig,
) -> list[Problem]:
    """What is wrong with posts that came since the last dataset.

    Args:
        known: human posts of the last dataset.
        new: those that have come since.
        references: other brands' posts.
        language: two-letter code; posts in others are left out.
        config: limits.

    Raises:
        InputError: there is no function-word list for the language.
    """
    known, new = (
        sorted((e for e in each if e.post.language == language), key=_time)
        for each in (known, new)
    )  # fmt: skip
    if not new:
        return []
    problems = [*_shared(new, references, config), *_bursts(known, new, config)]
    if len(new) < config.minimum_group:
        return problems
    reading = None
    if len(known) >= _FEWEST_KNOWN:
        reading = fit([e.text for e in known], references, language, _SEED)
    if reading is None or reading.auc < _LEAST_AUC:
        return [*problems, _unchecked(len(known), reading, language)]
    return [*problems, *_foreign(new, reading, config)]


def shrunk(before: int, now: int, config: IntakeConfig) -> Problem | None:
    """The problem of an export that has lost more than `maximum_loss` of its posts.

    Args:
        before: posts kept last time.
        now: posts kept now.
        config: limits.
    """
    lost = before - now
    if lost <= config.maximum_loss * before:
        return None
    return Problem(
        "shrunk",
        f"{lost} of the {before} posts of last time are gone ({lost / before:.0%}; at most "
        f"{config.maximum_loss:.0%} may be). Is the export whole? Where posts were deleted on "
        "purpose, force=true",
        lost / before,
    )


def stale(newest: datetime, now: datetime, config: IntakeConfig) -> Problem | None:
    """A warning where the newest post is older than `stale_days`."""
    days = (now - newest).total_seconds() / 86400
    if days <= config.stale_days:
        return None
    return Problem(
        "stale",
        f"the newest post is {days:.0f} days old: is the export still refreshed?",
        None,
        warning=True,
    )


def repeated(
    before: Mapping[str, Any], now: Mapping[str, Any], config: IntakeConfig
) -> list[Problem]:
    """A warning where most of the new rows repeat others: the builder has left them out.

    Args:
        before: card of the last dataset.
        now: card of this one.
        config: limits.
    """
    rows = now["read"] - before["read"]
    again = sum(
        now["dropped"].get(reason, 0) - before["dropped"].get(reason, 0)
        for reason in ("exact_duplicate", "near_duplicate")
    )
    if rows < config.minimum_group or again <= _MOST_REPEATED * rows:
        return []
    return [
        Problem(
            "repeated",
            f"{again} of {rows} new rows say what another says; each stands once in the dataset. "
            "Look whether the account was used for spam",
            again / rows,
            warning=True,
        )
    ]  # fmt: skip


def _unchecked(known: int, reading: Reading | None, language: str) -> Problem:
    if known < _FEWEST_KNOWN:
        why = f"{known} known posts in {language!r} are too few ({_FEWEST_KNOWN})"
    elif reading is None:
        why = "it takes the posts of two reference brands"
    else:
        why = f"the brand cannot be told from its reference brands (AUC {reading.auc:.2f})"
    return Problem(
        "unchecked", f"whether the new posts are the brand's was not checked: {why}", None,
        warning=True,
    )  # fmt: skip


def _foreign(new: Sequence[Example], reading: Reading, config: IntakeConfig) -> list[Problem]:
    """Groups that read like somebody else, like a mixture, or like nothing."""
    texts = [e.text for e in new]
    index, order = reading.index(texts), reading.order(texts)
    # What 1 means is known no better than the newest known posts are many.
    doubt = float(reading.held_out.std()) / np.sqrt(len(reading.held_out))
    problems = []
    for name, rows in _groups(new, reading, config.minimum_group):
        value, high = float(index[rows].mean()), _bound(index[rows], 1, doubt)
        if high < config.least_voice:
            problems.append(
                Problem(
                    "voice",
                    f"{name} ({len(rows)} posts) {_verb(name)} like other brands, not like this "
                    f"one: {value:.2f}, where 0 is other brands and 1 the brand, and "
                    f"{config.least_voice:g} is the least. {_HINT}",
                    len(rows) / len(new),
                )
            )
        elif _bound(order[rows], 1) < _LEAST_ORDER:
            problems.append(
                Problem(
                    "order",
                    f"{name} ({len(rows)} posts): the words stand in no order, as in damaged or "
                    f"made-up text. {_HINT}",
                    len(rows) / len(new),
                )
            )
    # The whole says it all; its parts would only repeat it.
    whole = [each for each in problems if each.share == 1]
    if whole:
        return whole[:1]
    strange = (index < _STRANGE) | (order < _JUMBLED)
    held = (reading.held_out < _STRANGE) | (reading.held_order < _JUMBLED)
    usual = float(held.mean())
    excess = float(strange.mean()) - usual
    if not problems and _bound(strange - usual, -1) > _MOST_STRANGE:
        problems.append(
            Problem(
                "mixed",
                f"{strange.sum()} of {len(new)} new posts, each by itself, read like other brands "
                f"or like no language; of the newest known posts {usual:.0%} did. {_HINT}",
                excess,
            )
        )
    return problems


_HINT = (
    "Take them out of the source (account:, remove: in the brand's file), or force=true where the "
    "brand has changed"
)


def _verb(name: str) -> str:
    return "reads" if name.startswith(("account", "file")) else "read"


def _groups(
    new: Sequence[Example], reading: Reading, minimum: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Name → rows of each group that is large enough; the whole first, none twice."""
    seen: set[bytes] = set()
    for name, rows in _all_groups(new, reading, minimum):
        if len(rows) >= minimum and rows.tobytes() not in seen:
            seen.add(rows.tobytes())
            yield name, rows


def _all_groups(
    new: Sequence[Example], reading: Reading, minimum: int
) -> Iterator[tuple[str, np.ndarray]]:
    every = np.arange(len(new))
    yield "the new posts", every
    for title, key in (
        ("account", lambda e: e.post.account or ""),
        ("file", lambda e: e.post.source.rpartition("#")[0] or e.post.source),
    ):
        parts: dict[str, list[int]] = defaultdict(list)
        for row, example in enumerate(new):
            parts[key(example)].append(row)
        for part, of_part in parts.items():
            yield f"{title} {part}", np.array(of_part)
    count = min(_MOST_STRETCHES, len(new) // minimum)
    for rows in np.array_split(every, max(1, count)):
        first, last = (new[int(row)].post.created_at for row in (rows[0], rows[-1]))
        yield f"the posts from {first:%Y-%m-%d} to {last:%Y-%m-%d}", rows
    yield from _alike([e.text for e in new], reading, minimum)


def _alike(
    texts: Sequence[str], reading: Reading, minimum: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Posts that look alike: by k-means (Lloyd 1982) over the main directions of their surface."""
    count = min(_MOST_CLUSTERS, len(texts) // minimum)
    if count < 2:
        return
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    rows = reading.surface(texts)
    size = min(_COMPONENTS, rows.shape[1] - 1, len(texts) - 1)
    reduced = normalize(TruncatedSVD(size, random_state=_SEED).fit_transform(rows))
    for k in sorted({min(4, count), count}):
        if k <= count:
            labels = KMeans(k, n_init=2, random_state=_SEED).fit_predict(reduced)
            for label in range(k):
                found = np.flatnonzero(labels == label)
                if len(found):
                    example = " ".join(texts[int(found[0])].split())[:60]
                    yield f"posts that look alike, such as “{example}”,", found


def _bound(values: np.ndarray, side: int, doubt: float = 0.0) -> float:
    """Upper (side 1) or lower (-1) confidence bound of a mean, by Student's t.

    `doubt` is the standard error of what it is held against.
    """
    from scipy.stats import t

    if len(values) < 2:
        return side * float("inf")
    error = float(np.hypot(np.std(values, ddof=1) / np.sqrt(len(values)), doubt))
    return float(np.mean(values) + side * t.ppf(_SURE, len(values) - 1) * error)


def _shared(
    new: Sequence[Example], references: Mapping[str, Sequence[str]], config: IntakeConfig
) -> Iterator[Problem]:
    """Posts that a reference brand has published: another brand's export."""
    signed = near_duplicates.signatures([near_duplicates.folded(e.text) for e in new])
    for name, texts in references.items():
        of = near_duplicates.signatures([near_duplicates.folded(text) for text in texts])
        count = int(near_duplicates.also_in(signed, of, _SIMILAR).sum())
        if count >= min(config.minimum_group, len(new)) and count > _MOST_SHARED * len(new):
            yield Problem(
                "shared",
                f"{count} of {len(new)} new posts are posts of the reference brand {name}: is its "
                "export among this brand's sources?",
                count / len(new),
            )


def _bursts(
    known: Sequence[Example], new: Sequence[Example], config: IntakeConfig
) -> Iterator[Problem]:
    """Days with far more posts than any before."""
    before, now = _by_day(known), _by_day(new)
    limit = max(_BURST * max(before.values(), default=0), config.minimum_group)
    for day, count in now.items():
        if known and count > limit:
            yield Problem(
                "burst",
                f"{count} posts on {day}; no day before had more than {max(before.values())}. Was "
                "the account used by somebody else?",
                count / len(new),
                warning=True,
            )


def _by_day(examples: Sequence[Example]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for example in examples:
        found[f"{example.post.created_at:%Y-%m-%d}"] += 1
    return found


def _time(example: Example) -> datetime:
    return example.post.created_at
