"""The completion loss, with logits computed only where a label stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_voice.training.collator import IGNORED

if TYPE_CHECKING:
    import torch


def completion_loss(model: Any, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, int]:
    """Summed cross-entropy over the labelled positions, and how many there are.

    The output matrix is the largest product of a small model, and two thirds of the positions
    are prompt: leaving those out changes no gradient.

    Args:
        model: a causal language model of transformers, with or without a peft adapter.
        batch: input_ids, attention_mask, labels of shape (batch, tokens); `weights` of shape
            (batch,), where examples do not all count alike.

    Returns:
        Loss in nats (a scalar tensor), number of labelled tokens.
    """
    import torch

    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    hidden = base.get_decoder()(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], use_cache=False
    ).last_hidden_state
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
