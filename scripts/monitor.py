"""Look for drift: `python scripts/monitor.py brand=acme`. Trains nothing, moves no alias."""

from scripts.entry import entry
from smm_voice.config import MonitorCommandConfig


def main(config: MonitorCommandConfig) -> int:
    """Run the command."""
    from smm_voice.commands.monitor import monitor

    return monitor(config)


if __name__ == "__main__":
    entry(main, "monitor", text_keys=("workspace", "output", "since"), over_all="looks at drift")
