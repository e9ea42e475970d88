"""The schedule examples of deploy/: linted, their commands valid, and each starts the real job."""

import ast
import contextlib
import importlib.util
import logging
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import time
import types
from pathlib import Path
from typing import NamedTuple

import kubernetes_validate
import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from croniter import croniter
from filelock import FileLock

from scripts import entry

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
COMMAND = "scripts/retrain.py"
WRAPPER = DEPLOY / "retrain.sh"
SERVICE = DEPLOY / "systemd/smm-voice-retrain@.service"
TIMER = DEPLOY / "systemd/smm-voice-retrain@.timer"
CRON = DEPLOY / "cron/smm-voice"
KUBERNETES = DEPLOY / "kubernetes/retrain.yaml"
GITHUB = DEPLOY / "github/retrain.yml"
PREFECT = DEPLOY / "prefect/retrain_flow.py"
DOCKERFILE = DEPLOY / "Dockerfile"
EXAMPLES = (SERVICE, TIMER, CRON, KUBERNETES, GITHUB, PREFECT, DOCKERFILE, WRAPPER)


def text(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_each_begins_with_how_to_install_or_use_it(path):
    head = text(path)[:700]
    assert head.startswith(("#", '"""'))
    assert "to install" in head.lower() or "to build" in head.lower() or "deploy/retrain.sh" in head


def test_nothing_lies_in_deploy_that_is_not_tested_here():
    found = {
        path for path in DEPLOY.rglob("*") if path.is_file() and "__pycache__" not in str(path)
    }
    assert found == {*EXAMPLES, DEPLOY / "Dockerfile.dockerignore"}


# --- systemd


def unit(source):
    """Sections of a unit file, each a list of (key, value)."""
    sections = {}
    for line in re.sub(r"\\\n\s*", " ", source).splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), [])
        elif line.strip() and not line.startswith(("#", ";")):
            key, equals, value = line.partition("=")
            assert equals, line
            section.append((key.strip(), value.strip()))
    return sections


def faults_of_service(source):
    """What is wrong with the service, beyond what systemd itself finds."""
    pairs = unit(source)["Service"]
    last = dict(pairs)
    environment = dict(v.split("=", 1) for k, v in pairs if k == "Environment")
    wanted = {
        "Type": "oneshot", "SuccessExitStatus": "10 75", "ProtectSystem": "strict",
        "ProtectHome": "yes", "NoNewPrivileges": "yes", "IOSchedulingClass": "idle",
    }  # fmt: skip
    faults = [key for key, value in wanted.items() if last.get(key) != value]
    faults += [key for key in ("User", "TimeoutStartSec", "Nice", "MemoryMax") if key not in last]
    if last.get("User") == "root":
        faults.append("User")
    # The whole tree is read-only but for these.
    workspace = dict(a.split("=", 1) for a in shlex.split(last["ExecStart"]) if "=" in a)[
        "workspace"
    ]
    if workspace != f"/var/lib/{last.get('StateDirectory')}":
        faults.append("workspace")
    if environment.get("SMM_VOICE_CACHE") != f"/var/cache/{last.get('CacheDirectory')}":
        faults.append("SMM_VOICE_CACHE")
    return faults


def verified_by_systemd(tmp_path, service, timer):
    """What systemd-analyze has to say; nothing where all is right."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    # It looks whether the program is there; everything else stays as it is.
    service = re.sub(r"(?<=^ExecStart=)/opt\S+", sys.executable, service, flags=re.MULTILINE)
    for name, source in ((SERVICE.name, service), (TIMER.name, timer)):
        (tmp_path / name).write_text(source, encoding="utf-8")
    names = [name.replace("@", "@acme") for name in (SERVICE.name, TIMER.name)]
    # --man=no: it would look for the page of documentation.
    result = subprocess.run(
        [program, "verify", "--man=no", *(str(tmp_path / name) for name in names)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if "Failed to initialize manager" in result.stderr:
        pytest.skip(f"systemd-analyze does not run here: {result.stderr.strip()}")
    return result.stderr.strip() or ("" if result.returncode == 0 else "status")


def test_systemd_takes_service_and_timer(tmp_path):
    assert verified_by_systemd(tmp_path, text(SERVICE), text(TIMER)) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("SuccessExitStatus=10 75", "SuccesExitStatus=10 75"),
        ("Type=oneshot", "Type=onehsot"),
        ("*-*-* 03:15:00 Europe/Paris", "*-*-* 25:15:00 Europe/Paris"),
        ("RandomizedDelaySec=45min", "RandomizedDelaySec=45 mni"),
        ("SystemCallFilter=@system-service", "SystemCallFilter=@system-servise"),
    ],
)
def test_systemd_finds_what_is_broken(tmp_path, right, wrong):
    service, timer = (text(path).replace(right, wrong) for path in (SERVICE, TIMER))
    assert (service, timer) != (text(SERVICE), text(TIMER))
    assert verified_by_systemd(tmp_path, service, timer) != ""


def test_the_service_is_bounded_low_and_may_write_where_it_must():
    assert faults_of_service(text(SERVICE)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("SuccessExitStatus=10 75\n", "", "SuccessExitStatus"),
        ("User=smm-voice\n", "User=root\n", "User"),
        ("TimeoutStartSec=6h\n", "", "TimeoutStartSec"),
        ("StateDirectory=smm-voice", "StateDirectory=elsewhere", "workspace"),
        ("CacheDirectory=smm-voice\n", "", "SMM_VOICE_CACHE"),
        ("ProtectSystem=strict", "ProtectSystem=no", "ProtectSystem"),
    ],
)
def test_a_broken_service_is_found(right, wrong, fault):
    source = text(SERVICE).replace(right, wrong)
    assert fault in faults_of_service(source)


def test_the_timer_starts_the_service_beside_it_and_makes_up_for_a_lost_night():
    assert TIMER.stem == SERVICE.stem
    timer = dict(unit(text(TIMER))["Timer"])
    assert "Unit" not in timer
    assert timer["OnCalendar"].endswith("Europe/Paris")
    assert timer["Persistent"] == "yes" or timer["Persistent"] == "true"
    assert timer["RandomizedDelaySec"]


# --- cron


def crontab(source):
    """(variables, [(schedule, user, command)]) of a file in /etc/cron.d."""
    variables, jobs = {}, []
    for line in source.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if found := re.fullmatch(r"(\w+)=(.*)", line):
            variables[found[1]] = found[2]
        else:
            *fields, user, command = line.split(None, 6)
            jobs.append((" ".join(fields), user, command))
    return variables, jobs


def faults_of_cron(source):
    faults = []
    variables, jobs = crontab(source)
    for schedule, user, command in jobs:
        if not croniter.is_valid(schedule):
            faults.append(f"{schedule} is no schedule")
        if user == "root" or not re.fullmatch(r"[a-z][a-z-]*", user):
            faults.append(f"{user} is no user for it")
        if re.search(r"(?<!\\)%", command):
            faults.append("% begins the input of a command")
        if subprocess.run([variables["SHELL"], "-n", "-c", command], check=False).returncode:
            faults.append("the shell does not take the command")
    if not jobs:
        faults.append("no job")
    if not source.endswith("\n"):
        faults.append("cron takes no last line without an end")
    return faults


def test_cron_takes_the_file():
    assert faults_of_cron(text(CRON)) == []
    assert os.access(WRAPPER, os.X_OK)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("15 3 * * *", "61 3 * * *"),
        ("15 3 * * *", "15 3 * *"),
        ("* smm-voice", "* root"),
        (" acme ", " $(date +%F) "),
        (" acme ", " 'acme "),
        ("15 3 * * *", "# 15 3 * * *"),
    ],
)
def test_a_broken_cron_file_is_found(right, wrong):
    assert faults_of_cron(text(CRON).replace(right, wrong)) != []


def test_a_cron_file_without_an_end_of_line_is_found():
    assert faults_of_cron(text(CRON).rstrip()) != []


def test_under_cron_and_systemd_git_reads_the_commit_of_a_folder_of_roots(tmp_path):
    variables, _ = crontab(text(CRON))
    pairs = unit(text(SERVICE))["Service"]
    for given in (variables, dict(v.split("=", 1) for k, v in pairs if k == "Environment")):
        known = {key: value for key, value in given.items() if key.startswith("GIT_")}
        said = subprocess.run(
            ["git", "config", "--get-all", "safe.directory"], cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **known},
            capture_output=True, text=True, check=False,
        ).stdout  # fmt: skip
        assert "/opt/smm_voice" in said.splitlines()


# --- Kubernetes


def documents():
    return list(yaml.safe_load_all(text(KUBERNETES)))


def cron_job(documents):
    return next(each for each in documents if each["kind"] == "CronJob")


def pod_of(documents):
    job = cron_job(documents)["spec"]["jobTemplate"]["spec"]
    return job, job["template"]["spec"], job["template"]["spec"]["containers"][0]


def seconds(said):
    return int(said[:-1]) * {"h": 3600, "m": 60, "s": 1}[said[-1]]


def faults_of_kubernetes(documents):
    spec = cron_job(documents)["spec"]
    job, pod, container = pod_of(documents)
    context = container["securityContext"]
    environment = {each["name"]: each["value"] for each in container["env"]}
    claims = {each["metadata"]["name"] for each in documents
              if each["kind"] == "PersistentVolumeClaim"}  # fmt: skip
    volumes = {each["name"]: each for each in pod["volumes"]}
    mounts = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
    image = dict(re.findall(r"(\w+)=(\S+)", text(DOCKERFILE)))
    needed = seconds(environment["SMM_TIMEOUT"]) + int(environment["SMM_DELAY"]) + 120
    workspace = dict(a.split("=") for a in container["args"] if "=" in a)["workspace"]
    checks = {
        "schedule": croniter.is_valid(spec["schedule"]),
        "timeZone": "timeZone" in spec,
        "overlap": spec.get("concurrencyPolicy") == "Forbid",
        "deadline": job.get("activeDeadlineSeconds", 0) >= needed,
        "root": pod["securityContext"].get("runAsNonRoot") and
                f"USER {pod['securityContext']['runAsUser']}\n" in text(DOCKERFILE),
        "rights": context["capabilities"] == {"drop": ["ALL"]}
                  and context["allowPrivilegeEscalation"] is False
                  and context["readOnlyRootFilesystem"] is True
                  and pod["automountServiceAccountToken"] is False,
        "resources": {"cpu", "memory"} <= container["resources"]["limits"].keys(),
        "workspace": "persistentVolumeClaim" in volumes[mounts.get(workspace, "tmp")],
        "cache": "persistentVolumeClaim" in volumes[mounts.get(image["SMM_VOICE_CACHE"], "tmp")],
        "tmp": "/tmp" in mounts,
        "hostname": bool(pod.get("hostname")),
        "claims": {v["persistentVolumeClaim"]["claimName"] for v in volumes.values()
                   if "persistentVolumeClaim" in v} <= claims,
        "priority": pod["priorityClassName"] in {each["metadata"]["name"] for each in documents},
        "secrets": not any("http" in value for value in environment.values()),
    }  # fmt: skip
    return [name for name, holds in checks.items() if not holds]


# The oldest in which every field is known without a switch, and the newest of the schemas.
@pytest.mark.parametrize("version", ["1.31", "1.37"])
def test_kubernetes_schemas_take_every_document(version):
    for each in documents():
        kubernetes_validate.validate(each, version, strict=True)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("concurrencyPolicy: Forbid", "concurencyPolicy: Forbid"),
        ("activeDeadlineSeconds: 28800", "activeDeadlineSeconds: 8h"),
        ("restartPolicy: Never", "restartPolicy: [Never]"),
        ("readOnlyRootFilesystem", "readonlyRootFilesystem"),
        ("action: FailJob", "actoin: FailJob"),
        ("preemptionPolicy: Never", "preemptionPolicies: Never"),
    ],
)
def test_kubernetes_schemas_find_what_is_broken(right, wrong):
    source = text(KUBERNETES).replace(right, wrong)
    with pytest.raises(kubernetes_validate.ValidationError):
        for each in yaml.safe_load_all(source):
            kubernetes_validate.validate(each, "1.37", strict=True)


def test_the_cron_job_is_bounded_has_no_rights_and_keeps_what_it_writes():
    assert faults_of_kubernetes(documents()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("concurrencyPolicy: Forbid", "concurrencyPolicy: Allow", "overlap"),
        ("activeDeadlineSeconds: 28800", "activeDeadlineSeconds: 21600", "deadline"),
        ("runAsUser: 10001", "runAsUser: 1000", "root"),
        ("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "rights"),
        ("mountPath: /cache", "mountPath: /kache", "cache"),
        ("workspace=/workspace", "workspace=/tmp", "workspace"),
        ("hostname: smm-voice-retrain", "hostname: \"\"", "hostname"),
        ("claimName: smm-voice-cache", "claimName: smm-cache", "claims"),
        ("limits: {cpu: \"4\", memory: 8Gi", "limits: {cpu: \"4\"", "resources"),
        ("value: 6h", "value: 9h", "deadline"),
        ("\"15 3 * * *\"", "\"15 3 * * * ?\"", "schedule"),
    ],
)  # fmt: skip
def test_a_broken_cron_job_is_found(right, wrong, fault):
    source = text(KUBERNETES).replace(right, wrong)
    assert fault in faults_of_kubernetes(list(yaml.safe_load_all(source)))


def test_the_image_is_set_up_as_the_makefile_does_it_and_runs_without_rights():
    makefile = re.findall(r"-m pip install --quiet (.*)", text(ROOT / "Makefile"))
    image = re.findall(r"-m pip install --quiet (.*)", text(DOCKERFILE))
    wanted = [line for line in makefile if "requirements-dev" not in line]
    assert [line.replace('--index-url "$TORCH_INDEX" ', "") for line in image] == wanted
    assert len(wanted) == 4
    # Everything that is copied into it before the code is there.
    for name in re.findall(r"^COPY (.*) \./$", text(DOCKERFILE), re.MULTILINE)[0].split():
        assert (ROOT / name).is_file()
    _, _, container = pod_of(documents())
    assert re.search(r'^ENTRYPOINT \["(.*)"\]$', text(DOCKERFILE), re.MULTILINE)[1] == str(
        container["command"][0]
    )
    assert f"/opt/smm_voice/{WRAPPER.relative_to(ROOT)}" == container["command"][0]


# --- GitHub Actions


def workflow():
    return yaml.safe_load(text(GITHUB))


def faults_of_github(tmp_path, source):
    path = tmp_path / "retrain.yml"
    path.write_text(source, encoding="utf-8")
    schema = ["--builtin-schema", "vendor.github-workflows"]
    result = CliRunner().invoke(check_jsonschema, [*schema, str(path)])
    faults = [result.output] if result.exit_code else []
    values = yaml.safe_load(source)
    job = next(iter(values["jobs"].values()))
    on = values[True]  # YAML reads the key `on` as true
    faults += [each["cron"] for each in on["schedule"] if not croniter.is_valid(each["cron"])]
    # What stands in ${{ }} becomes part of the line before the shell reads it.
    faults += [step["run"] for step in job["steps"] if "${{" in step.get("run", "")]
    environment = job["steps"][-1]["env"]
    if job["timeout-minutes"] * 60 < seconds(environment["SMM_TIMEOUT"]) + 2700 + 120:
        faults.append("timeout-minutes")
    if values["permissions"] != {"contents": "read"}:
        faults.append("permissions")
    if values["concurrency"]["cancel-in-progress"]:
        faults.append("concurrency")
    if on.keys() - {"schedule", "workflow_dispatch"}:
        faults.append("on: what strangers can cause starts no job on a machine of one's own")
    return faults


def test_github_takes_the_workflow(tmp_path):
    assert faults_of_github(tmp_path, text(GITHUB)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("runs-on:", "runs_on:"),
        ("timeout-minutes: 420", "timeout-minutes: 300"),
        ("cron: \"15 3 * * *\"", "cron: \"15 25 * * *\""),
        ("\"$BRAND\"", "\"${{ inputs.brand }}\""),
        ("contents: read", "contents: write"),
        ("cancel-in-progress: false", "cancel-in-progress: true"),
        ("  workflow_dispatch:", "  pull_request:\n  workflow_dispatch:"),
        ("uses: actions/checkout@v4", "use: actions/checkout@v4"),
    ],
)  # fmt: skip
def test_a_broken_workflow_is_found(tmp_path, right, wrong):
    source = text(GITHUB).replace(right, wrong)
    assert source != text(GITHUB)
    assert faults_of_github(tmp_path, source) != []


# --- Prefect


def faults_of_flow(source):
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [str(error)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    keywords = {key.arg: ast.unparse(key.value) for call in calls for key in call.keywords}
    schedules = [c.args[0].value for c in calls if ast.unparse(c.func) == "Cron"]
    faults = [said for said in schedules if not croniter.is_valid(said)]
    if not schedules or "timezone" not in keywords:
        faults.append("schedule")
    if "shell" in keywords:
        faults.append("a shell reads the brand's name")
    if keywords.get("limit") != "1":
        faults.append("limit")
    return faults


def test_the_flow_is_sound():
    assert faults_of_flow(text(PREFECT)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("cwd=ROOT,", "cwd=ROOT, shell=True,"),
        ("15 3 * * *", "15 3 * *"),
        ("limit=1", "limit=2"),
        ("def retrain(", "def retrain"),
        (", timezone=", ", zone="),
    ],
)
def test_a_broken_flow_is_found(right, wrong):
    assert faults_of_flow(text(PREFECT).replace(right, wrong)) != []


@contextlib.contextmanager
def flow_module(**environment):
    """The flow's module, with Prefect where it is installed, else with a stand-in."""
    installed = importlib.util.find_spec("prefect") is not None
    stand_in = types.ModuleType("prefect")
    stand_in.flow = stand_in.task = lambda **_: lambda function: function
    stand_in.get_run_logger = lambda: logging.getLogger("prefect")
    schedules, states = types.ModuleType("prefect.schedules"), types.ModuleType("prefect.states")
    schedules.Cron = states.State = object
    states.Completed = types.SimpleNamespace
    modules = {"prefect": stand_in, "prefect.schedules": schedules, "prefect.states": states}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        for name, module in {} if installed else modules.items():
            patch.setitem(sys.modules, name, module)
        yield types.SimpleNamespace(**runpy.run_path(str(PREFECT)))


# --- What each starts


class Start(NamedTuple):
    """A command as a scheduler starts it."""

    arguments: list
    environment: dict
    folder: Path = ROOT


def started_by_systemd(python, workspace, brand):
    pairs = unit(text(SERVICE))["Service"]
    line = dict(pairs)["ExecStart"].replace("%I", brand)
    program, *arguments = shlex.split(line)
    assert program == "/opt/smm_voice/.venv/bin/python"
    environment = dict(v.split("=", 1) for k, v in pairs if k == "Environment")
    return Start([python, *placed(arguments, workspace)], environment)


def started_by_cron(python, workspace, brand):
    variables, ((_, _, command),) = crontab(text(CRON))
    (workspace / "environment").write_text("export SMM_WEBHOOK=https://example.com\n")
    command = command.replace("/etc/smm-voice", str(workspace))
    (command,) = placed([command.replace("acme", f"'{brand}'")], workspace)
    log = {"SMM_LOG": str(workspace / "log")}
    return Start([variables["SHELL"], "-c", command], variables | log)


def started_by_kubernetes(python, workspace, brand):
    _, _, container = pod_of(documents())
    arguments = [brand if each == "acme" else each for each in container["args"]]
    environment = {each["name"]: each["value"] for each in container["env"]}
    return Start(placed([*container["command"], *arguments], workspace), environment)


def started_by_github(python, workspace, brand):
    step = workflow()["jobs"]["retrain"]["steps"][-1]
    given = {key: value for key, value in step["env"].items() if "${{" not in str(value)}
    given |= {"BRAND": brand, "DRY_RUN": "false", "SMM_WORKSPACE": str(workspace)}
    return Start(["bash", "-e", "-c", step["run"]], given)


STARTS = {
    "systemd": started_by_systemd, "cron": started_by_cron,
    "kubernetes": started_by_kubernetes, "github": started_by_github,
}  # fmt: skip


def placed(arguments, workspace):
    """With the paths of this machine in the place of an installation's."""
    pairs = {
        "workspace=/var/lib/smm-voice": f"workspace={workspace}",
        "workspace=/workspace": f"workspace={workspace}",
        "/opt/smm_voice/": f"{ROOT}/",
    }
    for place, here in pairs.items():
        arguments = [each.replace(place, here) for each in arguments]
    return arguments


def run(start, **environment):
    known = {key: os.environ[key] for key in ("HOME", "PATH", "PYTHONPATH") if key in os.environ}
    known |= {k: v for k, v in start.environment.items() if k not in ("PATH", "SMM_VOICE_CACHE")}
    return subprocess.run(
        start.arguments, cwd=start.folder, env={**known, "SMM_DELAY": "0", **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def program(tmp_path):
    """Makes a stand-in for Python: it notes its arguments and does what it is told."""

    def make(then="exit 0"):
        path = tmp_path / "python"
        path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{tmp_path}/said"\n{then}\n')
        path.chmod(0o755)
        return path

    return make


def arguments_of(scheduler, brand, tmp_path, program, webhook=""):
    """What the scheduler's command hands to Python."""
    python = str(program())
    if scheduler == "prefect":
        known = {"SMM_PYTHON": python, "SMM_WORKSPACE": str(tmp_path), "SMM_WEBHOOK": webhook}
        with flow_module(**known) as flow:
            subprocess.run(flow.command(brand), check=True)
    else:
        start = STARTS[scheduler](python, tmp_path, brand)
        if scheduler == "cron":  # It sets what it needs itself.
            line = f"export SMM_WEBHOOK={webhook}\n"
            (tmp_path / "environment").write_text(line if webhook else "")
        result = run(start, SMM_PYTHON=python, SMM_WEBHOOK=webhook)
        assert result.returncode == 0, result.stderr
    return (tmp_path / "said").read_text().splitlines()


@pytest.mark.parametrize(
    ("scheduler", "brand"),
    [*((each, "acme") for each in (*STARTS, "prefect")),
     ("systemd", "glob(*)"), ("cron", "glob(*)"), ("github", "glob(*)")],
)  # fmt: skip
def test_what_each_starts_is_a_valid_command(
    scheduler, brand, tmp_path, program, monkeypatch, capsys
):
    hook = "https://example.com"
    script, *arguments = arguments_of(scheduler, brand, tmp_path, program, hook)
    assert script == COMMAND
    assert f"workspace={tmp_path}" in arguments
    seen = []

    def validated_only(command, *args, **more):
        def note(config):
            seen.append((config.brand.name, config.retraining.notification.webhook_variable))
            return 0

        note.__annotations__ = dict(command.__annotations__)
        more["over_all"] = ""
        return real(note, *args, **more)

    real = entry.entry
    monkeypatch.setattr(entry, "entry", validated_only)
    monkeypatch.setattr(sys, "argv", [script, *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    assert ended.value.code == 0, capsys.readouterr().err
    assert seen == [("acme", "SMM_WEBHOOK")]


@pytest.mark.parametrize("scheduler", ["cron", "kubernetes", "github", "prefect"])
def test_without_a_webhook_nothing_is_said_of_one(scheduler, tmp_path, program):
    # systemd says it always: an address that is not set is warned of, and fails nothing.
    said = arguments_of(scheduler, "acme", tmp_path, program)
    assert "brand=acme" in said and not any("webhook_variable" in each for each in said)


@pytest.fixture(scope="module")
def locked(small_brand, tmp_path_factory):
    """A workspace in which the job of the brand `small` is under way: a quick and known end.

    Gives what is needed for an example's command to find that brand.
    """
    workspace = tmp_path_factory.mktemp("locked")
    (workspace / "experiments/runs/small").mkdir(parents=True)
    with FileLock(str(workspace / LOCK)):
        yield workspace


LOCK = "experiments/runs/small/.retrain.lock"


@pytest.fixture
def python_with_brands(small_brand, tmp_path):
    """Python, and the folder in which the brand is: an installation has it in conf/brand."""
    path = tmp_path / "real-python"
    found = f'exec "{sys.executable}" "$@" --config-dir "{small_brand}"'
    path.write_text(f"#!/bin/sh\n{found}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("scheduler", "status"),
    # systemd itself counts 75 as success; see SuccessExitStatus.
    [("systemd", 75), ("cron", 0), ("kubernetes", 0), ("github", 0)],
)
def test_each_starts_the_real_job(scheduler, status, locked, python_with_brands):
    start = STARTS[scheduler](python_with_brands, locked, "small")
    result = run(start, SMM_PYTHON=python_with_brands)
    log = locked / "log"
    said = result.stderr + (log.read_text() if log.exists() else "")
    assert result.returncode == status, said
    assert "brand small is being retrained" in said
    if scheduler == "cron":
        assert result.stdout + result.stderr == ""  # cron would mail it


def test_the_flow_starts_the_real_job(locked, python_with_brands, caplog):
    caplog.set_level(logging.INFO)
    with flow_module(SMM_PYTHON=python_with_brands, SMM_WORKSPACE=str(locked)) as flow:
        state = flow.retrain("small", delay=0, seconds=100)
        assert state.message == "under way already"
        assert "brand small is being retrained" in caplog.text
        # A brand that is not there is bad input, and that is a failure.
        with pytest.raises(RuntimeError, match="status 2"):
            flow.retrain("nobody", delay=0, seconds=100)


# --- deploy/retrain.sh


def wrapped(program, *arguments, brand="acme", **environment):
    start = Start([str(WRAPPER), brand, *arguments], {})
    return run(start, SMM_PYTHON=str(program), **environment)


@pytest.mark.parametrize(("status", "ends"), [(0, 0), (1, 1), (2, 2), (10, 0), (75, 0), (139, 139)])
def test_what_is_no_failure_ends_with_0(program, tmp_path, status, ends):
    result = wrapped(program(f"exit {status}"), "a=b c", brand="glob([a*, b*])")
    assert result.returncode == ends
    assert bool(result.stderr) == bool(status)
    said = (tmp_path / "said").read_text().splitlines()
    assert said == [COMMAND, "-m", "brand=glob([a*, b*])", "a=b c"]


def test_the_webhook_of_whoever_starts_it_is_the_one_that_counts(program, tmp_path):
    given = "retraining.notification.webhook_variable=OTHER"
    wrapped(program(), given, SMM_WEBHOOK="https://example.com/a b?c=*")
    said = (tmp_path / "said").read_text().splitlines()
    assert said[-2:] == ["retraining.notification.webhook_variable=SMM_WEBHOOK", given]


def test_with_a_log_only_failures_are_said(program, tmp_path):
    log = tmp_path / "log"
    for status, said in ((10, ""), (1, f"acme: failed with status 1; see {log}\n")):
        result = wrapped(program(f"echo working; exit {status}"), SMM_LOG=str(log))
        assert result.stdout == "" and result.stderr == said
    assert log.read_text().splitlines() == [
        "working", "acme: the gate said no, nothing is replaced", "working",
    ]  # fmt: skip


def test_a_job_that_takes_too_long_is_ended(program):
    begun = time.monotonic()
    result = wrapped(program("exec sleep 60"), SMM_TIMEOUT="0.3")
    assert result.returncode == 124 and "ended after 0.3" in result.stderr
    assert time.monotonic() - begun < 20


def test_the_end_is_passed_on_and_waited_for(program, tmp_path):
    """A node that is emptied sends SIGTERM to the script alone; the job has runs to close."""
    script = f'trap "sleep 0.3; echo closed >{tmp_path}/closed; exit 1" TERM\n'
    python = program(script + f"echo >{tmp_path}/begun\nwhile :; do sleep 0.05; done")
    process = subprocess.Popen(
        [str(WRAPPER), "acme"], env={**os.environ, "SMM_PYTHON": str(python)}
    )
    for _ in range(400):
        if (tmp_path / "begun").exists():
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 1
    assert (tmp_path / "closed").exists()


def test_without_a_brand_it_is_bad_input():
    assert subprocess.run([str(WRAPPER)], capture_output=True, check=False).returncode == 2


def test_the_shell_takes_the_script_and_not_a_broken_one(tmp_path):
    broken = tmp_path / "broken.sh"
    broken.write_text(text(WRAPPER).replace("esac\nexit", "exit"))
    for path, right in ((WRAPPER, True), (broken, False)):
        result = subprocess.run(["sh", "-n", str(path)], capture_output=True, check=False)
        assert (result.returncode == 0) == right


def test_the_page_names_every_example_and_every_status():
    page = text(ROOT / "docs/scheduling.md")
    for path in EXAMPLES:
        named = path if path.parent == DEPLOY else path.parent
        assert f"deploy/{named.relative_to(DEPLOY)}" in page
    rows = re.findall(r"^\| ([\d, ]+) \|", page, re.MULTILINE)
    assert rows == ["0", "1", "2", "10", "75", "124, 137"]
