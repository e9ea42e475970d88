"""What ends a trial, what ends the search, and what is not trained a second time."""

from __future__ import annotations

import errno
import shutil
from types import SimpleNamespace

import pytest

from smm_voice.commands.search import _Search
from smm_voice.commands.trial import Attempt
from smm_voice.config import TrackingConfig, Workspace
from smm_voice.errors import LockHeldError, SmmVoiceError, UnfitModelError
from smm_voice.metrics.base import Score
from smm_voice.search.objectives import Judging, objectives
from smm_voice.search.space import dimensions
from smm_voice.search.study import Study
from smm_voice.tracking.store import open_store
from tests.search.test_search_space import composed

SCORE = Score(0.5, 0.4, 0.6, 12)


@pytest.fixture
def search(tmp_path, empty_store):
    """A search whose trials do what the test says, in a store of its own."""
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    workspace = Workspace(tmp_path, tmp_path)
    tracking = TrackingConfig(uri=None, register=False, ui=None, patience_seconds=0)
    store = open_store(tracking, workspace, "acme", "Acme")
    config = composed("search.space=[{key: lora.rank, choices: [8, 16]}]", "search.trials=4")
    wanted = objectives(config.search)

    def make(*happens):
        coming = iter(happens)

        def test(setting, number, varied, tags):
            does = next(coming)
            if isinstance(does, BaseException):
                raise does
            return Attempt("run", {each.metric: SCORE for each in wanted}, ())

        bench = SimpleNamespace(
            test=test, wanted=wanted, floors=[], store=store, base=SimpleNamespace(digest="0" * 64),
            dataset=SimpleNamespace(fingerprint="f"),
        )  # fmt: skip
        space = dimensions(config)
        study = Study(tmp_path / "study", config.search, space, wanted)
        judging = Judging(12, 0, 64, {each.metric: SCORE for each in wanted}, 0.95)
        return _Search(config, workspace, "abc", space, study, bench, judging)

    return make


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("out of memory"), SmmVoiceError("the loss is nan"), ValueError()],
)
def test_what_may_be_the_trials_fault_ends_that_trial_alone(search, error):
    job = search(error, None)
    failed = job._trial("parent")
    assert failed.failure == (str(error) or type(error).__name__) and not failed.scores
    assert job._trial("parent").failure is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        LockHeldError("the same training is running"),
        UnfitModelError("it does not know the language"),
        KeyboardInterrupt(),
    ],
)
def test_what_no_trial_would_fare_better_with_ends_the_search_and_leaves_the_trial(search, error):
    job = search(error)
    with pytest.raises(type(error)):
        job._trial("parent")
    begun = search().study.next()
    assert begun.cut and begun.kills == 0 and job.study.tried() == []


def test_a_trial_whose_process_is_killed_again_and_again_is_given_up(search):
    for kills in range(3):
        assert search().study.next().kills == kills
    given_up = search()._trial("parent")
    assert "was killed 3 times" in given_up.failure and "memory" in given_up.failure


def test_values_that_were_tried_are_not_trained_again(search):
    """Two choices, four trials: the third and fourth repeat."""
    job = search(None, None)
    ended = [job._trial("parent") for _ in range(4)]
    trained = [each for each in ended if each.same_as is None]
    assert [each.values["lora.rank"] for each in trained] in ([8, 16], [16, 8])
    for each in ended:
        if each.same_as is not None:
            assert each.values == ended[each.same_as].values
            assert each.scores == ended[each.same_as].scores


def test_the_configuration_itself_is_the_first_trial(search):
    job = search(None)
    job._propose_current()
    assert job._trial("parent").values == {"lora.rank": 16}


def test_the_whole_is_one_run_over_several_starts(search):
    import mlflow

    with pytest.raises(KeyboardInterrupt):
        search(None, KeyboardInterrupt()).run()
    client = mlflow.MlflowClient()
    (parent,) = client.search_runs(["1"])
    assert (parent.info.status, parent.data.tags["smm.kind"]) == ("FAILED", "search")
    assert search(None).run() == 0
    (parent,) = client.search_runs(["1"])
    assert parent.info.status == "FINISHED" and "smm.failure" not in parent.data.tags
    client.delete_run(parent.info.run_id)
    assert search().run() == 0
    (other,) = client.search_runs(["1"])
    assert other.info.run_id != parent.info.run_id, "a run that is gone is made anew"
