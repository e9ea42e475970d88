"""MLflow's own UI over a finished run, in a real browser."""

from __future__ import annotations

import re

import pytest

from smm_voice.benchmarks.browser import lead, served


@pytest.fixture(scope="session")
def context(browser):
    """A lead's browser: one for all tests, so that ten megabytes of script are read once."""
    made = lead(browser)
    made.set_default_timeout(30_000)
    yield made
    made.close()


@pytest.fixture
def page(context):
    """A page of its own, so that no address is a mere change of the last one's fragment."""
    made = context.new_page()
    yield made
    made.close()


@pytest.fixture(scope="session")
def ui(context, finished):
    """Address of MLflow's UI on the finished run. After `context`: without one nothing trains."""
    workspace, _ = finished
    with served(workspace / "mlflow.db") as address:
        yield address


@pytest.fixture(scope="session")
def printed(finished, ui):
    """What is to be seen → the link that the command printed, led to the served UI."""
    _, output = finished
    found = re.findall(r"^  (\S.*?): +http://127\.0\.0\.1:5000(/\S+)$", output, re.MULTILINE)
    return {name: ui + path for name, path in found}
