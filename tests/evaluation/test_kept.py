"""What is kept is never made twice, never stale, and survives a writer that dies."""

from __future__ import annotations

import multiprocessing

import pytest

from smm_voice.config import GenerationConfig
from smm_voice.evaluation.kept import Kept
from smm_voice.generation.generate import Answer, Request

DECODING = GenerationConfig(
    temperature=0.8, top_p=0.9, top_k=50, maximum_new_tokens=60, batch_size=2, shots=2, seed=0
)


def requests(count: int) -> list[Request]:
    return [
        Request(f"id-{i}", [{"role": "user", "content": "x" * (count - i)}]) for i in range(count)
    ]


class Writer:
    """Answers with the key, the last request first; dies behind so many answers."""

    def __init__(self, dies_behind: int | None = None) -> None:
        self.calls: list[list[str]] = []
        self.dies_behind = dies_behind

    def __call__(self, asked):
        self.calls.append([r.key for r in asked])
        for done, (at, r) in enumerate(list(enumerate(asked))[::-1]):
            if done == self.dies_behind:
                raise KeyboardInterrupt
            yield at, Answer(f"to {r.key}", finished=r.key != "id-1")


def test_all_that_is_missing_is_asked_at_once_and_comes_back_in_order(tmp_path):
    writer = Writer()
    answers = Kept(tmp_path).generating(writer, "m", DECODING)(requests(5))
    assert [a.text for a in answers] == [f"to id-{i}" for i in range(5)]
    assert [a.finished for a in answers] == [True, False, True, True, True]
    assert writer.calls == [[f"id-{i}" for i in range(5)]]


def test_an_interrupted_writer_loses_no_answer_that_had_ended(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        Kept(tmp_path).generating(Writer(dies_behind=3), "m", DECODING)(requests(5))
    writer = Writer()
    Kept(tmp_path).generating(writer, "m", DECODING)(requests(5))
    assert writer.calls == [["id-0", "id-1"]]


def test_an_arm_is_written_in_one_go_and_a_killed_one_goes_on(tiny, tmp_path, monkeypatch):
    """Seven briefs in two places: the model writes once, and after a death the rest alone."""
    from types import SimpleNamespace

    from smm_voice.evaluation.model import Writing
    from smm_voice.generation import continuous

    _, model, tokenizer = tiny
    loaded = SimpleNamespace(get=lambda: (model, tokenizer), digest="m")
    write, calls, dies_behind = continuous.write, [], [3, None]

    def watched(plain, prefix, rows, *more):
        calls.append(len(rows))
        limit = dies_behind.pop(0)
        for done, ended in enumerate(write(plain, prefix, rows, *more)):
            if done == limit:
                raise KeyboardInterrupt
            yield ended

    def answers(folder):
        writing = Writing([], "Acme", None, None, None, folder, Kept(folder))
        return writing.writer(loaded, DECODING, "as base")(requests(7))

    monkeypatch.setattr(continuous, "write", watched)
    with pytest.raises(KeyboardInterrupt):
        answers(tmp_path / "killed")
    gone_on = answers(tmp_path / "killed")
    assert calls == [7, 4]
    dies_behind.append(None)
    assert answers(tmp_path / "whole") == gone_on
    assert calls == [7, 4, 7]


def test_the_same_request_twice_is_asked_once(tmp_path):
    writer = Writer()
    twice = requests(1) * 2
    answers = Kept(tmp_path).generating(writer, "m", DECODING)(twice)
    assert writer.calls == [["id-0"]]
    assert [a.text for a in answers] == ["to id-0"] * 2


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_line_cut_off_by_a_death_is_made_again_and_spoils_no_other(tmp_path, cut):
    kept = Kept(tmp_path)
    kept.generating(Writer(), "m", DECODING)(requests(3))
    (path,) = tmp_path.glob("answers/*.jsonl")
    path.write_bytes(path.read_bytes()[:-cut])
    for calls in ([["id-0"]], []):
        writer = Writer()
        answers = kept.generating(writer, "m", DECODING)(requests(3))
        assert [a.text for a in answers] == ["to id-0", "to id-1", "to id-2"]
        # A missing line end alone loses nothing.
        assert writer.calls == (calls if cut > 1 else [])


def test_two_models_never_share_an_answer(tmp_path):
    kept = Kept(tmp_path)
    kept.generating(Writer(), "m", DECODING)(requests(2))
    writer = Writer()
    kept.generating(writer, "m2", DECODING)(requests(2))
    assert len(writer.calls) == 1


def test_judgements_are_kept_a_text_and_a_judge(tmp_path):
    asked: list[list[str]] = []

    def judge(texts):
        asked.append(list(texts))
        return [None if text == "…" else float(len(text)) for text in texts]

    for _ in range(2):
        bits = Kept(tmp_path).judging(judge, "base")(["one", "…", "\ud800", "one"])
        assert bits == [3.0, None, 1.0, 3.0]
    assert asked == [["one", "…", "\ud800"]]
    Kept(tmp_path).judging(judge, "other base")(["one"])
    assert asked[1:] == [["one"]]


def _write(folder, start):
    from pathlib import Path

    kept = Kept(Path(folder))
    for i in range(start, start + 40):
        kept.judging(lambda texts: [float(len(t)) for t in texts], "j")([f"text {i}" * 50])


def test_two_evaluations_that_write_at_once_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(str(tmp_path), s)) for s in (0, 20)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(60)
    (path,) = tmp_path.glob("judged/*.jsonl")
    assert all(line.startswith('["') for line in path.read_text().strip().split("\n"))

    def never(texts):
        raise AssertionError(texts)

    Kept(tmp_path).judging(never, "j")([f"text {i}" * 50 for i in range(60)])


def test_losses_come_back_as_a_model_made_them_and_no_model_is_loaded_again(tmp_path, monkeypatch):
    import numpy as np

    from smm_voice.evaluation import with_model
    from smm_voice.evaluation.companion import PostLosses, Written
    from smm_voice.models.likelihood import TokenLosses

    post = Written("Topic: \ud800", "Text", "en")
    made = PostLosses(TokenLosses(np.array([0.1, 1 / 3]), np.array([True, False])), 4)
    monkeypatch.setattr(with_model.companion, "post_losses", lambda *_: [made])
    sets = with_model.PostSets([post], [post], [])
    loads = iter([("model", "tokenizer")])
    for _ in range(2):
        found = with_model.losses(lambda: next(loads), "m", "Acme", sets, Kept(tmp_path))
        (read,) = found.held_out
        assert read.size == 4
        np.testing.assert_array_equal(read.tokens.nats, made.tokens.nats)
        np.testing.assert_array_equal(read.tokens.greedy, made.tokens.greedy)
    with pytest.raises(StopIteration):
        with_model.losses(lambda: next(loads), "m2", "Acme", sets, Kept(tmp_path))
    other = with_model.PostSets([post], [], [post])
    with pytest.raises(StopIteration):
        with_model.losses(lambda: next(loads), "m", "Acme", other, Kept(tmp_path))
