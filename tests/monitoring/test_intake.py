"""What may be learned from: the brand as it moves on passes, others, spam and garbage do not."""

import dataclasses
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smm_voice.config import IntakeConfig
from smm_voice.dataset.example import Example
from smm_voice.monitoring import intake
from smm_voice.monitoring.intake import check_intake, repeated, shrunk, stale
from smm_voice.monitoring.likeness import fit
from smm_voice.posts.post import Post
from smm_voice.text import tokens

ROOT = Path(__file__).resolve().parents[2]
CONFIG = IntakeConfig(maximum_loss=0.5, least_voice=0.5, minimum_group=20, stale_days=45)
START = datetime(2016, 1, 1, tzinfo=UTC)

# Written for these tests, each by itself: no near-duplicates of each other.
SPAM = {
    language: (ROOT / "tests" / "fixtures" / "spam" / f"{language}.txt")
    .read_text("utf-8")
    .splitlines()
    for language in ("en", "fr")
}


def example(text, number, account="brand", file="posts.csv", language="en", day=None):
    when = START + timedelta(days=number if day is None else day, seconds=number)
    text = tokens.with_link_placeholders(text)
    source = f"{file}#{number}"
    post = Post(str(number), text, "x", when, source, account=account, language=language)
    return Example(post.id, "", text, post)


def examples(texts, first=0, **more):
    return [example(text, first + n, **more) for n, text in enumerate(texts)]


def mixed(*groups):
    """All posts as if of one account and file, in any order."""
    texts = [e.text for group in groups for e in group]
    return examples(random.Random(4).sample(texts, len(texts)), 1000)


def texts_of(name, folder="data/raw", words=8):
    lines = (ROOT / folder / name).read_text("utf-8").splitlines()
    rows = [json.loads(line)["text"] for line in lines]
    return [t for t in dict.fromkeys(rows) if len(t.split()) >= words and t[0] != "@"]


@pytest.fixture(scope="module")
def own():
    return examples(texts_of("nasa_2016/posts.jsonl")[-760:])


@pytest.fixture(scope="module")
def references():
    names = ("noaafisheries", "whitehouse_2016", "noaaresearch")
    return {n: texts_of(f"{n}/posts.jsonl")[:180] for n in names}


@pytest.fixture(scope="module")
def other():
    """A brand that is none of the references."""
    return examples(texts_of("noaahabitat/posts.jsonl")[:200], 1000)


@pytest.fixture(scope="module")
def french():
    """Known posts of a French brand, its next ones, reference brands and a stranger's posts."""
    facts, fixtures = "data/validation/facts", "tests/fixtures/french"
    brand = examples(texts_of("maison_lune/posts.jsonl", facts), language="fr")
    references = {
        name: texts_of(f"{name}.jsonl", fixtures) for name in ("velo", "mutuelle", "boulangerie")
    }
    stranger = examples(texts_of("melezes/posts.jsonl", facts), 1000, language="fr")
    return brand[:100], brand[100:], references, stranger


@pytest.fixture(autouse=True)
def fitted_once(monkeypatch, request):
    """Equal posts are fitted once in all tests."""
    kept = request.config.cache_readings = getattr(request.config, "cache_readings", {})

    def once(known, references, language, seed=0):
        key = (hash(tuple(known)), tuple(references), language)
        if key not in kept:
            kept[key] = fit(known, references, language, seed)
        return kept[key]

    monkeypatch.setattr(intake, "fit", once)


@pytest.fixture
def check(own, references):
    """Check posts against the first 500 of the brand."""
    return lambda new, config=CONFIG: check_intake(own[:500], new, references, "en", config)


def kinds(problems):
    return {problem.kind for problem in problems if not problem.warning}


# The brand itself


@pytest.mark.parametrize("start", [500, 560, 660])
def test_the_brands_own_next_posts_pass(check, own, start):
    assert check(own[start : start + 100]) == []


def test_the_brand_two_years_later_passes(check, posts):
    """nasa_2018 after nasa_2016: the voice has moved and is still the brand's."""
    texts = [text for text, _ in posts if not text.startswith("@") and len(text.split()) > 7]
    for at in (0, 150):
        assert check(examples(texts[at : at + 150], 1000)) == []


def test_a_french_brands_own_next_posts_pass(french):
    known, new, references, _ = french
    assert not kinds(check_intake(known, new, references, "fr", CONFIG))


# Others


def test_another_brands_posts_are_refused(check, other):
    (problem,) = check(other[:60])
    assert (problem.kind, problem.share) == ("voice", 1.0)
    assert "read like other brands" in problem.what and "force=true" in problem.what


@pytest.mark.parametrize(("foreign", "own_part"), [(100, 100), (50, 150)])
def test_another_brands_posts_between_the_brands_own_are_refused(
    check, own, other, foreign, own_part
):
    new = mixed(other[:foreign], own[500 : 500 + own_part])
    assert kinds(check(new)) & {"voice", "mixed"}


@pytest.mark.parametrize(
    ("mark", "named"),
    [({"account": "stranger"}, "account stranger"), ({"file": "z/a#b.csv"}, "file z/a#b.csv")],
)  # fmt: skip
def test_the_account_or_file_is_named(check, own, other, mark, named):
    strangers = examples([e.text for e in other[:25]], 700, **mark)
    found = check([*own[500:650], *strangers])
    assert any(each.what.startswith(named + " (25 posts)") for each in found)
    assert [each.share for each in found if each.kind == "voice"][0] == 25 / 175


def test_a_week_that_is_anothers_is_found(check, own, other):
    taken_over = [e.text for e in (*own[500:580], *other[:40], *own[580:660])]
    found = check(examples(taken_over, 1000))
    assert "voice" in kinds(found)
    assert any("the posts from 2018-" in each.what for each in found)


def test_a_reference_brands_export_is_named(check, own, references):
    foreign = examples(references["noaafisheries"][:40], 1000)
    shared = [p for p in check([*own[500:560], *foreign]) if p.kind == "shared"]
    assert "40 of 100 new posts are posts of the reference brand noaafisheries" in shared[0].what
    assert shared[0].share == 0.4


# Spam and garbage


def test_spam_is_refused(check, own):
    spam = examples(SPAM["en"], 1000)
    assert kinds(check(spam)) == {"voice"}
    assert kinds(check(mixed(spam, own[500:560]))) & {"voice", "mixed"}


def test_french_spam_is_refused(french):
    known, _, references, _ = french
    spam = examples(SPAM["fr"], 1000, language="fr")
    assert kinds(check_intake(known, spam, references, "fr", CONFIG)) == {"voice"}


def test_words_in_any_order_are_refused(check, own):
    chance = random.Random(2)

    def jumbled(text):
        words = text.split()
        return " ".join(chance.sample(words, len(words)))

    garbage = examples([jumbled(e.text) for e in own[500:600]], 1000)
    assert kinds(check(garbage)) == {"order"}
    assert kinds(check(mixed(garbage, own[600:700]))) & {"order", "mixed"}


def test_letters_at_random_are_refused(check):
    chance = random.Random(2)
    letters = "abcdefghijklmnopqrstuvwxyz     "
    garbage = ["".join(chance.choices(letters, k=110)) for _ in range(30)]
    assert kinds(check(examples(garbage, 1000))) & {"voice", "order"}


# Limits


def test_few_new_posts_are_not_judged(check, other):
    assert check(other[:19]) == [] and check([]) == []


def test_the_least_voice_decides(check, other, own):
    assert check(other[:60], dataclasses.replace(CONFIG, least_voice=-1)) == []
    assert kinds(check(own[500:600], dataclasses.replace(CONFIG, least_voice=1.5))) == {"voice"}


def test_the_smallest_group_decides(check, own, other):
    strangers = examples([e.text for e in other[:12]], 700, account="stranger")
    new = [*own[500:650], *strangers]
    assert check(new) == []
    found = check(new, dataclasses.replace(CONFIG, minimum_group=10))
    assert any(each.what.startswith("account stranger") for each in found)


def test_posts_in_other_languages_are_not_asked_about(check, french):
    assert check(french[3][:60]) == []


@pytest.mark.parametrize(
    ("known", "brands", "why"),
    [(49, 3, "49 known posts in 'en' are too few"), (500, 1, "two reference brands"),
     (500, 0, "two reference brands")],
)  # fmt: skip
def test_what_cannot_be_checked_is_told(own, references, other, known, brands, why):
    few = dict(list(references.items())[:brands])
    (problem,) = check_intake(own[:known], other[:60], few, "en", CONFIG)
    assert (problem.kind, problem.warning) == ("unchecked", True) and why in problem.what


def test_a_brand_that_cannot_be_told_from_others_refuses_nothing(own, other):
    """Half of one account's posts as the reference brands of the other half."""
    texts = [e.text for e in own]
    alike = {"a": texts[1::4], "b": texts[3::4]}
    (problem,) = check_intake(own[::2], other[:60], alike, "en", CONFIG)
    assert problem.kind == "unchecked" and "cannot be told" in problem.what


def test_a_day_with_far_more_posts_than_any_before_is_a_warning(check, own):
    burst = [example(e.text, n, day=900) for n, e in enumerate(own[500:600])]
    (problem,) = check(burst)
    assert (problem.kind, problem.warning, problem.share) == ("burst", True, 1.0)
    assert "100 posts on 2018-06-19; no day before had more than 1" in problem.what


# The export


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [(1000, 100, 0.9), (1000, 499, 0.501), (1000, 500, None), (1000, 1200, None), (0, 0, None)],
)
def test_an_export_that_shrank_is_refused(before, now, lost):
    problem = shrunk(before, now, CONFIG)
    assert (problem and problem.share) == lost
    if problem:
        assert not problem.warning and f"of the {before} posts" in problem.what
        assert shrunk(before, now, dataclasses.replace(CONFIG, maximum_loss=0.95)) is None


@pytest.mark.parametrize(("days", "told"), [(46, True), (45, False), (-1, False)])
def test_an_export_that_is_no_longer_refreshed_is_a_warning(days, told):
    problem = stale(START, START + timedelta(days=days), CONFIG)
    assert (problem is not None) is told
    assert problem is None or (problem.warning and "46 days old" in problem.what)


@pytest.mark.parametrize(("again", "told"), [(75, True), (70, False)])
def test_new_rows_that_mostly_repeat_others_are_a_warning(again, told):
    before = {"read": 1000, "dropped": {"exact_duplicate": 900, "too_short": 3}}
    now = {"read": 1100, "dropped": {"exact_duplicate": 900, "near_duplicate": again}}
    found = repeated(before, now, CONFIG)
    assert [(p.kind, p.warning, p.share) for p in found] == (
        [("repeated", True, 0.75)] if told else []
    )
    assert repeated(now, now, CONFIG) == []
