"""A batch as one row of tokens, without padding and with a common beginning read once."""

from __future__ import annotations

from dataclasses import dataclass

import torch

# Matrix kernels are compiled for each new number of rows: few numbers cost less than a few fillers.
_STEP = 16


@dataclass(frozen=True)
class Layout:
    """Where the tokens of a padded batch stand in one row, and back.

    The row holds what all posts begin with, then the rest of each post, then at least one filler
    token. A filler takes part in nothing: no post attends to it, and its gradient is zero.

    Attributes:
        posts: number of posts.
        width: tokens of the longest post.
        tokens: tokens in the row that are no fillers.
        length: tokens in the row.
        shared: tokens that all posts begin with.
        places: shape (posts, width), where each token of the batch stands in the row; padding
            points to a filler.
        owned: as `places`, but a shared token is the first post's alone; for the other posts it
            points to a filler.
        back: shape (length,), the place of each token of the row in the flattened batch; 0 for
            fillers.
        positions: shape (length,), the place in its own post.
    """

    posts: int
    width: int
    tokens: int
    length: int
    shared: int
    places: torch.Tensor
    owned: torch.Tensor
    back: torch.Tensor
    positions: torch.Tensor

    def row(self, batch: torch.Tensor) -> torch.Tensor:
        """The row of a batch of shape (posts, at least width); shape (length,), fillers are 0."""
        row = batch[:, : self.width].flatten()[self.back]
        row[self.tokens :] = 0
        return row


def layout_of(input_ids: torch.Tensor, attention_mask: torch.Tensor, share: bool = True) -> Layout:
    """The layout of a batch padded on the right, both of shape (posts, width).

    Without `share` each post has all of its tokens to itself.
    """
    lengths = attention_mask.sum(1)
    posts, width = len(lengths), int(lengths.max())
    shared = _shared(input_ids, int(lengths.min())) if share and posts > 1 else 0
    own = attention_mask[:, :width].bool().clone()
    own[1:, :shared] = False
    back = own.flatten().nonzero().flatten()
    tokens = len(back)
    length = -(-(tokens + 1) // _STEP) * _STEP
    filler = length - 1
    owned = torch.full((posts * width,), filler)
    owned[back] = torch.arange(tokens)
    owned = owned.view(posts, width)
    places = owned.clone()
    places[:, :shared] = torch.arange(shared)
    back = torch.cat([back, back.new_zeros(length - tokens)])
    return Layout(posts, width, tokens, length, shared, places, owned, back, back % width)


def _shared(input_ids: torch.Tensor, shortest: int) -> int:
    """Tokens that all posts begin with, short of any post's last token."""
    same = (input_ids[:, : shortest - 1] == input_ids[:1, : shortest - 1]).all(0)
    return int(same.long().cumprod(0).sum())
