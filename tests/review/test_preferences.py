"""Choices become training pairs that fit TRL; held-out posts do not leak into them."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from smm_voice.errors import InputError
from smm_voice.review import preferences
from smm_voice.review.answers import Answer
from smm_voice.review.preferences import (
    as_dpo,
    as_kto,
    briefs,
    forget,
    keep,
    load_preferences,
    newest,
    preferences_of,
    usable,
)


@pytest.fixture
def key(make_key):
    return make_key(n=10, repeats=3)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "preferences" / "preferences.jsonl"


def by_arm(wanted):
    def chooses(item):
        return {item.a.arm: "A", item.b.arm: "B"}.get(wanted, "tie")

    return chooses


def test_a_choice_and_an_edit_are_two_pairs_with_provenance(key):
    item = next(i for i in key.items if i.pair[1] == "prompted" and not i.repeats)
    better = "A" if item.a.arm == "candidate" else "B"
    verdicts = (False, None) if better == "A" else (None, False)
    choice, edit = preferences_of(key, [Answer(item.id, "r1", better, *verdicts, "Better words")])
    ours, theirs = (item.a, item.b) if better == "A" else (item.b, item.a)
    assert choice.prompt == (
        {"role": "system", "content": "Write social media posts for Acme."},
        {"role": "user", "content": item.brief},
    )
    assert choice.chosen == ({"role": "assistant", "content": ours.text},)
    assert choice.rejected == ({"role": "assistant", "content": theirs.text},)
    assert (choice.chosen_arm, choice.rejected_arm) == ("candidate", "prompted")
    assert (choice.chosen_publishable, choice.rejected_publishable) == (False, None)
    assert (choice.adapter, choice.run, choice.item) == ("acme-voice version 1", key.run, item.id)
    assert edit.kind == "edit" and edit.chosen[0]["content"] == "Better words"
    assert edit.rejected == choice.chosen and not edit.held_out
    assert edit.chosen_publishable is True


def test_ties_repeats_and_contradictions_are_no_preferences(key, answered):
    assert preferences_of(key, answered(key, lambda _: "tie")) == []
    found = preferences_of(key, answered(key, by_arm("candidate")))
    assert len(found) == 10 and all(not key.item(p.item).repeats for p in found)
    assert len(preferences_of(key, answered(key, lambda _: "A"))) == 7, "three said otherwise"


def test_held_out_posts_are_marked_and_never_given_out_by_default(key, answered):
    for wanted in ("human", "candidate"):
        found = preferences_of(key, answered(key, by_arm(wanted)))
        held_out = {p.item for p in found if p.held_out}
        assert held_out == {p.item for p in found if "human" in (p.chosen_arm, p.rejected_arm)}
        human = {side.text for i in key.items for side in (i.a, i.b) if side.arm == "human"}
        given = json.dumps([as_dpo(found), as_kto(found)])
        assert held_out and not [text for text in human if text in given]
    item = next(i for i in key.items if "human" in i.pair and not i.repeats)
    better = "A" if item.a.arm == "human" else "B"
    edited = preferences_of(key, [Answer(item.id, "r1", better, edit="The post, mended")])
    assert [p.held_out for p in edited] == [True, True] and as_dpo(edited) == []


def test_what_has_aged_out_of_the_test_split_may_be_trained_on(key, answered):
    found = preferences_of(key, answered(key, by_arm("human")) + answered(key, by_arm("candidate")))
    times = sorted({p.when for p in found})
    begins = times[len(times) // 2]
    aged = usable(found, {"en": begins})
    assert aged and all(p.when < begins for p in aged) and any(p.held_out for p in aged)
    assert {p.item for p in aged} == {p.item for p in found if p.when < begins}
    assert usable(found, {"fr": begins}) == [], "nothing is known of that language"
    assert newest(aged) < begins <= newest(found)
    assert briefs(found) == {p.brief for p in found}


def test_rows_have_the_forms_of_trl(key, answered):
    found = preferences_of(key, answered(key, by_arm("candidate")))
    for row in as_dpo(found):
        assert row.keys() == {"prompt", "chosen", "rejected"}
        assert row["prompt"][-1]["role"] == "user"
        assert [m["role"] for m in row["chosen"] + row["rejected"]] == ["assistant"] * 2
    rows = as_kto(found)
    assert len(rows) == 2 * len(as_dpo(found))
    for row in rows:
        assert row.keys() == {"prompt", "completion", "label"} and isinstance(row["label"], bool)
    assert sum(row["label"] for row in rows) == len(rows) // 2


def test_trl_takes_the_rows_through_datasets(key, answered):
    from datasets import Dataset

    found = preferences_of(key, answered(key, by_arm("candidate")))
    dpo = Dataset.from_list(as_dpo(found))
    kto = Dataset.from_list(as_kto(found))
    assert dpo.column_names == ["prompt", "chosen", "rejected"]
    assert kto.column_names == ["prompt", "completion", "label"]
    assert kto[0]["completion"][0]["role"] == "assistant"


def test_a_verdict_counts_over_the_choice_in_kto(key):
    item = next(i for i in key.items if i.pair[1] == "prompted" and not i.repeats)
    found = preferences_of(key, [Answer(item.id, "r1", "A", False, False)])
    assert [row["label"] for row in as_kto(found)] == [False, False]
    twice = preferences_of(key, [Answer(item.id, r, "A", True) for r in ("r1", "r2")])
    assert len(as_kto(twice)) == 2, "one text with one label stands once"


def test_lines_are_kept_once_and_other_lines_stay_as_they_are(key, make_key, path, answered):
    first = keep(path, key, answered(key, by_arm("candidate")))
    before = path.read_bytes()
    again = keep(path, key, answered(key, by_arm("candidate")))
    assert (first.added, again.added, again.removed) == (10, 0, 0)
    assert path.read_bytes() == before
    other = make_key(n=10, repeats=0, seed=5)
    assert keep(path, other, answered(other, by_arm("candidate"))).total == 20
    assert keep(path, key, answered(key, by_arm("candidate"), "r2")).total == 30
    assert path.read_bytes().startswith(before)


def test_a_correction_takes_the_old_line_back(key, path, answered):
    answers = answered(key, by_arm("candidate"))
    keep(path, key, answers)
    item = next(i for i in key.items if not i.repeats and not any(
        j.repeats == i.id for j in key.items))  # fmt: skip
    answers = [Answer(a.item, a.rater, "tie") if a.item == item.id else a for a in answers]
    kept = keep(path, key, answers)
    assert (kept.added, kept.removed, kept.total) == (0, 1, 9)
    assert item.id not in {p.item for p in load_preferences(path)}


def test_lines_know_the_version_of_their_prompts(key, path, answered, monkeypatch):
    said = answered(key, by_arm("candidate"))
    keep(path, key, said)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    older = [{k: v for k, v in row.items() if k != "prompt_version"} for row in rows]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in older), "utf-8")
    again = keep(path, key, said)  # written before versions were noted: the same lines
    assert (again.added, again.removed, again.total) == (0, 0, 10)
    assert {p.prompt_version for p in load_preferences(path)} == {"1"}
    monkeypatch.setattr(preferences, "PROMPT_VERSION", "2")
    changed = keep(path, key, said)
    assert (changed.added, changed.removed, changed.total) == (10, 10, 10)
    assert {p.prompt_version for p in load_preferences(path)} == {"2"}


def test_a_file_comes_back_and_a_damaged_one_is_left_alone(key, path, answered):
    keep(path, key, answered(key, by_arm("candidate")))
    assert {p.id for p in load_preferences(path)} == {
        p.id for p in preferences_of(key, answered(key, by_arm("candidate")))
    }
    good = path.read_text("utf-8").splitlines()[0]
    for bad in ("{", "3", "{}", good.replace('"assistant"', "3"),
                good.replace('"held_out": ', '"held_out": "no", "x": ')):  # fmt: skip
        path.write_text(f"{good}\n{bad}\n", "utf-8")
        with pytest.raises(InputError, match="line 2 is no preference"):
            keep(path, key, answered(key, by_arm("human")))
        assert path.read_text("utf-8") == f"{good}\n{bad}\n"
    with pytest.raises(InputError, match="cannot be read"):
        load_preferences(path.with_name("none.jsonl"))


def test_a_forgotten_post_is_gone_with_its_brief(key, path, answered):
    keep(path, key, answered(key, by_arm("candidate")))
    gone = key.items[0].brief_id
    assert (forget(path, gone), forget(path, gone), forget(path, "none")) == (1, 0, 0)
    assert gone not in briefs(load_preferences(path)) and len(load_preferences(path)) == 9
    assert forget(path.with_name("none.jsonl"), gone) == 0


def test_four_who_write_at_once_lose_nothing(key, path, answered):
    def write(rater):
        for _ in range(5):
            keep(path, key, answered(key, by_arm("candidate"), rater))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, ("r1", "r2", "r3", "r4")))
    assert len(load_preferences(path)) == 40
