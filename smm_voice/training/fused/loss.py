"""The completion loss of a model whose parts were exchanged by `install`."""

from __future__ import annotations

from typing import Any

import torch

from smm_voice.training.collator import IGNORED
from smm_voice.training.fused.attention import NAME
from smm_voice.training.fused.head import cross_entropy
from smm_voice.training.fused.layout import layout_of
from smm_voice.training.neftune import noisy


def is_fused(base: Any) -> bool:
    """Whether a causal language model reads a batch as one row of tokens."""
    return bool(base.config._attn_implementation == NAME)


def drops(base: Any) -> bool:
    """Whether some module leaves numbers out by chance, as in training it may."""
    kinds = torch.nn.modules.dropout._DropoutNd
    return any(isinstance(m, kinds) and m.training and m.p > 0 for m in base.modules())


def packed_loss(
    base: Any, batch: dict[str, torch.Tensor], neftune_alpha: float = 0.0
) -> tuple[torch.Tensor, int]:
    """As `completion_loss`, without a product for padding or for what posts begin with alike."""
    noise = neftune_alpha if base.training else 0.0
    # Noise and what dropout leaves out are each post's own, and so are then all of its tokens.
    share = not (noise or drops(base))
    layout = layout_of(batch["input_ids"], batch["attention_mask"], share)
    row = layout.row(batch["input_ids"])[None]
    read: dict[str, torch.Tensor] = {"input_ids": row}
    if noise:
        embeddings = base.get_input_embeddings()(row)
        posts, fillers = embeddings[:, : layout.tokens], embeddings[:, layout.tokens :]
        lengths = batch["attention_mask"].sum(1)
        read = {"inputs_embeds": torch.cat([noisy(posts, lengths, noise), fillers], dim=1)}
    hidden = base.get_decoder()(
        **read,
        position_ids=layout.positions[None],
        # A mask of four dimensions is handed on as it is; who sees whom stands in the layout.
        attention_mask=torch.empty(1, 1, 1, 1),
        layout=layout,
        use_cache=False,
    ).last_hidden_state[0]
    targets = batch["labels"][:, 1 : layout.width]
    labelled = targets != IGNORED
    weights = None
    if "weights" in batch:
        weights = batch["weights"][:, None].expand_as(targets)[labelled]
    loss = cross_entropy(
        hidden.index_select(0, layout.places[:, :-1][labelled]),
        base.get_output_embeddings().weight,
        targets[labelled],
        weights,
        getattr(base.config, "final_logit_softcapping", None),
    )
    return loss, int(labelled.sum())
