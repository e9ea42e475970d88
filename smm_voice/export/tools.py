"""llama.cpp's own programs: found, and run."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from smm_voice.errors import InputError, SmmVoiceError

log = logging.getLogger(__name__)

# As in llama.cpp's folder, and as its Python project installs it.
_CONVERTERS = ("convert_hf_to_gguf.py", "llama-convert-hf-to-gguf")
_QUANTISER = "llama-quantize"
# Where builds of llama.cpp put their programs.
_PLACES = ("build/bin", "build/bin/Release", "bin", "")
VARIABLE = "LLAMA_CPP"
_OWN_PYTHON = (".venv/bin/python", "venv/bin/python", ".venv/Scripts/python.exe")
_INSTALL = (
    "llama.cpp is one folder with both: git clone https://github.com/ggml-org/llama.cpp, then name "
    "it with llama_cpp=FOLDER or in the environment variable LLAMA_CPP; the converter also needs "
    "`python -m pip install sentencepiece`"
)
_BUILD = "cmake -B build && cmake --build build --target llama-quantize, in llama.cpp's folder"
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Tools:
    """What makes a GGUF file.

    Attributes:
        converter: command of `convert_hf_to_gguf.py`.
        quantiser: command of `llama-quantize`; empty where it is not needed.
    """

    converter: tuple[str, ...]
    quantiser: tuple[str, ...] = ()


def find(folder: str | None, *, quantiser: bool) -> Tools:
    """The converter, and `llama-quantize` where it is needed.

    Args:
        folder: of llama.cpp; None: `LLAMA_CPP`, else what is on the PATH.
        quantiser: whether it is needed.

    Raises:
        InputError: one is missing; says where it was looked for, and what to install.
    """
    named = folder or os.environ.get(VARIABLE)
    place = Path(named).expanduser().resolve() if named else None
    said = f"in {place}" if place else f"on the PATH ({VARIABLE} is not set)"
    converter = _converter(place)
    if converter is None:
        raise InputError(
            f"gguf needs llama.cpp's converter, and {_CONVERTERS[0]} was not found {said}. "
            f"{_INSTALL}"
        )
    if not quantiser:
        return Tools(converter)
    found = _quantiser(place)
    if found is None:
        raise InputError(
            f"this quantisation needs {_QUANTISER}, which was not found {said}: build it "
            f"({_BUILD}), or say quantisation=q8_0, which needs the converter alone"
        )
    return Tools(converter, found)


def run(command: tuple[str, ...], what: str) -> None:
    """Run one of them to its end, without any hub.

    Raises:
        SmmVoiceError: it fails; with the last lines that it said.
    """
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    log.info("%s: %s", what, " ".join(command))
    try:
        # A program that the user has named; no shell.
        ended = subprocess.run(  # noqa: S603
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False,
        )  # fmt: skip
    except OSError as error:
        raise SmmVoiceError(f"{what} cannot be started ({command[0]}): {error}") from error
    if ended.returncode:
        lines = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip()]
        remedy = ""
        if "ModuleNotFoundError" in ended.stderr:
            remedy = f"\nInstall what it misses for {command[0]}"
        raise SmmVoiceError(
            f"{what} failed with status {ended.returncode}:\n"
            + "\n".join(f"  {line[:300]}" for line in lines[-_MOST_SHOWN:])
            + remedy
        )


def _converter(place: Path | None) -> tuple[str, ...] | None:
    if place is not None:
        script = place / _CONVERTERS[0]
        if script.is_file():
            return (_python(place), str(script))
        found = _program(place, _CONVERTERS[1])
        return (found,) if found else None
    for name in _CONVERTERS:
        if found := shutil.which(name):
            return (found,)
    return None


def _quantiser(place: Path | None) -> tuple[str, ...] | None:
    found = _program(place, _QUANTISER) if place else None
    found = found or shutil.which(_QUANTISER)
    return (found,) if found else None


def _program(place: Path, name: str) -> str | None:
    return next((w for each in _PLACES if (w := shutil.which(name, path=str(place / each)))), None)


def _python(place: Path) -> str:
    """The environment that lies in llama.cpp's folder, where there is one: it has what it needs."""
    own = (place / each for each in _OWN_PYTHON)
    return next((str(each) for each in own if each.is_file()), sys.executable)
