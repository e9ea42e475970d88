"""The simulated brand: its posts are what they are said to be, and its judge is no friend of it."""

import dataclasses
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smm_voice.benchmarks.lifecycle import account, job, oracle, simulation
from smm_voice.benchmarks.lifecycle.job import Ended, Month
from smm_voice.benchmarks.lifecycle.oracle import Judged, Policies
from smm_voice.benchmarks.lifecycle.simulation import Lived
from smm_voice.benchmarks.lifecycle.table import markdown, summary
from smm_voice.config import LifecycleBenchConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.evaluation import record
from smm_voice.monitoring import record as looks
from smm_voice.monitoring.signal import Monitored, Signal

ROOT = Path(__file__).resolve().parents[2]
CHANGE = datetime(2017, 10, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def joined():
    return account.two_periods(ROOT, "nasa_2016", "acme")


def month(end, decision="nothing", **more):
    values = {
        "end": f"{end}T00:00:00+00:00", "posts": 900, "originals": 800, "decision": decision,
        "trigger": "", "alarms": None, "looked": None, "signals": {}, "version": None,
        "champion": "1", "before": "1", "against": [], "said": "", "seconds": 10.0,
    }  # fmt: skip
    return Month(**values | more)


def judged(end, gain=None, interval=None, policies=None, versions=None):
    closeness = {v: {oracle.CLOSENESS: value} for v, value in (versions or {}).items()}
    return Judged(f"{end}T00:00:00+00:00", 60, closeness, policies or {}, gain, interval)


def test_two_periods_lose_no_post_and_leave_no_gap(joined):
    older, newer = account.read(ROOT, "nasa_2016"), account.read(ROOT, "acme")
    assert len(joined.posts) == len(older) + len(newer)
    times = [post.created_at for post in joined.posts]
    assert times == sorted(times)
    assert joined.change == newer[0].created_at
    before = joined.posts[len(older) - 1].created_at
    assert timedelta(0) <= joined.change - before < timedelta(weeks=1)
    moved = joined.posts[0].created_at - older[0].created_at
    assert moved % timedelta(weeks=1) == timedelta(0) < moved
    assert [post.text for post in joined.posts[: len(older)]] == [post.text for post in older]


def test_periods_in_the_wrong_order_are_refused():
    with pytest.raises(InputError, match="do not end before"):
        account.two_periods(ROOT, "acme", "nasa_2016")


def test_months_end_where_calendar_months_do(joined):
    ends = account.month_ends(joined.posts)
    assert (ends[0], ends[-1]) == (
        datetime(2017, 4, 1, tzinfo=UTC),
        datetime(2018, 7, 1, tzinfo=UTC),
    )
    assert len(ends) == 16
    assert len(joined.until(ends[-1])) == len(joined.posts) - 5


def test_every_second_post_is_a_strangers_from_the_change_on():
    change = datetime(2015, 9, 1, tzinfo=UTC)
    own = account.read(ROOT, "nasa_2016")
    mixed = account.other_account(ROOT, "nasa_2016", "barackobama_538", change).posts
    other = [a.text != b.text for a, b in zip(own, mixed, strict=True)]
    late = [changed for post, changed in zip(own, other, strict=True) if post.created_at >= change]
    assert sum(other) == sum(late) == len(late) // 2
    theirs = {post.text for post in account.read(ROOT, "barackobama_538")}
    assert all(post.text in theirs for post, changed in zip(mixed, other, strict=True) if changed)
    assert {post.account for post in mixed} == {post.account for post in own}


def test_a_rule_of_manner_holds_for_all_posts_after_the_change():
    change = datetime(2015, 9, 1, tzinfo=UTC)
    posts = account.manner(ROOT, "nasa_2016", change).posts
    assert all(post.text.endswith(account.MARK) == (post.created_at >= change) for post in posts)


def test_what_is_exported_is_read_back(joined, tmp_path):
    shown = joined.posts[:40]
    account.export(shown, tmp_path / "data" / "raw" / "back" / "posts.jsonl")
    found = account.read(tmp_path, "back")
    assert [(p.id, p.text, p.created_at, p.kind) for p in found] == [
        (p.id, p.text, p.created_at, p.kind) for p in shown
    ]


@pytest.mark.parametrize(
    ("decision", "interval", "expected"),
    [
        ("promoted", (0.02, 0.2), "right"),
        ("promoted", (-0.2, -0.02), "wrong"),
        ("promoted", (-0.01, 0.2), "cannot be told"),
        ("refused", (-0.2, -0.02), "right"),
        ("refused", (0.02, 0.2), "wrong"),
        ("refused", (-0.1, 0.0), "cannot be told"),
        ("refused", None, None),
        ("nothing", (0.1, 0.2), None),
        ("stopped", (0.1, 0.2), None),
    ],
)  # fmt: skip
def test_later_posts_rule_on_a_decision(decision, interval, expected):
    assert oracle.ruling(decision, interval) == expected


@pytest.mark.parametrize(
    ("alarms", "looked", "after", "expected"),
    [
        (["drift/x"], ("2017-06-01", "2017-09-30"), 0, "false"),
        (["drift/x"], ("2017-06-01", "2017-10-31"), 200, "true"),
        (["drift/x"], ("2017-10-12", "2018-01-31"), 900, "false"),
        ([], ("2017-06-01", "2017-10-31"), 200, "missed"),
        ([], ("2017-06-01", "2017-10-31"), 59, "quiet"),
        ([], ("2017-06-01", "2017-09-30"), 0, "quiet"),
        (None, ("2017-06-01", "2017-10-31"), 200, None),
        ([], None, 200, None),
    ],
)  # fmt: skip
def test_an_alarm_is_true_where_the_look_spans_the_change(alarms, looked, after, expected):
    span = tuple(f"{day}T00:00:00+00:00" for day in looked) if looked else None
    found = month("2017-11-01", alarms=alarms, looked=span)
    assert oracle.alarm(found, CHANGE, after, 60) == expected


def test_policies_part_where_the_gate_refuses():
    lived = [
        month("2017-06-01", "refused", version="1", champion=None, before=None),
        month("2017-07-01", "promoted", version="2", champion="2", before=None),
        month("2017-08-01", "refused", version="3", champion="2", before="2"),
        month("2017-09-01", "promoted", version="4", champion="4", before="2"),
        month("2017-10-01", "nothing", champion="4", before="4"),
    ]
    found = [oracle.policies_after(lived[: n + 1]) for n in range(len(lived))]
    assert found == [
        Policies(None, None, None), Policies("2", "2", "2"), Policies("2", "2", "3"),
        Policies("2", "4", "4"), Policies("2", "4", "4"),
    ]  # fmt: skip
    # The candidate is in question, and every version that any policy has in use beside it.
    assert oracle.asked(lived[2], found[2]) == ("3", ["2"])
    assert oracle.asked(lived[4], found[4]) == ("4", ["2"])
    assert oracle.asked(lived[0], found[0]) == ("1", [])


def test_a_decision_goes_before_the_start_that_finds_it_made(tmp_path):
    path = tmp_path / "notices.jsonl"
    assert job._notice(path) is None
    told = [{"decision": name, "n": n} for n, name in enumerate(("failed", "refused", "nothing"))]
    path.write_text("".join(json.dumps(each) + "\n" for each in told), "utf-8")
    assert job._notice(path)["n"] == 1
    path.write_text(json.dumps(told[2]) + "\n", "utf-8")
    assert job._notice(path)["n"] == 2


def test_the_summary_counts_as_by_hand(joined):
    span = ("2017-06-01T00:00:00+00:00", "2017-10-31T00:00:00+00:00")
    early = ("2017-05-01T00:00:00+00:00", "2017-08-31T00:00:00+00:00")
    months = [
        month("2017-08-01", "promoted", version="1", champion="1", before=None, seconds=100.0),
        month("2017-09-01", "refused", version="2", alarms=["drift/x"], looked=early, seconds=120.0,
              against=[("voice", "unclear")]),
        month("2017-10-01", alarms=[], looked=early, seconds=5.0),
        month("2017-11-01", alarms=[], looked=span, seconds=7.0),
        month("2017-12-01", "promoted", version="3", champion="3", alarms=["drift/x"], looked=span,
              seconds=110.0),
    ]  # fmt: skip
    later = [
        judged("2017-09-01", 0.1, (0.05, 0.15), {"never": "1", "job": "1", "always": "2"},
               {"1": 0.6, "2": 0.7}),
        judged("2017-12-01", 0.2, (0.05, 0.3), {"never": "1", "job": "3", "always": "3"},
               {"1": 0.4, "3": 0.6}),
    ]  # fmt: skip
    lived = Lived(joined, months, {each.end: each for each in later})
    rows = summary(lived, 60)
    found = {row.figure: row.measured for row in rows}
    expected = {
        "runs": 5, "alarms_true": 1, "alarms_false": 1, "alarms_missed": 1, "gate_right": 1,
        "gate_wrong": 1, "gate_undecided": 0, "alarm_delay_months": 2, "promotion_delay_months": 2,
        "closeness_never": 0.5, "closeness_job": 0.6, "closeness_always": 0.65,
        "seconds_trained": 110, "seconds_nothing": 6,
    }  # fmt: skip
    assert found == {f"lifecycle/{name}": pytest.approx(v) for name, v in expected.items()}
    text = markdown(lived, rows, 60)
    assert "| 2017-09-01 | 800 | x | false | – | refused v2 | voice (unclear) | +0.10 " in text
    assert "| 2017-12-01 | 60 | 0.40 (v1) | 0.60 (v3) | 0.60 (v3) | – |" in text


def test_other_settings_do_not_go_on_in_the_same_folder(tmp_path):
    settings = LifecycleBenchConfig()
    simulation._same_settings(settings, tmp_path)
    simulation._same_settings(dataclasses.replace(settings, months=3, beside=True), tmp_path)
    with pytest.raises(InputError, match="other settings"):
        simulation._same_settings(dataclasses.replace(settings, test_posts=99), tmp_path)


def test_a_job_that_fails_is_no_month(tmp_path, joined):
    def failing(script, arguments):
        return Ended(1, "no room on the disk")

    settings = LifecycleBenchConfig(months=1)
    with pytest.raises(SmmVoiceError, match="no room on the disk"):
        simulation.lived(settings, tmp_path, ROOT, failing)
    assert not list(tmp_path.glob("months/*/job.json"))


def test_a_month_is_read_from_what_the_job_left(tmp_path, joined):
    """A stand-in for the job leaves what it leaves: a notice, its decision, its look."""
    started = []

    def start(script, arguments):
        values = dict(each.split("=", 1) for each in arguments if "=" in each)
        if script == "scripts/evaluate.py":
            return Ended(1, "no evaluation here")
        run = f"{len(started):032x}"
        notices = Path(values["retraining.notification.file"].strip("'"))
        first = not started
        again = (tmp_path / "job" / "again").exists()
        started.append(values["now"])
        artifacts = tmp_path / "job" / "mlartifacts" / job.BRAND / run / "artifacts"
        decision = "nothing" if again else "promoted" if first else "refused"
        notice = {
            "decision": decision, "text": "because", "link": f"http://h/#/experiments/1/runs/{run}",
            "fields": {"trigger": "" if again else "first" if first else "drift",
                       "version": str(len(started))},
        }  # fmt: skip
        notices.parent.mkdir(parents=True, exist_ok=True)
        with notices.open("a") as file:
            file.write(json.dumps(notice) + "\n")
        if again:
            return Ended(0, "")
        reasons = [
            {"check": "voice", "passed": first, "finding": "unclear", "said": "…"},
            {"check": "briefs", "passed": True, "finding": "shown", "said": "…"},
        ]
        stages = [{"name": "build", "seconds": 2.5, "said": []}]
        job_said = {"reasons": reasons, "stages": stages}
        simulation._keep(artifacts / "retrain" / "decision.json", job_said)
        if not first:
            signals = [Signal("drift/b", "input", 0.9, band=0.8, alarm=True),
                       Signal("drift/a", "input", 0.5, band=0.8)]  # fmt: skip
            look = Monitored("en", ("2017-06-01T00:00:00+00:00", "2017-06-20T00:00:00+00:00"),
                             ("2017-06-21T00:00:00+00:00", "2017-07-30T00:00:00+00:00"),
                             signals, {})  # fmt: skip
            simulation._keep(artifacts / looks.PATH, looks.as_json(look))
        return Ended(0 if first else 10, "")

    settings = LifecycleBenchConfig(months=2)
    for end in ("2017-07-01", "2017-08-01", "2017-09-01"):
        path = tmp_path / "months" / end / "judged.json"
        simulation._keep(path, dataclasses.asdict(judged(end)))
    first, second = simulation.lived(settings, tmp_path, ROOT, start).months
    assert started == ["2017-07-01", "2017-08-01"]
    assert (first.decision, first.trigger, first.champion, first.before) == (
        "promoted", "first", "1", None)  # fmt: skip
    assert first.alarms is None and first.against == [] and first.stages == {"build": 2.5}
    assert (first.originals, second.originals) == (1127, 1448)
    assert (second.decision, second.version, second.champion, second.before) == (
        "refused", "2", "1", "1")  # fmt: skip
    assert second.against == [("voice", "unclear")] and second.said == "because"
    assert second.alarms == ["drift/b"] and second.signals["drift/a"] == (0.5, 0.8)
    assert second.looked == ("2017-06-01T00:00:00+00:00", "2017-07-30T00:00:00+00:00")
    # The machine died after the job had decided and before that was written down.
    (tmp_path / "months" / "2017-08-01" / "job.json").unlink()
    (tmp_path / "job" / "again").touch()
    again = simulation.lived(settings, tmp_path, ROOT, start).months
    assert len(started) == 3
    assert again == [first, dataclasses.replace(second, seconds=again[1].seconds)]
    # A start that looks at nothing has not the look of the month before.
    third = simulation.lived(dataclasses.replace(settings, months=3), tmp_path, ROOT, start)
    assert third.months[:2] == again and started[3:] == ["2017-09-01"]
    assert (third.months[2].decision, third.months[2].alarms) == ("nothing", None)
    assert third.months[2].champion == "1"


def test_a_month_is_lived_and_judged_by_the_next(
    tiny_folder, small_brand, empty_store, tmp_path, run_script, monkeypatch
):
    whole = account.read(ROOT, "nasa_2016")
    monkeypatch.setattr(account, "read", lambda *_: whole[::6])
    settings = LifecycleBenchConfig(
        scenario="manner", older="nasa_2016", references=["other_a", "other_b"],
        history=3, quiet=1, months=1, validation_posts=12, calibration_posts=16, test_posts=20,
        overrides=[
            "evaluation.briefs=8", "evaluation.tuning.briefs=0", "evaluation.base_answers=0",
            "evaluation.variants=0", "evaluation.model_posts=0", "evaluation.resamples=100",
            "generation.shots=1", "generation.maximum_new_tokens=8",
        ],
        retrain_overrides=[
            "model=local", f"model.path={tiny_folder}", "model.languages=[en]",
            "model.maximum_bits_per_byte=100", "training.maximum_examples=16",
            "training.precision=fp32", "training.evaluations_per_epoch=1",
            "retraining.smoke_briefs=1", "gate.minimum_briefs=2", "gate.least_closeness=-99",
            "gate.prompted_gain=-99", "gate.floors=[]", "gate.margins.homogeneity=null",
        ],
    )  # fmt: skip

    def start(script, arguments):
        os.environ.pop("MLFLOW_TRACKING_URI", None)  # the address of the command before
        brands = Path(arguments[arguments.index("--config-dir") + 1]) / "brand"
        for name in ("other_a", "other_b"):
            shutil.copy(small_brand / "brand" / f"{name}.yaml", brands)
        ended = run_script(script, *arguments)
        return Ended(ended.status, ended.output + ended.errors)

    (tmp_path / "job").mkdir()
    shutil.copy(empty_store, tmp_path / "job" / "mlflow.db")
    found = simulation.lived(settings, tmp_path, ROOT, start)
    (lived_month,) = found.months
    assert (lived_month.trigger, lived_month.decision) == ("first", "promoted")
    assert lived_month.champion == lived_month.version == "1" and lived_month.against == []
    later = found.judged[lived_month.end]
    assert later.briefs == 8 and later.policies == {"never": "1", "job": "1", "always": "1"}
    assert {"1", "prompted", "base", "human"} == later.versions.keys()
    kept = record.read(tmp_path / "months" / lived_month.end[:10] / "evaluation.json")
    end = datetime.fromisoformat(lived_month.end)
    assert all(end <= item.when < datetime(2015, 9, 1, tzinfo=UTC) for item in kept.texts["human"])
    # What is asked of later posts stays out of the job's store and folder.
    assert len(list(tmp_path.glob("job/mlartifacts/sim/*/artifacts/eval/evaluation.json"))) == 1
