"""The fingerprint changes when the dataset would, and only then."""

import dataclasses

import pytest

from smm_voice.config import SourceConfig
from smm_voice.dataset.build import build, fingerprint_of


@pytest.fixture
def given(brand, rows, config, tmp_path):
    """Fingerprint of a small brand with one reference, with changes."""

    def fingerprint(posts=None, reference=None, settings=config, **changes):
        velo = brand("velo", rows() if posts is None else posts)
        other = brand("mutuelle", rows("mutuelle") if reference is None else reference)
        return fingerprint_of(dataclasses.replace(velo, **changes), [other], settings, tmp_path)

    return fingerprint


def test_an_unchanged_rebuild_reuses_what_stands(brand, rows, config, workspace):
    velo = brand("velo", rows())
    first = build(velo, [], config, workspace)
    before = (first.folder / "card.json").stat().st_mtime_ns
    again = build(brand("velo", rows()), [], config, workspace)
    assert (first.reused, again.reused) == (False, True)
    assert (again.folder / "card.json").stat().st_mtime_ns == before
    assert again.splits == first.splits and again.card == first.card


def test_it_is_stable_and_sixteen_hexadecimal_digits(given):
    assert given() == given()
    assert len(given()) == 16 and int(given(), 16)


def test_it_changes_with_a_post_and_with_a_reference(given, rows):
    posts, reference = rows(), rows("mutuelle")
    posts[7]["text"] += "!"
    assert len({given(), given(posts=posts), given(reference=reference[:-1])}) == 3


def test_it_changes_with_every_setting(given, config):
    seen = {given()}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        changed = not value if isinstance(value, bool) else value + type(value)(1)
        seen.add(given(settings=dataclasses.replace(config, **{field.name: changed})))
    assert len(seen) == 1 + len(dataclasses.fields(config))


def test_it_changes_with_how_the_brand_is_read(given):
    source = SourceConfig(path="raw/velo", account="velo")
    variants = [given(), given(languages=["fr", "en"]), given(platforms=["linkedin"])]
    variants += [given(sources=[source])]
    variants += [given(sources=[dataclasses.replace(source, columns={"text": "body"})])]
    assert len(set(variants)) == 5


def test_it_does_not_change_when_the_folder_is_moved(brand, rows, config, tmp_path):
    here = fingerprint_of(brand("velo", rows()), [], config, tmp_path)
    moved = brand("velo", rows(), folder="elsewhere/deep")
    absolute = SourceConfig(path=str(tmp_path / "elsewhere/deep/velo"))
    assert fingerprint_of(moved, [], config, tmp_path) == here
    assert (
        fingerprint_of(dataclasses.replace(moved, sources=[absolute]), [], config, tmp_path) == here
    )
