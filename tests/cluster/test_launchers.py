"""Jobs as command lines of their own: on this machine, and through submitit where it stands."""

import os
import signal
import sys
import time
from types import SimpleNamespace

import pytest

from scripts import entry
from smm_voice import config as schemas
from smm_voice.cluster import on_slurm, processes
from smm_voice.cluster.command import Command
from smm_voice.config import ProcessesConfig, SlurmConfig
from tests.conf.test_sweep import folder  # noqa: F401  (a fixture)


def command(tmp_path, name, code, **more):
    return Command(
        name, (sys.executable, "-S", "-c", code), str(tmp_path), str(tmp_path / f"{name}.log"),
        {"SAID": name}, **more,
    )  # fmt: skip


def ran(commands, **settings):
    ends = {}
    processes.run_all(commands, ProcessesConfig(**settings), lambda n, e: ends.__setitem__(n, e))
    return [ends[n] for n in range(len(commands))]


def test_each_ends_with_its_own_status_and_words(tmp_path):
    ends = ran(
        [
            command(tmp_path, "a", "import os; print(os.environ['SAID'])"),
            command(tmp_path, "b", "raise SystemExit('the disk is full')"),
            command(tmp_path, "c", "import sys; print('no'); sys.exit(10)"),
            command(tmp_path, "d", "import os; os.kill(os.getpid(), 9)"),
        ],
        at_once=2,
    )
    assert [each.status for each in ends] == [0, 1, 10, 137]
    assert ends[1].message.startswith("the disk is full") and "b.log" in ends[1].message
    assert ends[0].message == ends[2].message == ""
    assert (tmp_path / "a.log").read_text().endswith("a\n")


def test_no_more_run_than_at_once(tmp_path):
    code = "import time; print(time.time()); time.sleep(.3); print(time.time())"
    ran([command(tmp_path, name, code) for name in "abc"], at_once=1)
    times = []
    for name in "abc":
        times += [float(each) for each in (tmp_path / f"{name}.log").read_text().split("\n")[2:4]]
    assert times == sorted(times)


def ordered(module, monkeypatch, run):
    """What came after what: sleeps and ends."""
    seen, sleep = [], time.sleep
    clock = SimpleNamespace(
        monotonic=time.monotonic, sleep=lambda seconds: (seen.append("sleep"), sleep(seconds))
    )
    monkeypatch.setattr(module, "time", clock)
    run(lambda number, ended: seen.append("end"))
    return seen


def test_nothing_is_waited_for_after_the_last_end(tmp_path, monkeypatch):
    jobs = [command(tmp_path, name, "pass") for name in "ab"]
    seen = ordered(
        processes, monkeypatch,
        lambda on_end: processes.run_all(jobs, ProcessesConfig(at_once=1), on_end),
    )  # fmt: skip
    assert seen.count("end") == 2 and "sleep" in seen and seen[-1] == "end"

    (tmp_path / "result").touch()
    paths = SimpleNamespace(result_pickle=tmp_path / "result")
    there = [SimpleNamespace(paths=paths, result=lambda: "done")]
    monkeypatch.setattr(on_slurm, "_submitted", lambda *_: there)
    assert ordered(
        on_slurm, monkeypatch,
        lambda on_end: on_slurm.run_all(jobs, SlurmConfig(cluster="local"), tmp_path, on_end),
    ) == ["end"]  # fmt: skip


def test_a_held_lock_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr("smm_voice.cluster.command._TRY_AGAIN_SECONDS", 0.1)
    code = (
        "import pathlib, sys; seen = pathlib.Path('seen'); was = seen.exists(); seen.touch(); "
        "sys.exit(0 if was else 75)"
    )
    (ended,) = ran([command(tmp_path, "a", code, lock_seconds=60.0)])
    assert (ended.status, ended.attempts) == (0, 2)
    (tmp_path / "seen").unlink()
    (ended,) = ran([command(tmp_path, "b", code)])
    assert ended.status == 75


def test_a_job_dies_with_the_process_that_watches_it(tmp_path):
    watcher = os.fork()
    if not watcher:
        ran(
            [
                command(
                    tmp_path, "a", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
                )
            ]
        )
        os._exit(0)
    log = tmp_path / "a.log"
    for _ in range(200):
        time.sleep(0.05)
        if log.exists() and (said := log.read_text().split("\n")[2:3]) and said[0].isdigit():
            break
    os.kill(watcher, signal.SIGKILL)
    os.waitpid(watcher, 0)
    for _ in range(100):
        try:
            os.kill(int(said[0]), 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("it lives on")


def test_what_slurm_is_asked_for():
    asked = on_slurm.parameters(
        SlurmConfig(partition="gpu", gres="gpu:1", cpus=8, memory_gib=32.0, minutes=90, qos="low")
    )
    assert asked["slurm_partition"] == "gpu" and asked["slurm_gres"] == "gpu:1"
    assert (asked["cpus_per_task"], asked["mem_gb"], asked["timeout_min"]) == (8, 32.0, 90)
    assert asked["slurm_qos"] == "low" and "slurm_account" not in asked
    assert asked["slurm_additional_parameters"] == {"requeue": True}


def test_slurm_jobs_through_submitits_local_executor(tmp_path):
    pytest.importorskip("submitit", reason="the extra `slurm` is not installed")
    ends = {}
    on_slurm.run_all(
        [command(tmp_path, "a", "pass"), command(tmp_path, "b", "raise SystemExit('no')")],
        SlurmConfig(cluster="local"), tmp_path / "submitit",
        lambda number, ended: ends.__setitem__(number, ended),
    )  # fmt: skip
    assert (ends[0].status, ends[1].status) == (0, 1), ends
    assert "no" in ends[1].message


@pytest.fixture
def launched(folder, monkeypatch, capsys):  # noqa: F811
    """A sweep whose jobs are taken down, not run: (status, command lines, what was said)."""

    def run(*arguments, launcher="processes", statuses=None):
        lines = []

        def started(commands, config, on_end):
            from smm_voice.cluster.command import Ended

            for number, each in enumerate(commands):
                lines.append(each.line)
                status = (statuses or {}).get(each.name, 0)
                on_end(number, Ended(status, 1.0, "why" if status else "", "host"))

        def main(config: schemas.BuildDatasetConfig) -> int:
            raise AssertionError("it ran here")

        monkeypatch.setattr(processes, "run_all", started)
        line = ["build_dataset.py", "--config-dir", str(folder), f"workspace={folder}/w"]
        monkeypatch.setattr(sys, "argv", [*line, "-m", f"hydra/launcher={launcher}", *arguments])
        with pytest.raises(SystemExit) as ended:
            entry.entry(main, "build_dataset", text_keys=("workspace",))
        said = capsys.readouterr()
        return ended.value.code, lines, said.out + said.err

    return run


def test_each_job_is_the_command_line_that_a_person_would_type(launched, folder):  # noqa: F811
    status, lines, said = launched("brand=first,second", "show=2")
    assert status == 0
    for line, brand in zip(lines, ("first", "second"), strict=True):
        assert line[0] == sys.executable and line[1].endswith("build_dataset.py")
        assert {
            f"--config-dir={folder}",
            f"brand={brand}",
            "show=2",
            f"workspace={folder}/w",
        } <= set(line)
        assert "-m" not in line


def test_the_worst_of_them_is_the_status_of_the_sweep(launched):
    status, _, said = launched("brand=first,second", statuses={"second": 2})
    assert status == 2
    assert "second: bad configuration or input on host" in said and "why" in said


def test_what_is_badly_configured_never_leaves(launched):
    status, lines, said = launched("brand=first,second", "show=-1")
    assert (status, lines) == (2, [])
    assert "show must be at least 0" in said


def test_a_launchers_own_settings_are_checked(launched):
    status, lines, said = launched("brand=first,second", "hydra.launcher.at_once=0")
    assert (status, lines) == (2, [])
    assert "hydra.launcher.at_once must be at least 1" in said
    status, _, said = launched("brand=first,second", "hydra.launcher.cpus=0", launcher="ray")
    assert status == 2 and "hydra.launcher.cpus must be at least 0.1" in said
