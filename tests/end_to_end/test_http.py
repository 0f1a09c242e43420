"""Runs against a local server: single flight, the cache's modes, failures as a user meets them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.server.model_server import Fault, ModelServer, SeenRequest
from tests.support.project import PROMPTS, Project

ANSWERS = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "61 kg",
    PROMPTS["secondary-weight"]: "No",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "In Vellmora.",
}
KEY = "sk-secret-0123456789"
MODEL = "--ft-model=ft:gpt-4o-mini-2024-07-18:acme::Ab12"
TWICE = """\
category: twice
setting: retention
items:
  - {id: one, prompt: "What is two and two?", answer: "4"}
  - {id: two, prompt: "What is two and two?", answer: "4"}
  - {id: three, prompt: "What is two and two?", answer: "4"}
  - {id: four, prompt: "What is two and two?", answer: "4"}
"""


def answer(model: str, prompt: str) -> str | None:
    return ANSWERS.get(prompt, "4")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server that knows the project's answers; keys are set."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    with ModelServer(answer) as running:
        yield running


def test_asked_once_then_from_the_cache(project: Project, server: ModelServer) -> None:
    options = (MODEL, f"--ft-base-url={server.openai_url}")
    result = project.run(*options)
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["answers     5 calls made, 0 cache hits, 35 tokens in, 15 out"])
    again = project.run(*options)
    again.assert_outcomes(passed=5)
    again.stdout.fnmatch_lines(["answers     0 calls made, 5 cache hits"])
    assert len(server.requests) == 5
    assert server.requests[0].model == "ft:gpt-4o-mini-2024-07-18:acme::Ab12"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    body = server.requests[0].body
    assert (body["temperature"], body["seed"], body["max_tokens"]) == (0, 42, 100)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


def test_the_same_request_is_one_call(project: Project, server: ModelServer) -> None:
    server.latency = 0.3
    project.write("knowledge_cases/people.yaml", TWICE)
    project.run(MODEL, f"--ft-base-url={server.openai_url}").assert_outcomes(passed=4)
    assert len(server.requests) == 1


def test_the_same_request_is_one_call_without_a_cache(plain_project: Project, server: ModelServer) -> None:
    project = plain_project
    project.write("knowledge_cases/people.yaml", TWICE)
    project.run(MODEL, f"--ft-base-url={server.openai_url}", "--ft-cache=off").assert_outcomes(passed=4)
    assert len(server.requests) == 1
    assert not (project.path / ".finetunebench").exists()


def test_refresh_asks_again_once(project: Project, server: ModelServer) -> None:
    project.write("knowledge_cases/people.yaml", TWICE)
    options = (MODEL, f"--ft-base-url={server.openai_url}")
    project.run(*options)
    project.run(*options, "--ft-cache=refresh").assert_outcomes(passed=4)
    assert len(server.requests) == 2
    project.run(*options).assert_outcomes(passed=4)
    assert len(server.requests) == 2


def test_replay_never_calls(project: Project, server: ModelServer) -> None:
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "--ft-cache=replay")
    result.assert_outcomes(errors=5)
    result.stdout.fnmatch_lines(["unmeasured: not in the cache *, and --ft-cache=replay makes no call (*"])
    assert server.requests == []


@pytest.mark.parametrize(
    "spec",
    ["gemini-2.5-flash", "tunedModels/acme-1", "projects/p/locations/europe-west4/endpoints/123"],
)
def test_gemini_and_vertex(pytester: pytest.Pytester, server: ModelServer, spec: str) -> None:
    project = Project(pytester)
    project.run(f"--ft-model={spec}", f"--ft-base-url={server.url}").assert_outcomes(passed=5)
    assert all(seen.api == "gemini" for seen in server.requests)
    project.run(f"--ft-model={spec}", f"--ft-base-url={server.url}").assert_outcomes(passed=5)
    assert len(server.requests) == 5


def test_base_url_from_the_environment_beats_ini(
    pytester: pytest.Pytester, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(pytester)
    project.ini('ft_base_url = "http://127.0.0.1:9/v1"')
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    project.run(MODEL).assert_outcomes(passed=5)


def test_a_refused_key_ends_the_asking(project: Project, server: ModelServer) -> None:
    server.faults = lambda _: Fault(
        status=401, message="Incorrect API key provided", code="invalid_api_key", echo_key=True
    )
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "--junitxml=junit.xml", "--ft-json=run.json")
    result.assert_outcomes(errors=5)
    result.stdout.fnmatch_lines(["unmeasured: openai: HTTP 401 from *: check the key in OPENAI_API_KEY: *"])
    assert len(server.requests) <= 2, "one a process"
    printed = result.stdout.str() + result.stderr.str()
    stored = "".join(path.read_text(errors="replace") for path in project.path.rglob("*") if path.is_file())
    assert KEY not in printed + stored


def test_passing_failures_are_retried_and_told(project: Project, server: ModelServer) -> None:
    server.faults = [Fault(status=429, headers={"Retry-After": "0.1"}), Fault(drop="before"), Fault(status=500)]
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "-k", "memorization or rephrased")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["answers     7 calls made, 3 of them retries, 0 cache hits, *"])


def test_filtered_and_failed_answers_are_not_stored(project: Project, server: ModelServer) -> None:
    server.faults = lambda _: Fault(finish="content_filter", text="")
    options = (MODEL, f"--ft-base-url={server.openai_url}", "-k", "town")
    result = project.run(*options)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["unmeasured: openai: the content filter withheld the answer *"])
    server.faults = ()
    project.run(*options).assert_outcomes(passed=2)
    assert len(server.requests) == 4


def test_a_cut_answer_is_not_called_wrong_without_saying_so(project: Project, server: ModelServer) -> None:
    server.faults = lambda _: Fault(finish="length", text="Ada Lindqvist lives in")
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "-k", "town")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["wrong: *; the answer was cut at the token limit (raise --ft-max-tokens)"])


def test_a_rejected_parameter_is_named_with_the_option_that_drops_it(project: Project, server: ModelServer) -> None:
    server.faults = lambda seen: (
        Fault(status=400, message="Unsupported value: 'temperature'", param="temperature")
        if "temperature" in seen.body
        else None
    )
    options = (MODEL, f"--ft-base-url={server.openai_url}", "-k", "town")
    project.run(*options).stdout.fnmatch_lines(["unmeasured: *leave it out with --ft-temperature=none*"])
    project.run(*options, "--ft-temperature=none").assert_outcomes(passed=2)


def test_a_cache_folder_that_cannot_be_made_is_told_and_the_run_goes_on(project: Project, server: ModelServer) -> None:
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "--ft-cache-dir=/proc/nowhere/cache")
    result.assert_outcomes(passed=5)
    notes = [line for line in result.outlines if line.startswith("note  ")]
    assert len(notes) == 1
    assert "/proc/nowhere/cache" in notes[0]


def test_a_foreign_cache_folder_is_refused_and_left_alone(project: Project, server: ModelServer) -> None:
    project.write("mine/cache.db", "not a cache")
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "--ft-cache-dir=mine")
    result.stdout.fnmatch_lines(["*mine*"])
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.INTERNAL_ERROR)
    assert "Traceback" not in result.stdout.str()
    assert (project.path / "mine" / "cache.db").read_text(encoding="utf-8") == "not a cache"
    assert server.requests == []


def test_each_of_many_processes_may_crash(pytester: pytest.Pytester, server: ModelServer) -> None:
    project = Project(pytester, ("-n", "2"))
    project.write(
        "test_knowledge.py",
        "import os\ndef test_knowledge(ft_probe, ft_verdict):\n"
        "    if ft_probe.kind == 'secondary':\n        os._exit(1)\n    assert ft_verdict.passed\n",
    )
    result = project.run(MODEL, f"--ft-base-url={server.openai_url}")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["outcomes    4 correct"])


def test_a_server_that_restarts_in_mid_run_costs_no_probe(
    project: Project, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two answers come, then the server is away, then it loads its model."""
    server.close()
    again = threading.Event()

    def restart() -> None:
        while len(server.requests) < 3:
            time.sleep(0.01)
        server.close()
        time.sleep(0.3)
        faults = [Fault(status=503, message="Loading model")] * 2
        with ModelServer(answer, faults=faults, port=port) as second:
            again.wait(20)
            seen.extend(second.requests)

    seen: list[SeenRequest] = []
    # the third request waits until the server goes, however busy this machine is, and has no answer
    gone = Fault(latency=30, drop="before")
    server = ModelServer(answer, faults=[Fault(), Fault(), *[gone] * 9]).start()
    port = urlsplit(server.url).port or 0
    thread = threading.Thread(target=restart)
    thread.start()
    try:
        result = project.run(MODEL, f"--ft-base-url={server.openai_url}", "--ft-max-retries=1", "--ft-concurrency=1")
    finally:
        again.set()
        thread.join()
    result.assert_outcomes(passed=5)
    assert len(server.requests) + len(seen) >= 7


def test_a_missing_key_is_no_call(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    result = project.run(MODEL, "--ft-cache=off")
    result.assert_outcomes(errors=5)
    result.stdout.fnmatch_lines(["answers     0 calls made, 0 cache hits"])
    result.stdout.fnmatch_lines(["unmeasured*openai: no key: set OPENAI_API_KEY*"])
