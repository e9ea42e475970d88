"""The fingerprint changes when the dataset would, and only then."""

import dataclasses

import pytest

from smm_voice.config import PrivacyConfig, SourceConfig
from smm_voice.dataset import build as build_module
from smm_voice.dataset.build import Source, build, fingerprint_of
from smm_voice.posts.ingest import Ingest


@pytest.fixture
def given(brand, rows, config, tmp_path):
    """Fingerprint of a small brand with one reference, with changes."""

    def fingerprint(posts=None, reference=None, settings=config, forgotten=(), **changes):
        velo = brand("velo", rows() if posts is None else posts)
        other = brand("mutuelle", rows("mutuelle") if reference is None else reference)
        brands = (dataclasses.replace(velo, **changes), other)
        noted = (frozenset(forgotten), frozenset())
        sources = [Source(Ingest(b, tmp_path), f) for b, f in zip(brands, noted, strict=True)]
        return fingerprint_of(sources, settings)

    return fingerprint


def changed(value):
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, PrivacyConfig):
        return dataclasses.replace(value, handle="keep")
    if isinstance(value, str):
        return value + "x"
    return 30.0 if value is None else value + type(value)(1)


def test_an_unchanged_rebuild_reuses_what_stands(brand, rows, config, workspace, content):
    velo = brand("velo", rows())
    first = build(velo, [], config, workspace)
    before = {path: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    again = build(brand("velo", rows()), [], config, workspace)
    assert (first.reused, again.reused) == (False, True)
    assert {path: path.stat().st_mtime_ns for path in again.folder.iterdir()} == before
    assert dict(again.splits) == dict(first.splits) and again.card == first.card
    assert content(again) == content(first)


def test_it_is_stable_and_sixteen_hexadecimal_digits(given):
    assert given() == given()
    assert len(given()) == 16 and int(given(), 16)


def test_it_changes_with_a_post_and_with_a_reference(given, rows):
    posts, reference = rows(), rows("mutuelle")
    posts[7]["text"] += "!"
    assert len({given(), given(posts=posts), given(reference=reference[:-1])}) == 3


def test_it_changes_with_every_setting_that_changes_the_dataset(given, config):
    names = [field.name for field in dataclasses.fields(config) if field.name != "workers"]
    seen = {
        given(settings=dataclasses.replace(config, **{name: changed(getattr(config, name))}))
        for name in names
    }
    assert len(seen | {given()}) == 1 + len(names)


def test_it_changes_with_every_kind_of_personal_data(given, config):
    kinds = [field.name for field in dataclasses.fields(PrivacyConfig)]
    seen = {
        given(
            settings=dataclasses.replace(
                config, privacy=dataclasses.replace(config.privacy, **{kind: "drop"})
            )
        )
        for kind in kinds
    }
    assert len(seen) == len(kinds)


def test_how_many_processes_work_does_not_change_it(given, config):
    assert given(settings=dataclasses.replace(config, workers=7)) == given()


def test_it_changes_with_how_the_brand_is_read(given):
    source = SourceConfig(path="raw/velo")
    variants = [
        {},
        {"languages": ["fr", "en"]},
        {"platforms": ["linkedin"]},
        {"public": ["@ville"]},
        {"remove": ["velo-001"]},
        {"forgotten": ["00"]},
        *(
            {"sources": [dataclasses.replace(source, **change)]}
            for change in (
                {"account": "velo"},
                {"columns": {"text": "body"}},
                {"format": "jsonl"},
                {"platform": "x"},
                {"timezone": "Europe/Paris"},
                {"day_first": True},
                {"provenance": "human"},
            )
        ),
    ]
    assert len({given(**variant) for variant in variants}) == len(variants)


@pytest.mark.parametrize("change", [{"display_name": "Vélo"}, {"style_guide": "x"}, {"facts": "x"}])
def test_what_only_the_evaluation_reads_does_not_change_it(given, change):
    assert given(**change) == given()


def test_it_changes_with_the_builders_version(given, monkeypatch):
    before = given()
    monkeypatch.setattr(build_module, "BUILDER_VERSION", "0")
    assert given() != before


def test_it_does_not_change_when_the_folder_is_moved(brand, rows, config, tmp_path):
    def fingerprint(brand):
        return fingerprint_of([Source(Ingest(brand, tmp_path), frozenset())], config)

    here = fingerprint(brand("velo", rows()))
    moved = brand("velo", rows(), folder="elsewhere/deep")
    absolute = SourceConfig(path=str(tmp_path / "elsewhere/deep/velo"))
    assert fingerprint(moved) == here
    assert fingerprint(dataclasses.replace(moved, sources=[absolute])) == here
