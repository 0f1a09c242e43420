"""Runs that stop asking once every gate is decided: what is asked, what is said, and what must not turn green."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main
from tests.server.model_server import Fault, ModelServer
from tests.support.project import Project

TextOf = Callable[[pytest.RunResult], str]
COUNT = 60
ITEMS = "\n".join(f'  - {{id: n{n}, prompt: "Question {n}?", answer: "echo: Question {n}?"}}' for n in range(COUNT))
OTHERS = "\n".join(f'  - {{id: m{n}, prompt: "Riddle {n}?", answer: "echo: Riddle {n}?"}}' for n in range(4))
STOP = ("--ft-model=m", "--ft-concurrency=1", "--ft-stop-when-decided")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(latency=0.1) as running:
        yield running


@pytest.fixture
def sixty(project: Project, server: ModelServer) -> Project:
    project.write("knowledge_cases/people.yaml", f"category: c\nsetting: retention\nitems:\n{ITEMS}\n")
    project.ini(f'ft_base_url = "{server.openai_url}"')
    return project


def words(result: pytest.RunResult) -> str:
    return " ".join(result.stdout.str().split())


def record(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project.path / "run.json").read_text(encoding="utf-8"))
    return found


def test_what_no_answer_can_change_any_more_is_not_asked(sixty: Project, server: ModelServer) -> None:
    """Passed after half of the answers: with all others wrong the rate is still met."""
    result = sixty.run(*STOP, "--ft-min-rate=0.5", "--ft-json=run.json", "--ft-save")
    assert result.ret == pytest.ExitCode.OK
    asked = len(server.requests)
    assert COUNT / 2 <= asked < COUNT
    text, counts = words(result), result.parseoutcomes()
    answered = counts["passed"] - 1  # the gate is a test too
    assert counts["skipped"] == COUNT - answered
    assert f"stopped asking after {answered} of 60 answers: every gate was decided, which saved about" in text
    assert "PASSED all>=0.50: 100.0% [" in text
    assert f"decided after {answered} of 60 answers: no other answer can change it" in text
    assert "saved as run #1, no baseline (it stopped asking once its gates were decided)" in text
    kept = record(sixty)
    assert (len(kept["results"]), len(kept["not_run"])) == (answered, COUNT - answered)
    gate = CliRunner().invoke(main, ["gate", str(sixty.path / "run.json"), "--min-rate", "0.5"])
    assert gate.exit_code == 1
    assert f"FAILED all>=0.50 cannot be evaluated: the run stopped asking after {answered} of 60 answers" in " ".join(
        gate.stdout.split()
    )
    assert not list(sixty.path.rglob("*.stop"))


def test_a_gate_that_fails_for_certain_ends_the_asking_red(sixty: Project, server: ModelServer) -> None:
    server.answers = lambda _, __: "no"
    result = sixty.run(*STOP, "--ft-min-rate=0.9")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert len(server.requests) < COUNT
    assert "FAILED all>=0.90: 0.0% [" in words(result)


def test_a_sequential_test_decides_before_it_is_certain(sixty: Project, server: ModelServer) -> None:
    result = sixty.run(*STOP[:2], "--ft-stop-when-decided=interval", "--ft-min-rate=0.5", "--ft-json=run.json")
    assert result.ret == pytest.ExitCode.OK
    assert len(server.requests) < COUNT
    assert "answers: by a sequential test, wrong at most 1%" in words(result)
    asked = [int(found["item"][1:]) for found in record(sixty)["results"]]
    assert len(asked) < COUNT / 2
    assert max(asked) > COUNT / 2, "in random order, not the first of the file"


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--ft-min-rate=d=0.5",), id="misses elsewhere are ordinary failures"),
        pytest.param(("--ft-max-rate=stale=0.9",), id="a gate on one outcome leaves the others"),
        pytest.param(("--ft-min-rate=0.5", "-k", "n1 or n2 or m1"), id="a partial run decides no gate"),
        pytest.param(("--ft-min-rate=0.5", "--ft-gate-on=interval"), id="an interval is known at the end"),
    ],
)
def test_what_may_still_turn_red_is_asked(
    plain_project: Project, server: ModelServer, options: tuple[str, ...]
) -> None:
    plain_project.write("knowledge_cases/people.yaml", f"category: c\nsetting: retention\nitems:\n{ITEMS}\n")
    plain_project.write("knowledge_cases/riddles.yaml", f"category: d\nsetting: retention\nitems:\n{OTHERS}\n")
    plain_project.ini(f'ft_base_url = "{server.openai_url}"')
    server.latency = 0.0
    server.answers = lambda _, prompt: "no" if prompt in ("Question 59?", "Question 29?") else f"echo: {prompt}"
    result = plain_project.run(*STOP, *options)
    assert result.ret == (pytest.ExitCode.OK if "--ft-gate-on=interval" in options else pytest.ExitCode.TESTS_FAILED)
    left_out = result.parseoutcomes().get("skipped", 0)
    assert left_out == (1 if "-k" in options else 0) or options == ("--ft-min-rate=d=0.5",)
    assert "Question 59?" in {request.prompt for request in server.requests} or "-k" in options


def test_an_unmeasured_answer_leaves_all_open(plain_project: Project, server: ModelServer) -> None:
    plain_project.write("knowledge_cases/people.yaml", f"category: c\nsetting: retention\nitems:\n{ITEMS}\n")
    plain_project.ini(f'ft_base_url = "{server.openai_url}"')
    server.latency = 0.0
    server.faults = lambda seen: Fault(status=400) if seen.prompt == "Question 0?" else None
    result = plain_project.run(*STOP, "--ft-max-retries=0", "--ft-min-rate=0.5", "--ft-max-unmeasured=0.5")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert len(server.requests) == COUNT


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--ft-stop-when-decided: there is no gate to decide: name one, for example --ft-min-rate=0.9"),
        (("--ft-min-rate=0.5", "--ft-batch"), "--ft-stop-when-decided: not with --ft-batch, which asks everything"),
        (
            ("--ft-min-rate=0.5", "--ft-gate-later", "--ft-save"),
            "--ft-stop-when-decided: not with --ft-gate-later, which decides no gate",
        ),
        (("--ft-min-rate=0.5", "--ft-stop-when-decided=soon"), "--ft-stop-when-decided=soon: choose one of certain"),
    ],
)
def test_it_needs_gates_that_this_run_decides(
    plain_project: Project, text_of: TextOf, options: tuple[str, ...], message: str
) -> None:
    result = plain_project.run(*STOP, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in text_of(result)
