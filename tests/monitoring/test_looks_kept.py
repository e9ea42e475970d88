"""A look as a file is whole again when read, and nothing else passes for one."""

import dataclasses
import json
import math

import pytest

from smm_voice.errors import InputError
from smm_voice.monitoring import record
from smm_voice.monitoring.signal import Monitored, Signal

WHOLE = Monitored(
    "en",
    ("2018-01-01T00:00:00+00:00", "2018-02-01T00:00:00+00:00"),
    ("2018-02-02T00:00:00+00:00", "2018-03-01T00:00:00+00:00"),
    [
        Signal("drift/input_psi", "input", 0.3, 0.1, 0.5, 0.01, 0.02, 0.2, (40, 20), True,
               ("<b>one</b>", "two\n"), ("a remark",), "topics", 0.7),
        Signal("drift/output_style", "output", None, warnings=("no answers",), about="model"),
    ],
    {"settings": {"level": 0.05}, "remarks": ["x"]},
)  # fmt: skip


def test_what_is_read_is_what_was_written(tmp_path):
    path = tmp_path / "monitored.json"
    path.write_text(json.dumps(record.as_json(WHOLE)), encoding="utf-8")
    assert record.read(path) == WHOLE


def test_what_is_not_finite_is_no_value():
    odd = dataclasses.replace(WHOLE, signals=[Signal("drift/x", "input", math.nan, high=math.inf)])
    text = json.dumps(record.as_json(odd), allow_nan=False)
    (signal,) = record.from_json(json.loads(text)).signals
    assert (signal.value, signal.high) == (None, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "holds no look"),
        ('{"format": 99}', "format 99"),
        ('{"format": 1, "language": "en"}', "no whole look"),
        (json.dumps(record.as_json(WHOLE) | {"signals": [{"name": "x"}]}), "no whole look"),
        (json.dumps(record.as_json(WHOLE) | {"recent": ["a"]}), "no whole look"),
    ],
)
def test_what_is_no_look_is_refused(tmp_path, content, words):
    path = tmp_path / "monitored.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        record.read(path)
