"""What nearly every command reads from the files of its libraries, read once.

Imported by the server of `tests/warm.py`: its children find it in memory. Data only, the same for
every command: language models, the weights of the embeddings, word lists, units, words of messages.
Nothing of a brand, a workspace or a configuration.
"""

from __future__ import annotations

import threading

from wordfreq import zipf_frequency

from smm_voice import messages
from smm_voice.models import embeddings
from smm_voice.text.facts import dates, units
from smm_voice.text.languages import detect

# Without function words, so that lingua has to tell.
_UNCLEAR = "rocket launch orbit fusée lancement orbite"


def _read() -> None:
    for language in ("en", "fr"):
        detect(_UNCLEAR, [language])
        dates.parse_date("4 May 2017", language, 2017)
        messages.knows("", language)
        zipf_frequency("orbit", language)
    units.convert("5", "kilometre", "mile")
    embeddings.embed([_UNCLEAR])
    # A thread of Python does not survive the fork, and what it holds stays locked.
    others = [each.name for each in threading.enumerate() if each is not threading.main_thread()]
    if others:
        raise RuntimeError(f"threads began: {others}")


_read()
