"""The proof of monitoring, on short stretches of two accounts; and what it is counted by."""

import dataclasses
import zlib
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from smm_voice.benchmarks.drift import accounts, looks, months, run, shifts, table
from smm_voice.benchmarks.drift.accounts import ACROSS, ADJACENT, BLEND, HALVES, Looked
from smm_voice.benchmarks.drift.months import GAP, Month, Series
from smm_voice.benchmarks.metrics import voices
from smm_voice.benchmarks.table import figures
from smm_voice.config import BenchmarkConfig, TrackingConfig
from smm_voice.errors import ConfigError
from smm_voice.monitoring.signal import Monitored
from smm_voice.posts.post import Post
from tests.benchmarks.settings import DRIFT, MONITOR, SCALE
from tests.benchmarks.test_metrics_bench import FACTUALITY, SETTINGS

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2024, 1, 1, tzinfo=UTC)


def embed(texts):
    found = np.zeros((len(texts), 64))
    for row, text in zip(found, texts, strict=True):
        for word in text.lower().split():
            row[zlib.crc32(word.encode("utf-8", "replace")) % 64] += 1
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)


def posts(count, text="Words of the account."):
    return [
        Post(str(i), f"{text} {i}", "x", START + timedelta(days=i), "test") for i in range(count)
    ]


def config(workspace, **changes):
    return BenchmarkConfig(
        workspace=str(workspace), bench="drift", repeats=1, sizes=[100], metrics=SETTINGS,
        factuality=FACTUALITY, drift=dataclasses.replace(DRIFT, **changes), monitor=MONITOR,
        scale=SCALE,
        tracking=TrackingConfig(uri=None, register=False, ui="http://localhost"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def few():
    """Stretches of the accounts: of NASA's two periods the end and the beginning."""
    found = voices.load(ROOT, ("nasa_2016", "nasa_2018", "noaaresearch"))
    cut = {"nasa_2016": slice(-300, None), "nasa_2018": slice(0, 330)}
    return {
        name: dataclasses.replace(voice, posts=voice.posts[cut.get(name, slice(-300, None))])
        for name, voice in found.items()
    }


@pytest.fixture(scope="module")
def measured(few, tmp_path_factory):
    """Figures, table and what was logged of a small run; bench=metrics tries MLflow."""
    workspace, logged = tmp_path_factory.mktemp("drift"), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "benchmark_run", lambda *arguments: nullcontext("tracked"))
        patch.setattr(run, "log_benchmark", lambda *arguments: logged.append(arguments))
        patch.setattr(run, "load", lambda repository: few)
        patch.setattr(looks.embeddings, "embed", embed)
        patch.setattr(run, "_AFTER_GAP", (100,))
        found = run.run(config(workspace, speed=200), ROOT)
    written = workspace / "experiments" / "runs" / "benchmarks" / "drift.md"
    return found, written.read_text("utf-8"), logged


def test_figures_are_shares_and_seconds(measured):
    found, _, _ = measured
    assert {"drift/false_alarm_rate", "drift/power_50", "drift/nasa_alarm"} <= found.keys()
    assert found["drift/seconds_5000"][0] > 0
    shares = [values for name, values in found.items() if "seconds" not in name]
    assert all(0 <= value <= 1 for values in shares for value in values)


def test_the_table_says_what_was_measured_and_is_logged(measured):
    found, text, logged = measured
    assert "| drift/input_psi |" in text
    assert "nasa_2016 → nasa_2018 alarms" in text
    assert [call[:4] for call in logged] == [("tracked", "drift", found, text)]


def test_unknown_accounts_are_told(tmp_path, few, monkeypatch):
    monkeypatch.setattr(run, "load", lambda repository: few)
    with pytest.raises(ConfigError, match="not nobody"):
        run.run(config(tmp_path, voices=["nobody"]), ROOT)


# --- Shifts ---------------------------------------------------------------------------------------


def test_a_blend_replaces_that_share_and_keeps_dates_and_order():
    ours, theirs = posts(40), posts(100, "Foreign.")
    found = shifts.blended(ours, theirs, 0.25, np.random.default_rng(0))
    foreign = [p.text for p in found if p.text.startswith("Foreign.")]
    assert len(foreign) == 10
    # A stretch of them, in their order.
    numbers = [int(text.split()[-1]) for text in foreign]
    assert numbers == list(range(numbers[0], numbers[0] + 10))
    assert [p.created_at for p in found] == [p.created_at for p in ours]


def test_a_blend_of_few_foreign_posts_repeats_them():
    found = shifts.blended(posts(20), posts(3, "Foreign."), 0.5, np.random.default_rng(0))
    assert sum(p.text.startswith("Foreign.") for p in found) == 10


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (shifts.shout, "Look at this!! https://x.org/a"),
        (shifts.emoji, "Look at this 🎉 https://x.org/a"),
        (shifts.lower, "look at this. https://x.org/a"),
    ],
)
def test_rules_change_the_manner_and_leave_links(rule, expected):
    assert rule("Look at this. https://x.org/a") == expected


def test_the_gap_is_closed():
    first, second = posts(3), posts(4, "Later.")
    found = shifts.closed(first, second, timedelta(hours=6))
    assert found[3].created_at - found[2].created_at == timedelta(hours=6)
    assert found[6].created_at - found[3].created_at == timedelta(days=3)


def test_random_order_keeps_the_dates():
    ours = posts(5)
    found = accounts.redated(ours, np.array([4, 3, 2, 1, 0]))
    assert [p.text for p in found] == [p.text for p in ours[::-1]]
    assert [p.created_at for p in found] == [p.created_at for p in ours]


# --- What is counted ------------------------------------------------------------------------------


def test_wilson_is_as_worked_out_by_hand():
    # 1 of 10: (.1 + 1.96²/20 ± 1.96 √(.09/10 + 1.96²/400)) / (1 + 1.96²/10)
    interval = table.wilson(1, 10)
    assert (interval.low, interval.high) == pytest.approx((0.0179, 0.4042), abs=1e-3)
    assert table.wilson(0, 20).low == 0
    assert table.wilson(0, 0).low is None


def series(began, *alarmed, count=10):
    listed = tuple(Month(m, ("drift/input_psi",) if m in alarmed else ()) for m in range(count))
    return Series("brand", "shift", 0.5, began, listed)


def test_an_alarm_before_the_shift_is_false_and_one_after_it_is_late():
    found = series(5, 3, 6)
    assert found.false == (1, 5)
    assert found.seen.month == 6


def test_a_shift_is_missed_after_half_a_year():
    assert series(2, 8).seen is None
    assert series(2, 7).seen.month == 7
    assert series(None, 3).seen is None
    assert series(None, 3).false == (1, 10)


def test_rows_count_each_kind_of_look_by_itself():
    def looked(kind, alarms, voice="noaaresearch", share=0.0):
        return Looked(voice, kind, share, ("a", "b"), alarms, ("a",))

    listed = [
        looked(ADJACENT, ()), looked(ADJACENT, ("a",)), looked(ADJACENT, ("a",), "nasa_2018"),
        looked(HALVES, ()), looked(ACROSS, ("b",)), looked(BLEND, ("a", "b"), share=0.5),
        looked(BLEND, (), share=0.5),
    ]  # fmt: skip
    plain = dataclasses.replace(series(None, 1), looks=series(None, 1).looks[:4])
    rows = table.rows_of(listed, [plain, series(5, 3, 6)])
    assert figures(rows) == {
        "drift/false_alarm_rate": [0.5],
        "drift/false_alarm_rate_chosen": [1.0],
        "drift/false_alarm_rate_shuffled": [0.0],
        "drift/false_alarm_rate_without_band": [1.0],
        "drift/longer_posts_alarm": [1.0],
        "drift/power_50": [0.5],
        "drift/months_seen": [1.0],
        "drift/months_delay": [1.0],
        # The months before the shift are the plain series' own.
        "drift/months_false": [0.25],
    }
    text = table.markdown(rows, listed, [plain, series(5, 3, 6)])
    assert "| a | 2/3 | 0/1 | 0/1 | 1/2 |" in text
    assert "| brand | shift | 50% | month 5 | month 6 | 1 | input_psi | 1 of 5 looks |" in text


def test_a_brand_is_played_once_and_shifted_after_its_half_year(few, monkeypatch):
    """What is looked at, not what is found: the looks themselves are tested elsewhere."""
    taken = []

    def look(self, given, since=None, model=None):
        taken.append((len(given), since, model))
        return Monitored("en", ("", ""), ("", ""), (), {})

    monkeypatch.setattr(months.Looker, "look", look)
    monkeypatch.setattr(months.Looker, "sizes", lambda self, given: 20)
    year = [
        dataclasses.replace(p, created_at=START + timedelta(days=2 * i))
        for i, p in enumerate(few["noaaresearch"].posts[:240])
    ]
    brand = "barackobama_538"
    monkeypatch.setitem(months._BRANDS, brand, (START + timedelta(days=900), "noaaresearch"))
    known = {**few, brand: dataclasses.replace(few["noaaresearch"], posts=tuple(year))}
    found = months.play(known, brand, DRIFT, MONITOR)
    last = months.month_of(year[-1], year[0])
    assert [each.began for each in found] == [None] * 2 + [last + 1 - months.WITHIN] * 7
    assert {len(each.looks) for each in found[2:-1]} == {last + 1}
    assert len(taken) == last + 1 + 8 * months.WITHIN
    # Only the model that learned the slang is looked at, against what it learned last.
    stale = [(since, model) for _, since, model in taken if model]
    assert len(stale) == months.WITHIN
    assert all(len(model.written) and since < year[-1].created_at for since, model in stale)
    # The others that are shifted are looked at from the shift on, too.
    assert sum(since is not None for _, since, _ in taken) == 8 * months.WITHIN
    assert any(word in text for word in shifts.SLANG for text in stale[0][1].written)


def test_only_brands_that_are_asked_for_are_played():
    assert months.brands(DRIFT) == [GAP]
    asked = dataclasses.replace(DRIFT, voices=["barackobama_538"])
    assert months.brands(asked) == [GAP, "barackobama_538"]
