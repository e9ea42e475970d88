"""The registered model: briefs in, ranked posts out. MLflow runs this file by itself.

Input columns: `brief`; optional `seed`, `n` (variants) and `platform`. Output columns: `text`, the
best variant; `variants`, all of them with rank, scores, findings and length; `platform`;
`ai_generated` and `ai_disclosure`; `warnings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow.pyfunc
from mlflow.exceptions import MlflowException
from mlflow.models import set_model

# Written by MLflow where a version is downloaded from the registry.
_META = "registered_model_meta"


class VoiceModel(mlflow.pyfunc.PythonModel):
    """A brand's adapter on its base model, with what its answers are scored by."""

    def load_context(self, context: Any) -> None:
        """Load base and adapter, and fit the voice, once: the first request waits for nothing."""
        from smm_voice.evaluation.service import load

        files = {name: Path(path) for name, path in context.artifacts.items()}
        label = _label(files["settings"])
        self._service = load(files["settings"], files["adapter"], files["dataset"], label)

    # MLflow takes a hint of `model_input` for a schema, and warns that it is none.
    def predict(self, context: Any, model_input, params: Any = None) -> Any:  # type: ignore[no-untyped-def]
        """Variants for each brief; equal briefs and seeds give equal posts."""
        import pandas as pd

        from smm_voice.errors import InputError
        from smm_voice.evaluation.service import Asked

        rows = model_input.to_dict(orient="records")
        try:
            asked = [
                Asked(
                    _text(row["brief"]) or "",
                    int(row.get("seed", number)),
                    int(row.get("n", 1)),
                    _text(row.get("platform")),
                )
                for number, row in enumerate(rows)
            ]
            return pd.DataFrame(self._service.answer(asked))
        except (InputError, ValueError) as error:
            raise MlflowException.invalid_parameter_value(str(error)) from error


def _text(value: Any) -> str | None:
    """A cell of text; a missing one comes as a number that is none."""
    return value if isinstance(value, str) and value else None


def _label(file: Path) -> str:
    """Name and version in the registry, as far as they are known where the model is loaded."""
    import json

    import yaml

    from smm_voice.generation.disclosure import versioned

    brand = json.loads(file.read_text(encoding="utf-8"))["brand"]
    meta = file.parents[1] / _META
    known = yaml.safe_load(meta.read_text(encoding="utf-8")) if meta.is_file() else None
    name = f"{brand['name']}-voice"
    if not known:
        return name
    return versioned(brand["languages"][0], name, str(known["model_version"]))


set_model(VoiceModel())
