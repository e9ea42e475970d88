"""What the tests of the readers share."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from smm_voice.posts.files import find_files
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers import ReadOptions, Sample, reader_for

EXPORTS = Path(__file__).parents[2] / "fixtures" / "exports"


class Read(NamedTuple):
    """What reading one file gave."""

    reader: str | None
    posts: list[Post]
    rejected: list[Rejected]
    error: str | None


@pytest.fixture
def exports():
    """The folder of export fixtures."""
    return EXPORTS


@pytest.fixture
def read():
    """Read one file: (reader name, posts, rejected, error or None).

    The file is called by its own name without folders, so that sources are predictable.
    """

    def run(path, format="auto", **options):
        found = find_files(Path(path))
        if not found.files:
            return Read(None, [], found.refused, None)
        (file,) = found.files
        columns = options.get("columns", {})
        reader = reader_for(Sample(file, columns), format)
        if reader is None:
            return Read(None, [], [], None)
        rows = []
        error = None
        try:
            for row in reader.read(file, ReadOptions(file.name, **options)):
                rows.append(row)
        except ValueError as raised:
            error = str(raised)
        posts = [row for row in rows if isinstance(row, Post)]
        return Read(reader.name, posts, [r for r in rows if isinstance(r, Rejected)], error)

    return run


@pytest.fixture
def recognised_by():
    """Name of the reader that takes a file when the format is not given."""

    def run(path):
        found = find_files(Path(path))
        reader = reader_for(Sample(found.files[0]), "auto") if found.files else None
        return reader.name if reader else None

    return run


@pytest.fixture
def words():
    """Texts that several fixtures hold, as they were published."""
    return {
        "juno": "Jupiter, you’re bluetiful 💙! Churning swirls of Jupiter’s clouds are seen in "
        "striking shades of blue in this new view taken by our @NASAJuno spacecraft. Dive in for "
        "more: https://t.co/wKrrDe2mu0 https://t.co/1RLwY0Sjie",
        "mars": "Join us for the next stop on our tour of the solar system: Mars! 🔴\n\nDownload "
        "and listen to this week’s episode of our Gravity Assist Podcast to fill your brain with "
        "new facts about the Red Planet: https://t.co/3doof0jlrn https://t.co/w8Sb5xM1lO",
        "veterans": 'Acting Administrator Lightfoot: "To all our veterans and their families, '
        "including those at NASA working to advance our future in space, thank you for your "
        'service"\n\nFull #VeteransDay Message: https://t.co/suKslg7ONm https://t.co/zwBGQpNDth',
        "club": "Le club de lecture reprend jeudi à 19 h.\n\nAu programme : un roman, du thé et "
        "des désaccords courtois. Inscription à la caisse ☕",
        "party": "Merci à toutes et à tous pour cette belle fête de la librairie : 214 visiteurs, "
        "3 lectures, 1 gâteau au chocolat disparu trop vite.",
    }
