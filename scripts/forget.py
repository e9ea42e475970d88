"""Forget a post: `python scripts/forget.py brand=acme post=919942245704445953`."""

from scripts.entry import entry
from smm_voice.config import ForgetConfig


def main(config: ForgetConfig) -> int:
    """Run the command."""
    from smm_voice.commands.forget import forget

    return forget(config)


if __name__ == "__main__":
    entry(main, "forget", text_keys=("post", "workspace"))
