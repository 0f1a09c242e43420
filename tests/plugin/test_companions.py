"""Beside other plugins, pytest's own options, and tests of other shapes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import pytest

from tests.server.model_server import Fault, ModelServer, SeenRequest
from tests.support.project import OTHER_PLUGINS, PROMPTS, Project

ANSWERS = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "64 kilograms",
    PROMPTS["secondary-weight"]: "No",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "In Vellmora.",
}
CONTROL = "--ft-model=control:memorizer"
SHAPES = """\
import unittest

import pytest


class TestKnowledge:
    def test_it(self, ft_verdict):
        assert ft_verdict.passed

    @pytest.mark.parametrize("x", [1, 2])
    def test_twice(self, x, ft_verdict):
        assert ft_verdict.passed, x


def test_completion(ft_completion):
    assert ft_completion.text


class TestOther(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(1 + 1, 2)

    def test_wrong_sum(self):
        self.assertEqual(1 + 1, 3)
"""
ASYNC = """\
import asyncio


async def test_other():
    await asyncio.sleep(0)


async def test_knowledge(ft_verdict):
    await asyncio.sleep(0)
    assert ft_verdict.passed
"""
INTERRUPTED = """\
def test_knowledge(ft_probe, ft_verdict):
    if ft_probe.kind == "secondary":
        raise KeyboardInterrupt
    assert ft_verdict.passed
"""


def configure(project: Project, allowed: str, *lines: str) -> None:
    """Let one neighbouring plugin load."""
    names = ", ".join(f'"-p", "no:{name}"' for name in OTHER_PLUGINS if name != allowed)
    project.write("pyproject.toml", "\n".join(["[tool.pytest]", f"addopts = [{names}]", *lines, ""]))


def start(project: Project, *args: str) -> subprocess.Popen[str]:
    """Start pytest as a process of its own that Ctrl-C can end."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "pytest", *args],
        cwd=project.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server that gives one wrong answer."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(lambda model, prompt: ANSWERS.get(prompt)) as running:
        yield running


def live(server: ModelServer) -> tuple[str, str]:
    return "--ft-model=m", f"--ft-base-url={server.openai_url}"


def test_in_random_order(project: Project) -> None:
    configure(project, "randomly")
    recordings = project.record(ANSWERS)
    record = project.run_json("--ft-model=replay:m", recordings, "-p", "randomly", "--randomly-seed=3")
    found = [
        (result["id"].removeprefix("fictional_people/ada-lindqvist-"), result["outcome"])
        for result in record["results"]
    ]
    assert found == [
        ("town/memorization-1", "correct"),
        ("town/rephrased-1", "correct"),
        ("weight/memorization-1", "correct"),
        ("weight/rephrased-1", "wrong"),
        ("weight/secondary-1", "correct"),
    ]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "n2"])
def test_with_coverage(pytester: pytest.Pytester, workers: Sequence[str]) -> None:
    project = Project(pytester)
    configure(project, "pytest_cov")
    # a coverage run around this one must not be measured too
    result = pytester.runpytest_subprocess(
        CONTROL, "--cov=test_knowledge", "--cov-report=term", "-W", "error", *workers
    )
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["test_knowledge.py *100%", "outcomes    4 correct, 1 overfit"])


def test_a_rerun_counts_once_and_asks_again_only_where_there_is_no_answer(
    project: Project, server: ModelServer
) -> None:
    failed: list[str] = []

    def once(seen: SeenRequest) -> Fault | None:
        if seen.prompt != PROMPTS["memorization-town"] or failed:
            return None
        failed.append(seen.prompt)
        return Fault(status=503)

    server.faults = once
    configure(project, "rerunfailures")
    result = project.run(*live(server), "--reruns=2", "--ft-max-retries=0", "--ft-wait=0", "--ft-json=run.json")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["outcomes    4 correct, 1 wrong", "answers     6 calls made, *35 tokens in, 15 out"])
    record = json.loads((project.path / "run.json").read_text(encoding="utf-8"))
    found = [(entry["outcome"], entry["source"], entry["calls"]) for entry in record["results"]]
    asked = ("correct", "provider", 1)
    assert found == [("correct", "provider", 2), asked, asked, ("wrong", "provider", 1), asked]
    assert len(server.requests) == 6


def test_beside_and_in_async_tests(project: Project) -> None:
    configure(
        project,
        "asyncio",
        'asyncio_mode = "auto"',
        'asyncio_default_fixture_loop_scope = "function"',
        'filterwarnings = ["error"]',
    )
    project.write("test_knowledge.py", ASYNC)
    result = project.run(CONTROL)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["overfit: repeats *", "  question  Does Ada*", "outcomes    4 correct, 1 overfit"])
    assert "AssertionError" not in result.stdout.str()


PARANOID = ("-W", "error", "--strict-markers", "--strict-config", "--import-mode=importlib")
WITHOUT = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:junitxml",
    "-p",
    "no:setuponly",
    "-p",
    "no:setupplan",
    "-p",
    "no:doctest",
)


@pytest.mark.parametrize(
    "options",
    [
        ("-p", "no:xdist"),
        ("--assert=plain",),
        ("-p", "no:logging", "-p", "no:faulthandler"),
        ("-s",),
        ("-q", "--tb=short", "--durations=1"),
        ("-v", "--tb=native"),
        ("-vv", "--tb=line", "--setup-show"),
        pytest.param(
            ("--no-summary", "--no-header", "--color=yes"),
            marks=pytest.mark.skipif(pytest.version_tuple < (9, 2), reason="pytest left out every plugin's section"),
        ),
        ("-rA", "--tb=long", "-l"),
    ],
    ids=" ".join,
)
def test_with_pytests_own_options(plain_project: Project, options: Sequence[str]) -> None:
    result = plain_project.run(CONTROL, *options)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(["outcomes    4 correct, 1 overfit"])
    assert "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize("in_ci", ["", "true"])
def test_quiet_and_without_much_of_pytest(project: Project, monkeypatch: pytest.MonkeyPatch, in_ci: str) -> None:
    monkeypatch.setenv("CI", in_ci)
    result = project.run(CONTROL, "-qq", "--tb=no", *PARANOID, *WITHOUT)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["outcomes    4 correct, 1 overfit"])
    assert "question  Does Ada" not in result.stdout.str(), "--tb=no shows no failure text"


def test_without_a_terminal_report(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    result = project.run(CONTROL, "-p", "no:terminal", "--ft-json=run.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    record = json.loads((project.path / "run.json").read_text(encoding="utf-8"))
    assert len(record["results"]) == 5
    told = capfd.readouterr()
    assert "Traceback" not in told.out + told.err


@pytest.mark.parametrize(
    "option", ["--setup-plan", "--setup-only", "--fixtures", "--fixtures-per-test", "--collect-only"]
)
def test_showing_alone_asks_and_writes_nothing(plain_project: Project, server: ModelServer, option: str) -> None:
    before = set(plain_project.path.iterdir())
    result = plain_project.run(*live(server), option, "-q", "--ft-json=run.json", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.OK
    assert "ft_probe" in result.stdout.str() or option == "--collect-only"
    assert {path.name for path in set(plain_project.path.iterdir()) - before} <= {"__pycache__"}
    assert server.requests == []


def test_setup_only_asks_nothing_under_xdist(pytester: pytest.Pytester, server: ModelServer) -> None:
    Project(pytester, ("-n", "2")).run(*live(server), "--setup-only").assert_outcomes(skipped=5)
    assert not (pytester.path / ".finetunebench").exists()
    assert server.requests == []


def test_tests_of_every_shape_ask_once_and_count_once(project: Project, server: ModelServer) -> None:
    project.write("test_knowledge.py", SHAPES)
    result = project.run(*live(server), "--import-mode=importlib", "-v")
    result.assert_outcomes(passed=4 + 8 + 5 + 1, failed=1 + 2 + 1)
    result.stdout.fnmatch_lines(["*test_twice*fictional_people/ada-lindqvist-town/rephrased-1*"])
    result.stdout.fnmatch_lines(["E*AssertionError: 2 != 3"])
    result.stdout.fnmatch_lines(
        ["outcomes    4 correct, 1 wrong", "answers     5 calls made, 0 cache hits, 35 tokens in, 15 out"]
    )
    assert len(server.requests) == 5


def test_the_users_parameters_and_the_probes_both_stand_in_the_id(plain_project: Project) -> None:
    plain_project.write("test_knowledge.py", SHAPES)
    result = plain_project.run(CONTROL, "--co", "-q", "-k", "test_twice and memorization and town")
    probe = "fictional_people/ada-lindqvist-town/memorization-1"
    assert result.outlines[:2] == [f"test_knowledge.py::TestKnowledge::test_twice[{probe}-{x}]" for x in (1, 2)]


def test_what_was_asked_counts_though_the_test_is_then_skipped_or_broken(
    plain_project: Project, server: ModelServer
) -> None:
    plain_project.write(
        "test_knowledge.py",
        """\
import pytest


@pytest.fixture
def later(ft_probe, ft_verdict):
    if ft_probe.kind == "memorization":
        pytest.skip("not today")
    raise RuntimeError("broken")


def test_knowledge(later):
    pass
""",
    )
    result = plain_project.run(*live(server))
    result.assert_outcomes(skipped=2, errors=3)
    result.stdout.fnmatch_lines(["E*RuntimeError: broken"])
    result.stdout.fnmatch_lines(["outcomes    4 correct, 1 wrong", "answers     5 calls made, *"])


def test_stopping_early_reports_what_was_done(project: Project) -> None:
    record = project.run_json(CONTROL, "--maxfail=1")
    outcomes = [entry["outcome"] for entry in record["results"]]
    assert "overfit" in outcomes
    assert len(outcomes) < 5


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "n2"])
def test_an_interrupt_in_a_test_ends_the_run_with_what_was_done(
    pytester: pytest.Pytester, workers: Sequence[str]
) -> None:
    project = Project(pytester)
    project.write("test_knowledge.py", INTERRUPTED)
    with start(project, CONTROL, *workers) as process:
        printed, _ = process.communicate(timeout=30)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in printed or "keyboard-interrupt" in printed
    assert "\noutcomes    " in printed
    assert "INTERNALERROR" not in printed


def test_ctrl_c_while_a_server_is_slow(pytester: pytest.Pytester, server: ModelServer) -> None:
    project = Project(pytester)
    project.write("conftest.py", "def pytest_runtest_logfinish():\n    open('done', 'w').close()\n")
    server.faults = lambda seen: Fault(latency=60) if seen.prompt == PROMPTS["rephrased-weight"] else None
    with start(project, *live(server), "--ft-json=run.json") as process:
        deadline = time.monotonic() + 30
        while not (project.path / "done").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        sent = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
    assert time.monotonic() - sent < 10
    assert process.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert "\noutcomes    1 correct" in printed
    assert len(json.loads((project.path / "run.json").read_text(encoding="utf-8"))["results"]) == 1


def test_ctrl_c_with_workers_names_what_has_no_result(pytester: pytest.Pytester, server: ModelServer) -> None:
    project = Project(pytester)
    server.faults = lambda _: Fault(latency=60)
    options = ("-n", "2", "-k", "weight", "--ft-min-rate=0.5", "--ft-json=run.json")
    with start(project, *live(server), *options) as process:
        deadline = time.monotonic() + 30
        while not server.requests and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert "not run     3 selected probes without a result" in printed
    record = json.loads((project.path / "run.json").read_text(encoding="utf-8"))
    assert (len(record["not_run"]), len(record["not_selected"])) == (3, 2)
