"""What a training step costs, in products of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Shape:
    """Numbers of a model and its adapter that a step's cost follows from.

    Attributes:
        frozen: parameters of the matrices in the layers.
        adapter: parameters of the adapter.
        head: parameters of the output matrix.
    """

    frozen: int
    adapter: int
    head: int

    @classmethod
    def of(cls, model: Any) -> Shape:
        """Of a peft model."""
        base = model.get_base_model()
        head = base.get_output_embeddings().weight
        adapter = sum(p.numel() for p in model.parameters() if p.requires_grad)
        frozen = sum(
            p.numel()
            for p in base.get_decoder().layers.parameters()
            if not p.requires_grad and p.ndim == 2
        )
        return cls(frozen, adapter, head.numel())

    def operations(self, tokens: int, labels: int) -> float:
        """Multiplications and additions of one step; attention is left out.

        Frozen matrices are multiplied once forward and once backward (they have no gradient of
        their own), the adapter's once forward and twice backward, the output matrix at the labels
        alone, once each way.
        """
        return 2.0 * (2 * self.frozen + 3 * self.adapter) * tokens + 4.0 * self.head * labels
