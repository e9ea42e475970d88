"""Looks at posts, as `scripts/monitor.py` takes them; each text is embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from smm_voice.benchmarks.metrics.voices import LANGUAGE
from smm_voice.config import MonitorConfig
from smm_voice.dataset.example import Example
from smm_voice.models import embeddings
from smm_voice.monitoring.monitor import Model, monitor
from smm_voice.monitoring.signal import Monitored
from smm_voice.monitoring.windows import LEAST_PAIRS, choose
from smm_voice.posts.post import Post

# On this day X, then Twitter, let all accounts write 280 characters instead of 140: five of the
# accounts change their manner, and no window across it is one of no shift.
LONGER_POSTS = datetime(2017, 11, 7, tzinfo=UTC)


class Looker:
    """Looks, and what embeddings they share."""

    def __init__(self, config: MonitorConfig) -> None:
        """Looks with these settings."""
        self._config = config
        self._known: dict[str, np.ndarray] = {}

    def look(
        self, posts: Sequence[Post], since: datetime | None = None, model: Model | None = None
    ) -> Monitored:
        """One look at posts, oldest first."""
        examples = [Example(post.id, "", post.text, post) for post in posts]
        return monitor(examples, LANGUAGE, since, self._config, self._embed, model)

    def sizes(self, posts: Sequence[Post]) -> int | None:
        """Recent posts of a look at these; None where the past makes no band."""
        try:
            windows = choose([post.created_at for post in posts], None, self._config)
        except ValueError:
            return None
        return len(windows.now.newer) if len(windows.past) >= LEAST_PAIRS else None

    def _embed(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, embeddings.embed(new), strict=True))
        return np.array([self._known[text] for text in texts])


def spans(found: Monitored, moment: datetime) -> bool:
    """Whether a moment lies between the first older and the last recent post."""
    if not found.baseline[0]:
        return False
    first, last = found.baseline[0], found.recent[1]
    return datetime.fromisoformat(first) < moment < datetime.fromisoformat(last)
