"""What people say of the posts: `python scripts/review.py brand=acme form`, then `read`."""

from scripts.entry import entry
from smm_voice.config import ReviewConfig


def main(config: ReviewConfig) -> int:
    """Run the command."""
    from smm_voice.commands.review import review

    return review(config)


if __name__ == "__main__":
    entry(
        main,
        "review",
        text_keys=("workspace", "output", "answers"),
        actions=("form", "read", "queue", "collect"),
    )
