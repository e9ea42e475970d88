"""Compare two finished evaluations: `python scripts/compare.py brand=acme runs=[A,B]`."""

from scripts.entry import entry
from smm_voice.config import CompareConfig


def main(config: CompareConfig) -> int:
    """Run the command."""
    from smm_voice.commands.compare import compare

    return compare(config)


if __name__ == "__main__":
    entry(main, "compare", text_keys=("workspace", "runs", "output"))
