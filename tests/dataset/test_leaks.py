"""Whatever the corpus: no post leaks into another split, none is lost, none is kept twice."""

import dataclasses
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.dataset.build import build
from smm_voice.dataset.splits import SPLITS
from smm_voice.errors import InputError
from smm_voice.posts.near_duplicates import folded

START = datetime(2019, 1, 1, tzinfo=UTC)
PLATFORMS = ("x", "linkedin", "facebook", "mastodon")
LEAVES = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def edited(text, other, chance):
    """What becomes of a post when it is published again."""
    words = text.split(" ")
    at = chance.randrange(len(words))
    several = set(chance.sample(range(len(words)), len(words) // 6))
    return chance.choice(
        [
            text,
            text.upper(),
            text + " https://example.org/again",
            "ICYMI: " + text,
            text + " 🎉",
            " ".join(words[:at] + words[at + 1 :]),
            " ".join(words[:at] + ["really", *words[at:]]),
            " ".join(word for number, word in enumerate(words) if number not in several),
            " ".join(words[: at + 1] + other.split(" ")[at:]),
            text[: len(text) * 2 // 3],
        ]
    )


def corpus(base, chance, count, copies, days):
    """Rows of real posts and of their copies, on several platforms and accounts."""
    rows = [dict(row) for row in chance.sample(base, count)]
    for number in range(int(copies * count)):
        row, other = chance.choice(rows), chance.choice(rows)
        again = row | {"text": edited(row["text"], other["text"], chance)}
        if chance.random() < 0.8:
            again["id"] = f"{row['id']}-{number}"
        rows.append(again)
    for row in rows:
        row["created_at"] = (START + timedelta(hours=chance.randrange(days * 24))).isoformat()
        row |= {"platform": chance.choice(PLATFORMS), "account": chance.choice(("one", "two"))}
    chance.shuffle(rows)
    return rows


def similarities(examples):
    """Exact Jaccard similarity of the folded texts' character 5-grams, pair by pair."""
    places, held = {}, []
    for example in examples:
        text = folded(example.post.text).ljust(5, "\0")
        held.append({places.setdefault(text[i : i + 5], len(places)) for i in range(len(text) - 4)})
    columns = np.concatenate([np.fromiter(grams, int) for grams in held])
    rows = np.repeat(np.arange(len(held)), [len(grams) for grams in held])
    table = csr_array((np.ones(len(columns)), (rows, columns)), (len(held), len(places)))
    shared = (table @ table.T).toarray()
    sizes = shared.diagonal()
    return np.triu(shared / (sizes[:, None] + sizes[None, :] - shared), 1)


def check(dataset, config, sources, dropped):
    """No leak, strict order, and a full account."""
    split_of = [split for split in SPLITS for _ in dataset.splits[split]]
    examples = [example for split in SPLITS for example in dataset.splits[split]]
    languages = np.array([example.post.language for example in examples])
    numbers = np.array([SPLITS.index(split) for split in split_of])
    table = similarities(examples)
    assert (table < config.near_duplicate_similarity + 0.05).all(), pair(examples, table)
    apart = (numbers[:, None] != numbers) & (languages[:, None] == languages)
    assert (table * apart < config.cluster_similarity + 0.05).all(), pair(examples, table * apart)

    times = np.array([example.post.created_at.timestamp() for example in examples])
    for language in set(languages):
        of_language = languages == language
        for number in range(1, len(SPLITS)):
            before, here = (times[of_language & (numbers == n)] for n in (number - 1, number))
            assert len(before) and len(here), f"{language} has no {SPLITS[number]} posts"
            assert before.max() < here.min()
        for number in range(len(SPLITS)):
            assert (np.diff(times[numbers == number]) >= 0).all()

    accounted = Counter(example.post.source for example in examples)
    accounted.update(dropped(dataset).keys())
    assert accounted == Counter(sources)
    card = dataset.card
    assert card["read"] == len(sources) == card["kept"] + sum(card["dropped"].values())
    return examples


def pair(examples, table):
    i, j = np.unravel_index(table.argmax(), table.shape)
    return f"{table.max():.3f}: {examples[i].post.text!r} and {examples[j].post.text!r}"


@pytest.fixture(scope="module")
def french(rows):
    """The French posts of all invented brands."""
    return [row for name in ("boulangerie", "mutuelle", "velo") for row in rows(name)]


@pytest.fixture
def built(write, tmp_path_factory, config, workspace, dropped):
    """Build rows that lie in two files, and check the dataset."""
    small = dataclasses.replace(config, minimum_posts=8)

    def run(rows, languages):
        folder = tmp_path_factory.mktemp("leaks")
        half = len(rows) // 2
        write(folder / "raw/first.jsonl", rows[:half])
        write(folder / "raw/second.jsonl", rows[half:])
        brand = BrandConfig(
            name="b", languages=languages, sources=[SourceConfig(path=str(folder / "raw"))]
        )
        here = dataclasses.replace(workspace, root=folder / "work")
        try:
            dataset = build(brand, [], small, here)
        except InputError as error:
            assert "no post is left for the" in str(error) or "are needed" in str(error)
            reject()
        sources = [f"raw/first.jsonl#{n + 1}" for n in range(half)]
        sources += [f"raw/second.jsonl#{n + 1}" for n in range(len(rows) - half)]
        return check(dataset, small, sources, dropped)

    return run


@settings(LEAVES, max_examples=45)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(40, 120),
    copies=st.floats(0, 1),
    days=st.sampled_from((2, 20, 700)),
)
def test_nothing_leaks_between_splits_platforms_and_accounts(
    built, english, seed, count, copies, days
):
    chance = random.Random(seed)
    built(corpus(english, chance, count, copies, days), ["en"])


@settings(LEAVES, max_examples=25)
@given(
    seed=st.integers(0, 2**32),
    counts=st.tuples(st.integers(50, 90), st.integers(50, 90)),
    copies=st.floats(0, 0.6),
    days=st.sampled_from((30, 700)),
)
def test_nothing_leaks_in_a_brand_with_two_languages(
    built, english, french, seed, counts, copies, days
):
    chance = random.Random(seed)
    rows = corpus(english, chance, counts[0], copies, days)
    rows += corpus(french, chance, counts[1], copies, days)
    chance.shuffle(rows)
    examples = built(rows, ["fr", "en"])
    assert {example.post.language for example in examples} == {"en", "fr"}


def test_nothing_leaks_in_the_sample_brand(request, config, workspace, dropped):
    root = request.config.rootpath
    source = SourceConfig(path="data/raw/acme")
    brand = BrandConfig(name="acme", languages=["en"], sources=[source])
    dataset = build(brand, [], config, dataclasses.replace(workspace, repository=root))
    sources = [f"acme/data/tweets.js#{number + 1}" for number in range(dataset.card["read"])]
    assert len(check(dataset, config, sources, dropped)) > 1800


def test_a_series_that_runs_through_all_splits_leaks_into_none(built, english):
    """Its posts go to one split or nowhere."""
    chance = random.Random(2)
    series = [
        {"id": f"s{n}", "platform": "x", "account": "one",
         "text": f"Tonight's sky over station {n}: Mars rises at {n % 12}:{n % 60:02} in the east"}
        for n in range(60)
    ]  # fmt: skip
    rows = [
        row | {"created_at": (START + timedelta(days=number * 7 % 180)).isoformat()}
        for number, row in enumerate(series + chance.sample(english, 120))
    ]
    examples = built(rows, ["en"])
    assert 0 < sum(example.id.startswith("s") for example in examples) < 60
