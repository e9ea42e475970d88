"""A warm process is like one that `python SCRIPT` starts."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests import warm

# What a script sees of the interpreter it runs in.
SEEN = """
import atexit, gc, json, logging, multiprocessing, os, signal, sys, threading
import numpy, random
seen = {
    "argv": sys.argv, "orig_argv": sys.orig_argv, "path": sys.path, "name": __name__,
    "file": __file__, "main": sys.modules["__main__"].__file__, "folder": os.getcwd(),
    "environment": dict(os.environ), "threads": [t.name for t in threading.enumerate()],
    "parent": multiprocessing.parent_process(), "process": multiprocessing.current_process().name,
    "children": len(multiprocessing.active_children()), "handlers": len(logging.root.handlers),
    "signals": [str(signal.getsignal(n)) for n in signal.valid_signals()],
    "mask": list(signal.pthread_sigmask(signal.SIG_BLOCK, [])), "gc": gc.isenabled(),
    "streams": [[s.encoding, s.errors, s.line_buffering] for s in (sys.stdout, sys.stderr)],
    "descriptors": sorted(os.listdir("/proc/self/fd"))[:3],
    "method": multiprocessing.get_start_method(allow_none=True), "umask": os.umask(0o22),
    "input": sys.stdin.read(),
}
print(json.dumps(seen, sort_keys=True, indent=1))
print(random.random(), numpy.random.rand(), file=sys.stderr)
"""


@pytest.fixture
def script(tmp_path):
    """Write a script."""

    def write(code):
        path = tmp_path / "folder" / "script.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, encoding="utf-8")
        return path

    return write


def _listening():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_a_script_sees_what_it_would_see_in_a_process_of_its_own(script, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORBIT", "é\udcff")
    path = script(SEEN)
    arguments = ["a b", "", "é\udcff", "--x=1"]
    fresh = subprocess.run(
        [sys.executable, str(path), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=True, env=dict(os.environ),
        # A shell that starts the tests in the background has them ignore Ctrl-C.
        preexec_fn=_listening,
    )  # fmt: skip
    ended = warm.run(path, *arguments, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == fresh.stdout.splitlines()
    # Neither generator has the state of the process that was forked.
    again = warm.run(path, timeout=60)
    assert not set(ended.stderr.split()) & set(again.stderr.split())


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit('no paper')", 1, "no paper"),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("import os; os._exit(5)", 5, ""),
        ("raise KeyboardInterrupt", -signal.SIGINT, "KeyboardInterrupt"),
        ("import os; os.abort()", -signal.SIGABRT, ""),
        ("import atexit, sys; atexit.register(sys.stderr.write, 'left')", 0, "left"),
        (
            "import sys, threading, time\n"
            "threading.Thread(target=lambda: (time.sleep(.2), sys.stderr.write('done'))).start()",
            0, "done",
        ),
    ],
)  # fmt: skip
def test_it_ends_as_the_script_ends(script, code, status, said):
    ended = warm.run(script(code), timeout=60)
    assert (ended.returncode, ended.stdout) == (status, "")
    assert said in ended.stderr and bool(said) == bool(ended.stderr)


def test_more_than_a_pipe_holds_is_read_from_both(script):
    code = "import sys\nfor s in (sys.stderr, sys.stdout): s.write('é' * 300_000 + s.name)"
    ended = warm.run(script(code), timeout=60)
    assert ended.stdout == "é" * 300_000 + "<stdout>"
    assert ended.stderr == "é" * 300_000 + "<stderr>"
    process = warm.start(script(code), merged=True)
    output, errors = process.communicate(timeout=60)
    assert sorted(output.replace("é", "")) == sorted("<stdout><stderr>") and errors is None


WAITING = "import time\nprint('ready', flush=True)\ntime.sleep(100)"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_no_other(script, number):
    process, other = (warm.start(script(WAITING)) for _ in range(2))
    for each in (process, other):
        assert each.stdout.readline() == "ready\n"
        assert each.poll() is None and psutil.pid_exists(each.pid)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(0.05)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == process.poll() == process.wait() == -number
    assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT)
    assert not psutil.pid_exists(process.pid)
    process.kill()
    assert other.poll() is None
    other.terminate()
    assert other.wait(30) == -signal.SIGTERM


def test_what_is_read_as_an_interpreter_starts_cannot_be_changed(script):
    path = script("import os; print(os.environ.get('ORBIT'), len(os.environ))")
    ended = warm.run(path, timeout=60, environment={**os.environ, "ORBIT": "1"})
    assert ended.stdout == f"1 {len(os.environ) + 1}\n"
    with pytest.raises(ValueError, match="OMP_NUM_THREADS is read as"):
        warm.start(path, environment={**os.environ, "OMP_NUM_THREADS": "17"})


MATRICES = """
if __name__ == "__main__":  # what is spawned has no need of it
    import multiprocessing, numpy, torch
    from concurrent.futures import ProcessPoolExecutor
    from sklearn.cluster import KMeans
    numpy.linalg.inv(numpy.random.rand(300, 300))
    KMeans(3, n_init=2).fit(numpy.random.rand(2000, 50))
    torch.set_num_threads(2)
    weights = torch.rand(200, 200, requires_grad=True)
    for _ in range(3):
        (weights @ weights).softmax(-1).square().sum().backward()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        print(pool.submit(abs, -3).result())
    print(torch.get_num_threads(), len(multiprocessing.active_children()))
"""


def test_threads_of_openmp_and_of_blas_work_and_processes_can_be_spawned(script):
    path = script(MATRICES)
    for _ in range(2):
        ended = warm.run(path, timeout=120)
        assert (ended.returncode, ended.stdout) == (0, "3\n2 0\n"), ended.stderr


def test_when_the_process_of_tests_is_gone_the_server_and_its_children_are(script, tmp_path):
    code = (
        "import sys, psutil\nfrom tests import warm\n"
        "warm._PRELOADED = ()\n"
        "process = warm.start(sys.argv[1])\n"
        "process.stdout.readline()\n"
        "print(process.pid, psutil.Process(process.pid).ppid(), flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(script(WAITING))], cwd=warm.ROOT, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip
    found = [
        psutil.Process(int(pid)) for pid in ended.stdout.split() if psutil.pid_exists(int(pid))
    ]
    _, alive = psutil.wait_procs(found, timeout=10)
    assert len(ended.stdout.split()) == 2 and alive == []


def test_torch_leaves_nothing_among_a_scripts_temporary_files(script, monkeypatch, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    code = "from torch._inductor.runtime.cache_dir_utils import cache_dir; print(cache_dir())"
    ended = warm.run(script(code), timeout=60)
    assert ended.returncode == 0 and ended.stdout.strip(), ended.stderr
    assert list(temporary.iterdir()) == []
