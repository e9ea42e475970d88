"""Which choices may be learned from, by the time of their briefs, and which measure the gain."""

import dataclasses

import pytest

from smm_voice.errors import InputError
from smm_voice.review.answers import Answer
from smm_voice.review.pairs import choose, disagreements
from smm_voice.review.preferences import preferences_of

YOUNG, OLD = {"en": "2000-01-01T00:00:00+00:00"}, {"en": "2100-01-01T00:00:00+00:00"}


@pytest.fixture
def kept(make_key, answered):
    """20 choices on 20 briefs, half of them between the candidate's and a person's post."""
    key = make_key(n=20, repeats=0)
    return preferences_of(key, answered(key, lambda item: "A"))


def chosen(kept, test_from, **changes):
    settings = {"aged_only": False, "minimum": 2, "held_out_share": 0.2, "seed": 1, **changes}
    return choose(kept, test_from, ("en",), **settings)


def test_of_the_test_period_no_persons_post_is_taken_and_every_brief_is_named(kept):
    found = chosen(kept, YOUNG)
    assert not any(p.held_out for p in found.every) and len(found.every) == 10
    assert found.young == tuple(sorted(found.every, key=lambda p: p.id))
    assert found.left_out == {"with a post of the test period": 10}


def test_what_lies_before_the_test_period_is_taken_whole(kept):
    found = chosen(kept, OLD)
    assert len(found.every) == 20 and not found.young and not found.left_out
    times = sorted(p.when for p in kept)
    half = chosen(kept, {"en": times[10]})
    assert {p.id for p in half.every} - {p.id for p in half.young} == {
        p.id for p in kept if p.when < times[10]
    }
    assert all(p.when >= times[10] and not p.held_out for p in half.young)
    aged = chosen(kept, {"en": times[10]}, aged_only=True)
    assert all(p.when < times[10] for p in aged.every) and not aged.young
    assert aged.left_out["on briefs of the test period (preference.pairs=all takes them)"] == len(
        half.young
    )


def test_held_out_pairs_are_on_other_briefs_and_the_draw_is_repeatable(kept):
    twice = [*kept, *(dataclasses.replace(p, id=f"x{p.id}", rater="r2") for p in kept)]
    found = chosen(twice, OLD)
    briefs = [{p.brief for p in some} for some in (found.learned, found.held_out)]
    assert not briefs[0] & briefs[1] and len(briefs[1]) == 4
    assert chosen(reversed(twice), OLD) == found
    assert chosen(twice, OLD, seed=2).held_out != found.held_out
    assert len(chosen(twice, OLD, held_out_share=0.5).held_out) == 20


def test_too_few_are_refused_with_the_number_whoever_says_them_again(kept):
    again = [*kept, *(dataclasses.replace(p, id=f"x{p.id}", rater="r2") for p in kept)]
    assert chosen(again, OLD, minimum=20)
    with pytest.raises(InputError, match="^20 different pairs on 20 briefs .*minimum_pairs=21"):
        chosen(again, OLD, minimum=21)
    with pytest.raises(InputError, match="^10 different .*10 with a post of the test period"):
        chosen(kept, YOUNG, minimum=20)
    with pytest.raises(InputError, match="^0 different .*10 on briefs of the test period"):
        chosen(kept, YOUNG, aged_only=True)
    with pytest.raises(InputError, match="20 in a language that the brand does not post in"):
        choose(kept, OLD, ("fr",), aged_only=False, minimum=2, held_out_share=0.2, seed=1)
    one = [p for p in kept if p.brief == kept[0].brief]
    with pytest.raises(InputError, match="on 1 briefs"):
        chosen([*one, dataclasses.replace(one[0], id="y", chosen=one[0].rejected,
                                          rejected=({"role": "assistant", "content": "c"},))],
               OLD)  # fmt: skip


def test_prompts_of_another_version_are_left_out_and_told(kept):
    other = [dataclasses.replace(p, prompt_version="0") for p in kept[:5]]
    found = chosen([*other, *kept[5:]], OLD)
    assert len(found.every) == 15 and not {p.id for p in other} & {p.id for p in found.every}
    ((reason, count),) = found.left_out.items()
    assert count == 5 and reason.startswith("with prompts of another version than")
    with pytest.raises(InputError, match="^15 different .*5 with prompts of another version"):
        chosen([*other, *kept[5:]], OLD, minimum=20)


def test_raters_who_differ_are_counted_and_both_stay(make_key):
    key = make_key(n=10, repeats=0)
    said = [Answer(i.id, r, s) for i in key.items for r, s in (("r1", "A"), ("r2", "B"))]
    found = preferences_of(key, [*said[:2], *said[2::2]])
    assert disagreements(found) == 1
    assert len(chosen(found, OLD).every) == 11
