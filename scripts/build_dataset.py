"""Build a dataset alone: `python scripts/build_dataset.py brand=acme show=3`."""

from scripts.entry import entry
from smm_voice.config import BuildDatasetConfig


def main(config: BuildDatasetConfig) -> int:
    """Run the command."""
    from smm_voice.commands.build_dataset import build_dataset

    return build_dataset(config)


if __name__ == "__main__":
    entry(main, "build_dataset", text_keys=("workspace",))
