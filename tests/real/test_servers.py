"""Real servers behind the `openai` provider: killed in mid-run and started again, then asked nothing more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real.servers import Server, llama_cpp_server, transformers_serve
from tests.support.project import PROMPTS, Project


@pytest.fixture(scope="module", params=["transformers serve", "llama_cpp.server"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    engine = transformers_serve(request) if request.param == "transformers serve" else llama_cpp_server()
    started = Server(engine, tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "n2"])
def test_a_server_killed_in_mid_run_costs_no_answer_and_a_second_run_no_call(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, server: Server, workers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    project = Project(pytester, workers)
    options = (f"--ft-model=openai:{server.model}", f"--ft-base-url={server.url}", "--ft-max-tokens=8")
    before = server.answered
    restarted = server.restart_after(2)
    record = project.run_json(*options, "--ft-concurrency=1", "--ft-wait=240")
    restarted.join(timeout=60)
    assert server.answered_before_kill is not None
    assert server.answered_before_kill < before + len(PROMPTS), "the server was killed after the run"
    assert len(record["results"]) == len(PROMPTS)
    assert "unmeasured" not in {result["outcome"] for result in record["results"]}
    assert {result["source"] for result in record["results"]} == {"provider"}
    # an answer may be lost on its way as the server is killed, one for each of two processes
    sent = server.answered
    assert before + len(PROMPTS) <= sent <= before + len(PROMPTS) + 2

    again = project.run_json(*options)
    assert {result["source"] for result in again["results"]} == {"cache"}
    assert [one["response"] for one in again["results"]] == [one["response"] for one in record["results"]]
    assert server.answered == sent
