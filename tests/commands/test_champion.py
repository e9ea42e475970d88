"""What monitoring is told of the versions before the champion."""

import dataclasses
import hashlib
import json
from datetime import UTC, datetime

import pytest

from smm_voice.evaluation import comparable, record
from smm_voice.metrics.base import Item
from smm_voice.monitoring import homogeneity
from tests.evaluation.judged import INDEX, but, evaluation

ALIKE = "homogeneity/ratio"
DECODING = {"temperature": 0.7, "batch_size": 4}
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def weights(number):
    return f"weights of {number}".encode()


def digest(number):
    return hashlib.sha256(weights(number)).hexdigest()


def judged(number, beside=(), count=60, decoding=DECODING, language="en", version="1"):
    """Version `number`'s own evaluation: on briefs of its own, beside arm → version."""
    numbers = {"candidate": number, **dict(beside)}
    found = evaluation(
        {arm: {INDEX: [0.9] * count, ALIKE: [1.0] * count} for arm in numbers}, brand="own"
    )
    texts = {
        arm: [Item(f"{number}-{item.id}", item.text, f"{number}: {item.brief}") for item in items]
        for arm, items in found.texts.items()
    }
    systems = {arm: {"label": "x", "adapter_digest": digest(n)} for arm, n in numbers.items()}
    return but(
        dataclasses.replace(found, texts=texts), systems=systems, language=language,
        decoding=decoding, metrics=found.provenance["metrics"] | {ALIKE: version},
    )  # fmt: skip


@pytest.fixture
def versions(store, tmp_path):
    """Register versions, each with its own evaluation; each becomes the champion."""
    import mlflow

    from smm_voice.tracking import aliases, registry
    from smm_voice.tracking.history import BRIEFS, SERIES

    mlflow.set_tracking_uri(store.tracking_uri)
    mlflow.set_registry_uri(store.tracking_uri)
    root = tmp_path / "artifacts"
    experiment = store.create_experiment("own", root.as_uri())
    store.create_registered_model("own-voice")

    def add(found, ratio=1.0, promoted=True):
        number = len(registry.versions("own")) + 1
        files = root / "models" / f"m-{number}"
        folder = files / "artifacts" / "adapter"
        folder.mkdir(parents=True)
        (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
        (folder / "adapter_model.safetensors").write_bytes(weights(number))
        origin = {"brand": "own", "base": {}, "base_digest": "", "dataset_fingerprint": "",
                  "trained_until": "", "prompt_version": "1"}  # fmt: skip
        (folder / "smm_voice.json").write_text(json.dumps(origin), encoding="utf-8")
        tags = {"smm.kind": "train", SERIES: comparable.series_digest(found, ALIKE),
                BRIEFS: str(len(found.texts["human"]))}  # fmt: skip
        run = store.create_run(experiment, tags=tags).info.run_id
        store.log_metric(run, ALIKE, ratio)
        store.log_dict(run, record.as_json(found), record.PATH)
        store.set_terminated(run, "FINISHED")
        known = {"smm.run": run, registry.DIGEST: digest(number)}
        store.create_model_version("own-voice", files.as_uri(), run, tags=known)
        if promoted:
            aliases.promote(registry.find("own", str(number)), "retrain", NOW)
        return run

    return add


@pytest.fixture
def known(store):
    """What monitoring knows of the champion's versions."""
    from smm_voice.checks import validate
    from smm_voice.commands.champion import champion_of
    from smm_voice.config import BrandConfig
    from smm_voice.tracking.store import Store

    config = validate(BrandConfig, {"name": "own", "languages": ["en"], "sources": [{"path": "x"}]})

    def look(language="en"):
        experiment = store.get_experiment_by_name("own").experiment_id
        found = champion_of(Store(store.tracking_uri, experiment, ""), config, language, 0)
        return found.model

    return look


def test_the_second_champion_is_held_against_the_first_that_was_the_champion_then(versions, known):
    versions(judged(1))
    assert list(known().versions) == ["candidate"]
    versions(judged(2, {"champion": 1}))
    found = known().versions
    assert list(found) == ["champion", "candidate"]
    assert [item.id for item in found["champion"]] == [item.id for item in found["candidate"]]


def test_a_later_one_is_held_against_the_first_and_not_the_one_before(versions, known):
    versions(judged(1))
    versions(judged(2, {"champion": 1}))
    versions(judged(3, {"champion": 2, "v1": 1}))
    assert list(known().versions) == ["v1", "candidate"]
    # A champion that is not the first one stands for nobody.
    versions(judged(4, {"champion": 3}))
    assert list(known().versions) == ["candidate"]


def test_the_first_champion_comes_first_whatever_its_number(versions, known):
    versions(judged(1), promoted=False)
    versions(judged(2))
    versions(judged(3, {"v1": 1, "champion": 2}))
    assert list(known().versions) == ["champion", "v1", "candidate"]


def test_eight_versions_on_briefs_of_their_own_make_a_chart(versions, known):
    for number in range(1, 8):
        versions(judged(number, count=60 + number), 1 + number % 2 / 10)
    assert homogeneity.chart(known().ratios).value is None
    versions(judged(8, count=70), 2.0)
    found = known().ratios
    assert found == [*((f"v{n}", 1 + n % 2 / 10) for n in range(1, 8)), ("v8", 2.0)]
    chart = homogeneity.chart(found)
    assert chart.value == 2.0 and chart.alarm


@pytest.mark.parametrize(
    "other", [{"decoding": DECODING | {"temperature": 1.0}}, {"language": "fr"}, {"version": "2"},
              {"count": 100}, {"count": 40}]
)  # fmt: skip
def test_a_version_that_was_measured_otherwise_is_no_point_of_the_chart(versions, known, other):
    versions(judged(1))
    versions(judged(2, **other), promoted=False)
    versions(judged(3, decoding=DECODING | {"batch_size": 8}))
    assert [label for label, _ in known().ratios] == ["v1", "v3"]


def test_where_the_champion_itself_was_not_measured_there_is_no_chart(versions, known, store):
    versions(judged(1))
    run = versions(judged(2))
    store.delete_tag(run, "smm.ratio_series")
    assert known().ratios == []


def test_a_later_candidate_is_not_in_the_champions_chart(versions, known):
    versions(judged(1))
    versions(judged(2), promoted=False)
    assert [label for label, _ in known().ratios] == ["v1"]
