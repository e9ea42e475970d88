"""One command over many brands: which they are, how each ended, and how the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smm_voice.config import NAME_PATTERN
from smm_voice.errors import ConfigError
from smm_voice.validation import nearest

# Worst first: what somebody has to mend, what is left to be done, what is done. A status that is
# not named here is as bad as a failure.
_WORST_FIRST = (1, 2, 75, 10, 0)
_WORDS = {
    0: "done", 1: "failed", 2: "bad configuration or input", 10: "the gate said no",
    75: "already being done",
}  # fmt: skip
_LONGEST = 160


@dataclass(frozen=True)
class Outcome:
    """How one brand's job ended.

    Attributes:
        brand: its name; "" for a command that has none.
        status: exit status, as if the command had been started for this brand alone.
        seconds: that it took.
        message: what was said of the failure; "" where there was none.
    """

    brand: str
    status: int
    seconds: float
    message: str = ""

    @property
    def words(self) -> str:
        """What the status means."""
        return _WORDS.get(self.status, f"status {self.status}")


def worst(statuses: Iterable[int]) -> int:
    """The exit status of the whole: 1, 2, 75, 10, 0 in this order, 0 for none at all."""
    known = [status if status in _WORST_FIRST else 1 for status in statuses]
    return min(known, key=_WORST_FIRST.index, default=0)


def table(outcomes: Sequence[Outcome]) -> str:
    """A line for each brand: name, what became of it, seconds, and why, in so far as it failed."""
    names = [each.brand or f"job {number}" for number, each in enumerate(outcomes, 1)]
    width = max(map(len, ["brand", *names]))
    status_width = max(len(each.words) for each in outcomes) if outcomes else 6
    lines = [f"{'brand':{width}}  {'status':{status_width}}  {'seconds':>8}"]
    for name, each in zip(names, outcomes, strict=True):
        line = f"{name:{width}}  {each.words:{status_width}}  {each.seconds:8.1f}"
        why = "; ".join(" ".join(said.split()).lstrip("- ") for said in each.message.splitlines())
        why = why if len(why) <= _LONGEST else why[: _LONGEST - 1] + "…"
        lines.append(f"{line}  {why}".rstrip())
    return "\n".join(lines)


@dataclass
class Chosen:
    """The brands of a sweep.

    Attributes:
        names: to be run, in this order.
        faulty: those whose file cannot be used, each an outcome of its own.
        left_out: those that a pattern meets and that are not to be trained, with the reason.
    """

    names: list[str] = field(default_factory=list)
    faulty: list[Outcome] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def choose(names: Iterable[str], folders: Sequence[Path], by_pattern: bool) -> Chosen:
    """Sort out the brands of a sweep before any is begun, so that no file of one stops the others.

    A pattern such as `*` stands for the brands that have a voice to learn: a brand without
    `reference_brands` only serves others, and one may say `in_sweeps: false`. A name that is said
    is taken.

    Args:
        names: of brands.
        folders: conf/ and every folder of the user's own.
        by_pattern: whether the names were found by a pattern.
    """
    chosen = Chosen()
    for name in dict.fromkeys(names):
        try:
            values = brand_values(name, folders)
        except ConfigError as error:
            chosen.faulty.append(Outcome(name, ConfigError.exit_status, 0.0, str(error)))
            continue
        if by_pattern and values.get("in_sweeps") is False:
            chosen.left_out[name] = "its file says in_sweeps: false"
        elif by_pattern and not values.get("reference_brands"):
            chosen.left_out[name] = "it has no reference_brands, and only serves others"
        else:
            chosen.names.append(name)
    return chosen


def brand_values(name: str, folders: Sequence[Path]) -> dict[Any, Any]:
    """A brand's file as plain values, not yet validated.

    Raises:
        ConfigError: there is no such file, it is no mapping, or it is more than plain data: Hydra
            takes directions from a file's comments and from `defaults`.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    known = sorted({path.stem for folder in folders for path in (folder / "brand").glob("*.yaml")})
    if not re.fullmatch(NAME_PATTERN, name):
        raise ConfigError([f"{name!r} is no name of a brand; there are: {', '.join(known)}"])
    paths = [folder / "brand" / f"{name}.yaml" for folder in folders]
    path = next((each for each in paths if each.is_file()), None)
    if path is None:
        hint = nearest(name, known)
        raise ConfigError([f"there is no brand {name!r}{hint}; there are: {', '.join(known)}"])
    try:
        text = path.read_text(encoding="utf-8")
        values = OmegaConf.to_container(OmegaConf.create(text), resolve=False)
    except (OSError, UnicodeDecodeError, YAMLError, OmegaConfBaseException) as error:
        raise ConfigError([f"{path} cannot be read: {error}"]) from None
    if not isinstance(values, dict) or not values:
        raise ConfigError([f"{path} is no brand file"])
    if "defaults" in values or re.search(r"^\s*#\s*@\s*\w", text, re.MULTILINE):
        raise ConfigError([f"{path}: a brand's file is plain data, without defaults or # @…"])
    return values
