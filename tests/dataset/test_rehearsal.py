"""A dataset without its test split: nothing that chooses settings can read it."""

from datetime import UTC, datetime, timedelta

import pytest

from smm_voice.dataset.build import load
from smm_voice.dataset.example import Example
from smm_voice.dataset.rehearsal import rehearse
from smm_voice.errors import InputError


@pytest.fixture
def built(tmp_path, dataset_config):
    """A dataset with 30 validation posts, every third one French, whose test file is damaged."""
    from smm_voice.posts.post import Post

    def post(number):
        when = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(days=number)
        return Post(
            id=str(number), text=f"Post {number}", created_at=when, platform="x", source="",
            language="fr" if number % 3 == 0 else "en",
        )  # fmt: skip

    def write(split, numbers):
        rows = [Example.from_post(post(n), dataset_config).as_line() for n in numbers]
        (tmp_path / f"{split}.jsonl").write_bytes(b"".join(rows))

    write("train", range(10))
    write("validation", range(10, 40))
    write("calibration", range(40, 45))
    (tmp_path / "test.jsonl").write_text("this is no JSON\n")
    (tmp_path / "card.json").write_text('{"brand": "small", "fingerprint": "0"}')
    return load(tmp_path)


def test_the_test_split_is_never_read(built):
    with pytest.raises(ValueError):
        _ = built.splits["test"]
    found = rehearse(built, "en", briefs=4, stopping=10)
    assert {e.id for e in found.splits["test"]} <= {e.id for e in built.splits["validation"]}
    assert all(e.post.language == "en" for e in found.splits["test"])
    assert [len(found.splits[s]) for s in ("train", "validation", "calibration")] == [10, 30, 5]
    assert found.fingerprint == built.fingerprint


def test_posts_that_decide_when_to_stop_do_not_judge_where_there_are_enough(built):
    stopping = {e.id for e in built.splits["validation"][-10:]}
    found = rehearse(built, "en", briefs=20, stopping=10).splits["test"]
    assert len(found) == 14 and not stopping & {e.id for e in found}
    shared = rehearse(built, "en", briefs=30, stopping=10).splits["test"]
    assert len(shared) == 20, "with fewer than half apart, all of them judge"


def test_too_few_validation_posts_of_the_language_are_refused(built):
    with pytest.raises(InputError, match="0 validation posts in 'de'"):
        rehearse(built, "de", briefs=4, stopping=10)
