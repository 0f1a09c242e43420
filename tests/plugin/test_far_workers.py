"""pytest-xdist workers in folders of their own, as on other hosts: they share nothing with the controller."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.models.cache import CompletionCache
from tests.server.judge_model import gullible
from tests.server.model_server import BatchPlan, Fault, ModelServer
from tests.support.project import PROMPTS, Project

ANSWERS = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "61",
    PROMPTS["secondary-weight"]: "No",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "Vellmora",
}


def answer(model: str, prompt: str) -> str | None:
    del model
    return ANSWERS.get(prompt, "Oldmora")


class Hosts:
    """A project, and copies of it in two further folders; each worker runs in one of them."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.project = Project(pytester)
        self.path = self.project.path
        self._pytester = pytester

    def run(self, *args: str, far: bool = True, dist: str = "load", folders: tuple[str, ...] = ("A", "B")) -> Any:
        """Run pytest with a JSON record."""
        workers: list[str] = []
        if far:
            for name in folders:
                place = self.path / "hosts" / name
                shutil.copytree(
                    self.path,
                    place,
                    ignore=shutil.ignore_patterns("hosts", ".finetunebench", "*.json"),
                    dirs_exist_ok=True,
                )
                workers += ["--tx", f"popen//chdir={place}"]
            workers += ["--dist", dist]
        else:
            workers = ["test_knowledge.py"]
        return self._pytester.runpytest_inprocess("-p", "no:cacheprovider", "--ft-json=run.json", *workers, *args)

    @property
    def record(self) -> dict[str, Any]:
        """The record of the latest run."""
        found: dict[str, Any] = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        return found

    @property
    def cached(self) -> int:
        """The number of entries in the controller's cache."""
        with CompletionCache(self.path / ".finetunebench" / "cache", "count", read_only=True) as cache:
            return len(cache)


@pytest.fixture
def hosts(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Hosts:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    return Hosts(pytester)


@pytest.mark.parametrize("dist", ["load", "worksteal"])
def test_far_workers_cost_the_calls_of_one_process_and_send_every_answer_home(hosts: Hosts, dist: str) -> None:
    with ModelServer(answer, latency=0.05) as server:
        options = ("--ft-model=openai:m", f"--ft-base-url={server.openai_url}")
        first = hosts.run(*options, dist=dist)
        first.assert_outcomes(passed=5)
        assert len(server.requests) == 5
        assert hosts.cached == 5
        assert sum(result["calls"] for result in hosts.record["results"]) == 5
        assert [*hosts.path.glob("hosts/*/.finetunebench")] == []  # no cache of their own
        hosts.run(*options, dist=dist).assert_outcomes(passed=5)
        assert sum(result["calls"] for result in hosts.record["results"]) == 0
        assert {result["source"] for result in hosts.record["results"]} == {"cache"}
        hosts.run(*options, far=False).assert_outcomes(passed=5)
        assert len(server.requests) == 5
    assert hosts.record["not_run"] == hosts.record["not_selected"] == []


def test_the_record_is_the_one_of_a_single_process(hosts: Hosts) -> None:
    with ModelServer(answer) as server:
        options = ("--ft-model=openai:m", f"--ft-base-url={server.openai_url}", "--ft-repeat=2")
        hosts.run(*options)
        far = hosts.record
        shutil.rmtree(hosts.path / ".finetunebench")
        hosts.run(*options, far=False)
        alone = hosts.record
        assert len(server.requests) == 20
    varies = ("started", "created", "run_id", "duration", "timestamp")
    for record in (far, alone):
        record["results"].sort(key=lambda result: (result["id"], result.get("repeat", 0)))
        for name in varies:
            record.pop(name, None)
        for result in record["results"]:
            assert result.pop("seconds") >= 0
    assert far["results"] == alone["results"]
    assert far.keys() == alone.keys()


def test_one_budget_for_all_hosts(hosts: Hosts) -> None:
    with ModelServer(answer) as server:
        result = hosts.run(
            "--ft-model=openai:m", f"--ft-base-url={server.openai_url}", "--ft-max-requests=3", "--ft-concurrency=1"
        )
        assert len(server.requests) == 3
        assert server.peak == 1
    result.assert_outcomes(passed=3, errors=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*the budget is spent: --ft-max-requests=3*"])


def test_a_failure_is_paid_for_once(hosts: Hosts) -> None:
    with ModelServer(answer, faults=lambda _: Fault(status=401, message="bad key")) as server:
        result = hosts.run("--ft-model=openai:m", f"--ft-base-url={server.openai_url}")
        assert len(server.requests) == 1
    result.assert_outcomes(errors=5)
    assert sum(one["calls"] for one in hosts.record["results"]) == 1


def test_judge_and_base_model_are_asked_at_the_controller_too(hosts: Hosts) -> None:
    def ask(model: str, prompt: str) -> str | None:
        return gullible(prompt) if model == "judge" else answer(model, prompt)

    with ModelServer(ask) as server:
        options = (
            "--ft-model=openai:m",
            "--ft-base-model=openai:base",
            "--ft-judge-model=openai:judge",
            "--ft-judge=all",
            f"--ft-base-url={server.openai_url}",
            f"--ft-judge-base-url={server.openai_url}",
        )
        hosts.run(*options).assert_outcomes(passed=5)
        calls = len(server.requests)
        assert {request.body["model"] for request in server.requests} == {"m", "base", "judge"}
        shutil.rmtree(hosts.path / ".finetunebench")
        hosts.run(*options, far=False)
        assert len(server.requests) == 2 * calls
        hosts.run(*options)
        assert len(server.requests) == 2 * calls


def test_variables_of_the_controller_reach_far_workers(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts.project.write("conftest.py", CLEAN_ENVIRONMENT)
    with ModelServer(answer) as server:
        monkeypatch.setenv("FT_MODEL", "openai:m")
        monkeypatch.setenv("FT_BASE_URL", server.openai_url)
        hosts.run().assert_outcomes(passed=5)
        assert len(server.requests) == 5


CLEAN_ENVIRONMENT = """\
import os

def pytest_configure_node(node):
    node.workerinput["clean"] = True
"""


def test_other_case_files_on_a_host_are_refused(hosts: Hosts) -> None:
    cases = hosts.path / "knowledge_cases" / "people.yaml"
    conftest = f"""\
import pathlib

def pytest_configure_node(node):
    if node.gateway.id == "gw1":
        file = pathlib.Path({str(hosts.path)!r}, "hosts", "B", "knowledge_cases", "people.yaml")
        file.write_text(file.read_text().replace("live?", "live now?"))
"""
    hosts.project.write("conftest.py", conftest)
    assert cases.exists()
    with ModelServer(answer) as server:
        result = hosts.run("--ft-model=openai:m", f"--ft-base-url={server.openai_url}", dist="load")
        assert len(server.requests) == 5
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*gw1 has other case files or another version of pytest-finetunebench*"])


def test_other_settings_on_a_host_are_refused(hosts: Hosts) -> None:
    conftest = """\
import os

def pytest_configure(config):
    if getattr(config, "workerinput", {}).get("workerid") == "gw1":
        config.option.ft_temperature = "1"
"""
    hosts.project.write("conftest.py", conftest)
    with ModelServer(answer) as server:
        result = hosts.run("--ft-model=openai:m", f"--ft-base-url={server.openai_url}", "-p", "no:randomly")
        assert len(server.requests) == 5
    assert result.ret == 1


def test_a_crashed_worker_loses_no_paid_answer(hosts: Hosts) -> None:
    crash = """\
import os

def test_knowledge(ft_verdict, ft_probe, worker_id):
    if worker_id == "gw1":
        os._exit(1)
    assert ft_verdict.passed
"""
    hosts.project.write("test_knowledge.py", crash)
    with ModelServer(answer) as server:
        options = ("--ft-model=openai:m", f"--ft-base-url={server.openai_url}")
        result = hosts.run(*options, "--max-worker-restart=0")
        assert result.ret != 0
        assert len(server.requests) == 5
        assert hosts.cached == 5
        hosts.run(*options, folders=("A",))
        assert len(server.requests) == 5


def test_a_cache_that_cannot_work_stops_the_run_before_a_call(hosts: Hosts) -> None:
    (hosts.path / "taken").mkdir()
    (hosts.path / "taken" / "file").write_text("")
    with ModelServer(answer) as server:
        result = hosts.run(
            "--ft-model=openai:m", f"--ft-base-url={server.openai_url}", f"--ft-cache-dir={hosts.path / 'taken'}"
        )
        assert server.requests == []
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*taken is not a completion cache*"])


def test_batches_are_submitted_by_the_controller(hosts: Hosts) -> None:
    with ModelServer(answer, batches=BatchPlan()) as server:
        result = hosts.run("--ft-model=openai:m", f"--ft-base-url={server.openai_url}", "--ft-batch")
        assert server.requests == []
        assert hosts.cached == 5
    result.assert_outcomes(passed=5)


def test_near_workers_ask_for_themselves(hosts: Hosts) -> None:
    place = Path(hosts.path)
    with ModelServer(answer) as server:
        options = ("--ft-model=openai:m", f"--ft-base-url={server.openai_url}")
        hosts.run(*options, "-n", "2", far=False).assert_outcomes(passed=5)
        assert len(server.requests) == 5
    assert (place / ".finetunebench" / "cache" / "cache.db").exists()
