"""The declared space: which keys a search varies, and what each of them may be."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from smm_voice.config import LOOKING_ON, DimensionConfig, SearchCommandConfig, TrainConfig
from smm_voice.validation import Rule, build, check_path, leaf

# What an adapter is and how it writes. Data, base model and judges stay as they are: with them the
# scale would change on which trials are compared.
GROUPS = ("lora", "training", "generation")
_SPEED = "it changes speed and memory alone"
# Keys, or groups of them.
_REFUSED = {
    "training.seed": "the best of several seeds is luck, not a setting",
    "generation.seed": "the best of several seeds is luck, not a setting",
    "training.start_from": "what a start has learned from may be what a search judges by",
    "generation.shots": "only the prompted model is shown examples, and a search asks none",
    "generation.batch_size": _SPEED,
    **dict.fromkeys(
        ("training.kernels", "training.find_batch_size", "training.gradient_checkpointing",
         "training.distributed"), _SPEED,
    ),
    **dict.fromkeys((f"training.{name}" for name in LOOKING_ON), "it only looks on"),
}  # fmt: skip
Kind = Literal["whole", "number", "choice"]


@dataclass(frozen=True)
class Dimension:
    """One key and the values it may take, each of its own type.

    Attributes:
        key: dotted path.
        kind: a whole number or a number between bounds, or one of some choices.
        low: lower bound.
        high: upper bound.
        step: grid within the bounds; None: every value.
        log: whether orders of magnitude are drawn evenly.
        choices: where it is one of some.
    """

    key: str
    kind: Kind
    low: float = 0.0
    high: float = 0.0
    step: float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()

    @property
    def ends(self) -> tuple[Any, ...]:
        """The values that bound all others: where they are right, those between them are."""
        return self.choices if self.kind == "choice" else (self.low, self.high)

    @property
    def words(self) -> str:
        """The range as a person reads it."""
        if self.kind == "choice":
            return ", ".join(as_override(each) for each in self.choices)
        step = f" in steps of {self.step:g}" if self.step else ""
        return f"{self.low:g} to {self.high:g}{step}{' (log)' if self.log else ''}"

    def holds(self, value: Any) -> bool:
        """Whether a value lies in it, on its grid where it has one."""
        if self.kind == "choice":
            return any(type(each) is type(value) and each == value for each in self.choices)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if not self.low <= value <= self.high:
            return False
        return not self.step or _on_grid(value, self.low, self.step)


def faults(config: SearchCommandConfig) -> list[str]:
    """Everything that is wrong with the declared space; see `dimension_of` for the rules."""
    found: list[str] = []
    given = [each for each in config.search.space if each is not None]
    if not given:
        found.append("search.space names no key to vary")
    for place, each in enumerate(given):
        dimension_of(each, f"search.space[{place}]", found)
    keys = [each.key for each in given]
    found += [f"search.space names {key!r} twice" for key in dict.fromkeys(keys)
              if keys.count(key) > 1]  # fmt: skip
    return found


def dimensions(config: SearchCommandConfig) -> list[Dimension]:
    """The space of a valid configuration."""
    errors: list[str] = []
    found = [dimension_of(each, "search.space", errors) for each in config.search.space]
    return [each for each in found if each is not None]


def dimension_of(given: DimensionConfig, path: str, errors: list[str]) -> Dimension | None:
    """A dimension with values of its key's own type; None where `errors` grew.

    Both ends, or every choice, have to be right for the key: rules are bounds, so that all between
    the ends is right as well.

    Args:
        given: as declared.
        path: of the declaration, for messages.
        errors: grows by one line a fault.
    """
    if not isinstance(given.key, str):
        return None
    found = _key(given.key, path, errors)
    if found is None:
        return None
    hint, limits = found
    here = f"{path} ({given.key})"
    before = len(errors)
    if given.choices:
        _check_choices(given, here, errors)
        choices = tuple(
            build(hint, value, f"{here}.choices[{place}]", errors, limits)
            for place, value in enumerate(given.choices)
        )
        return Dimension(given.key, "choice", choices=choices) if len(errors) == before else None
    whole = _is(hint, int)
    if not whole and not _is(hint, float):
        errors.append(f"{here} is neither a number nor named values: it needs choices")
        return None
    for name in ("low", "high"):
        _number(hint, whole, getattr(given, name), f"{here}.{name}", errors, limits)
    if given.low is None or given.high is None or len(errors) > before:
        return None
    _check_bounds(given, whole, here, errors)
    if len(errors) > before:
        return None
    step = given.step
    low, high = _typed(whole, given.low, given.high)
    return Dimension(
        given.key, "whole" if whole else "number", low, high,
        None if step is None else _typed(whole, step)[0], given.log,
    )  # fmt: skip


def applied(config: TrainConfig, values: Mapping[str, Any]) -> TrainConfig:
    """The training with these values, as a plain `TrainConfig`."""
    plain = TrainConfig(
        **{f.name: getattr(config, f.name) for f in dataclasses.fields(TrainConfig)}
    )
    for key, value in values.items():
        group, *rest = key.split(".")
        plain = dataclasses.replace(plain, **{group: _replaced(getattr(plain, group), rest, value)})
    return plain


def current(config: TrainConfig, space: Sequence[Dimension]) -> dict[str, Any]:
    """What the configuration itself says for each key of the space."""
    found = {}
    for each in space:
        value: Any = config
        for part in each.key.split("."):
            value = getattr(value, part)
        found[each.key] = value
    return found


def command(brand: str, typed: Sequence[str], values: Mapping[str, Any]) -> str:
    """The command that trains with these values, ready for a shell.

    Args:
        brand: its name.
        typed: what was said on the command line beside; what `values` say is left out of it.
        values: key → value.
    """
    said = [each for each in typed
            if each.split("=", 1)[0] not in {"brand", *values}]  # fmt: skip
    options = [each for each in said if each.startswith("-")]
    others = [each for each in said if not each.startswith("-")]
    varied = [f"{key}={as_override(value)}" for key, value in values.items()]
    return shlex.join(["python", "train.py", *options, f"brand={brand}", *others, *varied])


def as_override(value: Any) -> str:
    """A value as Hydra's grammar reads it back exactly."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    if text.replace("_", "").replace("-", "").isalnum() and text.lower() not in _WORDS:
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


# Texts that Hydra would read as something else.
_WORDS = ("null", "true", "false", "nan", "inf")


def _key(key: str, path: str, errors: list[str]) -> tuple[Any, Rule | None] | None:
    wrong = check_path(TrainConfig, key)
    if wrong:
        errors.append(f"{path}: {wrong}")
        return None
    found = leaf(TrainConfig, key)
    group = key.split(".")[0]
    if group not in GROUPS:
        errors.append(
            f"{path}: {key} cannot be searched: data, base model and judges stay as they are, "
            f"else trials would not compare; keys of {', '.join(GROUPS)} can"
        )
        return None
    for refused, reason in _REFUSED.items():
        if key == refused or key.startswith(f"{refused}."):
            errors.append(f"{path}: {key} cannot be searched: {reason}")
            return None
    if found is None:
        errors.append(f"{path}: {key} is no single value")
    return found


def _check_choices(given: DimensionConfig, here: str, errors: list[str]) -> None:
    if any(each is not None for each in (given.low, given.high, given.step)) or given.log:
        errors.append(f"{here} has choices and bounds; it takes one of them")
    if len(given.choices) < 2:
        errors.append(f"{here}.choices must name two values at least")
    if len({repr(each) for each in given.choices}) < len(given.choices):
        errors.append(f"{here}.choices must not name a value twice")


def _check_bounds(given: DimensionConfig, whole: bool, here: str, errors: list[str]) -> None:
    low, high, step = given.low or 0.0, given.high or 0.0, given.step
    if low >= high:
        errors.append(f"{here}.low must lie under high, {low:g} is not under {high:g}")
    if given.log and low <= 0:
        errors.append(f"{here}.log needs a low above 0, is {low:g}")
    if step is None:
        return
    if given.log:
        errors.append(f"{here} has log and step; it takes one of them")
    elif step <= 0 or (whole and not step.is_integer()):
        number = "a whole number" if whole else "a number"
        errors.append(f"{here}.step must be {number} above 0, is {step:g}")
    elif not _on_grid(high, low, step):
        errors.append(f"{here}.high cannot be reached from {low:g} in steps of {step:g}")


def _number(
    hint: Any, whole: bool, value: float | None, here: str, errors: list[str], limits: Rule | None
) -> None:
    if value is None:
        errors.append(f"{here} has no value, and there are no choices")
    elif not whole or value.is_integer():
        build(hint, int(value) if whole else value, here, errors, limits)
    else:
        errors.append(f"{here} must be a whole number, is {value:g}")


def _typed(whole: bool, *values: float) -> list[Any]:
    return [int(value) if whole else value for value in values]


def _on_grid(value: float, low: float, step: float) -> bool:
    steps = (value - low) / step
    return abs(steps - round(steps)) < 1e-9 * max(1.0, abs(steps))


def _is(hint: Any, kind: type) -> bool:
    return hint is kind or hint == kind | None


def _replaced(group: Any, path: Sequence[str], value: Any) -> Any:
    first, *rest = path
    if rest:
        value = _replaced(getattr(group, first), rest, value)
    return dataclasses.replace(group, **{first: value})
