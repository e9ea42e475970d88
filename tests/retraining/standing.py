"""What has to hold of a job's registry and files, whatever has happened."""

from __future__ import annotations

import json
from typing import Any


def named(job: Any) -> dict[str, str]:
    """Alias → version, as text."""
    return {alias: str(number) for alias, number in job.aliases().items()}


def sound(job: Any, number: str) -> bool:
    """Whether a version's adapter can be loaded and has the weights that were registered."""
    from safetensors.torch import load_file

    from smm_voice.models import adapters

    folder = job.adapter(number)
    adapters.read_origin(folder)
    json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "adapter_model.safetensors")
    return bool(weights) and (
        adapters.digest(folder) == job.version(number).tags["smm.adapter_digest"]
    )


def standing(job: Any) -> None:
    """At every moment: there is a champion, and champion and previous can be used."""
    aliases = named(job)
    assert "champion" in aliases
    for alias in {"champion", "previous"} & aliases.keys():
        assert sound(job, aliases[alias]), alias


def in_order(job: Any) -> None:
    """After a start that came to its end: nothing is left of the deaths before."""
    standing(job)
    aliases = named(job)
    assert aliases.get("previous") != aliases["champion"]
    running = [run.data.tags for run in job.runs() if run.info.status == "RUNNING"]
    assert running == []
    promoted: dict[str, list[str]] = {}
    for version in job.versions():
        key = version.tags.get("smm.retrain_key")
        if key and version.tags.get("smm.decision") == "promoted":
            promoted.setdefault(key, []).append(version.version)
    assert all(len(numbers) == 1 for numbers in promoted.values()), promoted
    assert half_files(job) == []
    for path in job.workspace.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))


def half_files(job: Any) -> list[str]:
    """Files and folders that only somebody at work would have."""
    return [
        str(path.relative_to(job.workspace))
        for path in sorted(job.workspace.rglob("*"))
        if path.name.startswith((".building-", ".staging-", "tmp")) or path.suffix in (".tmp", ".partial")
        or path.name.endswith("-journal")
    ]  # fmt: skip
