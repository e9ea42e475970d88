"""Which version is the champion: promotion, rollback, and what a death in between leaves to mend.

The champion's alias is moved in one step of the store, so there is one at every moment. Everything
else is written so that doing it twice is doing it once.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import adapters
from smm_voice.tracking import files, patience, registry
from smm_voice.tracking.registry import Version

log = logging.getLogger(__name__)

CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
# Tags of a version.
PROMOTED_AT, PROMOTED_BY = "smm.promoted_at", "smm.promoted_by"
# The how-manieth promotion it was: clocks go backwards.
PROMOTION = "smm.promotion"
# The same of its first promotion, which stays whatever becomes of it later.
FIRST_PROMOTION = "smm.first_promotion"
ROLLED_BACK_AT, ROLLED_BACK_REASON = "smm.rolled_back_at", "smm.rolled_back_reason"
# The key of the retraining that made it.
CANDIDATE = "smm.retrain_key"
# passed, once it has written posts from the registry as champion.
SMOKE = "smm.smoke"


def promote(version: Version, by: str, now: datetime) -> None:
    """Previous ← champion ← version; the order leaves a champion and a way back at every step.

    Args:
        version: its files are looked at first.
        by: train, retrain or person.
        now: noted with it.

    Raises:
        SmmVoiceError: its files are missing or damaged.
    """
    brand = version.brand
    sound(version)
    champion = registry.by_alias(brand, CHAMPION)
    if champion is None or champion.version != version.version:
        # One that cannot be used is no way back; whoever was the previous one stays it then.
        if champion is not None and usable(champion):
            registry.set_alias(champion, PREVIOUS)
        registry.set_alias(version, CHAMPION)
    # After the alias: who says that it was champion has been it.
    registry.untag(version, (ROLLED_BACK_AT, ROLLED_BACK_REASON, SMOKE))
    _note(version, by, now)
    challenger = registry.by_alias(brand, CHALLENGER)
    if challenger is not None and challenger.version == version.version:
        drop_alias(brand, CHALLENGER)


def roll_back(brand: str, reason: str, now: datetime) -> tuple[Version, Version]:
    """Champion ← previous, and previous ← the champion before that one, where there was one.

    Args:
        brand: brand name.
        reason: kept with the version that goes.
        now: noted with it.

    Returns:
        The version that went and the one that is champion now.

    Raises:
        InputError: there is no previous version to go back to.
        SmmVoiceError: its files are missing or damaged.
    """
    champion, previous = registry.by_alias(brand, CHAMPION), registry.by_alias(brand, PREVIOUS)
    if champion is None or previous is None or previous.version == champion.version:
        raise InputError(
            f"brand {brand} has no previous model to go back to; any other version becomes the "
            f"champion by scripts/promote.py brand={brand} model=VERSION"
        )
    back = way_back(brand, champion)
    if back is None:
        sound(previous)  # says what is wrong with it
        back = previous
    if back.version != previous.version:
        registry.set_alias(back, PREVIOUS)
    registry.tag(
        champion,
        {ROLLED_BACK_AT: now.isoformat(timespec="seconds"), ROLLED_BACK_REASON: reason[:500]},
    )
    registry.set_alias(back, CHAMPION)
    settle(brand, now)
    return champion, back


def way_back(brand: str, champion: Version) -> Version | None:
    """The version that a rollback would make the champion; None where there is none."""
    back = registry.by_alias(brand, PREVIOUS)
    if back is None or back.version == champion.version:
        return None
    return back if usable(back) else _before(brand, back)


def settle(brand: str, now: datetime) -> list[str]:
    """Mend what a death in the middle of a promotion or a rollback left.

    A champion that nobody noted was made one by a person, in MLflow's pages, or by a job that died
    before it came to that.

    Args:
        brand: brand name.
        now: noted with a champion that has no note.

    Returns:
        What was done, in words.
    """
    told = []
    champion, previous = registry.by_alias(brand, CHAMPION), registry.by_alias(brand, PREVIOUS)
    if champion is None and previous is not None:
        registry.set_alias(previous, CHAMPION)
        told.append(f"{previous.name} version {previous.version} is champion again")
        champion = previous
    if champion is not None and previous is not None and previous.version == champion.version:
        earlier = _before(brand, champion)
        if earlier is None:
            drop_alias(brand, PREVIOUS)
        else:
            registry.set_alias(earlier, PREVIOUS)
        told.append(f"previous is {'version ' + earlier.version if earlier else 'nobody'} again")
    if champion is not None and (
        PROMOTED_AT not in champion.tags or ROLLED_BACK_AT in champion.tags
    ):
        registry.untag(champion, (ROLLED_BACK_AT, ROLLED_BACK_REASON))
        _note(champion, "retrain" if CANDIDATE in champion.tags else "person", now)
        told.append(f"noted that {champion.name} version {champion.version} is the champion")
    return told


def _note(version: Version, by: str, now: datetime) -> None:
    every = registry.versions(version.brand)
    number = 1 + max((_promotion(each) for each in every), default=0)
    # As they are now: the version may have been read before an earlier note of it.
    known = next((each for each in every if each.version == version.version), version)
    noted = PROMOTED_AT in known.tags or PROMOTION in known.tags or FIRST_PROMOTION in known.tags
    # The time last: a champion without it is noted again. The first number first: the other one
    # stands for it where there is none yet.
    tags = {
        FIRST_PROMOTION: _first_promotion(known) if noted else number,
        PROMOTION: number,
        PROMOTED_BY: by,
        PROMOTED_AT: now.isoformat(timespec="seconds"),
    }
    registry.tag(version, tags)


def sound(version: Version) -> Path:
    """The version's adapter, with the weights that were registered.

    Only what cannot pass is called damage: files of which the store says that they are not there,
    an origin that cannot be read, other weights. What may pass (no permission, a folder that is not
    mounted, a server that is away, a full disk) goes through as the error that it is: a champion is
    not given up for it.

    Raises:
        SmmVoiceError: its files are missing or damaged.
    """
    folder, digest = patience.patiently(_read)(version)
    known = version.tags.get(registry.DIGEST)
    if known and known != digest:
        raise SmmVoiceError(f"the adapter of {_label(version)} is not the one that was registered")
    return folder


def _read(version: Version) -> tuple[Path, str]:
    """The adapter's folder and digest; a folder that comes back is read again by who waits."""
    try:
        folder = registry.adapter_folder(version)
        digest = adapters.digest(folder)
        adapters.read_origin(folder)
    except Exception as error:
        if patience.passing(error) or not (_unreadable(error) or files.gone(version)):
            raise
        raise SmmVoiceError(
            f"the files of {_label(version)} are missing or damaged: {error}"
        ) from error
    return folder, digest


def _label(version: Version) -> str:
    return f"{version.name} version {version.version}"


def _unreadable(error: Exception) -> bool:
    """Whether a file is there and holds something else than it should."""
    return isinstance(error, InputError) and isinstance(error.__cause__, ValueError | TypeError)


def usable(version: Version) -> bool:
    """Whether its files are sound; a store that is away is an error all the same."""
    try:
        sound(version)
    except SmmVoiceError as error:
        log.warning("%s", error)
        return False
    return True


def first_champion(brand: str) -> Version | None:
    """The first version that ever was champion and was not taken back.

    It stays the first one when it is promoted again: what it writes is what all later versions are
    held against, and a reference that moves on lets them fade step by step.
    """
    promoted = _promoted(brand)
    if not promoted:
        return registry.by_alias(brand, CHAMPION)
    return min(promoted, key=lambda each: (_first_promotion(each), int(each.version)))


def named(brand: str) -> dict[str, str]:
    """Every alias of the brand's model, also those that people set in MLflow → its version."""
    client = patience.client()
    name = registry.model_name(brand)
    found = client.search_registered_models(f"name = '{name}'")
    return {alias: str(number) for model in found for alias, number in model.aliases.items()}


def drop_alias(brand: str, alias: str) -> None:
    """Take an alias away; there may be none."""
    if registry.by_alias(brand, alias) is not None:
        patience.client().delete_registered_model_alias(registry.model_name(brand), alias)


def _promoted(brand: str) -> list[Version]:
    """Versions that were champion and were not taken back, in the order of their promotion."""
    found = [
        version
        for version in registry.versions(brand)
        if PROMOTED_AT in version.tags and ROLLED_BACK_AT not in version.tags
    ]
    return sorted(found, key=_order)


def _promotion(version: Version) -> int:
    return version.count(PROMOTION) or 0


def _first_promotion(version: Version) -> int:
    """Versions that were promoted before it was noted have the number of their last promotion."""
    found = version.count(FIRST_PROMOTION)
    return _promotion(version) if found is None else found


def _order(version: Version) -> tuple[int, str, int]:
    return _promotion(version), version.tags.get(PROMOTED_AT, ""), int(version.version)


def _before(brand: str, champion: Version) -> Version | None:
    """The champion before this one whose files are still sound."""
    for version in reversed(_promoted(brand)):
        earlier = version.version != champion.version and _order(version) < _order(champion)
        if earlier and usable(version):
            return version
    return None
