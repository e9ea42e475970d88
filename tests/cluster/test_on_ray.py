"""What is asked of Ray and made of its answers; Ray itself is an extra, and stood in for here."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from smm_voice.cluster import on_ray
from smm_voice.cluster.command import Command
from smm_voice.config import RayConfig
from smm_voice.errors import InputError


class Lost(Exception):
    """Stands for `ray.exceptions.RayError`."""


class Ref:
    """What is to be had of a job later."""

    def __init__(self, name, function, job):
        self.name, self.result = name, lambda: function(job)


class Cluster(ModuleType):
    """Runs a job when its result is asked for, the last one that was given first."""

    def __init__(self, lost=(), nodes=({"CPU": 8.0},)):
        super().__init__("ray")
        self.exceptions = SimpleNamespace(RayError=Lost)
        self.lost, self.told, self.said = lost, {}, []
        self._nodes = [{"Alive": True, "Resources": each} for each in nodes]

    def init(self, **told):
        self.told |= told

    def nodes(self):
        return self._nodes

    def remote(self, **asked):
        self.told |= asked
        return lambda function: SimpleNamespace(
            options=lambda name: SimpleNamespace(remote=lambda job: Ref(name, function, job))
        )

    def wait(self, refs, num_returns, timeout):
        self.said.append(("wait", num_returns))
        return refs[-1:], refs[:-1]

    def get(self, ref):
        if ref.name in self.lost:
            raise Lost("The node has died\nand more")
        return ref.result()

    def cancel(self, ref):
        self.said.append(("cancel", ref.name))

    def shutdown(self):
        self.said.append("shutdown")


@pytest.fixture
def ran(tmp_path, monkeypatch):
    def run(cluster, codes, on_end=None, **settings):
        monkeypatch.setitem(sys.modules, "ray", cluster)
        ends = {}
        jobs = [
            Command(name, (sys.executable, "-S", "-c", code), str(tmp_path),
                    str(tmp_path / f"{name}.log"))
            for name, code in codes.items()
        ]  # fmt: skip
        on_ray.run_all(jobs, RayConfig(**settings), on_end or ends.__setitem__)
        return [ends[number] for number in range(len(jobs))]

    return run


def test_each_job_ends_as_itself_and_a_lost_one_stops_no_other(ran):
    cluster = Cluster(lost=["b"])
    ends = ran(cluster, {"a": "pass", "b": "pass", "c": "raise SystemExit('no')"}, retries=2)
    assert [each.status for each in ends] == [0, 1, 1]
    assert ends[1].message == "lost by Ray (begun 3 times at most): The node has died"
    assert ends[2].message.startswith("no")
    assert cluster.said[-1] == "shutdown"


def test_what_a_job_asks_of_a_node_and_where_it_is_found(ran, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "further")
    cluster = Cluster()
    ran(cluster, {"a": "pass"}, cpus=1.5, gpus=1.0, memory_gib=2.0, retries=7, address="there:1")
    asked = {key: cluster.told[key] for key in ("num_cpus", "num_gpus", "memory", "max_retries")}
    assert asked == {"num_cpus": 1.5, "num_gpus": 1.0, "memory": 2 * 2**30, "max_retries": 7}
    assert cluster.told["address"] == "there:1" and "_node_ip_address" not in cluster.told
    path = cluster.told["runtime_env"]["env_vars"]["PYTHONPATH"]
    assert path.split(":") == [str(tmp_path), "further"]
    ran(cluster, {"a": "pass"}, address="local")
    assert cluster.told["_node_ip_address"] == "127.0.0.1" and cluster.told["memory"] is None


def test_interrupted_all_are_cancelled_and_waited_for(ran):
    def interrupt(number, ended):
        raise KeyboardInterrupt

    cluster = Cluster()
    with pytest.raises(KeyboardInterrupt):
        ran(cluster, {"a": "pass", "b": "pass"}, interrupt)
    assert cluster.said[1:] == [("cancel", "a"), ("cancel", "b"), ("wait", 2), "shutdown"]


@pytest.mark.parametrize(("gpus", "told"), [(0.0, False), (1.0, True)])
def test_where_no_node_is_large_enough_it_is_told(ran, caplog, gpus, told):
    cluster = Cluster(nodes=({"CPU": 2.0}, {"CPU": 8.0}, {"CPU": 1.0, "GPU": 4.0}))
    ran(cluster, {"a": "pass"}, cpus=4.0, gpus=gpus)
    assert ("there are: 2 CPU 0 GPU, 8 CPU 0 GPU, 1 CPU 4 GPU" in caplog.text) is told


def test_without_ray_it_says_how_to_get_it(ran):
    with pytest.raises(InputError, match="pip install -r requirements-ray.txt"):
        ran(None, {"a": "pass"})


def test_without_a_cluster_it_says_how_to_start_one(ran):
    cluster = Cluster()

    def init(**told):
        raise ConnectionError("nobody answers\nat all")

    cluster.init = init
    with pytest.raises(InputError, match=r"address=auto: nobody answers Start one with `ray start"):
        ran(cluster, {"a": "pass"})
