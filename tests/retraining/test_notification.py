"""Telling of a decision: real servers on this machine, and faults that are really caused."""

import asyncio
import json
import logging
import multiprocessing
import resource
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from smm_voice.checks import validate
from smm_voice.config import NotificationConfig
from smm_voice.errors import ConfigError
from smm_voice.retraining.notification import Notice, notify

SECRET = "s3cr3t-of-a-kind"
NOTICE = Notice(
    brand="acme",
    decision="proposed",
    title="Acme: version 7 proposed",
    text="Version 7 is nearer to the brand by 0.08 (0.02 to 0.13).\nAccept it: promote.py",
    link="http://127.0.0.1:5000/#/experiments/1/runs/abc",
    fields={"version": 7, "gain": 0.08},
)


def config(**values):
    return NotificationConfig(decisions=["proposed"], **{"timeout": 5.0, **values})


@contextmanager
def web_server(answers, delay=0.0, tls=None, echo=False):
    """A server that gives the statuses in turn, the last one for ever; yields (port, requests)."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, dict(self.headers), body))
            time.sleep(delay)
            status, headers = answers[min(len(seen), len(answers)) - 1]
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            said = (self.path if echo else "ok").encode()
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_GET(self):
            seen.append((self.path, dict(self.headers), b"GET"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port, seen
    finally:
        server.shutdown()
        server.server_close()


def told_by_web(monkeypatch, port, path=f"/services/{SECRET}", scheme="http", **values):
    monkeypatch.setenv("SMM_WEBHOOK", f"{scheme}://127.0.0.1:{port}{path}")
    return notify(NOTICE, config(webhook_variable="SMM_WEBHOOK", **values))


@contextmanager
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.fixture(scope="module")
def certificates():
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return authority, context


@pytest.fixture
def trusted(certificates, tmp_path, monkeypatch):
    """The context of a server whose authority this process trusts."""
    authority, context = certificates
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    return context


# --- what is told, and to whom


def test_a_decision_that_is_not_listed_is_not_told(tmp_path):
    path = tmp_path / "told.jsonl"
    other = Notice("acme", "nothing", "t", "t")
    assert notify(other, config(file=str(path))) == []
    assert not path.exists()


def test_nobody_is_told_where_no_way_is_named():
    assert notify(NOTICE, config()) == []


def test_every_way_is_tried_though_the_others_fail(tmp_path, monkeypatch):
    path = tmp_path / "told.jsonl"
    monkeypatch.setenv("SMM_WEBHOOK", f"http://127.0.0.1:{free_port()}/{SECRET}")
    monkeypatch.delenv("SMM_SMTP", raising=False)
    failed = notify(
        NOTICE,
        config(
            file=str(path), webhook_variable="SMM_WEBHOOK", smtp_variable="SMM_SMTP",
            email_from="a@example.com", email_to=["b@example.com"], timeout=2,
        ),
    )  # fmt: skip
    assert failed == [
        "webhook: no connection behind SMM_WEBHOOK",
        "e-mail: the environment variable SMM_SMTP is not set or empty",
    ]
    assert len(path.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"email_to": ["a@example.com\nBcc: x@example.com"]}, "email_to"),
        ({"email_from": "nobody"}, "email_from"),
        ({"decisions": ["proposd"]}, "'proposed'"),
        ({"webhook_variable": "https://hooks.example.com/secret"}, "webhook_variable"),
    ],
)
def test_a_wrong_config_is_told_at_once(values, wrong):
    with pytest.raises(ConfigError, match=wrong):
        validate(NotificationConfig, values)


# --- file


def test_a_line_of_the_file_is_the_whole_notice(tmp_path):
    path = tmp_path / "new" / "told.jsonl"
    odd = Notice(
        "acme", "proposed", "two\nlines", "an é, a \u2028, a \x1b[2J, a \ud800", None,
        {"nan": float("nan"), "many": (1, {"x"}), "path": path, 3: True},
    )  # fmt: skip
    assert notify(odd, config(file=str(path))) == []
    assert notify(NOTICE, config(file=str(path))) == []
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert first["title"] == "two lines"
    assert first["text"] == "an é, a  , a  [2J, a  "
    assert first["fields"] == {"nan": None, "many": [1, ["x"]], "path": str(path), "3": True}
    assert first["time"].endswith("+00:00")
    del second["time"]
    assert second == {
        "brand": "acme", "decision": "proposed", "title": NOTICE.title, "text": NOTICE.text,
        "link": NOTICE.link, "fields": {"version": 7, "gain": 0.08},
    }  # fmt: skip


def test_a_half_line_of_a_machine_that_died_stays_a_line_of_its_own(tmp_path):
    path = tmp_path / "told.jsonl"
    path.write_text('{"brand": "ac')
    assert notify(NOTICE, config(file=str(path))) == []
    half, whole = path.read_text().splitlines()
    assert half == '{"brand": "ac'
    assert json.loads(whole)["brand"] == "acme"


def tell_often(path, name):
    for number in range(40):
        notice = Notice(name, "proposed", "t", "x" * 9000, None, {"number": number})
        assert notify(notice, config(file=str(path), timeout=60)) == []


def test_lines_of_two_processes_do_not_mix(tmp_path):
    path = tmp_path / "told.jsonl"
    fork = multiprocessing.get_context("fork")
    both = [fork.Process(target=tell_often, args=(path, name)) for name in ("a", "b")]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for name in ("a", "b"):
        assert [x["fields"]["number"] for x in lines if x["brand"] == name] == list(range(40))


@pytest.mark.parametrize("where", ["folder", "file/inside"])
def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path, where):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    (failure,) = notify(NOTICE, config(file=str(tmp_path / where)))
    assert failure.startswith("file: ") and str(tmp_path / where) in failure
    assert "Errno" not in failure and "Error" not in failure


def test_a_disk_that_fills_up_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "told.jsonl"
    assert notify(NOTICE, config(file=str(path))) == []
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, limits[1]))
        failed = notify(NOTICE, config(file=str(path)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert failed == ["file: no room on the disk"]
    assert path.read_bytes() == before


# --- webhook


def test_a_webhook_gets_what_chats_show_and_what_programs_read(monkeypatch):
    with web_server([(200, {})]) as (port, seen):
        assert told_by_web(monkeypatch, port) == []
    ((path, headers, body),) = seen
    assert path == f"/services/{SECRET}"
    assert headers["Content-Type"] == "application/json"
    assert "Authorization" not in headers
    sent = json.loads(body)
    assert sent["text"] == f"{NOTICE.title}\n{NOTICE.text}\n{NOTICE.link}"
    assert sent["smm_voice"]["fields"] == {"version": 7, "gain": 0.08}


def test_a_quoted_post_calls_nobody(monkeypatch):
    hostile = "<!channel> @here & <https://bad.example|acme.example> \x1b[31m"
    with web_server([(200, {})]) as (port, seen):
        monkeypatch.setenv("SMM_WEBHOOK", f"http://127.0.0.1:{port}/")
        notice = Notice("acme", "proposed", "t", hostile + "x" * 9000)
        assert notify(notice, config(webhook_variable="SMM_WEBHOOK")) == []
    text = json.loads(seen[0][2])["text"]
    assert text.startswith(
        "t\n&lt;!channel&gt; @\u200bhere &amp; &lt;https://bad.example|acme.example&gt;  [31m"
    )
    assert len(text) < 4100


def test_a_server_that_fails_once_is_asked_again(monkeypatch):
    with web_server([(500, {}), (503, {"Retry-After": "0"}), (200, {})]) as (port, seen):
        assert told_by_web(monkeypatch, port) == []
    assert len(seen) == 3


@pytest.mark.parametrize(("status", "asked"), [(500, 3), (404, 1)])
def test_a_refusal_is_told_by_its_status_alone(monkeypatch, caplog, status, asked):
    caplog.set_level(logging.DEBUG)
    with web_server([(status, {})], echo=True) as (port, seen):
        failed = told_by_web(monkeypatch, port, timeout=3)
    assert failed == [f"webhook: status {status} behind SMM_WEBHOOK"]
    assert len(seen) == asked
    assert SECRET not in caplog.text


def test_a_redirect_is_not_followed(monkeypatch):
    with (
        web_server([(200, {})]) as (other, strange),
        web_server([(307, {"Location": f"http://127.0.0.1:{other}/"})]) as (port, _),
    ):
        assert told_by_web(monkeypatch, port) == ["webhook: status 307 behind SMM_WEBHOOK"]
    assert strange == []


def test_a_refused_connection_is_told_without_the_address(monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    failed = told_by_web(monkeypatch, free_port(), timeout=2)
    assert failed == ["webhook: no connection behind SMM_WEBHOOK"]
    assert "Not told by webhook" in caplog.text
    assert SECRET not in caplog.text


def test_libraries_may_log_again_afterwards(monkeypatch, caplog):
    before = list(logging.getLogger("urllib3.connectionpool").filters)
    told_by_web(monkeypatch, free_port(), timeout=1)
    logging.getLogger("urllib3.connectionpool").warning("something else")
    assert "something else" in caplog.text
    assert logging.getLogger("urllib3.connectionpool").filters == before


def test_silence_is_borne_no_longer_than_the_timeout(monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    with silent_port() as port:
        start = time.monotonic()
        failed = told_by_web(monkeypatch, port, timeout=1.2)
        took = time.monotonic() - start
    assert failed == ["webhook: no answer in time behind SMM_WEBHOOK"]
    assert 0.85 < took < 1.2  # three tries of .3 s, and the waits between
    assert SECRET not in caplog.text


def test_a_server_that_drips_is_borne_no_longer_either(monkeypatch):
    """A timeout of a socket counts from byte to byte, and would be met for ever."""
    stop = threading.Event()

    def drip(listening):
        connection, _ = listening.accept()
        with connection:
            while not stop.wait(0.1):
                connection.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        start = time.monotonic()
        failed = told_by_web(monkeypatch, listening.getsockname()[1], timeout=0.9)
        took = time.monotonic() - start
        stop.set()
        thread.join(5)
    assert failed == ["webhook: not done within 0.9 s"]
    assert took < 1.8


def test_https_is_taken_where_the_certificate_is_trusted(monkeypatch, trusted):
    with web_server([(200, {})], tls=trusted) as (port, seen):
        assert told_by_web(monkeypatch, port, scheme="https") == []
    assert len(seen) == 1


def test_https_with_an_unknown_certificate_is_refused(monkeypatch, certificates):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with web_server([(200, {})], tls=certificates[1]) as (port, seen):
        failed = told_by_web(monkeypatch, port, scheme="https", timeout=3)
    assert failed == ["webhook: the certificate behind SMM_WEBHOOK is not trusted"]
    assert seen == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "the environment variable SMM_WEBHOOK is not set or empty"),
        (f"http://h.example/{SECRET}", "SMM_WEBHOOK: http is for this machine only; say https"),
        (f"ftp://hooks.example.com/{SECRET}", "SMM_WEBHOOK must hold an address with https://"),
        (f"file:///etc/{SECRET}", "SMM_WEBHOOK holds no usable address"),
        (f"https://[::1/{SECRET}", "SMM_WEBHOOK holds no usable address"),
        (f"https://h.example:99999/{SECRET}", "SMM_WEBHOOK holds no usable address"),
        (f"https://h.example/{SECRET} x", "SMM_WEBHOOK holds no usable address"),
        (f"https://h.example/%0d%0a{SECRET}", "SMM_WEBHOOK holds no usable address"),
    ],
)  # fmt: skip
def test_a_wrong_address_is_told_without_it(monkeypatch, value, words):
    monkeypatch.setenv("SMM_WEBHOOK", value)
    assert notify(NOTICE, config(webhook_variable="SMM_WEBHOOK")) == [f"webhook: {words}"]


def test_what_nobody_thought_of_ends_nothing_either(monkeypatch, caplog):
    """The text of an unknown error may hold the address: its kind is all that is told."""

    def broken(*_args, **_kwargs):
        raise RecursionError(SECRET)

    monkeypatch.setattr("smm_voice.retraining.ways.requests.Session", broken)
    failed = told_by_web(monkeypatch, 1)
    assert failed == ["webhook: failed unexpectedly (RecursionError)"]
    assert SECRET not in caplog.text


# --- e-mail


class Mailbox:
    """Keeps what it is given; refuses one address."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == "gone@example.com":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


def authenticated(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"bot@acme", f"p@ss/{SECRET}".encode())
    return AuthResult(success=good, handled=False, message=None if good else f"535 {SECRET}")


@contextmanager
def mail_server(implicit=None, **options):
    mailbox = Mailbox()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), ssl_context=implicit, **options
    )
    controller.start()
    try:
        yield controller.port, mailbox.mails
    finally:
        controller.stop()
        # aiosmtpd leaves its loop open.
        if (
            isinstance(controller.loop, asyncio.AbstractEventLoop)
            and not controller.loop.is_closed()
        ):
            controller.loop.close()


def told_by_mail(monkeypatch, address, notice=NOTICE, **values):
    monkeypatch.setenv("SMM_SMTP", address)
    values = {"email_from": "voice@acme.example", "email_to": ["lead@acme.example"], **values}
    return notify(notice, config(smtp_variable="SMM_SMTP", **values))


# aiosmtpd does not see the TLS that it was put behind.
PLAIN_LOGIN = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
CREDENTIALS = f"bot%40acme:p%40ss%2F{SECRET}"


@PLAIN_LOGIN
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_an_e_mail_goes_over_tls_with_user_and_password(monkeypatch, trusted, scheme):
    tls = {"implicit": trusted} if scheme == "smtps" else {"tls_context": trusted}
    with mail_server(
        **tls, authenticator=authenticated, auth_required=True, auth_require_tls=scheme != "smtps"
    ) as (port, mails):
        failed = told_by_mail(monkeypatch, f"{scheme}://{CREDENTIALS}@127.0.0.1:{port}")
        assert failed == []
    ((sender, receivers, content),) = mails
    assert (sender, receivers) == ("voice@acme.example", ["lead@acme.example"])
    mail = message_from_bytes(content, policy=policy.default)
    assert mail["Subject"] == NOTICE.title
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@acme.example>")
    assert mail.get_content().replace("\r\n", "\n") == f"{NOTICE.text}\n\n{NOTICE.link}\n"


def test_nothing_in_a_notice_becomes_a_header(monkeypatch):
    hostile = Notice(
        "acme", "proposed", "x\r\nBcc: thief@example.com\r\n\r\nbody\x00\u2028é",
        ".\r\n.\r\nQUIT\r\nFrom: x\ud800", "http://x\r\nBcc: y",
    )  # fmt: skip
    with mail_server() as (port, mails):
        assert told_by_mail(monkeypatch, f"smtp://127.0.0.1:{port}", hostile) == []
    ((_, receivers, content),) = mails
    assert receivers == ["lead@acme.example"]
    mail = message_from_bytes(content, policy=policy.default)
    assert mail["Bcc"] is None and mail.get_all("From") == ["voice@acme.example"]
    assert mail["Subject"] == "x Bcc: thief@example.com body é"
    assert "QUIT" in mail.get_content()


def test_an_address_that_smuggles_a_header_is_refused(monkeypatch):
    """The configuration refuses it first; here is what stands behind that."""
    with mail_server() as (port, mails):
        failed = told_by_mail(
            monkeypatch, f"smtp://127.0.0.1:{port}", email_to=["a@b.c\r\nBcc: d@e.f"]
        )
    assert failed == ["e-mail: email_from or email_to holds no address such as name@example.com"]
    assert mails == []


@PLAIN_LOGIN
def test_a_wrong_password_is_told_without_it(monkeypatch, trusted, caplog):
    caplog.set_level(logging.DEBUG)
    with mail_server(
        implicit=trusted, authenticator=authenticated, auth_required=True, auth_require_tls=False
    ) as (port, mails):
        failed = told_by_mail(monkeypatch, f"smtps://bot:{SECRET}@127.0.0.1:{port}")
    assert failed == ["e-mail: user name or password in SMM_SMTP refused"]
    assert mails == []
    ours = [record.getMessage() for record in caplog.records if "mail.log" not in record.name]
    assert SECRET not in "".join(ours)


@PLAIN_LOGIN
def test_a_password_never_goes_without_tls(monkeypatch):
    """The server offers no STARTTLS, as one in whose connection somebody sits."""
    with mail_server(
        authenticator=authenticated, auth_required=True, auth_require_tls=False
    ) as (port, mails):  # fmt: skip
        failed = told_by_mail(monkeypatch, f"smtp+starttls://{CREDENTIALS}@127.0.0.1:{port}")
    assert failed == ["e-mail: the server behind SMM_SMTP offers no TLS or no login"]
    assert mails == []


def test_one_refused_address_does_not_keep_the_mail_from_the_others(monkeypatch):
    with mail_server() as (port, mails):
        both = ["lead@acme.example", "gone@example.com"]
        failed = told_by_mail(monkeypatch, f"smtp://127.0.0.1:{port}", email_to=both)
        none = told_by_mail(monkeypatch, f"smtp://127.0.0.1:{port}", email_to=both[1:])
    assert failed == ["e-mail: refused for gone@example.com; the others were told"]
    assert none == ["e-mail: every address of email_to was refused"]
    assert [receivers for _, receivers, _ in mails] == [["lead@acme.example"]]


def test_a_mail_server_that_is_not_there_or_says_nothing(monkeypatch):
    failed = told_by_mail(monkeypatch, f"smtps://{CREDENTIALS}@127.0.0.1:{free_port()}")
    assert failed == ["e-mail: no connection behind SMM_SMTP"]
    with silent_port() as port:
        start = time.monotonic()
        failed = told_by_mail(
            monkeypatch, f"smtp+starttls://{CREDENTIALS}@127.0.0.1:{port}", timeout=1
        )
    assert time.monotonic() - start < 1
    assert failed == ["e-mail: no answer behind SMM_SMTP"]


def test_a_mail_server_with_an_unknown_certificate_is_refused(monkeypatch, certificates):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with mail_server(tls_context=certificates[1]) as (port, mails):
        failed = told_by_mail(monkeypatch, f"smtp+starttls://{CREDENTIALS}@127.0.0.1:{port}")
    assert failed == ["e-mail: the certificate behind SMM_SMTP is not trusted"]
    assert mails == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            f"smtp://u:{SECRET}@mail.example",
            "SMM_SMTP: smtp is for this machine only; say smtps or smtp+starttls",
        ),
        (
            f"https://u:{SECRET}@mail.example",
            "SMM_SMTP must hold an address with smtps:// or smtp+starttls://",
        ),
        (f"smtps://u%0d%0aRCPT:{SECRET}@mail.example", "SMM_SMTP holds no usable address"),
        (f"{SECRET}", "SMM_SMTP holds no usable address"),
    ],
)  # fmt: skip
def test_a_wrong_mail_address_is_told_without_it(monkeypatch, address, words):
    assert told_by_mail(monkeypatch, address) == [f"e-mail: {words}"]


def test_an_e_mail_needs_somebody_to_write_and_somebody_to_read(monkeypatch):
    failed = told_by_mail(monkeypatch, "smtp://127.0.0.1", email_to=[])
    assert failed == ["e-mail: email_from and email_to must name who writes and who is written to"]


def test_an_e_mail_without_addresses_is_a_wrong_configuration(run_script):
    ended = run_script(
        "scripts/retrain.py", "brand=acme", "retraining.notification.smtp_variable=SMM_SMTP"
    )
    assert ended.status == 2
    assert "smtp_variable needs email_from and email_to" in ended.errors
