"""What is asked, on which side, and that nothing of it tells the arms."""

import collections

import pytest

from smm_voice.errors import InputError
from smm_voice.review.items import choose, default_pairs, read_key, shown, write_key

RUN = "ab" * 16


def test_the_pairs_are_human_and_what_runs_today(evaluation):
    assert default_pairs(evaluation()) == [("candidate", "human"), ("candidate", "prompted")]
    with_champion = evaluation(("human", "prompted", "candidate", "champion"))
    assert default_pairs(with_champion)[1] == ("candidate", "champion")


@pytest.mark.parametrize("seed", range(5))
def test_sides_are_balanced_within_each_pair(make_key, seed):
    key = make_key(n=24, repeats=0, seed=seed)
    assert len(key.items) == len({item.brief_id for item in key.items}) == 24
    for pair in (("candidate", "human"), ("candidate", "prompted")):
        sides = collections.Counter(item.a.arm for item in key.items if item.pair == pair)
        assert sides == {pair[0]: 6, pair[1]: 6}


def test_sides_and_order_are_no_function_of_the_arms(make_key):
    """Over seeds every brief's candidate stands on either side, and at every end of the form."""
    left = collections.Counter()
    places = collections.defaultdict(list)
    for seed in range(60):
        for place, item in enumerate(make_key(n=30, repeats=0, seed=seed).items):
            left[item.brief_id] += item.a.arm == "candidate"
            places[item.pair].append(place)
    assert all(15 <= count <= 45 for count in left.values())
    means = [sum(each) / len(each) for each in places.values()]
    assert abs(means[0] - means[1]) < 1


def test_repeats_come_later_with_sides_exchanged(make_key):
    key = make_key(n=24, repeats=4)
    again = [item for item in key.items if item.repeats]
    assert len(again) == 4 and len(key.items) == 28
    places = {item.id: at for at, item in enumerate(key.items)}
    for item in again:
        first = key.item(item.repeats)
        assert (item.a, item.b, item.brief_id) == (first.b, first.a, first.brief_id)
        assert places[item.id] - places[first.id] >= 4


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_few_briefs_are_asked_about_too(make_key, n):
    key = make_key(n=n, repeats=4)
    assert len([item for item in key.items if not item.repeats]) == n
    for item in key.items:
        assert item.repeats is None or key.item(item.repeats).brief_id == item.brief_id


def test_briefs_are_spread_over_the_time_of_the_posts(make_key):
    asked = sorted(int(item.brief_id.split("-")[1]) for item in make_key(n=5, repeats=0).items)
    assert asked[0] == 0 and asked[-1] == 29
    assert max(b - a for a, b in zip(asked, asked[1:], strict=False)) <= 8


def test_equal_and_empty_texts_are_left_out_and_counted(evaluation):
    texts = [("candidate", 0, "Same  words"), ("human", 0, "same words "), ("human", 1, "  ")]
    key = choose(evaluation(texts=texts), RUN, "en", [("candidate", "human")], n=30)
    assert not {"post-0", "post-1"} & {item.brief_id for item in key.items}
    assert key.left_out == {"with equal texts": 1, "with an empty text": 1}


def test_a_brief_that_one_pair_cannot_use_is_asked_of_the_other(evaluation):
    texts = [("human", at, "") for at in range(20)]
    key = choose(evaluation(texts=texts), RUN, "en", n=30, repeats=0)
    asked = collections.Counter(item.pair[1] for item in key.items)
    assert sum(asked.values()) == 30 and asked["human"] <= 10


def test_the_same_command_makes_the_same_form_and_another_seed_another(make_key):
    assert make_key() == make_key()
    assert make_key().form != make_key(seed=1).form


def test_links_ends_and_what_cannot_be_printed_are_shown_alike():
    assert shown("See https://t.co/abc \r\n") == "See [link]" == shown(" See [link]")
    assert shown("a\x00b\ud800c\ufffed\te\nf") == "a\ufffdb\ufffdc\ufffdd\te\nf"


def test_wrong_pairs_are_told_with_the_arms_there_are(evaluation):
    with pytest.raises(InputError, match="no posts of champion; its arms: human, floor"):
        choose(evaluation(), RUN, "en", [("candidate", "champion")])
    with pytest.raises(InputError, match="against itself"):
        choose(evaluation(), RUN, "en", [("human", "human")])
    with pytest.raises(InputError, match="one arm only"):
        choose(evaluation(("candidate",)), RUN, "en")
    blank = [("candidate", at, "") for at in range(30)]
    with pytest.raises(InputError, match="30 with an empty text"):
        choose(evaluation(texts=blank), RUN, "en")


def test_a_key_comes_back_and_nothing_else_is_one(make_key, tmp_path):
    key = make_key()
    write_key(key, tmp_path / "keys" / "k.json")
    assert read_key(tmp_path / "keys" / "k.json") == key
    for text in ("", "{}", "[]", '{"format": 1, "items": [{}]}', '{"format": 2}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(InputError, match="no key of a form"):
            read_key(tmp_path / "bad.json")
