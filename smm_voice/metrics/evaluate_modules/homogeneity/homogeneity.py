"""The `evaluate` module of the homogeneity metrics: a shim over smm_voice.metrics."""

from typing import Any

import datasets
import evaluate

from smm_voice.metrics import shim


class Homogeneity(evaluate.Metric):
    """See smm_voice.metrics.shim for the inputs."""

    def _info(self) -> evaluate.MetricInfo:
        features = datasets.Features({"predictions": datasets.Value("string")})
        return evaluate.MetricInfo(
            description=__doc__,
            citation=shim.CITATION,
            inputs_description=shim.INPUTS,
            features=features,
        )

    def _compute(self, predictions: list[str], **context: Any) -> dict[str, Any]:
        return shim.compute("homogeneity", predictions, **context)
