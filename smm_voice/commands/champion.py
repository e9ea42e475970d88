"""What monitoring needs to know of a brand's champion: its answers, then and today.

Then and today are compared to the letter, and rounding in bf16 depends on how many prompts are read
at once: of twelve answers made in a batch of their own none was equal to those made among 64,
while the same batch twice gave the same answers. So the answers that today's are held against come
from the first look at this champion, which asked the same briefs in the same batch. The first look
itself has only the evaluation's: against these the manner is compared and not the letter.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import BrandConfig, GenerationConfig, ModelConfig
from smm_voice.dataset.learned import of_language
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.evaluation import comparable, record
from smm_voice.evaluation.run import Evaluation
from smm_voice.generation.generate import Request
from smm_voice.metrics.base import Item
from smm_voice.metrics.homogeneity.components import RATIO
from smm_voice.models import adapters
from smm_voice.models.base import prepare
from smm_voice.monitoring.monitor import Model
from smm_voice.tracking.store import Store

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version

log = logging.getLogger(__name__)

# Evaluations that are read in search of one with the champion and its predecessors.
_MOST_READ = 5
_OTHER_BATCH = (
    "the first look at this model: its answers were kept, and later looks are held against them "
    "to the letter"
)


@dataclass(frozen=True)
class Champion:
    """The model in use, as monitoring sees it.

    Attributes:
        version: its registered version.
        until: the time until which it has learned, ISO 8601; "" where that is not known.
        model: its answers and those of its predecessors; None where it was not evaluated.
        answers: today's, to be kept: `key` (what decides them) and `answers`; None without any.
        same_batch: whether the answers then were made in the same batch as today's.
        remarks: what could not be had, and why.
    """

    version: str
    until: str
    model: Model | None = None
    answers: Mapping[str, Any] | None = None
    same_batch: bool = True
    remarks: Sequence[str] = field(default_factory=tuple)


def champion_of(store: Store, brand: BrandConfig, language: str, count: int) -> Champion | None:
    """The brand's champion, asked again today; None where there is none.

    Whatever its files lack, the posts can be looked at: what is missing is named in `remarks`.

    Args:
        store: of the brand.
        brand: the brand.
        language: whose answers are asked for.
        count: briefs that it answers again; 0: no model is loaded.
    """
    from smm_voice.tracking import aliases, registry

    if not registry.has_champion(brand.name):
        return None
    version = registry.find(brand.name, "champion")
    until = of_language(version.tags.get("smm.trained_until", ""), language)
    found = Champion(version.version, until)
    try:
        adapter = registry.adapter_folder(version)
        digest = adapters.digest(adapter)
    except Exception as error:  # A deleted file, a store that is gone: the posts are there.
        return _lacking(found, f"the files of version {version.version} cannot be read: {error}")
    of_it = _evaluation(store, brand, digest, language)
    if of_it is None:
        return _lacking(found, f"no evaluation of version {version.version} in {language} is kept")
    evaluation, arm = of_it
    number = int(version.version)
    model = Model(
        written=[item.text for item in evaluation.texts[arm]],
        versions=_versions(evaluation, arm, number, aliases.first_champion(brand.name)),
        ratios=_ratios(brand.name, evaluation, number),
    )
    found = dataclasses.replace(found, model=model)
    if not count:
        return found
    try:
        return _asked(store, found, model, adapter, brand.title, evaluation, arm, count)
    except Exception as error:  # As above: a base model that is missing, too little memory.
        return _lacking(found, f"version {version.version} could not be asked again: {error}")


def _lacking(found: Champion, remark: str) -> Champion:
    log.warning("%s", remark)
    return dataclasses.replace(found, remarks=(*found.remarks, remark))


def _evaluation(
    store: Store, brand: BrandConfig, digest: str, language: str
) -> tuple[Evaluation, str] | None:
    """An evaluation in which the adapter answered, and as which arm: its own, else the newest."""
    from smm_voice.tracking import evaluations, registry

    listed = evaluations.newest(store, _MOST_READ, record.PATH)
    own = registry.find(brand.name, "champion").tags.get("smm.run")
    # Its own first: later ones ask other briefs, and what is asked again has to stay the same.
    for run in [*([own] if own else []), *(each.id for each in listed)]:
        try:
            found = record.read(registry.run_file(run, record.PATH))
        except InputError as error:
            log.info("%s", error)
            continue
        systems: Mapping[str, Mapping[str, Any]] = found.provenance.get("systems") or {}
        arms = [a for a, system in systems.items() if system.get("adapter_digest") == digest]
        if arms and found.provenance.get("language") == language and found.texts.get(arms[0]):
            return found, arms[0]
    return None


def _versions(
    evaluation: Evaluation, arm: str, number: int, first: Version | None
) -> dict[str, Sequence[Item]]:
    """The predecessors of a version that answered the same briefs as `arm`, then that arm.

    The first champion comes first, whatever arm it answered as: beside a candidate it has one of
    its own only once there is another champion; until then it is the arm `champion`, told by its
    weights.

    Args:
        evaluation: in which the version answered.
        arm: as which.
        number: of the version.
        first: the first champion; None where it is not known.
    """
    from smm_voice.tracking.registry import DIGEST

    numbered = {int(e[1:]): e for e in evaluation.texts if e[:1] == "v" and e[1:].isdigit()}
    order = [*(numbered[each] for each in sorted(numbered) if each < number), arm]
    digest = first.tags.get(DIGEST) if first and int(first.version) != number else None
    systems: Mapping[str, Mapping[str, Any]] = evaluation.provenance.get("systems") or {}
    for each, system in systems.items():
        known = digest and each != arm and evaluation.texts.get(each)
        if known and system.get("adapter_digest") == digest:
            order = [each, *(other for other in order if other != each)]
            break
    return {each: evaluation.texts[each] for each in order}


def _ratios(brand: str, evaluation: Evaluation, number: int) -> list[tuple[str, float]]:
    """How alike the posts of each version were beside people's, up to this version's.

    Each version's on its own briefs: see `comparable.series_digest`. Empty where the version itself
    is not among them, since the chart is about its last point.
    """
    from smm_voice.tracking.history import ratio_series

    series = comparable.series_digest(evaluation, RATIO.name)
    found = ratio_series(brand, RATIO.name, series, len(evaluation.texts["human"]), number)
    return found if found and found[-1][0] == f"v{number}" else []


def _asked(
    store: Store,
    found: Champion,
    model: Model,
    adapter: Path,
    title: str,
    evaluation: Evaluation,
    arm: str,
    count: int,
) -> Champion:
    """The champion with its answers then and today."""
    from smm_voice.generation.generate import generate
    from smm_voice.models.memory import release
    from smm_voice.tracking.monitoring import first_answers

    then = list(evaluation.texts[arm])[:count]
    decoding = GenerationConfig(**evaluation.provenance["decoding"])
    precision = str(evaluation.provenance["precision"])
    origin = adapters.read_origin(adapter)
    base = prepare(ModelConfig(**origin.base))
    key = _key(adapters.digest(adapter), base.identity, then, decoding, precision)
    language = str(evaluation.provenance["language"])
    asked = [Request(item.id, prompt(title, language, item.brief or "")) for item in then]
    loaded, tokenizer = adapters.load_for_generation(base, adapter, precision)
    answers = generate(loaded, tokenizer, asked, decoding, title="Asking the champion again")
    del loaded
    release()
    now = [answer.text for answer in answers]
    kept = first_answers(store, key)
    rows = [
        {"id": item.id, "brief": item.brief, "text": text}
        for item, text in zip(then, now, strict=True)
    ]
    before = kept if kept is not None and len(kept) == len(now) else None
    return dataclasses.replace(
        found,
        model=dataclasses.replace(
            model, then=before or [item.text for item in then], now=now
        ),
        answers={"key": key, "precision": precision, "answers": rows},
        same_batch=before is not None,
        remarks=found.remarks if before is not None else (*found.remarks, _OTHER_BATCH),
    )  # fmt: skip


def _key(
    adapter: str, base: str, briefs: Sequence[Item], decoding: GenerationConfig, precision: str
) -> str:
    """What decides the answers apart from code, libraries and machine."""
    asked = [[item.id, item.brief] for item in briefs]
    parts = [adapter, base, asked, dataclasses.asdict(decoding), precision]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
