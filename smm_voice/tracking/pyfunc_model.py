"""The registered model: briefs in, posts out. MLflow runs this file by itself.

Input columns: `brief`, optional `seed`. Output column: `text`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mlflow.pyfunc
from mlflow.models import set_model


class VoiceModel(mlflow.pyfunc.PythonModel):
    """A brand's adapter on its base model."""

    def load_context(self, context: Any) -> None:
        """Load base and adapter once."""
        from smm_voice.config import GenerationConfig, ModelConfig
        from smm_voice.models import adapters, base

        settings = Path(context.artifacts["settings"]).read_text(encoding="utf-8")
        self._settings = json.loads(settings)
        self._generation = GenerationConfig(**self._settings["generation"])
        prepared = base.prepare(ModelConfig(**self._settings["base"]))
        self._model, self._tokenizer = adapters.load_for_generation(
            prepared, Path(context.artifacts["adapter"]), precision="fp32"
        )

    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        """One post a brief."""
        import pandas as pd

        from smm_voice.dataset.prompts import prompt
        from smm_voice.generation.generate import Request, generate

        seeds = model_input["seed"] if "seed" in model_input else range(len(model_input))
        requests = [
            Request(
                f"{brief}#{seed}",
                prompt(self._settings["brand"], self._settings["language"], brief),
            )
            for brief, seed in zip(model_input["brief"], seeds, strict=True)
        ]
        answers = generate(self._model, self._tokenizer, requests, self._generation)
        return pd.DataFrame({"text": [answer.text for answer in answers]})


set_model(VoiceModel())
