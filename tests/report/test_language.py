"""The language of a report: asked for, or the brand's own where reports are written in it."""

from __future__ import annotations

import pytest

from smm_voice.config import BrandConfig, ReportConfig


@pytest.mark.parametrize(
    ("asked", "languages", "language"),
    [(None, ["fr", "en"], "fr"), (None, ["fr-CA"], "fr"), (None, ["de"], "en"),
     (None, ["en"], "en"), ("en", ["fr"], "en"), ("fr", ["en"], "fr")],
)  # fmt: skip
def test_the_language_of_a_report(asked, languages, language):
    brand = BrandConfig(name="x", languages=languages)
    assert ReportConfig(language=asked).language_for(brand) == language
