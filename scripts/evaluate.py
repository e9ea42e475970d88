"""Evaluate a registered model: `python scripts/evaluate.py brand=acme model=champion`."""

from scripts.entry import entry
from smm_voice.config import EvaluateConfig


def main(config: EvaluateConfig) -> int:
    """Run the command."""
    from smm_voice.commands.evaluate import evaluate

    return evaluate(config)


if __name__ == "__main__":
    entry(main, "evaluate", text_keys=("workspace", "model"), over_all="evaluation")
