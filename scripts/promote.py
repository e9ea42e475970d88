"""Accept a proposed model: `python scripts/promote.py brand=acme`."""

from scripts.entry import entry
from smm_voice.config import PromoteConfig


def main(config: PromoteConfig) -> int:
    """Run the command."""
    from smm_voice.commands.promotion import promote

    return promote(config)


if __name__ == "__main__":
    entry(main, "promote", text_keys=("workspace", "model"))
