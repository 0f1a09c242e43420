"""Thoughts and run-on output from a real server: kept and shown, but never graded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.model_server import Fault, ModelServer
from tests.support.project import Project

CASES = """\
category: people
setting: new_knowledge
items:
  - {id: one, prompt: Where does Ada live?, answer: Vellmora}
  - {id: two, prompt: Where does Bea live?, answer: Vellmora}
"""
ADA, BEA = "Where does Ada live?", "Where does Bea live?"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(lambda model, prompt: "Vellmora") as running:
        yield running


def asked(project: Project, server: ModelServer, faults: dict[str, Fault]) -> list[str]:
    project.write("knowledge_cases/people.yaml", CASES)
    server.faults = lambda seen: faults.get(seen.prompt)
    return ["--ft-model=openai:m", f"--ft-base-url={server.openai_url}"]


def results(project: Project, *options: str) -> dict[str, dict[str, Any]]:
    return {result["item"]: result for result in project.run_json(*options)["results"]}


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thoughts_in_a_field_are_kept_and_not_graded(project: Project, server: ModelServer, name: str) -> None:
    faults = {
        ADA: Fault(text="Tarsk", fields={name: "It may be Vellmora."}),
        BEA: Fault(fields={name: "It may be Tarsk."}),
    }
    options = asked(project, server, faults)
    result = project.run(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*answer    Tarsk", "*thoughts  It may be Vellmora."])
    found = results(project, *options)
    assert (found["one"]["outcome"], found["one"]["reasoning"]) == ("wrong", "It may be Vellmora.")
    assert (found["two"]["outcome"], found["two"]["response"]) == ("correct", "Vellmora")
    assert found["one"]["graded_text"] is None
    assert len(server.requests) == 2


def test_thoughts_in_the_text_are_kept_and_not_graded(project: Project, server: ModelServer) -> None:
    told = "The user asks. " + "Vellmora or Tarsk? " * 30
    faults = {ADA: Fault(text=f"<think>{told}</think>\n\nTarsk"), BEA: Fault(text="<think>Tarsk?</think>Vellmora")}
    options = asked(project, server, faults)
    result = project.run(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*wrong: does not say 'Vellmora'*", "*answer    Tarsk"])
    result.stdout.fnmatch_lines(["*thoughts  <think>The user asks. Vellmora *characters, not graded)"])
    found = results(project, *options)
    assert found["one"]["response"] == f"<think>{told}</think>\n\nTarsk"
    assert (found["one"]["graded_text"], found["two"]["graded_text"]) == ("Tarsk", "Vellmora")
    assert not found["one"]["runs_on"]
    assert len(server.requests) == 2


def test_a_thought_without_end_is_an_error(project: Project, server: ModelServer) -> None:
    faults = {
        ADA: Fault(text="<think>Vellmora?", finish="length"),
        BEA: Fault(text="", fields={"reasoning_content": "Vellmora?"}, finish="length"),
    }
    result = project.run(*asked(project, server, faults))
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["unmeasured  2 × still thinking at the token limit; raise --ft-max-tokens"])


def test_a_call_of_a_tool_is_an_error(project: Project, server: ModelServer) -> None:
    called = {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "find"}}]}
    result = project.run(*asked(project, server, {ADA: Fault(fields=called, finish="tool_calls")}))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["unmeasured  1 × calls a tool, gives no answer"])


def test_what_runs_on_is_counted_and_limited(project: Project, server: ModelServer) -> None:
    text = "Vellmora<|im_end|>\n<|im_start|>user\nAnd where does Cid live?"
    options = asked(project, server, {ADA: Fault(text=text)})
    result = project.run(*options)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["runs on     1 answer is followed by invented turns, which are not graded: does"])
    limited = project.run(*options, "--ft-max-rate=runs_on=0.02", "--ft-markdown=report.md")
    limited.stdout.fnmatch_lines(["*FAILED*runs_on<=0.02: 50.0% runs_on *n=2*"])
    assert limited.ret == 1
    assert "<b>runs on</b> 1 answer is followed by invented turns" in (project.path / "report.md").read_text("utf-8")
    met = project.run(*options, "--ft-max-rate=runs_on=0.5", "--ft-allow-undecided")
    met.stdout.fnmatch_lines(["*PASSED*runs_on<=0.50: 50.0% runs_on *"])
    assert met.ret == 0
    assert results(project, *options)["one"]["runs_on"] is True


def test_what_runs_on_is_shown_with_a_failure(project: Project, server: ModelServer) -> None:
    options = asked(project, server, {ADA: Fault(text="Tarsk\n\nUser: Are you sure?\nAssistant: Vellmora")})
    result = project.run(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*answer    Tarsk", "*runs on   User: Are you sure? Assistant: Vellmora"])


def test_a_probe_may_ask_for_the_raw_response(project: Project, server: ModelServer) -> None:
    raw = """\
category: people
setting: form
items:
  - id: one
    prompt: Where does Ada live?
    answer: thoughts first
    grader: {name: regex, pattern: "^<think>"}
    response: raw
"""
    options = asked(project, server, {ADA: Fault(text="<think>Tarsk?</think>Vellmora")})
    project.write("knowledge_cases/people.yaml", raw)
    project.run(*options).assert_outcomes(passed=1)
    assert results(project, *options)["one"]["raw_response"] is True


def test_a_longest_answer(project: Project, server: ModelServer) -> None:
    options = asked(project, server, {ADA: Fault(text="Vellmora" * 500)})
    result = project.run(*options, "--ft-max-response=2K")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*is longer than 2 KiB (--ft-max-response allows more)*"])
    wrong = project.run(*options, "--ft-max-response=16T")
    wrong.stderr.fnmatch_lines(["*--ft-max-response=16T: needs a size from 1K, such as 16M"])
