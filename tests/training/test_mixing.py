"""General examples among the brand's: which, how many, and what is refused."""

import json

import pytest

from smm_voice.errors import InputError
from smm_voice.training.collator import IGNORED, Encoded
from smm_voice.training.mixing import mixed, read

ROWS = [Encoded([5, 6, 1], [IGNORED, 6, 1])] * 30


def written(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_the_three_forms(tiny, tmp_path):
    _, _, tokenizer = tiny
    asked = {"role": "user", "content": "Hello?"}
    general = read(
        written(
            tmp_path / "general.jsonl",
            {"messages": [asked, {"role": "assistant", "content": "Hi!"}, asked]},
            {"prompt": "Hello?", "response": "Hi!"},
            {"text": "Plain words."},
        )
    )
    rows = mixed(ROWS[:3], general, tokenizer, 0.5, 100, seed=1)[3:]
    assert len(rows) == 3
    learned = sorted(
        tokenizer.decode([label for label in row.labels if label != IGNORED]) for row in rows
    )
    assert learned == ["Hi!<|im_end|>", "Hi!<|im_end|>", "Plain words.<|im_end|>"]
    assert all(row.labels[0] == IGNORED for row in rows)  # nothing predicts a first token
    assert all(row.weight == 1 for row in rows)


@pytest.mark.parametrize(("share", "count"), [(0.1, 3), (0.25, 10), (0.5, 30), (0.75, 90)])
def test_the_share_is_of_all_rows_and_the_seed_decides_which(tiny, share, count):
    _, _, tokenizer = tiny
    general = [{"text": f"Line {i}."} for i in range(40)]
    rows = mixed(ROWS, general, tokenizer, share, 100, seed=1)
    assert rows[:30] == ROWS and len(rows) == 30 + count
    assert rows == mixed(ROWS, general, tokenizer, share, 100, seed=1)
    assert rows != mixed(ROWS, general, tokenizer, share, 100, seed=2)
    # None twice before all were there once.
    assert len({tuple(row.input_ids) for row in rows[30:]}) == min(count, 40)


def test_a_share_that_comes_to_no_row_at_all_is_refused(tiny):
    _, _, tokenizer = tiny
    with pytest.raises(InputError, match="share=0.01 beside 30 examples is not one row.*0.016"):
        mixed(ROWS, [{"text": "a"}], tokenizer, 0.01, 100, seed=1)
    assert len(mixed(ROWS, [{"text": "a"}], tokenizer, 0.017, 100, seed=1)) == 31


def test_rows_that_are_too_long_are_left_out(tiny):
    _, _, tokenizer = tiny
    general = [{"text": "x" * 200}, {"text": "short"}]
    rows = mixed(ROWS, general, tokenizer, 0.1, 50, seed=1)
    assert {len(row.input_ids) for row in rows[30:]} == {7}
    with pytest.raises(InputError, match="maximum_tokens=50"):
        mixed(ROWS, general[:1], tokenizer, 0.1, 50, seed=1)


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"messages": []}', '{"messages": [{"role": "user", "content": "x"}]}',
     '{"prompt": "x"}', '{"text": " "}', '{"messages": [{"role": "god", "content": "x"}]}'],
)  # fmt: skip
def test_a_line_that_is_none_of_them_is_named(tmp_path, line):
    path = tmp_path / "general.jsonl"
    path.write_text('{"text": "fine"}\n' + line, encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        read(path)


def test_no_file_and_no_rows(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "nothing.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(InputError, match="no rows"):
        read(tmp_path / "empty.jsonl")
