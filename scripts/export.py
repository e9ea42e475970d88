"""Give a model to other programs: `python scripts/export.py brand=acme model=champion`."""

from scripts.entry import entry
from smm_voice.config import ExportConfig


def main(config: ExportConfig) -> int:
    """Run the command."""
    from smm_voice.commands.export import export

    return export(config)


if __name__ == "__main__":
    entry(main, "export", text_keys=("workspace", "model", "output", "llama_cpp"))
