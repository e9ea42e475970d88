"""What the documents and lists promise, they hold."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def normal(name):
    return name.lower().replace("_", "-")


def test_direct_dependencies_are_pinned_alike_in_both_places():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    for line in project["dependencies"]:
        name, version = line.split("==")
        assert run[normal(name)] == version
    for line in project["optional-dependencies"]["dev"]:
        name, version = line.split("==")
        assert dev[normal(name)] == version


def commands():
    """Every `python …` line of the README's code blocks."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    shell = [block for language, block in blocks if language in ("", "bash", "sh")]
    lines = [line.split("  #")[0].strip() for block in shell for line in block.splitlines()]
    return [line for line in lines if line.startswith("python ")]


@pytest.mark.parametrize("line", commands())
def test_each_command_of_the_readme_is_a_valid_one(line, monkeypatch, capsys):
    """Composed and validated as typed; the work itself is tested elsewhere."""
    import runpy
    import sys

    from scripts import entry

    _, script, *arguments = shlex.split(line)
    seen = []

    def validated_only(command, config_name, text_keys=(), **more):
        def note(config: object) -> int:
            seen.append(config)
            return 0

        note.__annotations__ = dict(command.__annotations__)
        return real(note, config_name, text_keys, **more)

    real = entry.entry
    monkeypatch.setattr(entry, "entry", validated_only)
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    assert ended.value.code in (0, None), capsys.readouterr().err
    assert seen


def test_the_readme_has_commands():
    assert len(commands()) >= 5


def test_make_targets_of_the_readme_exist():
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = set(re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text("utf-8")))
    assert named and named <= set(targets)


def test_modules_import_only_what_stands_left_of_them():
    floors = [
        "errors", "validation", "config", "checks", "cluster", "messages", "text", "posts",
        "statistics",
        "dataset", "models", "training", "generation", "metrics", "evaluation", "monitoring",
        "review", "report", "export", "tracking", "retraining", "benchmarks", "commands",
    ]  # fmt: skip
    wrong = []
    for path in (ROOT / "smm_voice").rglob("*.py"):
        relative = path.relative_to(ROOT / "smm_voice")
        here = relative.parts[0].removesuffix(".py")
        if here == "__init__" or relative.name == "pyfunc_model.py":
            continue
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"(?:from|import) smm_voice\.?(\w*)", text):
            if target and floors.index(target) > floors.index(here):
                wrong.append(f"{relative} imports {target}")
        if re.search(r"^\s*(?:from|import) hydra", text, re.MULTILINE):
            wrong.append(f"{relative} imports hydra")
        if here != "tracking" and re.search(r"^\s*(?:from|import) mlflow", text, re.MULTILINE):
            wrong.append(f"{relative} imports mlflow")
        if here == "metrics" and re.search(r"^(?:from|import) torch", text, re.MULTILINE):
            wrong.append(f"{relative} imports torch")
    assert wrong == []
