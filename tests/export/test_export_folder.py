"""The folder appears whole or not at all, and nothing of anybody else's goes."""

from __future__ import annotations

import hashlib
import os
import stat

import pytest

from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.export import folder


def write(output, text="new", *, overwrite=False):
    with folder.staged(output, overwrite=overwrite) as place:
        (place / "weights").write_text(text)
        folder.seal(place, {"brand": "house"})


def names(path):
    return sorted(each.name for each in path.iterdir())


def test_it_appears_with_all_above_it_and_a_sum_for_each_file(tmp_path):
    output = tmp_path / "a" / "b"
    write(output)
    assert names(output) == ["SHA256SUMS", "export.json", "weights"]
    assert names(output.parent) == ["b"]
    lines = (output / "SHA256SUMS").read_text().splitlines()
    assert f"{hashlib.sha256(b'new').hexdigest()}  weights" in lines
    assert len(lines) == 2


def test_whatever_fails_inside_leaves_nothing(tmp_path):
    write(tmp_path / "out", "old")
    for error in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(error), folder.staged(tmp_path / "out", overwrite=True) as place:
            (place / "half").write_text("x")
            raise error
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "weights").read_text() == "old"


def test_an_export_is_replaced_only_where_that_is_asked_for(tmp_path):
    write(tmp_path / "out", "old")
    with pytest.raises(InputError, match="overwrite=true"):
        write(tmp_path / "out")
    write(tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / "weights").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_what_is_no_export_is_never_replaced(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "diary").write_text("x")
    (tmp_path / "link").symlink_to(mine)
    (tmp_path / "file").write_text("x")
    for name in ("mine", "link", "file"):
        with pytest.raises(InputError, match=f"output=.*{name}"):
            write(tmp_path / name, overwrite=True)
    assert names(mine) == ["diary"]
    (tmp_path / "empty").mkdir()
    write(tmp_path / "empty")


def test_of_two_at_once_the_second_is_refused(tmp_path):
    with (
        pytest.raises(InputError, match="holds an export already"),
        folder.staged(tmp_path / "out", overwrite=False) as place,
    ):
        (place / "weights").write_text("slow")
        other = tmp_path / "other"
        write(other, "fast")
        os.replace(other, tmp_path / "out")
    assert (tmp_path / "out" / "weights").read_text() == "fast"
    assert names(tmp_path) == ["out"]


def test_what_killed_exports_left_goes_and_what_living_ones_make_stays(tmp_path):
    dead, alive = 2**22 + 1, os.getppid()
    for owner in (dead, alive):
        (tmp_path / f".out.exporting-{owner}").mkdir()
    # Killed between the two moves of an overwrite: the old one is all there is.
    write(tmp_path / "out", "old")
    os.replace(tmp_path / "out", tmp_path / f".out.replaced-{dead}")
    with pytest.raises(RuntimeError), folder.staged(tmp_path / "out", overwrite=True):
        raise RuntimeError
    assert names(tmp_path) == [f".out.exporting-{alive}", "out"]
    assert (tmp_path / "out" / "weights").read_text() == "old"


def test_files_can_be_read_by_a_server_of_another_user(tmp_path):
    mask = os.umask(0o022)
    try:
        with folder.staged(tmp_path / "out", overwrite=False) as place:
            (place / "in").mkdir(mode=0o700)
            (place / "in" / "weights").write_text("x")
            (place / "in" / "weights").chmod(0o600)
    finally:
        os.umask(mask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode)
             for path in (tmp_path / "out").rglob("*")}  # fmt: skip
    assert modes == {"in": 0o755, "weights": 0o644}


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "file" / "out")
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / ("x" * 300))


def test_a_disk_without_room_is_told_with_both_sizes(tmp_path):
    folder.check_room(tmp_path, 1)
    with pytest.raises(SmmVoiceError, match=r"about 1000000\.00 GB are needed in .*are free"):
        folder.check_room(tmp_path, 10**15)
