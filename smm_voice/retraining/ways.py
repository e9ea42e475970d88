"""The ways a notice goes: a line in a file, a webhook, an e-mail.

Addresses may hold secrets, so what failed is said in this module's own words, never a library's.
"""

from __future__ import annotations

import json
import math
import os
import re
import smtplib
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import requests
from filelock import FileLock
from filelock import Timeout as LockedError
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError
from urllib3.util.retry import Retry

from smm_voice.config import NotificationConfig
from smm_voice.retraining.notice import CONTROL, Notice, chat_text, clean, title_of, values
from smm_voice.text.hosts import is_loopback

_RETRIES = 2
_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


class Untold(Exception):
    """Why a way failed, in words that can be shown."""


def append(notice: Notice, config: NotificationConfig) -> None:
    """Append one line, whole: a disk that fills up in the middle leaves the file as it was.

    Raises:
        Untold: it could not be written.
    """
    path = Path(config.file or "").absolute()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    # ASCII, since some readers of lines end one at U+2028.
    line = json.dumps({"time": now, **values(notice)}).encode("ascii") + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(path.with_name(f".{path.name}.lock")), timeout=config.timeout)
        with lock, path.open("ab+", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(-1, os.SEEK_END)
                # The half line of a machine that died stays a line of its own.
                line = line if file.read(1) == b"\n" else b"\n" + line
            try:
                written = file.write(line)
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise
            if written != len(line):
                file.truncate(size)
                raise Untold("no room on the disk")
    except LockedError:
        raise Untold("locked by another process") from None
    except OSError as error:
        raise Untold(f"{error.strerror or type(error).__name__}: {path}") from None


def post(notice: Notice, config: NotificationConfig) -> None:
    """POST it as JSON of the form that Slack's and Mattermost's incoming webhooks take.

    What both show is `text`; the values for programs lie under a key that neither knows.

    Raises:
        Untold: it was not taken.
    """
    variable, url, parts = _address(config.webhook_variable)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Untold(f"{variable}: http is for this machine only; say https")
    if parts.scheme not in ("http", "https"):
        raise Untold(f"{variable} must hold an address with https://")
    # Every try, and the waits between them, fit into the whole.
    share = config.timeout / (_RETRIES + 2)
    retry = Retry(
        total=_RETRIES, backoff_factor=share / 8, backoff_max=share, allowed_methods=None,
        status_forcelist=(429, 500, 502, 503, 504), redirect=0, raise_on_status=False,
        raise_on_redirect=False, retry_after_max=math.ceil(share),
    )  # fmt: skip
    body: dict[str, Any] = {"text": chat_text(notice), "smm_voice": values(notice)}
    with requests.Session() as session:
        # A proxy is for addresses beyond this machine.
        session.trust_env = parts.scheme == "https"
        session.mount(f"{parts.scheme}://", HTTPAdapter(max_retries=retry))
        try:
            # A redirect is no answer: the notice goes to the named address alone.
            with session.post(
                url, json=body, timeout=share, stream=True, allow_redirects=False,
                auth=None if parts.username else _unchanged,
            ) as response:  # fmt: skip
                status = response.status_code
        except requests.exceptions.SSLError:
            raise Untold(f"the certificate behind {variable} is not trusted") from None
        except requests.Timeout:
            raise Untold(f"no answer in time behind {variable}") from None
        except requests.ConnectionError as error:
            # After repetitions a late answer comes as this one.
            reason = getattr(error.args[0], "reason", None) if error.args else None
            late = isinstance(reason, ReadTimeoutError)
            why = "no answer in time" if late else "no connection"
            raise Untold(f"{why} behind {variable}") from None
        except (requests.RequestException, ValueError):
            raise Untold(f"{variable} holds no usable address") from None
    if not 200 <= status < 300:
        raise Untold(f"status {status} behind {variable}")


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In the place of a .netrc, which requests would read."""
    return request


def mail(notice: Notice, config: NotificationConfig) -> None:
    """Send it as an e-mail in plain text, over TLS unless the server is this machine.

    Raises:
        Untold: it could not be sent.
    """
    variable, _, parts = _address(config.smtp_variable)
    if parts.scheme not in _PORTS:
        raise Untold(f"{variable} must hold an address with smtps:// or smtp+starttls://")
    if parts.scheme == "smtp" and not is_loopback(parts.hostname or ""):
        raise Untold(f"{variable}: smtp is for this machine only; say smtps or smtp+starttls")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    message = _message(notice, config)
    where = (parts.hostname or "", parts.port or _PORTS[parts.scheme])
    context = ssl.create_default_context()
    # Of one answer; that there are several is bounded by who waits for this way.
    patience = config.timeout / 2
    try:
        with (
            smtplib.SMTP_SSL(*where, timeout=patience, context=context)
            if parts.scheme == "smtps"
            else smtplib.SMTP(*where, timeout=patience)
        ) as server:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=context)
            if user:
                server.login(user, password)
            refused = server.send_message(message, str(config.email_from), config.email_to)
    except ssl.SSLCertVerificationError:
        raise Untold(f"the certificate behind {variable} is not trusted") from None
    except ssl.SSLError:
        raise Untold(f"no TLS is spoken behind {variable}") from None
    except (TimeoutError, smtplib.SMTPServerDisconnected):
        raise Untold(f"no answer behind {variable}") from None
    except smtplib.SMTPAuthenticationError:
        raise Untold(f"user name or password in {variable} refused") from None
    except smtplib.SMTPNotSupportedError:
        raise Untold(f"the server behind {variable} offers no TLS or no login") from None
    except smtplib.SMTPRecipientsRefused:
        raise Untold("every address of email_to was refused") from None
    except smtplib.SMTPResponseException as error:
        raise Untold(f"status {error.smtp_code} behind {variable}") from None
    except (smtplib.SMTPException, OSError):
        raise Untold(f"no connection behind {variable}") from None
    if refused:
        known = [address for address in config.email_to if address in refused]
        raise Untold(f"refused for {', '.join(known)}; the others were told")


def _message(notice: Notice, config: NotificationConfig) -> EmailMessage:
    if not config.email_from or not config.email_to:
        raise Untold("email_from and email_to must name who writes and who is written to")
    message = EmailMessage()
    try:
        sender = Address(addr_spec=config.email_from)
        message["From"] = sender
        message["To"] = [Address(addr_spec=address) for address in config.email_to]
    except Exception:  # the parser has no one error of its own
        raise Untold("email_from or email_to holds no address such as name@example.com") from None
    message["Subject"] = title_of(notice)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers
    link = f"\n\n{clean(notice.link)}" if notice.link else ""
    message.set_content(clean(notice.text) + link + "\n")
    return message


def _address(variable: str | None) -> tuple[str, str, SplitResult]:
    """(name of the variable, its value, the value's parts); the value is never shown."""
    name = variable or ""
    value = os.environ.get(name, "").strip()
    if not value:
        raise Untold(f"the environment variable {name} is not set or empty")
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.port != 0
        usable = usable and not CONTROL.search(unquote(value)) and not re.search(r"\s", value)
    except ValueError:
        usable = False
    if not usable:
        raise Untold(f"{name} holds no usable address")
    return name, value, parts
