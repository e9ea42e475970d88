"""The forward pass of models of Llama's kind, for writing: few calls, and nothing copied.

transformers' own pass answers to every use; at one token a row, most of its time goes into copying
keys, into masks and into calling. It is used where the model's parts and configuration are the ones
that it knows and, tried out, it gives the model's own logits; a model of another kind keeps its own
(`decoding.py`).
"""

from __future__ import annotations

import logging
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812

from smm_voice.generation.held import Held, attend, attend_within

log = logging.getLogger(__name__)

_ROPES = ("default", "linear", "llama3", "yarn")
# What a configuration may ask for beyond the parts: windows, caps, norms without weights.
_NOT_DONE = ("sliding_window", "final_logit_softcapping", "attn_logit_softcapping", "qk_norm",
             "use_qk_norm", "clip_qkv", "attention_chunk_size", "num_experts", "num_local_experts",
             "parallel_attn", "use_parallel_residual")  # fmt: skip
_FACTORS = ("logits_scaling", "logit_scale", "residual_multiplier", "embedding_multiplier",
            "partial_rotary_factor")  # fmt: skip
# Of the spread of the logits: rounding stays far below, a wrong norm or position far above.
_MOST_OFF = {torch.float32: 1e-3, torch.float16: 0.02, torch.bfloat16: 0.1}


class Plain:
    """A model's weights, and its pass over them."""

    def __init__(self, model: Any) -> None:
        config, decoder = model.config, model.get_decoder()
        attention = decoder.layers[0].self_attn
        self.device, self.dtype = model.device, model.dtype
        self.size: int = attention.head_dim
        self.heads: int = config.num_attention_heads
        self.groups: int = config.num_key_value_heads
        self._scale: float = attention.scaling
        self._epsilon: float = config.rms_norm_eps
        self._embedding = decoder.embed_tokens.weight
        self._norm = decoder.norm.weight
        self._head = model.get_output_embeddings().weight
        self._rotary = decoder.rotary_emb
        self.layers = list(decoder.layers)

    def held(self, rows: int, tokens: int) -> Held:
        """Room for keys and values."""
        shape = (len(self.layers), rows, self.groups, tokens, self.size)
        return Held(*(torch.zeros(shape, dtype=self.dtype, device=self.device) for _ in range(2)))

    def read(self, ids: torch.Tensor, held: Held, at: int, prefix: Held | None) -> torch.Tensor:
        """Take prompts in, padded on the right; the hidden states, shape (rows, width, hidden).

        Args:
            ids: shape (rows, width).
            held: rows `at` and following take their keys and values.
            at: the first of these rows.
            prefix: what all prompts follow; None: they begin here.
        """
        rows, width = ids.shape
        begin = prefix.tokens if prefix else 0
        turns = self._turns(torch.arange(begin, begin + width, device=self.device)[None])

        def attended(
            number: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
        ) -> torch.Tensor:
            for store, new in ((held.keys, key), (held.values, value)):
                store[number, at : at + rows, :, :width] = new.transpose(1, 2)
            return attend_within(
                query, key, value, self._scale, prefix.layer(number) if prefix else None
            )

        return self._pass(ids, turns, attended)

    def step(
        self, ids: torch.Tensor, lengths: torch.Tensor, held: Held, prefix: Held | None
    ) -> torch.Tensor:
        """One more token for each of the first rows; hidden states, shape (rows, 1, hidden).

        Args:
            ids: shape (rows,).
            lengths: tokens that each row holds already, prefix apart, shape (rows,).
            held: keys and values.
            prefix: of all rows.
        """
        rows, longest = len(ids), int(lengths.max()) + 1
        turns = self._turns((lengths + (prefix.tokens if prefix else 0))[:, None])
        unseen = torch.arange(longest, device=self.device) > lengths[:, None]
        mask = torch.zeros(unseen.shape, device=self.device).masked_fill_(unseen, float("-inf"))
        mask = mask[:, None, None]
        group = torch.arange(rows * self.groups, device=self.device)
        places = group * held.room + lengths.repeat_interleave(self.groups)

        def attended(
            number: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
        ) -> torch.Tensor:
            for store, new in ((held.keys, key), (held.values, value)):
                flat = store[number].view(-1, self.size)
                flat.index_copy_(0, places, new.reshape(-1, self.size))
            keys, values = (each[:rows, :, :longest] for each in held.layer(number))
            before = prefix.layer(number) if prefix else None
            return attend(query, keys, values, mask, self._scale, before)

        return self._pass(ids[:, None], turns, attended)

    def logits(self, hidden: torch.Tensor) -> torch.Tensor:
        """Of the next token, for hidden states of shape (rows, hidden)."""
        return F.linear(self._normed(hidden, self._norm), self._head)

    def _turns(self, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosine and sine for positions of shape (rows, tokens), with a place for the heads.

        The first half of the sine is negative, for the halves that change places (Su et al. 2021,
        RoPE, eq. 34, in the order of halves that Llama's weights are kept in).
        """
        cos, sin = self._rotary(self._embedding[:1], positions)
        half = self.size // 2
        return cos[:, :, None], torch.cat([-sin[..., :half], sin[..., half:]], -1)[:, :, None]

    def _pass(self, ids: torch.Tensor, turns: Any, attended: Any) -> torch.Tensor:
        hidden = F.embedding(ids, self._embedding)
        apart = (*ids.shape, -1, self.size)
        for number, layer in enumerate(self.layers):
            attention, mlp = layer.self_attn, layer.mlp
            normed = self._normed(hidden, layer.input_layernorm.weight)
            query, key, value = (
                part(normed).view(apart)
                for part in (attention.q_proj, attention.k_proj, attention.v_proj)
            )
            found = attended(number, _turned(query, turns), _turned(key, turns), value)
            hidden = hidden + attention.o_proj(found)
            normed = self._normed(hidden, layer.post_attention_layernorm.weight)
            hidden = hidden + mlp.down_proj(F.silu(mlp.gate_proj(normed)).mul_(mlp.up_proj(normed)))
        return hidden

    def _normed(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        """`x / √(mean(x²) + ε) · w`, rounded where transformers rounds."""
        wide = x.float()
        square = torch.linalg.vecdot(wide, wide) / wide.shape[-1]
        return (wide * torch.rsqrt(square + self._epsilon)[..., None]).to(x.dtype).mul_(weight)


@torch.inference_mode()
def plain_of(model: Any) -> Plain | None:
    """The model's pass, where it is of Llama's kind and the pass gives its own logits."""
    if not _is_alike(model):
        return None
    plain = Plain(model)
    if not _same_logits(model, plain):
        log.warning(
            "%s: the short forward pass gives other logits than the model's own; that one is used",
            type(model).__name__,
        )
        return None
    return plain


def _turned(heads: torch.Tensor, turns: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    cos, sin = turns
    return torch.addcmul(heads * cos, heads.roll(heads.shape[-1] // 2, -1), sin)


def _is_alike(model: Any) -> bool:
    """Whether the model is built of the parts that `Plain` knows, and of no others."""
    config = model.config
    decoder: Any = model.get_decoder()
    head = model.get_output_embeddings()
    if not (
        hasattr(decoder, "layers")
        and {name for name, _ in decoder.named_children()}
        == {"embed_tokens", "layers", "norm", "rotary_emb"}
        and type(decoder.embed_tokens) is torch.nn.Embedding
        and type(head) is torch.nn.Linear
        and head.bias is None
        and getattr(config, "hidden_act", None) == "silu"
        and not _says_more(config)
        and getattr(decoder.rotary_emb, "rope_type", None) in _ROPES
        and model.dtype in _MOST_OFF
    ):
        return False
    return all(_is_plain(layer) for layer in decoder.layers)


def _says_more(config: Any) -> bool:
    """Whether a configuration asks for what `Plain` does not do.

    The trial of the logits cannot tell: one layer without positions lies within bf16's rounding.
    """
    rope = getattr(config, "rope_parameters", None) or {}
    return (
        any(getattr(config, name, None) for name in _NOT_DONE)
        or any(getattr(config, name, None) not in (None, 1) for name in _FACTORS)
        or 0 in (getattr(config, "no_rope_layers", None) or ())
        or getattr(config, "use_rope", True) is False
        or any(kind != "full_attention" for kind in getattr(config, "layer_types", None) or ())
        or rope.get("partial_rotary_factor", 1) != 1
    )


def _is_plain(layer: Any) -> bool:
    parts = dict(layer.named_children())
    norms = {"input_layernorm", "post_attention_layernorm"}
    if parts.keys() != {"self_attn", "mlp", *norms}:
        return False
    attention, mlp = (dict(parts[name].named_children()) for name in ("self_attn", "mlp"))
    mlp.pop("act_fn", None)
    return (
        attention.keys() == {"q_proj", "k_proj", "v_proj", "o_proj"}
        and mlp.keys() == {"gate_proj", "up_proj", "down_proj"}
        and all(type(each) is torch.nn.Linear for each in (*attention.values(), *mlp.values()))
        and all(type(parts[name]).__name__.endswith("RMSNorm") for name in norms)
    )


def _same_logits(model: Any, plain: Plain) -> bool:
    """Tried on two rows, their beginning read once, with one token after them."""
    size = model.config.vocab_size
    ids = (torch.arange(24, device=plain.device) * 7919 % size).view(2, 12)
    ids[1, :5] = ids[0, :5]
    expected = model(input_ids=ids, use_cache=False).logits[:, -2:].float()
    prefix, held = plain.held(1, 5), plain.held(2, 12)
    plain.read(ids[:1, :5], prefix, 0, None)
    first = plain.read(ids[:, 5:11], held, 0, prefix)[:, -1]
    lengths = torch.full((2,), 6, device=plain.device)
    second = plain.step(ids[:, 11], lengths, held, prefix)[:, 0]
    found = torch.stack([plain.logits(first), plain.logits(second)], 1).float()
    off = (found - expected).square().mean().sqrt() / expected.std()
    return bool(off < _MOST_OFF[plain.dtype])
