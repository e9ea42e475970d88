"""The configuration is checked whole: every fault is named at once, with the nearest key."""

import copy
from pathlib import Path

import pytest
import yaml

from smm_voice.checks import validate
from smm_voice.config import BuildDatasetConfig, LoraConfig
from smm_voice.errors import ConfigError
from smm_voice.validation import check_path

CONF = Path(__file__).resolve().parents[1] / "conf"
VALID = {
    "workspace": ".",
    "show": 0,
    "brand": {"name": "acme", "languages": ["en"], "sources": [{"path": "data/raw/acme"}]},
    "dataset": yaml.safe_load((CONF / "dataset" / "default.yaml").read_text(encoding="utf-8")),
    "tracking": {"uri": None, "register": False, "ui": ""},
    "model": {
        "name": "tiny",
        "languages": ["en"],
        "licence": "Apache-2.0",
        "maximum_bits_per_byte": 2,
        "force": False,
        "path": "models/tiny",
    },
}


def errors_of(changes, schema=BuildDatasetConfig):
    values = copy.deepcopy(VALID)
    for path, value in changes.items():
        at = values
        *parents, last = path.split(".")
        for part in parents:
            at = at[part]
        at[last] = value
    with pytest.raises(ConfigError) as caught:
        validate(schema, values)
    return caught.value.errors


def test_a_valid_configuration_becomes_dataclasses_with_numbers_as_declared():
    config = validate(BuildDatasetConfig, VALID)
    assert config.brand.sources[0].format == "auto"
    assert isinstance(config.model.maximum_bits_per_byte, float)
    assert config.references == []


def test_all_errors_are_reported_at_once_with_those_found_before():
    values = copy.deepcopy(VALID)
    values["brand"]["nmae"] = values["brand"].pop("name")
    values["dataset"]["minimum_posts"] = "many"
    values["show"] = -1
    with pytest.raises(ConfigError) as caught:
        validate(BuildDatasetConfig, values, errors=["found earlier"])
    assert sorted(caught.value.errors) == [
        "dataset.minimum_posts must be a whole number, is 'many'",
        "found earlier",
        "missing key 'brand.name'",
        "show must be at least 0, is -1",
        "unknown key 'brand.nmae'; did you mean 'name'?",
    ]
    assert str(caught.value).count("\n  - ") == 4 and caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("show", True, "a whole number"),
        ("show", 1.5, "a whole number"),
        ("dataset.test_share", True, "a number"),
        ("dataset.test_share", "0.1", "a number"),
        ("dataset.test_share", float("nan"), "a finite number"),
        ("model.maximum_bits_per_byte", float("inf"), "a finite number"),
        pytest.param("model.maximum_bits_per_byte", 10**400, "", id="huge"),
        ("dataset.test_share", 0.51, "at most 0.5"),
        ("dataset.include_replies", 1, "true or false"),
        ("dataset.include_replies", "false", "true or false"),
        ("brand.name", "../etc", "must match"),
        ("brand.name", "acme\n", "must match"),
        ("brand.name", None, "has no value"),
        ("brand.languages", "en", "must be a list"),
        ("brand.sources", [{"path": "a", "colums": {}}], "did you mean 'columns'"),
        ("brand.sources", ["data/raw"], "must be a mapping"),
        ("brand", [], "brand must be a mapping"),
        ("model.hub", "no-owner", "must match"),
        ("model.hub", "../../etc", "must match"),
        ("model.hub", "a/../b", "must match"),
        ("dataset.privacy.phone", "hide", "must be one of mask, drop, keep"),
        ("dataset.privacy", None, "has no value"),
        ("dataset.recency_half_life_days", 0, "at least 1"),
        ("dataset.engagement_weight", 1.5, "at most 1"),
        ("dataset.maximum_overlap", 0, "at least 0.01"),
    ],
)
def test_a_wrong_value_is_named_once(path, value, complaint):
    (error,) = errors_of({path: value})
    assert path in error and complaint in error


@pytest.mark.parametrize("columns", [{"text": None}, {"text": ["a"]}, {"text": {"a": 1}}])
def test_a_column_must_be_text(columns):
    (error,) = errors_of({"brand.sources": [{"path": "a", "columns": columns}]})
    assert "brand.sources[0].columns" in error


def test_the_item_of_a_list_is_named_by_its_number():
    (error,) = errors_of({"brand.languages": ["en", "English please"]})
    assert error.startswith("brand.languages[1] must match")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"brand.languages": []}, "at least one language"),
        ({"brand.sources": []}, "at least one source"),
        ({"brand.sources": [{"path": "a", "timezone": "Mars/Base"}]}, "is no zone"),
        ({"brand.sources": [{"path": "a", "timezone": "../etc/passwd"}]}, "is no zone"),
        ({"brand.remove": ["1", "@someone", "/(/"]}, "/(/ is no regular expression"),
        ({"brand.reference_brands": ["acme"]}, "must not name 'acme' itself"),
        ({"dataset.test_share": 0.5, "dataset.validation_share": 0.3}, "less than a fifth"),
        ({"model.package": "some", "model.file": "a.gguf"}, "exactly one of package"),
        ({"model.path": None}, "exactly one of package"),
        ({"model.path": None, "model.package": "some"}, "file"),
        (
            {"model.path": None, "model.hub": "a/b", "model.package": "c", "model.file": "d"},
            "exactly one of package",
        ),
        ({"model.revision": "main"}, "model.hub is null"),
        ({"model.hub": "a/b", "model.revision": "../x"}, "model.revision must match"),
    ],
)
def test_rules_over_several_keys(changes, words):
    (error,) = errors_of(changes)
    assert words in error


def test_what_is_no_mapping_at_all_is_one_error():
    with pytest.raises(ConfigError, match="the configuration must be a mapping"):
        validate(LoraConfig, [1])


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("dataset.minimum_posts", None),
        ("brand.sources.0.path", None),
        (
            "dataset.minimum_post",
            "unknown key 'dataset.minimum_post': there is no 'minimum_post'"
            " in dataset; did you mean 'minimum_posts'?",
        ),
        (
            "datasets.minimum_posts",
            "unknown key 'datasets.minimum_posts': there is no 'datasets'; did you mean 'dataset'?",
        ),
    ],
)
def test_an_override_path_is_checked_against_the_schema(path, complaint):
    assert check_path(BuildDatasetConfig, path) == complaint
