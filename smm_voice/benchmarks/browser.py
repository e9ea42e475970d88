"""MLflow's UI in a real browser, for measurements and for tests/browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from smm_voice.errors import InputError, SmmVoiceError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
# A fresh browser opens MLflow's assistant over a third of the page, once.
_NO_ASSISTANT = "localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true')"


@contextmanager
def launched() -> Iterator[Browser]:
    """An installed Chromium, without a window.

    Raises:
        InputError: there is none, or Playwright is missing.
    """
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        raise InputError(f"no browser ({', '.join(_NAMES)}): apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise InputError("playwright is missing: pip install playwright") from None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_OPTIONS))
        yield browser
        browser.close()


def lead(browser: Browser) -> BrowserContext:
    """A profile of its own that has closed the assistant; only this machine is reached."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(_NO_ASSISTANT)
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    return context


@contextmanager
def served(database: Path) -> Iterator[str]:
    """`mlflow ui` on a free port of this machine; its address.

    Raises:
        SmmVoiceError: it does not start.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = database.parent / f"ui-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own arguments
            [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", f"sqlite:///{database}",
             "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True, cwd=database.parent,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true",
                 "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/health", process, log)
            yield address
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(450):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  our own address
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                break
            time.sleep(0.2)
    raise SmmVoiceError(f"mlflow ui does not answer: {log.read_text(errors='replace')[-2000:]}")
