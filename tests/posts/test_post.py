"""A Post holds what it should or is none; every reason for leaving one out has its words."""

import ast
import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from smm_voice.posts.post import Post
from smm_voice.posts.reasons import REASONS

PACKAGE = Path(__file__).parents[2] / "smm_voice"
POST = Post("1", "A quiet day on the Moon", "x", datetime(2018, 1, 2, tzinfo=UTC), "a.jsonl#1")
FULL = dataclasses.replace(
    POST, text="“é”\u2028<b> \ud83d", zone_known=False, account="a", author="b", language="fr",
    kind="quote", provenance="human", provenance_reason="-", likes=0, shares=1, replies=2,
    views=3, url="https://example.org/1", links=("https://example.org/a", "b"),
    alt_texts=("A dog", "A cat"), campaign="c", flags=("styled_letters",),
)  # fmt: skip


@pytest.mark.parametrize("post", [POST, FULL], ids=["least", "full"])
def test_a_post_survives_the_way_through_json(post):
    assert Post.from_json(json.loads(json.dumps(post.as_json()))) == post


def test_the_json_of_a_post_has_every_field_and_an_offset():
    row = FULL.as_json()
    assert list(row) == [field.name for field in dataclasses.fields(Post)]
    assert row["created_at"] == "2018-01-02T00:00:00+00:00"


def test_a_time_of_another_zone_stays_that_moment():
    when = datetime(2018, 1, 2, 3, tzinfo=timezone(timedelta(hours=3)))
    post = dataclasses.replace(POST, created_at=when)
    assert Post.from_json(post.as_json()).created_at == POST.created_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"created_at": datetime(2018, 1, 2)},
        {"kind": "story"},
        {"provenance": "robot"},
    ],
    ids=["naive time", "kind", "provenance"],
)
def test_what_is_no_post_cannot_be_made(wrong):
    with pytest.raises(ValueError):
        dataclasses.replace(POST, **wrong)


def test_a_post_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        POST.text = "other"


def test_every_reason_that_is_given_has_words_and_every_one_with_words_is_given():
    modules = (p for p in PACKAGE.rglob("*.py") if p.name != "reasons.py")
    nodes = [n for p in modules for n in ast.walk(ast.parse(p.read_text(encoding="utf-8")))]
    rejections = (n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name))
    given = {n.args[0].value for n in rejections
             if n.func.id == "Rejected" and isinstance(n.args[0], ast.Constant)}  # fmt: skip
    words = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    assert len(given) > 10
    assert given - REASONS.keys() == set()
    assert REASONS.keys() - words == set()
