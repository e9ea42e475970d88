"""Fact sheet from posts, and against them: `python scripts/facts.py brand=acme suggest`."""

from scripts.entry import entry
from smm_voice.config import FactsConfig


def main(config: FactsConfig) -> int:
    """Run the command."""
    from smm_voice.commands.facts import facts

    return facts(config)


if __name__ == "__main__":
    entry(main, "facts", text_keys=("workspace", "output"), actions=("suggest", "check"))
