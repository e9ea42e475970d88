"""From plain values to dataclasses: every fault is found, and told with the nearest right key."""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Rule:
    """What a value may be, beyond its type; applied to each item of a list."""

    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None

    def complaint(self, value: Any) -> str | None:
        """Say why `value` is not allowed, or None."""
        if self.minimum is not None and value < self.minimum:
            return f"must be at least {self.minimum:g}, is {value!r}"
        if self.maximum is not None and value > self.maximum:
            return f"must be at most {self.maximum:g}, is {value!r}"
        if self.choices and value not in self.choices:
            hint = nearest(str(value), self.choices)
            return f"must be one of {', '.join(self.choices)}, is {value!r}{hint}"
        if self.pattern and not re.fullmatch(self.pattern, str(value)):
            return f"must match {self.pattern}, is {value!r}"
        return None


def rule(default: Any = dataclasses.MISSING, **limits: Any) -> Any:
    """A dataclass field with a `Rule`."""
    metadata = {"rule": Rule(**limits)}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?`, or nothing where no known word is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {found[0]!r}?" if found else ""


def check_path(schema: type, path: str) -> str | None:
    """Say what is wrong with a dotted override path, or None where the schema has it."""
    at: Any = schema
    walked = ""
    for part in path.split("."):
        if not dataclasses.is_dataclass(at):
            # Inside a list or a mapping: the values are checked after composition.
            return None
        hints = typing.get_type_hints(at)
        if part not in hints:
            where = f" in {walked}" if walked else ""
            return f"unknown key {path!r}: there is no {part!r}{where}{nearest(part, hints)}"
        walked = f"{walked}.{part}".lstrip(".")
        at = _without_none(hints[part])
    return None


def leaf(schema: type, path: str) -> tuple[Any, Rule | None] | None:
    """Type hint and rule of the single value that a dotted path leads to; None for a group.

    Args:
        schema: a dataclass that has the path; see `check_path`.
        path: dotted.
    """
    at: Any = schema
    limits = None
    for part in path.split("."):
        if not dataclasses.is_dataclass(at):
            return None
        limits = next(f for f in dataclasses.fields(at) if f.name == part).metadata.get("rule")
        hint = typing.get_type_hints(at)[part]
        at = _without_none(hint)
    if dataclasses.is_dataclass(at) or typing.get_origin(at) in (list, dict):
        return None
    return hint, limits


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kept = [item for item in typing.get_args(hint) if item is not type(None)]
        return kept[0]
    return hint


def build(hint: Any, value: Any, path: str, errors: list[str], limits: Rule | None = None) -> Any:
    """Turn a plain value into what a type hint says; faults are added to `errors`.

    Args:
        hint: a dataclass, list, dict, scalar type, or one of these or None.
        value: plain value.
        path: dotted path of the value, for messages; "" for the whole.
        errors: grows by one line a fault.
        limits: what a scalar may be.
    """
    here = path or "the configuration"
    if hint is Any:
        # What it may be depends on other keys; whoever declares it so checks it.
        return value
    optional = type(None) in typing.get_args(hint)
    hint = _without_none(hint)
    origin = typing.get_origin(hint)
    if value is None:
        if not optional:
            errors.append(f"{here} has no value")
        return None
    if dataclasses.is_dataclass(hint):
        return _build_dataclass(typing.cast(type, hint), value, path, errors)
    if origin is list:
        if not isinstance(value, list):
            errors.append(f"{here} must be a list, is {value!r}")
            return None
        (item,) = typing.get_args(hint)
        return [build(item, v, f"{path}[{i}]", errors, limits) for i, v in enumerate(value)]
    if origin is dict:
        if not isinstance(value, dict):
            errors.append(f"{here} must be a mapping, is {value!r}")
            return {}
        wrong = [key for key, each in value.items() if not isinstance(each, str)]
        errors += [f"{here}.{key} must be text, is {value[key]!r}" for key in wrong]
        return {str(k): v for k, v in value.items() if isinstance(v, str)}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < 1e300 else float("inf")
    if hint is str and isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        errors.append(f"{here} must be {_TYPE_NAMES.get(hint, hint)}, is {value!r}")
        return value
    if isinstance(value, float) and not abs(value) < float("inf"):
        errors.append(f"{here} must be a finite number, is {value!r}")
        return value
    complaint = limits.complaint(value) if limits else None
    if complaint:
        errors.append(f"{here} {complaint}")
    return value


_TYPE_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _build_dataclass(cls: type, value: Any, path: str, errors: list[str]) -> Any:
    if not isinstance(value, Mapping):
        errors.append(f"{path or 'the configuration'} must be a mapping, is {value!r}")
        return None
    fields = {f.name: f for f in dataclasses.fields(cls)}
    hints = typing.get_type_hints(cls)
    prefix = f"{path}." if path else ""
    errors += [
        f"unknown key {prefix + str(key)!r}{nearest(str(key), fields)}"
        for key in value
        if key not in fields
    ]
    built = {}
    for name, spec in fields.items():
        if name in value:
            limits = spec.metadata.get("rule")
            built[name] = build(hints[name], value[name], prefix + name, errors, limits)
        elif spec.default is not dataclasses.MISSING:
            built[name] = spec.default
        elif spec.default_factory is not dataclasses.MISSING:
            built[name] = spec.default_factory()
        else:
            errors.append(f"missing key {prefix + name!r}")
            built[name] = None
    return cls(**built)
