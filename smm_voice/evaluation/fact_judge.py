"""A language model as judge of facts, behind an OpenAI-compatible address.

It sees one clause at a time, its post and a few lines of sheet and brief. They are sent as one JSON
object, in which no text can end its own string, and a verdict is taken only from an answer of the
agreed form. A post may still sway the model that reads it: what the typed check found is never
changed by it, and how far the two agree is told.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as LateError
from urllib3.util.retry import Retry

from smm_voice.config import FactJudgeConfig
from smm_voice.errors import ConfigError
from smm_voice.metrics.base import FactAnswer, FactQuestion
from smm_voice.text.hosts import is_loopback

log = logging.getLogger(__name__)

PROMPT_FILE = Path(__file__).with_name("fact_judge_prompt.txt")
_VERDICTS = ("contradicted", "supported", "unsupported")
_WORKERS = 4
_LARGEST_ANSWER = 1 << 20
_LONGEST_REASON = 300
_MOST_TOKENS = 300
_RETRIES = 3
_LONGEST_WAIT = 60
# After so many questions in a row without a connection or with a refusal, no more are asked.
_GIVE_UP = 5
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL | re.IGNORECASE)


class _Key(requests.auth.AuthBase):
    """Sets the header, or none. Not a plain header: requests would put a .netrc's in its place."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request

    def hide(self, text: str) -> str:
        """The text without the key, should a server have echoed it."""
        return text.replace(self._key, "[key]") if self._key else text


class JudgeOfFacts:
    """Asks a model for verdicts; a `FactJudge` of a `Reference`.

    A question is asked once: the same clause comes up in scores and in findings, and in several
    arms. A question without a usable answer is not asked again either.

    Args:
        config: address, model, and the variable that holds the key.
        wait: seconds before the first of three repetitions, doubled each time.

    Attributes:
        name: model, address and the SHA-256 of the prompt.
        failures: reason → questions that went without a usable answer.

    Raises:
        ConfigError: the address is neither https nor on this machine, there is no model, or the
            variable of the key is not set.
    """

    def __init__(self, config: FactJudgeConfig, wait: float = 1.0) -> None:
        faults = [*_wrong_url(config.url or "")]
        if not config.model:
            faults.append("evaluation.fact_judge.model must name the model that is to judge")
        key, wrong = _key(config.key_variable)
        faults += wrong
        if faults:
            raise ConfigError(faults)
        self._url = f"{(config.url or '').rstrip('/')}/chat/completions"
        self._model, self._timeout = config.model, config.timeout
        prompt = PROMPT_FILE.read_bytes()
        self._prompt = prompt.decode("utf-8")
        self._key = _Key(key)
        self._session = _session(self._url, wait)
        self._known: dict[str, FactAnswer | None] = {}
        self._lock = threading.Lock()
        self._in_vain = 0
        self.failures: dict[str, int] = {}
        digest = hashlib.sha256(prompt).hexdigest()
        self.name = f"{config.model} at {config.url}, prompt SHA-256 {digest}"
        log.info("Facts are judged by %s: posts and lines of the sheet are sent there", self.name)

    def __call__(self, questions: Sequence[FactQuestion]) -> list[FactAnswer | None]:
        """An answer to each question, None where there is none that can be used."""
        told = [_data(question) for question in questions]
        new = {
            data: len(question.lines)
            for data, question in zip(told, questions, strict=True)
            if data not in self._known
        }
        before = dict(self.failures)
        if new:
            with ThreadPoolExecutor(_WORKERS) as pool:
                answers = pool.map(self._ask, new.keys(), new.values())
                self._known |= dict(zip(new, answers, strict=True))
        lost = {why: n - before.get(why, 0) for why, n in self.failures.items()}
        if any(lost.values()):
            told_why = "; ".join(f"{why}: {n}" for why, n in sorted(lost.items()) if n)
            log.warning(
                "Judge of facts: %d questions not judged (%s)", sum(lost.values()), told_why
            )
        return [self._known[data] for data in told]

    def _ask(self, data: str, lines: int) -> FactAnswer | None:
        if self._in_vain >= _GIVE_UP:
            return self._failed(f"not asked after {_GIVE_UP} failures in a row")
        try:
            content = self._post(data)
        except _Unanswered as error:
            with self._lock:
                self._in_vain += 1
            return self._failed(str(error))
        with self._lock:
            self._in_vain = 0
        answer = None if content is None else read_answer(self._key.hide(content), lines)
        return answer or self._failed("no answer of the agreed form")

    def _failed(self, why: str) -> FactAnswer | None:
        with self._lock:
            self.failures[why] = self.failures.get(why, 0) + 1
        return None

    def _post(self, data: str) -> str | None:
        """The content of the model's message, None where the answer holds none.

        Raises:
            _Unanswered: no connection, no end in time, or another status than 200. Its words are
                this module's own: a server may echo what it was sent.
        """
        body = {
            "model": self._model,
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "messages": [
                {"role": "system", "content": self._prompt},
                {"role": "user", "content": data},
            ],
        }
        try:
            # A redirect is no answer: the posts and the key go to the named address alone.
            with self._session.post(
                self._url, json=body, auth=self._key, timeout=self._timeout, stream=True,
                allow_redirects=False,
            ) as response:  # fmt: skip
                if response.status_code != 200:
                    raise _Unanswered(f"status {response.status_code}")
                raw = self._bounded(response)
        except (requests.RequestException, HTTPError, OSError) as error:
            causes = [error, *(getattr(cause, "reason", None) for cause in error.args)]
            # A refused connection is, for urllib3, a kind of late one.
            late = any(
                isinstance(cause, requests.Timeout | LateError)
                and not isinstance(cause, NewConnectionError)
                for cause in causes
            )
            raise _Unanswered("no answer in time" if late else "no connection") from None
        try:
            content = json.loads(raw)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return None
        return content if isinstance(content, str) else None

    def _bounded(self, response: requests.Response) -> bytes:
        """The body; requests' own timeout bounds the silence between two bytes, not the whole."""
        end = time.monotonic() + self._timeout
        body = b""
        while block := response.raw.read1(1 << 16, decode_content=True):
            body += block
            if len(body) > _LARGEST_ANSWER:
                raise _Unanswered("too long an answer")
            if time.monotonic() > end:
                raise _Unanswered("no answer in time")
        return body


class _Unanswered(Exception):
    """Why a question has no answer, in words that can be shown."""


def choose_fact_judge(config: FactJudgeConfig) -> JudgeOfFacts | None:
    """The judge that is asked for; None where no address is given."""
    return None if config.url is None else JudgeOfFacts(config)


def read_answer(content: str, lines: int) -> FactAnswer | None:
    """An answer of the agreed form, or None.

    The whole content has to be one JSON object, alone or in one code fence; nothing is picked out
    of running text, which may quote a post that holds an answer.

    Args:
        content: what the model wrote.
        lines: how many it was given.
    """
    fenced = _FENCE.fullmatch(content)
    try:
        answer = json.loads(fenced.group(1) if fenced else content, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    verdict, line, reason = (answer.get(key) for key in ("verdict", "line", "reason"))
    if verdict not in _VERDICTS or not isinstance(reason, str):
        return None
    if type(line) is not int or not 1 <= line <= lines:
        # Only where nothing speaks of the claim does no line decide.
        if verdict != "unsupported" or line is not None:
            return None
        line = None
    return FactAnswer(verdict, line, " ".join(reason.split())[:_LONGEST_REASON])


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _data(question: FactQuestion) -> str:
    """What is to be judged, as one JSON object on one line."""
    known = [{"line": n, "text": text} for n, text in enumerate(question.lines, 1)]
    data = {
        "known": known, "date": question.day, "post": question.post, "claim": question.clause,
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _wrong_url(url: str) -> list[str]:
    """What is wrong with an address, which is not shown: it may hold a password."""
    where = "evaluation.fact_judge.url"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return [f"{where} is no address"]
    if parts.scheme not in ("http", "https") or not host:
        return [f"{where} must begin with https://, or http:// on this machine"]
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        return [f"{where} must hold no user name, password, query or fragment"]
    if parts.scheme == "http" and not is_loopback(host):
        return [f"{where}: http is for this machine only (127.0.0.1, ::1, localhost); say https"]
    return []


def _key(variable: str | None) -> tuple[str | None, list[str]]:
    """The key, or what is wrong; it is not shown."""
    if variable is None:
        return None, []
    key = os.environ.get(variable, "").strip()
    if not key:
        return None, [f"evaluation.fact_judge.key_variable: {variable} is not set or empty"]
    # An error of requests over a wrong header would show it.
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        return None, [f"evaluation.fact_judge.key_variable: {variable} holds no key"]
    return key, []


def _session(url: str, wait: float) -> requests.Session:
    retry = Retry(
        total=_RETRIES, read=1, backoff_factor=wait, backoff_max=_LONGEST_WAIT,
        status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None, redirect=0,
        raise_on_status=False, raise_on_redirect=False, retry_after_max=_LONGEST_WAIT,
    )  # fmt: skip
    session = requests.Session()
    # A proxy is for addresses beyond this machine.
    session.trust_env = urlsplit(url).scheme == "https"
    session.mount(url, HTTPAdapter(max_retries=retry, pool_maxsize=_WORKERS))
    return session
