"""The brand's runs as a table with the columns that a lead decides by.

MLflow keeps a shared view of the runs' table as a tag of the experiment, and opens it by an
address. What it holds is its page's own state, read in the sources of MLflow 3.17's page and tried
in a browser (tests/browser).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from smm_voice.tracking import links
from smm_voice.tracking.store import Store

# Column → width in pixels, in the order in which a lead asks: what came out, of what, is it us, is
# it good language, is it varied, is it true, is it copied.
COLUMNS = {
    "tags.`smm.verdict`": 240,
    "tags.`smm.kind`": 85,
    "params.`base_model`": 105,
    "metrics.`voice/style_index`": 120,
    "metrics.`voice/closeness`": 120,
    "metrics.`fluency/bits_per_byte_ratio`": 160,
    "metrics.`homogeneity/ratio`": 130,
    "metrics.`factuality/unsupported_rate`": 170,
    "metrics.`factuality/contradiction_rate`": 170,
    "metrics.`factuality/coverage`": 130,
    "metrics.`memorisation/copy_excess`": 160,
}
# What the page shows beside them, before and after.
_FIXED = {"attributes.`Run Name`": 220, "runDateAndNestInfo": 120}
_LAST = {"duration": 80}


@dataclass(frozen=True)
class View:
    """A shared view.

    Attributes:
        address: opens it.
        tags: of the experiment, which hold it.
    """

    address: str
    tags: dict[str, str]


def runs_view(store: Store) -> View:
    """The brand's runs, newest first, with the columns above and no charts.

    Its key is a digest of what it shows, so that an older version's view stays as it is.
    """
    state = json.dumps(
        {
            "orderByKey": "attributes.start_time",
            "orderByAsc": False,
            "lifecycleFilter": "Active",
            "searchFilter": "",
            "startTime": "ALL",
            "modelVersionFilter": "All Runs",
            "selectedColumns": list(COLUMNS),
            "columnOrder": ["1", *_FIXED, *COLUMNS, *_LAST],
            "columnWidths": {**_FIXED, **COLUMNS, **_LAST},
            "viewMaximized": True,
        }
    )
    key = hashlib.sha256(state.encode()).hexdigest()[:12]
    address = f"{links.runs(store)}?compareRunsMode=TABLE&viewStateShareKey={key}"
    return View(address, {f"mlflow.sharedViewState.{key}": state})
