"""Everything that knows MLflow."""

from __future__ import annotations

import logging
import os

# Before mlflow is imported anywhere: it reads these once.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

# mlflow.genai.evaluate's ten threads exhaust the pool of connections of an SQLite store, and traces
# are lost without an error. One thread is no slower, since SQLite writes one thing at a time, and
# keeps the rows in the order of the briefs.
os.environ.setdefault("MLFLOW_GENAI_EVAL_MAX_WORKERS", "1")
# Its limit of ten rows a second spares models behind an address; our answers are there already.
os.environ.setdefault("MLFLOW_GENAI_EVAL_PREDICT_RATE_LIMIT", "0")

# It tells at each start how it connects. Each failure of the store is an exception as well; here it
# would be pages of traceback.
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
