"""Retrain a brand where it is time: `python scripts/retrain.py brand=acme`."""

from scripts.entry import entry
from smm_voice.config import RetrainConfig


def main(config: RetrainConfig) -> int:
    """Run the job."""
    from smm_voice.commands.retrain import retrain

    return retrain(config)


if __name__ == "__main__":
    entry(main, "retrain", text_keys=("workspace",), over_all="retraining of all brands")
