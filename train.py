"""Fine-tune a brand's voice and judge it: `python train.py brand=acme`."""

from scripts.entry import entry
from smm_voice.config import TrainConfig


def main(config: TrainConfig) -> int:
    """Run the job."""
    from smm_voice.commands.train import train

    return train(config)


if __name__ == "__main__":
    entry(main, "train", text_keys=("workspace",), over_all="training")
