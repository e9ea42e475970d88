"""An evaluation made by hand, and a taste that follows the voice score or fights it."""

from datetime import UTC, datetime, timedelta

from smm_voice.evaluation.run import Evaluation
from smm_voice.metrics.base import Item, Score

RUN = "ab" * 16
BRIEFS = 30


def make_evaluation(arms=("human", "floor", "prompted", "candidate"), briefs=BRIEFS, texts=None):
    """Texts that say neither arm nor score; the style index is another for every text."""
    day = datetime(2024, 1, 1, tzinfo=UTC)
    items, scores = {}, {}
    for number, arm in enumerate(arms):
        items[arm] = [
            Item(f"post-{i}", f"Words {(i * 31 + number * 7) % 97} on {i}.", f"Topic: matter {i}",
                 day + timedelta(days=i), True)
            for i in range(briefs)
        ]  # fmt: skip
        values = tuple(((i * 17 + number * 5) % 23) / 10 for i in range(briefs))
        scores[arm] = {
            "voice/style_index": Score(1.0, n=briefs, per_item=values),
            "voice/closeness": Score(1.0, n=briefs, per_item=tuple(1 - abs(1 - v) for v in values)),
        }
    for arm, at, text in texts or ():
        before = items[arm][at]
        items[arm][at] = Item(before.id, text, before.brief, before.when, True)
    provenance = {"model": "acme-voice version 1", "prompt_set": "f00d", "confidence": 0.95}
    return Evaluation("Acme", scores, items, {}, (), "candidate", "", None, provenance)


def by_score(item):
    """The side with the higher style index."""
    a, b = item.a.scores["style_index"], item.b.scores["style_index"]
    return "A" if a > b else "B"


def against_score(item):
    return "B" if by_score(item) == "A" else "A"
