"""Search for training settings: `python scripts/search.py brand=acme`."""

from scripts.entry import entry
from smm_voice.config import SearchCommandConfig


def main(config: SearchCommandConfig) -> int:
    """Run the search."""
    from smm_voice.commands.search import search

    return search(config)


def faults(config: SearchCommandConfig) -> list[str]:
    """What is wrong with objectives and space."""
    from smm_voice.search.faults import faults

    return faults(config)


if __name__ == "__main__":
    entry(main, "search", text_keys=("workspace",), over_all="search for settings", further=faults)
