"""Lines for a fact sheet that a brand's own posts propose, for a person to confirm."""

from smm_voice.metrics.factuality.suggest.collect import suggest
from smm_voice.metrics.factuality.suggest.evidence import ADDRESSES, LANGUAGES, Brand, title_of
from smm_voice.metrics.factuality.suggest.names import key_of, slug
from smm_voice.metrics.factuality.suggest.proposal import Proposal
from smm_voice.metrics.factuality.suggest.sheet_file import as_yaml, in_words, readable

__all__ = [
    "ADDRESSES", "LANGUAGES", "Brand", "Proposal", "as_yaml", "in_words", "key_of", "readable",
    "slug", "suggest", "title_of",
]  # fmt: skip
