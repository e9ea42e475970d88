"""The completion loss, with logits computed only where a label stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_voice.training.collator import IGNORED
from smm_voice.training.fused.loss import is_fused, packed_loss
from smm_voice.training.neftune import noisy

if TYPE_CHECKING:
    import torch


def compute_in_forward(model: Any, neftune_alpha: float = 0.0) -> None:
    """Let `model(**batch)` give loss and count (see `completion_loss`) where it is given `labels`.

    What spreads a training over processes gathers weights and reduces gradients around the forward
    of the module that it wraps; a loss computed beside that forward would not be seen.
    """
    base = _base_of(model)
    usual = base.forward

    def forward(*args: Any, **given: Any) -> Any:
        if given.get("labels") is None:
            return usual(*args, **given)
        loss, count = completion_loss(base, given, neftune_alpha)
        return {"loss": loss, "count": count}

    base.forward = forward


def completion_loss(
    model: Any, batch: dict[str, torch.Tensor], neftune_alpha: float = 0.0
) -> tuple[torch.Tensor, int]:
    """Summed cross-entropy over the labelled positions, and how many there are.

    The output matrix is the largest product of a small model, and two thirds of the positions
    are prompt: leaving those out changes no gradient.

    Args:
        model: a causal language model of transformers, with or without a peft adapter.
        batch: input_ids, attention_mask, labels of shape (batch, tokens); `weights` of shape
            (batch,), where examples do not all count alike.
        neftune_alpha: strength of the noise on the embeddings in training mode, see `neftune`.

    Returns:
        Loss in nats (a scalar tensor), number of labelled tokens.
    """
    import torch

    base = _base_of(model)
    if is_fused(base):
        return packed_loss(base, batch, neftune_alpha)
    ids, mask = batch["input_ids"], batch["attention_mask"]
    read: dict[str, torch.Tensor] = {"input_ids": ids}
    if neftune_alpha and model.training:
        embeddings = base.get_input_embeddings()(ids)
        read = {"inputs_embeds": noisy(embeddings, mask.sum(1), neftune_alpha)}
    hidden = base.get_decoder()(**read, attention_mask=mask, use_cache=False).last_hidden_state
    targets = batch["labels"][:, 1:]
    labelled = targets != IGNORED
    logits = base.get_output_embeddings()(hidden[:, :-1][labelled]).float()
    softcap = getattr(base.config, "final_logit_softcapping", None)
    if softcap:
        logits = softcap * torch.tanh(logits / softcap)
    losses = torch.nn.functional.cross_entropy(logits, targets[labelled], reduction="none")
    if "weights" in batch:
        losses = losses * batch["weights"][:, None].expand_as(targets)[labelled]
    return losses.sum(), int(labelled.sum())


def _base_of(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "get_base_model") else model
