"""A Prefect flow that starts the job every night.

To install, on the machine that trains:

    python -m venv /opt/prefect && /opt/prefect/bin/pip install 'prefect>=3.8,<4'
    PREFECT_API_URL=http://prefect.example.com:4200/api SMM_WORKSPACE=/var/lib/smm-voice \
        /opt/prefect/bin/python /opt/smm_voice/deploy/prefect/retrain_flow.py acme

It serves until it is ended (as a service of systemd, say), and starts the job in a process of its
own and with the project's packages. All brands: 'glob(*)' in the place of acme. Once, now:
`prefect deployment run 'retrain/acme'`. Secrets stand in the environment of this program;
SMM_WEBHOOK there is told of decisions (docs/scheduling.md).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.schedules import Cron
from prefect.states import Completed, State

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("SMM_PYTHON", str(ROOT / ".venv/bin/python"))
WORKSPACE = os.environ.get("SMM_WORKSPACE", str(ROOT))
# A gate that said no, and a job that is under way already, are no failures.
NO_FAILURE = {0: "done, or nothing to do", 10: "the gate said no", 75: "under way already"}
LONGEST = 6 * 3600
GRACE = 120


def command(brand: str) -> list[str]:
    """The job, of low priority."""
    told = ["retraining.notification.webhook_variable=SMM_WEBHOOK"]
    return [
        "/usr/bin/nice", "-n", "10", PYTHON, "scripts/retrain.py", "-m", f"brand={brand}",
        f"workspace={WORKSPACE}", *(told if os.environ.get("SMM_WEBHOOK") else []),
    ]  # fmt: skip


@task(name="scripts/retrain.py")
def run(brand: str, seconds: float) -> int:
    """Start the job, log what it says, and give its exit status; it never outlives this task."""
    log = get_run_logger()
    process = subprocess.Popen(  # noqa: S603 - nothing passes a shell
        ["/usr/bin/timeout", f"--kill-after={GRACE}", str(seconds), *command(brand)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    try:
        for line in process.stdout or ():
            log.info(line.rstrip())
        return process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()


@flow(name="retrain", retries=0)
def retrain(brand: str = "acme", delay: float = 2700, seconds: float = LONGEST) -> State:
    """Retrain a brand if it is time to; `delay` is the longest random wait before it."""
    time.sleep(random.uniform(0, delay))  # noqa: S311 - no secret hangs on it
    status = run(brand, seconds)
    if status not in NO_FAILURE:
        raise RuntimeError(f"scripts/retrain.py ended with status {status}; see the log above")
    return Completed(message=NO_FAILURE[status])


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "acme"
    retrain.serve(
        name="all" if "(" in chosen else chosen,
        parameters={"brand": chosen},
        schedule=Cron("15 3 * * *", timezone="Europe/Paris"),
        # No two at once; the job's own lock stands behind that.
        limit=1,
    )
