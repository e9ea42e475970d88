"""A server that is away for a while is waited for, and any other answer of it is not."""

import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from smm_voice.tracking import patience

EXPERIMENT = {"experiment": {"experiment_id": "7", "name": "acme", "lifecycle_stage": "active"}}


@pytest.fixture
def serve(monkeypatch):
    """Answer with these statuses, then with an experiment; after a while. Address, requests."""
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", raising=False)
    servers, timers = [], []

    def serving(*statuses, after=0.0, body=""):
        left, seen = list(statuses), []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append(time.monotonic())
                status = left.pop(0) if left else 200
                text = json.dumps(EXPERIMENT) if status == 200 else body
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            address = found.getsockname()

        def begin():
            servers.append(ThreadingHTTPServer(address, Handler))
            threading.Thread(target=servers[-1].serve_forever, daemon=True).start()

        if after:
            timers.append(threading.Timer(after, begin))
            timers[-1].start()
        else:
            begin()
        return f"http://127.0.0.1:{address[1]}", seen

    yield serving
    for timer in timers:
        timer.join()
    for server in servers:
        server.shutdown()
        server.server_close()
    patience.set_patience(120.0)


def asked(address):
    return patience.client(address, address).get_experiment_by_name("acme").experiment_id


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("body", ["", '{"error_code": "INTERNAL_ERROR"}'])
def test_a_server_behind_a_proxy_that_cannot_reach_it_is_waited_for(serve, status, body):
    patience.set_patience(5)
    # Each attempt of ours is two of MLflow's.
    address, seen = serve(*[status] * 3, body=body)
    assert asked(address) == "7"
    assert len(seen) == 4


def test_a_server_that_refuses_is_waited_for(serve):
    patience.set_patience(5)
    address, seen = serve(after=0.7)
    begun = time.monotonic()
    assert asked(address) == "7"
    assert seen[0] - begun > 0.6


def test_a_server_that_does_not_come_back_is_waited_for_as_long_as_is_said_and_once(serve):
    from mlflow.exceptions import MlflowException

    patience.set_patience(1)
    address, seen = serve(*[503] * 100)
    begun = time.monotonic()
    with pytest.raises(MlflowException) as caught:
        asked(address)
    assert 1 <= time.monotonic() - begun < 4
    assert patience.passing(caught.value)
    before = len(seen)
    # In the handling of the first failure, as what is noted of it is.
    with pytest.raises(MlflowException):
        try:
            raise caught.value
        except MlflowException:
            asked(address)
    assert len(seen) == before + 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_what_waiting_does_not_mend_is_an_error_at_once(serve, status):
    from mlflow.exceptions import MlflowException

    patience.set_patience(5)
    address, seen = serve(*[status] * 100, body="error code 503")
    with pytest.raises(MlflowException) as caught:
        patience.client(address, address).get_run("f" * 32)
    assert not patience.passing(caught.value)
    assert len(seen) <= 2
