"""Versions, gates and drift on one page: `python scripts/history.py brand=acme`."""

from scripts.entry import entry
from smm_voice.config import HistoryConfig


def main(config: HistoryConfig) -> int:
    """Run the command."""
    from smm_voice.commands.history import history

    return history(config)


if __name__ == "__main__":
    entry(main, "history", text_keys=("workspace", "output"))
