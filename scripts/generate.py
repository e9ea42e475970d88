"""Write variants of a post: `python scripts/generate.py brand=acme brief="…" n=5`."""

from scripts.entry import entry
from smm_voice.config import GenerateConfig


def main(config: GenerateConfig) -> int:
    """Run the command."""
    from smm_voice.commands.generate import generate

    return generate(config)


if __name__ == "__main__":
    entry(main, "generate", text_keys=("workspace", "model", "brief", "output"))
