"""Score any texts: `python scripts/score.py brand=acme texts=FILE.jsonl`."""

from scripts.entry import entry
from smm_voice.config import ScoreConfig


def main(config: ScoreConfig) -> int:
    """Run the command."""
    from smm_voice.commands.score import score

    return score(config)


if __name__ == "__main__":
    entry(main, "score", text_keys=("workspace", "texts", "output"))
