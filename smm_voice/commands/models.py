"""Finding the adapter that a command's `model=` names."""

from __future__ import annotations

from pathlib import Path


def find_adapter(reference: str, brand: str) -> tuple[Path, str]:
    """The adapter's folder and a label for people.

    Args:
        reference: an adapter's folder, an alias, or a registry version.
        brand: brand name.

    Raises:
        InputError: there is none; the message lists what there is.
    """
    from smm_voice.tracking import registry

    folder = Path(reference)
    if (folder / "adapter_config.json").exists():
        return folder, str(folder)
    version = registry.find(brand, reference)
    return registry.adapter_folder(version), f"{version.name} version {version.version}"
