"""Go back to the previous model: `python scripts/rollback.py brand=acme`."""

from scripts.entry import entry
from smm_voice.config import RollbackConfig


def main(config: RollbackConfig) -> int:
    """Run the command."""
    from smm_voice.commands.promotion import rollback

    return rollback(config)


if __name__ == "__main__":
    entry(main, "rollback", text_keys=("workspace", "reason"))
