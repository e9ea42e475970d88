"""Checkpoints that go to another run's folder: the best one is found there."""

import json

from smm_voice.training.checkpoints import newest_checkpoint, take_over


def test_the_best_checkpoint_is_named_where_it_went(tmp_path):
    source, target = tmp_path / "dead", tmp_path / "next"
    target.mkdir()
    for step, best in ((2, None), (4, 2), (6, 2)):
        folder = source / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        where = best and str(source / "checkpoints" / f"checkpoint-{best}")
        state = {"best_model_checkpoint": where, "global_step": step}
        (folder / "trainer_state.json").write_text(json.dumps(state))
    (source / "checkpoints/checkpoint-6/trainer_state.json").write_text("{cut off")
    take_over(source, target)
    assert not (source / "checkpoints").exists()
    newest = newest_checkpoint(target)
    state = json.loads((newest / "trainer_state.json").read_text())
    assert state == {
        "best_model_checkpoint": str(target / "checkpoints" / "checkpoint-2"), "global_step": 4,
    }  # fmt: skip
    # Killed again before it came to a step: moved once more.
    third = tmp_path / "third"
    third.mkdir()
    take_over(target, third)
    state = json.loads((newest_checkpoint(third) / "trainer_state.json").read_text())
    assert state["best_model_checkpoint"].startswith(str(third))
