"""A forgotten post is gone from every dataset, stays out, and all that had seen it is listed."""

import json
import re

import pytest

# Every post but this one says something that no brief or card would repeat.
TEXT = "Zumbrota quarries open to nobody but geologists on the second of this month"
FINGERPRINT = "smm.dataset_fingerprint"


@pytest.fixture
def brands(posts, write_brand):
    """The brand `own` with TEXT among its posts, and `neighbour`, which refers to it.

    Ids of the one are ids of the other too.
    """
    originals = [(text, when) for text, when in posts if not text.startswith("@")]

    def rows(start, end):
        return [
            {"id": f"own-{number}", "text": text, "created_at": when, "platform": "x"}
            for number, (text, when) in enumerate(originals[start:end])
        ]

    own = rows(0, 70)
    own[30] |= {"text": TEXT, "id": "own-secret"}
    write_brand("own", own)
    write_brand("neighbour", rows(100, 150), reference_brands=["own"])
    return own


@pytest.fixture
def home(tmp_path):
    """Where built datasets lie."""
    return tmp_path / "ws" / "data" / "built"


@pytest.fixture
def build(command, home):
    """Build brands' datasets; the newest fingerprint of each."""

    def run(*names, **settings):
        found = []
        for name in names:
            more = [f"{key}={value}" for key, value in settings.items()]
            ended = command("scripts/build_dataset.py", f"brand={name}", *more)
            assert ended.status == 0, ended.errors
            cards = sorted(home.glob(f"{name}/*/card.json"), key=lambda p: p.stat().st_mtime_ns)
            found.append(cards[-1].parent.name)
        return found

    return run


@pytest.fixture
def forget(command):
    """Forget a post of the brand `own`."""
    return lambda post, *more: command("scripts/forget.py", "brand=own", f"post={post}", *more)


@pytest.fixture
def tracked(store):
    """Make a run of a dataset."""

    def make(brand, fingerprint, kind="train"):
        found = store.get_experiment_by_name(brand)
        experiment = found.experiment_id if found else store.create_experiment(brand)
        return store.create_run(experiment, tags={FINGERPRINT: fingerprint, "smm.kind": kind})

    return make


def holding(folder, *needles):
    """Files below a folder that hold any of these texts."""
    return {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(needle.encode() in path.read_bytes() for needle in needles)
    }


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ids_in(folder):
    """Ids of the examples of all datasets below a folder."""
    return {
        json.loads(line)["id"]
        for split in ("train", "validation", "calibration", "test")
        for path in folder.rglob(f"{split}.jsonl")
        for line in path.read_text("utf-8").split("\n")
        if line
    }


def test_the_post_is_gone_from_every_file_and_all_that_had_seen_it_is_listed(
    brands, home, build, forget, tracked, register
):
    own, neighbour = build("own", "neighbour")
    assert holding(home, TEXT) == {"train.jsonl", "references.jsonl"}
    trained, judged = tracked("own", own), tracked("own", own, "evaluation")
    theirs, stranger = tracked("neighbour", neighbour), tracked("own", "0123456789abcdef")
    register("own-voice", "champion", trained, **{FINGERPRINT: own})
    register("own-voice", None, trained, **{FINGERPRINT: own})
    register("own-voice", "previous", stranger, **{FINGERPRINT: "0123456789abcdef"})
    register("neighbour-voice", "challenger", theirs, **{FINGERPRINT: neighbour})

    ended = forget("own-secret")
    assert ended.status == 0, ended.errors
    assert holding(home, TEXT, "own-secret", "Zumbrota") == set()
    listed = ended.output[ended.output.index("Post own-secret is forgotten. It stood in:") :]
    assert set(re.findall(r"^  (\w+) +(.+)$", listed, re.MULTILINE)) == {
        ("dataset", f"{own} (own, train), erased there"),
        ("dataset", f"{neighbour} (neighbour, references), erased there"),
        ("train", f"{trained.info.run_id} (dataset {own})"),
        ("evaluation", f"{judged.info.run_id} (dataset {own})"),
        ("train", f"{theirs.info.run_id} (dataset {neighbour})"),
        ("version", f"own-voice version 1 (champion) (dataset {own})"),
        ("version", f"own-voice version 2 (dataset {own})"),
        ("version", f"neighbour-voice version 1 (challenger) (dataset {neighbour})"),
    }
    for words in ("Registered versions keep what they have learned", "Runs may show the post",
                  "The sources still hold it"):  # fmt: skip
        assert words in listed
    for folder in (home / "own" / own, home / "neighbour" / neighbour):
        assert json.loads((folder / "card.json").read_text("utf-8"))["forgotten_since"] == 1
    left = [path.name for path in home.rglob("*") if path.name.startswith(".building")]
    assert left + [path.name for path in home.rglob("*.tmp")] == []


def test_no_later_build_from_the_same_sources_brings_it_back(brands, home, build, forget):
    first = build("own", "neighbour")
    assert forget("own-secret").status == 0
    again = [*build("own"), *build("own", **{"dataset.terse_share": 0.5}), *build("neighbour")]
    assert len({*first, *again}) == 5
    assert holding(home, TEXT, "own-secret") == set()
    for fingerprint in again[:2]:
        card = json.loads((home / "own" / fingerprint / "card.json").read_text("utf-8"))
        assert card["dropped"]["removed_on_request"] == 1


def test_a_post_that_no_dataset_holds_yet_never_comes_into_one(brands, home, build, forget):
    ended = forget("own-secret")
    assert ended.status == 0 and "no built dataset" in ended.output
    build("neighbour", "own")
    assert holding(home, TEXT, "own-secret") == set()


def test_a_post_of_the_same_id_of_another_brand_stays(brands, home, build, forget):
    build("own", "neighbour")
    kept = sorted(ids_in(home / "own") & ids_in(home / "neighbour"))
    text = next(row["text"] for row in brands if row["id"] == kept[0])
    assert forget(kept[0]).status == 0
    assert kept[0] in ids_in(home / "neighbour")
    assert kept[0] not in ids_in(home / "own")
    assert holding(home, text[:40]) == set()


@pytest.mark.parametrize("post", ["own-999", "own", "OWN-SECRET", ""])
def test_an_unknown_id_is_refused_and_nothing_is_written(brands, tmp_path, build, forget, post):
    build("own")
    before = contents(tmp_path / "ws")
    ended = forget(post)
    assert ended.status == 2
    assert f"brand own has no post {post!r}" in ended.errors
    assert contents(tmp_path / "ws") == before


def test_twice_is_as_once_and_needs_no_store(brands, tmp_path, home, build, forget):
    build("own")
    first = forget("own-secret")
    before = contents(tmp_path / "ws")
    second = forget("own-secret")
    assert (first.status, second.status) == (0, 0), first.errors + second.errors
    assert "erased there" in first.output and "erased earlier" in second.output
    assert contents(tmp_path / "ws") == before
    assert not (tmp_path / "ws" / "mlflow.db").exists()


@pytest.mark.parametrize(
    "post",
    [
        'it\'s "quoted", [listed], {mapped}: ${oc.env:HOME} = \\ 100 %',
        "été-🚀-\u2028-ﬁ-İ",
        "-1",
        "brand=neighbour",
    ],
)
def test_an_id_of_any_characters(brands, write_brand, home, build, forget, post):
    brands[30]["id"] = post
    brands[31]["id"] = f"{post}2"
    write_brand("own", brands)
    build("own")
    assert {post, f"{post}2"} <= ids_in(home)
    ended = forget(post)
    assert ended.status == 0, ended.errors
    assert f"Post {post} is forgotten" in ended.output
    assert holding(home, TEXT) == set()
    assert post not in ids_in(home) and f"{post}2" in ids_in(home)


def test_what_had_seen_the_post_is_told_though_too_few_posts_are_left(
    brands, home, build, forget, tracked
):
    (own,) = build("own")
    posts = json.loads((home / "own" / own / "card.json").read_text("utf-8"))["kept"]
    run = tracked("own", own)
    ended = forget("own-secret", f"dataset.minimum_posts={posts}")
    assert holding(home, TEXT) == set()
    assert ended.status == 2 and f"{posts} are needed" in ended.errors
    # A second call could not tell: the post no longer stands in the dataset.
    assert run.info.run_id in ended.output


def test_versions_beyond_the_first_page_are_listed(brands, build, forget, store, register):
    (own,) = build("own")
    for number in range(100):
        store.create_registered_model(f"a-model-{number:03}")
    register("own-voice", "champion", **{FINGERPRINT: own})
    assert "own-voice version 1 (champion)" in forget("own-secret").output


def test_models_that_others_keep_in_the_store_are_no_hindrance(brands, build, forget, register):
    (own,) = build("own")
    register("someone's model")
    register("own-voice", "champion", **{FINGERPRINT: own})
    ended = forget("own-secret")
    assert "own-voice version 1 (champion)" in ended.output
