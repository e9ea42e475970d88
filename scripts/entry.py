"""The one place that knows Hydra, beside hydra_plugins/: from a command line to a config.

A script gives `entry` a function of one config dataclass. Overrides are checked before Hydra sees
them, so that every wrong key is reported at once and with the nearest right one.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from smm_voice import config as schemas
from smm_voice.checks import validate
from smm_voice.commands.console import say
from smm_voice.commands.jobs import Jobs, complain, status_of
from smm_voice.commands.parent import Parent
from smm_voice.commands.sweep import brand_values, choose
from smm_voice.errors import ConfigError, SmmVoiceError
from smm_voice.validation import check_path, nearest

ROOT = Path(__file__).resolve().parents[1]
CONF = ROOT / "conf"

_FAILED = 1
# Containers made before garbage is looked for; Python's 700 is met eight hundred times in the
# imports of a start, which leave none.
_COLLECT_AFTER = 200_000
_GROUPS = ("brand", "model", "dataset", "lora", "training", "generation", "evaluation",
           "tracking", "report", "experiment", "monitor", "gate", "retraining",
           "training/distributed", "preference", "search")  # fmt: skip
# Options that take the argument behind them.
_WITH_VALUE = ("--config-dir", "-cd", "--config-path", "-cp", "--config-name", "-cn", "--cfg", "-c",
               "--package", "-p")  # fmt: skip
_PLAIN_NAME = re.compile(schemas.NAME_PATTERN)

Faults = Callable[[Any], list[str]]


def entry(
    command: Callable[[Any], int],
    config_name: str,
    text_keys: Sequence[str] = (),
    actions: Sequence[str] = (),
    over_all: str = "",
    further: Faults | None = None,
) -> typing.NoReturn:
    """Run a command as a program.

    Args:
        command: takes the validated config (its annotation names the schema) and gives the exit
            status.
        config_name: root config in conf/.
        text_keys: keys whose value is free text or a path, taken as it stands whatever
            characters it holds.
        actions: bare words one of which has to be said; it becomes the value of `action`.
        over_all: name of the one run in MLflow over the jobs of a sweep (`-m`); "" where they log
            none.
        further: gives the faults of a configuration that this command alone knows.
    """
    gc.set_threshold(_COLLECT_AFTER)
    atexit.register(gc.freeze)  # else the interpreter takes a second to search itself as it ends
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    # A scheduler ends a job with SIGTERM: let the `finally`s run, so that no run stays RUNNING.
    signal.signal(signal.SIGTERM, _terminated)
    try:
        status = _run(command, config_name, text_keys, actions, over_all, further)
    except KeyboardInterrupt:
        first = os.environ.get("RANK", "0") == "0"  # of the processes that torchrun started
        words = "Interrupted; the same command goes on from there."
        status = complain(words, _FAILED) if first else _FAILED
    except (SmmVoiceError, OSError) as error:
        status = status_of(error)
    sys.stdout.flush()
    sys.exit(status)


def _run(
    command: Callable[[Any], int],
    config_name: str,
    text_keys: Sequence[str],
    actions: Sequence[str],
    over_all: str,
    further: Faults | None,
) -> int:
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    schema = next(hint for name, hint in typing.get_type_hints(command).items() if name != "return")
    arguments, texts = _take_texts(sys.argv[1:], text_keys)
    arguments, errors = _take_action(arguments, actions)
    folders = _config_folders(arguments)
    errors += _check_overrides(arguments, schema, folders)
    errors += _wrong_under_torchrun(config_name, arguments)
    bad = {argument for argument, _ in errors}
    sys.argv[1:] = _options_first([argument for argument in arguments if argument not in bad])
    if any(argument.startswith("brand=") for argument in bad) or (
        errors and _has_brand(schema) and not any(a.startswith("brand=") for a in sys.argv[1:])
    ):
        # Without a brand there is nothing to compose, and so no further error to find.
        raise ConfigError([message for _, message in errors])
    found = [message for _, message in errors]
    jobs = Jobs(
        bool({"-m", "--multirun"} & set(sys.argv[1:])), Parent(over_all) if over_all else None
    )
    if _has_brand(schema) and not _wants_help(sys.argv[1:]):
        if not _choose_brands(jobs, folders, found):
            return jobs.ended()
        if jobs.sweep and not any(a.startswith("hydra.sweep.dir=") for a in sys.argv):
            sys.argv.append(_sweep_folder(texts.get("workspace")))

    def validated(composition: Any) -> Any:
        return _validated(composition, schema, found, folders, texts, further)

    def composed(composition: Any) -> None:
        jobs.run(
            str((composition.get("brand") or {}).get("name", "")),
            lambda: command(jobs.adopted(validated(composition))),
        )

    if jobs.sweep and any(a.startswith("hydra/launcher=") for a in sys.argv):
        from smm_voice.commands import elsewhere

        line = _shared_line(folders)
        elsewhere.swept[:] = [elsewhere.Sweep(jobs, validated, line, _said(texts), ROOT)]

    if (
        _wants_help(arguments)
        and _has_brand(schema)
        and not any(a.startswith("brand=") for a in arguments)
    ):
        sys.argv.append(f"brand={_options('brand', folders)[0]}")  # help shows a whole composition
    # Hydra would print an exception and leave with 1; this lets it through to `entry`.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        hydra.main(version_base="1.3", config_path=str(CONF), config_name=config_name)(composed)()
    except BaseException as error:
        if jobs.sweep:
            jobs.ended()
        if isinstance(error, HydraException | OmegaConfBaseException):
            raise ConfigError([*found, str(error).strip()]) from error
        raise
    return jobs.ended()


def _choose_brands(jobs: Jobs, folders: Sequence[Path], errors: Sequence[str]) -> bool:
    """Read the brands' files before Hydra does, and put names in the place of a pattern.

    Returns:
        Whether a brand is left to be run.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import ChoiceSweep, Glob
    from hydra.errors import HydraException

    at = next((n for n, each in enumerate(sys.argv) if each.startswith("brand=")), None)
    if at is None:
        return True
    try:
        value = OverridesParser.create().parse_override(sys.argv[at]).value()
    except HydraException as error:
        raise ConfigError([*errors, str(error).strip()]) from error
    if not isinstance(value, ChoiceSweep | Glob):
        try:
            for each in value if isinstance(value, list) else [value]:
                brand_values(str(each), folders)
        except ConfigError as error:
            raise ConfigError([*errors, *error.errors]) from None
        return True
    if not jobs.sweep:
        return True  # Hydra says what is missing
    if errors:
        raise ConfigError(errors)  # once, not for each brand
    pattern = isinstance(value, Glob)
    known = _options("brand", folders)
    names = (
        value.filter(known)
        if isinstance(value, Glob)
        else [getattr(each, "text", str(each)) for each in value.list]
    )
    chosen = choose(names, folders, by_pattern=pattern)
    for why in dict.fromkeys(chosen.left_out.values()):
        names = [name for name, reason in chosen.left_out.items() if reason == why]
        say(f"Left out ({why}): {', '.join(names)}")
    for each in chosen.faulty:
        complain(f"The configuration is wrong:\n{each.message}", each.status)
    jobs.outcomes += chosen.faulty
    jobs.brands = chosen.names
    if not chosen.names and not chosen.faulty:
        raise ConfigError([f"{sys.argv[at]} means no brand; there are: {', '.join(known)}"])
    sys.argv[at] = "brand=" + ",".join(f"'{name}'" for name in chosen.names)
    return bool(chosen.names)


def _sweep_folder(workspace: str | None) -> str:
    """Hydra's own record of a sweep, in the workspace: the repository may be read-only.

    A dry run leaves none.
    """
    folder = (ROOT / (workspace or ".")).resolve() / "experiments" / "runs" / "multirun"
    if "dry_run=true" in sys.argv:
        folder = Path(tempfile.mkdtemp(prefix="smm_voice-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    quoted = str(folder).replace("\\", "\\\\").replace("'", "\\'")
    return f"hydra.sweep.dir='{quoted}'"


def _wrong_under_torchrun(config_name: str, arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Started by torchrun, a command runs several times; of all commands only one bears that."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return []
    if config_name != "train":
        return [("", "torchrun is for train.py; this command starts its own processes: say "
                 "training.distributed.processes=N")]  # fmt: skip
    if {"-m", "--multirun"} & set(arguments):
        return [("", "no sweep inside torchrun: say training.distributed.processes=N in its place")]
    return []


def _shared_line(folders: Sequence[Path]) -> list[str]:
    """Program, script and options of each job of a sweep, wherever it is started."""
    own = [f"--config-dir={folder}" for folder in folders if folder != CONF]
    return [sys.executable, str(Path(sys.argv[0]).resolve()), *own]


def _said(texts: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in texts.items()]


def _validated(
    composition: Any,
    schema: type,
    errors: Sequence[str],
    folders: Sequence[Path],
    texts: Mapping[str, str],
    further: Faults | None = None,
) -> Any:
    from omegaconf import OmegaConf

    missing = sorted(OmegaConf.missing_keys(composition) - texts.keys())
    found = [*errors, *(f"{key} has no value; say {key}=…" for key in missing)]
    for key in (*missing, *texts):
        OmegaConf.update(composition, key, None, force_add=True)
    # A brand file may come from anyone: an interpolation in it could read the environment.
    raw: Any = OmegaConf.to_container(composition, resolve=False)
    if "${" in str(raw.get("brand")):
        raise ConfigError([*found, "brand: a brand's file is plain data, without ${…}"])
    values: Any = OmegaConf.to_container(composition, resolve=True)
    values |= texts
    workspace = values.get("workspace")
    values["workspace"] = str((ROOT / workspace).resolve()) if workspace else str(ROOT)
    values["repository"] = str(ROOT)
    if "typed" in typing.get_type_hints(schema):
        values["typed"] = _typed(folders, texts)
    if _has_brand(schema):
        names = (values.get("brand") or {}).get("reference_brands") or []
        values["references"] = [
            found_brand
            for name in names
            if (found_brand := _reference(name, folders, found)) is not None
        ]
    named = {key.split("[")[0] for key in missing}
    try:
        return validate(schema, values, found, further)
    except ConfigError as error:
        # A value that is missing is said once.
        kept = [e for e in error.errors if not any(e == f"{key} has no value" for key in named)]
        raise ConfigError(kept) from None


def _typed(folders: Sequence[Path], texts: Mapping[str, str]) -> list[str]:
    """What was said on the command line for this job, but brand and search: for other commands."""
    from hydra.core.hydra_config import HydraConfig

    said = list(HydraConfig.get().overrides.task) if HydraConfig.initialized() else []
    return [
        *(f"--config-dir={folder}" for folder in folders if folder != CONF),
        *(each for each in said if not re.match(r"[+~]*(brand|search)[.=@]", each)),
        *(f"{key}={text}" for key, text in texts.items()),
    ]


def _has_brand(schema: type) -> bool:
    return "brand" in typing.get_type_hints(schema)


def _reference(name: Any, folders: Sequence[Path], errors: list[str]) -> dict[str, Any] | None:
    """A reference brand's values; only name, languages and sources are needed of it."""
    import yaml

    if not isinstance(name, str) or not _PLAIN_NAME.fullmatch(name):
        errors.append(f"brand.reference_brands: {name!r} is no brand name")
        return None
    for folder in folders:
        path = folder / "brand" / f"{name}.yaml"
        if path.is_file():
            try:
                values = yaml.safe_load(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
                errors.append(f"{path} cannot be read: {error}")
                return None
            if not isinstance(values, dict):
                errors.append(f"{path} is no brand file")
                return None
            return values
    known = _options("brand", folders)
    errors.append(f"brand.reference_brands: there is no brand {name!r}{nearest(name, known)}")
    return None


def _check_overrides(
    arguments: Sequence[str], schema: type, folders: Sequence[Path]
) -> list[tuple[str, str]]:
    """(argument, message) for each override that cannot be right."""
    errors = []
    if _wants_help(arguments):
        return []
    keys = [a.split("=", 1)[0] for a in arguments if "=" in a and not a.startswith("-")]
    if "brand" not in keys and _has_brand(schema):
        brands = ", ".join(_options("brand", folders))
        errors.append(("", f"which brand? say brand=NAME; there are: {brands}"))
    for argument in arguments:
        if argument.startswith(("-", "+", "~")) or "=" not in argument:
            continue
        key, value = argument.split("=", 1)
        message = _check_override(key, value, schema, folders)
        if message:
            errors.append((argument, message))
    return errors


def _check_override(key: str, value: str, schema: type, folders: Sequence[Path]) -> str | None:
    if key.startswith("hydra"):
        return None
    group = key.split("@")[0]
    hints = typing.get_type_hints(schema)
    known = group.split("/")[0] in hints or (group == "experiment" and _has_brand(schema))
    is_group = group in _GROUPS and known and hints.get(group) is not str
    if not is_group:
        return check_path(schema, key)
    if re.search(r"[,(\[]", value):  # a sweep or a function of Hydra's grammar
        return None
    options = _options(group, folders)
    if not _PLAIN_NAME.fullmatch(value):
        return f"{key}={value!r} is no name of a {group}; there are: {', '.join(options)}"
    if value not in options:
        hint = nearest(value, options)
        return f"there is no {group} {value!r}{hint}; there are: {', '.join(options)}"
    return None


def _options(group: str, folders: Sequence[Path]) -> list[str]:
    return sorted({path.stem for folder in folders for path in (folder / group).glob("*.yaml")})


def _config_folders(arguments: Sequence[str]) -> list[Path]:
    """conf/ and every `--config-dir`."""
    folders = [CONF]
    for at, argument in enumerate(arguments):
        if argument.startswith("--config-dir="):
            folders.append(Path(argument.split("=", 1)[1]))
        elif argument in ("--config-dir", "-cd") and at + 1 < len(arguments):
            folders.append(Path(arguments[at + 1]))
    return [folder.resolve() for folder in folders]


def _options_first(arguments: Sequence[str]) -> list[str]:
    """Hydra takes overrides in one piece only; a person adds them where the line ends."""
    options: list[str] = []
    overrides: list[str] = []
    for before, each in zip(["", *arguments], arguments, strict=False):
        is_option = each.startswith("-") or before in _WITH_VALUE
        (options if is_option else overrides).append(each)
    return [*options, *overrides]


def _take_texts(
    arguments: Sequence[str], text_keys: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """Keep free texts away from Hydra, whose grammar gives commas, quotes and `${` a meaning.

    Returns:
        The other arguments, and the texts by key.
    """
    kept, texts = [], {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if equals and key in text_keys and value not in ("null", "???"):
            texts[key] = value
        else:
            kept.append(argument)
    return kept, texts


def _take_action(
    arguments: Sequence[str], actions: Sequence[str]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Put the bare word of a command as an override of `action`.

    Returns:
        The arguments without bare words and with the override, and what is wrong with the words.
    """
    if not actions:
        return list(arguments), []
    bare: list[str] = []
    kept: list[str] = []
    for before, each in zip(["", *arguments], arguments, strict=False):
        is_word = not each.startswith(("-", "+", "~")) and "=" not in each
        (bare if is_word and before not in _WITH_VALUE else kept).append(each)
    known = " or ".join(actions)
    wrong = [word for word in bare if word not in actions]
    errors = [("", f"{word!r} is nothing to do{nearest(word, actions)}; say {known}")
              for word in wrong]  # fmt: skip
    if len(bare) - len(wrong) > 1:
        errors.append(("", f"one thing at a time: {known}"))
    if not bare and not any(each.startswith("action=") for each in kept):
        errors.append(("", f"what is to be done? say {known}"))
    if bare or errors:
        # A stand-in where the word is wrong, so that the rest of the line is checked as well.
        said = bare[0] if bare and bare[0] in actions else actions[0]
        kept = [*(each for each in kept if not each.startswith("action=")), f"action={said}"]
    return kept, [] if _wants_help(arguments) else errors


def _terminated(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _wants_help(arguments: Sequence[str]) -> bool:
    return any(a in ("--help", "-h", "--hydra-help", "--version") for a in arguments)
