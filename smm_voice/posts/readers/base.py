"""What every export reader offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from smm_voice.posts.post import Post, Rejected


@dataclass(frozen=True)
class ReadOptions:
    """What the brand says about a source, and what the export says about itself.

    Attributes:
        file: name for messages and for `Post.source`.
        platform: taken where the export does not name one.
        account: the export's own account where another file of it names that.
        columns: Post field → column or key, for the generic readers.
    """

    file: str
    platform: str
    account: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


class Reader(Protocol):
    """One export format."""

    name: str

    def recognises(self, head: str) -> bool:
        """Whether a file that begins with `head` is of this format."""
        ...

    def read(self, text: str, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield every row: a Post, or the reason why it is none.

        Raises:
            ValueError: the file as a whole is not of this format.
        """
        ...
