"""Posts to be erased are found by id, row, person and pattern, and no other post is."""

import dataclasses
import time
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post
from smm_voice.posts.removal import Removal, id_digest

POST = Post(
    "919942245704445953", "Thanks to @Jane.Doe for the view of the Moon over Lyon!", "x",
    datetime(2018, 1, 2, tzinfo=UTC), "posts.jsonl#7", account="acme", author="press-team",
)  # fmt: skip


def covers(*entries, **changes):
    return Removal.of(entries).covers(dataclasses.replace(POST, **changes))


@pytest.mark.parametrize(
    "entry",
    [
        "919942245704445953",
        "posts.jsonl#7",
        "@jane.doe",
        "@ACME",
        "@press-team",
        "/over Lyon/",
        r"/(?i)MOON\b.*!$/",
    ],
)
def test_each_way_to_name_a_post(entry):
    assert covers(entry)


@pytest.mark.parametrize(
    "entry",
    [
        "91994224570444595",
        "posts.jsonl#70",
        "posts.jsonl",
        "jane.doe",
        "@jane",
        "@doe",
        "@lyon",
        "acme",
        "Moon",
        "/over lyon/",
        "/",
        "@",
        "",
    ],
)
def test_what_is_near_a_post_is_not_that_post(entry):
    assert not covers(entry)


@pytest.mark.parametrize(
    ("author", "text"),
    [
        ("@jane.doe@social.example", "A photo by @Jane.Doe@social.example of our shop"),
        ("@jane-doe.bsky.social", "A photo by @jane-doe.bsky.social."),
        ("@jane_doe", "(@jane_doe), .@jane_doe, “@jane_doe”"),
        ("@janedoe", "Une photo de ＠janedoe"),
        ("@j", "For @j."),
    ],
)
def test_a_person_is_found_by_the_names_of_every_network(author, text):
    assert covers(author, text=text)
    assert not covers(author, text=text.replace("ane", "ohn").replace("@j.", "@k."))


def test_an_address_is_no_mention():
    assert not covers("@example.org", text="Write to press@example.org for the view")


def test_ids_that_are_paths_or_hold_signs_are_taken_as_they_stand():
    for post_id in ("/p/Bc1", "a/b/", "[x]", "urn:li:share:6", "\ud83d"):
        assert covers(post_id, id=post_id)
        assert not covers(post_id, id=post_id + "1")


def test_a_slow_pattern_ends_and_rather_erases_than_keeps():
    started = time.monotonic()
    assert covers("/(a|aa)+$/", text="a" * 60 + "!")
    assert time.monotonic() - started < 2
    assert not covers("/(a|aa)+$/", text="a" * 6 + "!")


def test_a_forgotten_id_is_known_by_its_digest_alone():
    removal = Removal.of([], [id_digest(POST.id)])
    assert removal and removal.covers(POST)
    assert not removal.covers(dataclasses.replace(POST, id="1"))
    assert POST.id not in repr(removal)


def test_nothing_to_erase_is_false_and_covers_nothing():
    assert not Removal.of([]) and not Removal.of([]).covers(POST)
    unnamed = dataclasses.replace(POST, account=None, author=None, text="")
    assert not Removal.of(["@acme", "@none", "/x/"]).covers(unnamed)
