"""`scripts/review.py`: a form goes out, answers come back, and MLflow holds what they say."""

import csv
import io
import json
from pathlib import Path

import pytest

from smm_voice.evaluation import record
from smm_voice.review.items import read_key
from smm_voice.review.preferences import load_preferences
from tests.review.planted import against_score, by_score, make_evaluation


@pytest.fixture
def runs(tmp_path):
    return tmp_path / "ws" / "experiments" / "runs" / "own"


@pytest.fixture
def judged(store, tmp_path, write_brand):
    """The brand `own` with one finished evaluation; its run."""
    write_brand("own", [{"id": "1", "text": "Hello"}], display_name="Acme")
    experiment = store.create_experiment("own", (tmp_path / "ws" / "mlartifacts").as_uri())
    run = store.create_run(experiment, tags={"smm.kind": "evaluation"}).info.run_id
    store.log_dict(run, record.as_json(make_evaluation()), record.PATH)
    store.set_tag(run, "mlflow.note.content", "**The verdict.**\n\n- [Run](x)\n")
    store.set_terminated(run)
    return run


@pytest.fixture
def review(command):
    return lambda *words: command("scripts/review.py", "brand=own", *words)


def only(folder, pattern):
    (found,) = folder.rglob(pattern)
    return found


def fill(form, key, chooses, rater):
    rows = list(csv.reader(io.StringIO(form.read_text("utf-8-sig"), newline="")))
    for row in rows[1:]:
        item = key.item(row[0])
        row[4], row[9] = chooses(item), rater
        row[5] = "yes" if item.a.arm == "candidate" else ""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def test_from_the_form_to_mlflow(judged, review, runs, store, tmp_path):
    made = review("form")
    assert made.status == 0, made.errors
    assert "12 of candidate against human, 12 of candidate against prompted" in made.output
    key = read_key(only(runs / judged / "review" / "keys", "*.json"))
    form = only(runs, "review-*.csv")
    assert form.parent != (runs / judged / "review" / "keys"), "who gets the form gets no key"
    filled = tmp_path / "filled"
    filled.mkdir()
    (filled / "one.csv").write_text(fill(form, key, by_score, "r1"), "utf-8")
    (filled / "two.csv").write_text(fill(form, key, against_score, "r2"), "utf-8")

    wrong = tmp_path / "wrong.csv"
    wrong.write_text(fill(form, key, lambda _: "C", "r3"), "utf-8")
    refused = review("read", f"answers={wrong}")
    assert refused.status == 2 and "better is 'C'" in refused.errors
    assert "review/auc" not in store.get_run(judged).data.metrics
    assert not (runs / "preferences").exists()

    first = review("read", f"answers={filled / 'one.csv'}")
    assert first.status == 0, first.errors
    logged = store.get_run(judged).data
    assert logged.metrics["review/auc"] == 1.0 and "review/alpha" not in logged.metrics
    assert logged.metrics["review/publishable"] == 1.0
    assert "the text with the higher style index is the one that people choose" in first.output

    both = review("read", f"answers={filled}")
    assert "28 answers taken over, 0 changed, 28 known already" in both.output
    again = review("read", f"answers={filled}")
    assert "0 answers taken over, 0 changed, 56 known already" in again.output
    logged = store.get_run(judged).data
    assert logged.metrics["review/auc"] == pytest.approx(0.5)
    assert logged.metrics["review/alpha"] < -0.5
    assert logged.metrics["review/preferred_candidate.human"] == pytest.approx(0.5)
    assert "review/preferred_candidate_ci_low.human" in logged.metrics
    assert logged.tags["smm.reviewed"] == "56 answers of 2 raters on 24 briefs"
    note = logged.tags["mlflow.note.content"]
    assert note.startswith("**The verdict.**") and note.count("What people say") == 1
    assert "review/answers.json" in logged.tags["mlflow.loggedArtifacts"]
    path = Path(store.download_artifacts(judged, "review/answers.json", str(tmp_path)))
    table = json.loads(path.read_text("utf-8"))
    assert len(table["data"]) == 56 and "preferred" in table["columns"]
    kept = load_preferences(runs / "preferences" / "preferences.jsonl")
    assert {p.rater for p in kept} == {"r1", "r2"} and len(kept) == 48
    assert {p.held_out for p in kept} == {True, False}


def test_through_the_queue_of_mlflow(judged, review, runs, store):
    import mlflow
    from mlflow.entities import AssessmentSource
    from mlflow.genai import review_queues

    made = review("queue", "n=4", "repeats=0", "rater=r1")
    assert made.status == 0, made.errors
    assert "4 items, 4 new" in made.output and "/review-queue?selectedQueueId=rq-" in made.output
    again = review("queue", "n=4", "repeats=0", "rater=r1")
    assert "4 items, all there already" in again.output

    key = read_key(only(runs / judged / "review" / "keys", "*.json"))
    experiment = store.get_experiment_by_name("own").experiment_id
    (queue,) = review_queues.list_review_queues(experiment_id=experiment)
    attached = review_queues.list_review_queue_items(queue.queue_id)
    shown = [mlflow.get_trace(item.item_id) for item in attached]
    assert [t.info.tags["smm.review_item"] for t in shown] == [item.id for item in key.items]
    for trace in shown:
        held = json.dumps([trace.to_dict()["data"], trace.info.tags])
        for word in ("candidate", "human", "prompted", "post-", judged):
            assert word not in held, word

    for trace, item in list(zip(shown, key.items, strict=True))[:3]:
        source = AssessmentSource("HUMAN", "jane.doe@example.com")
        for name, value in (
            ("Which sounds more like Acme?", by_score(item)),
            ("Could A be published as it is? (optional)", True),
            ("Something else", "x"),
        ):
            mlflow.log_feedback(trace_id=trace.info.trace_id, name=name, value=value, source=source)
        review_queues.set_review_queue_item_status(
            queue.queue_id, item_id=trace.info.trace_id, status="complete", completed_by="x"
        )
    collected = review("collect")
    assert collected.status == 0, collected.errors
    assert "3 answered, 1 open" in collected.output
    assert "3 answers of 1 rater on 3 briefs" in collected.output
    assert store.get_run(judged).data.metrics["review/auc"] == 1.0
    everything = "".join(p.read_text("utf-8") for p in runs.rglob("*.json*"))
    assert "jane" not in everything and '"rater": "r1"' in everything


def test_what_is_missing_is_told(judged, review, write_brand, command, tmp_path):
    for words, said in (
        (("read",), "read needs answers=FILE"),
        (("read", f"answers={tmp_path / 'none.csv'}"), "there is no .xlsx, .csv, .json file"),
        (("form", "run=" + "0" * 32), "the store has no such run"),
        (("form", "pairs=[candidate:champion]"), "no posts of champion"),
        (("form", "pairs=[candidate]"), "pairs[0] must match"),
        (("form", "rater=Jane Doe"), "rater must match"),
        (("collect",), "there is no queue of the forms (none)"),
        (("forms",), "did you mean 'form'?"),
    ):
        ended = review(*words)
        assert ended.status == 2 and said in ended.errors, ended.errors
    write_brand("fresh", [{"id": "1", "text": "Hello"}])
    ended = command("scripts/review.py", "brand=fresh", "form")
    assert ended.status == 2 and "has no finished evaluation to review" in ended.errors


def test_a_form_in_french_in_a_folder_of_ones_own(judged, review, runs, tmp_path):
    made = review("form", "language=fr", f"output={tmp_path / 'out'}", "pairs=[candidate:human]")
    assert made.status == 0, made.errors
    page = only(tmp_path / "out", "*.html").read_text("utf-8")
    assert '<html lang="fr">' in page
    assert "24 of candidate against human;" in made.output
    keys = runs / judged / "review" / "keys"
    assert "holds the keys" in review("form", f"output={keys}").errors
