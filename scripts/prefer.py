"""Tune a model on what people chose: `python scripts/prefer.py brand=acme method=dpo`."""

from scripts.entry import entry
from smm_voice.config import PreferConfig


def main(config: PreferConfig) -> int:
    """Run the command."""
    from smm_voice.commands.prefer import prefer

    return prefer(config)


if __name__ == "__main__":
    entry(main, "prefer", text_keys=("workspace", "model"))
