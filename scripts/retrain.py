"""Retrain a brand where it is time: `python scripts/retrain.py brand=acme`."""

from scripts.entry import entry
from smm_voice.commands.sweep import Outcome
from smm_voice.config import RetrainConfig

# Of the newest job: a sweep over brands says at its end where it is tracked.
_newest: list[RetrainConfig] = []


def main(config: RetrainConfig) -> int:
    """Run the job."""
    from smm_voice.commands.retrain import retrain

    _newest[:] = [config]
    return retrain(config)


def summary(outcomes: list[Outcome]) -> None:
    """Log how a sweep went."""
    from smm_voice.commands.retrain_all import summarise

    if _newest:
        summarise(_newest[0], outcomes)


if __name__ == "__main__":
    entry(main, "retrain", text_keys=("workspace",), summary=summary)
