"""`finetunebench batch`: each command on a real server."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tenacity
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.completions import Request
from pytest_finetunebench.models.batches import run as batch_module
from pytest_finetunebench.models.batches.jobs import JobFiles, new_job
from pytest_finetunebench.models.cache import CompletionCache
from pytest_finetunebench.models.providers import retry
from tests.server.asking import KEY
from tests.server.model_server import BatchPlan, Fault, ModelServer

CASES = """
category: people
setting: new_knowledge
items:
  - id: ada
    prompt: How tall is Ada?
    answer: 171 cm
    probes:
      rephrased: [What is Ada's height?]
"""
FOLDER = Path(".finetunebench/cache")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with case files and a key; nothing is waited for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(retry, "_backoff", tenacity.wait_none())
    monkeypatch.setattr(batch_module, "FIRST_POLL", 0.0)
    monkeypatch.setattr(batch_module, "SETTLING", 0.0)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    Path("knowledge_cases").mkdir()
    Path("knowledge_cases/people.yaml").write_text(CASES, encoding="utf-8")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server whose jobs are under way at the first look."""
    with ModelServer(batches=BatchPlan(polls=1)) as running:
        monkeypatch.setenv("FT_BASE_URL", running.openai_url)
        monkeypatch.setenv("FT_MODEL", "ft:m:acme::1")
        yield running


def run(*args: object, code: int = 0, **options: Any) -> Result:
    result = CliRunner().invoke(main, ["batch", *map(str, args)], **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert KEY not in result.output
    assert result.exit_code == code, result.output
    return result


def entries() -> dict[str, str]:
    with CompletionCache(FOLDER, "test", read_only=True) as cache:
        return {entry.request.prompt: entry.completion.text for entry in cache.entries()}


ANSWERS = {prompt: f"echo: {prompt}" for prompt in ("How tall is Ada?", "What is Ada's height?")}


def test_submit_ends_and_collect_comes_back(server: ModelServer) -> None:
    assert run("submit").stdout == (
        "batch_1  2 requests\n"
        "submitted 2 requests, 0 are in the cache\n"
        "`finetunebench batch collect` stores the answers\n"
    )
    first = run("collect", code=3)
    assert first.stdout == "stored 0 answers\nunder way: batch_1\n"
    assert run("collect").stdout == "stored 2 answers\n"
    assert entries() == ANSWERS
    assert run("collect").stdout == "nothing to collect in .finetunebench/cache\n"
    assert run("status").stdout == "no job is under way in .finetunebench/cache\n"
    assert run("submit").stdout == "nothing is missing: 2 answers are in .finetunebench/cache\n"
    assert len(server.batches.lines) == 2


@pytest.mark.usefixtures("server")
def test_requests_are_those_of_a_run() -> None:
    run("submit")
    result = CliRunner().invoke(main, ["cache", "explain", "people/ada/memorization-1"])
    assert result.output.startswith("miss: ")
    run("collect", "--follow")
    result = CliRunner().invoke(main, ["cache", "explain", "people/ada/memorization-1"])
    assert result.output.startswith("hit: ")
    assert "by run batch\n" in result.output


def test_submitting_twice_pays_once(server: ModelServer) -> None:
    run("submit", "--repeat", 1)
    second = run("submit", "--repeat", 2, "--seed", 42)
    assert second.stdout.splitlines() == [
        "batch_1  2 requests",
        "batch_2  2 requests",
        "submitted 2 requests, 2 under way before, 0 are in the cache",
        "`finetunebench batch collect` stores the answers",
    ]
    assert [line.body["seed"] for line in server.batches.lines] == [42, 42, 43, 43]


@pytest.mark.usefixtures("server")
def test_sampling_and_folder_are_those_that_were_named() -> None:
    run("submit", "--temperature", "none", "--max-tokens", 7, "--cache-dir", "elsewhere")
    assert not FOLDER.exists()
    (job,) = JobFiles(Path("elsewhere")).load()
    sampling = job.requests[0].sampling
    assert (sampling.temperature, sampling.max_tokens) == (None, 7)
    assert run("--cache-dir", "elsewhere", "status").stdout.startswith("batch_1  ")


def test_status(server: ModelServer) -> None:
    run("submit")
    line = run("status").stdout
    assert line.startswith("batch_1  running    0 of 2 done, 0 failed  openai:ft:m:acme::1  20")
    (row,) = json.loads(run("status", "--json").stdout)
    assert row.pop("created").startswith("20")
    assert row == {
        "job": "batch_1",
        "state": "done",
        "done": 2,
        "failed": 0,
        "requests": 2,
        "model": "openai:ft:m:acme::1",
        "base_url": server.openai_url,
        "message": "",
    }


def test_collect_waits_and_tells_what_has_changed(server: ModelServer) -> None:
    server.batches.plan = BatchPlan(polls=3)
    run("submit")
    result = run("collect", "--follow", "--json")
    assert json.loads(result.stdout) == {"stored": 2, "pending": [], "unanswered": {}, "failures": []}
    assert result.stderr.splitlines() == [
        "batch: running, 0 of 2 done, 0 failed",
        "batch: ended, 2 of 2 done, 0 failed",
    ]
    assert server.batches.calls.count("status") == 3 + 1 + 1  # looks, the one that finds it ended, its files


def test_collect_tells_what_was_not_answered(server: ModelServer) -> None:
    faults = {"How tall is Ada?": Fault(status=400, message="the seed!")}
    server.batches.plan = BatchPlan(polls=0, lines=lambda seen: faults.get(seen.prompt))
    run("submit")
    lines = run("collect").stdout.splitlines()
    assert lines[0] == "stored 1 answer"
    assert lines[1].startswith("1 without an answer, to be asked by a run: openai: HTTP 400 from ")
    assert lines[1].endswith("leave it out with --seed=none: the seed!")


def test_a_failed_job(server: ModelServer) -> None:
    server.batches.plan = BatchPlan(polls=0, ends=["failed"])
    run("submit")
    assert "failed     0 of 2 done" in run("status").stdout
    assert "line 1: told to fail (invalid_request)\n" in run("status").stdout
    result = run("collect", code=1)
    assert result.stderr.startswith("Error: batch batch_1 failed and answered nothing: line 1: told to fail")
    assert run("collect").stdout == "nothing to collect in .finetunebench/cache\n"


def test_a_job_that_was_cut_off_is_found_or_forgotten(server: ModelServer) -> None:
    run("submit")
    files = JobFiles(FOLDER)
    (job,) = files.load()
    files.save(job.model_copy(update={"id": None}))
    files.save(new_job(job.requests))
    assert run("status").stdout.startswith("batch_1  running")
    assert [found.id for found in files.load()] == ["batch_1"]
    assert server.batches.calls.count("list") == 2


def test_the_key_goes_to_no_address_of_a_file(server: ModelServer) -> None:
    request = Request(provider="openai", base_url=f"{server.url}/planted", model="m", messages=())
    with CompletionCache(FOLDER, "x"):
        JobFiles(FOLDER).save(new_job([request]).model_copy(update={"id": "batch_9"}))
    run("submit")
    calls = len(server.batches.calls)
    for command in ("status", "collect"):
        result = run(command, code=1)
        assert result.stderr.endswith(
            f"Error: jobs of openai:m went to {server.url}/planted: name it with --base-url\n"
        )
        assert ("batch_1" in result.stdout) == (command == "status")
    assert entries() == ANSWERS
    assert server.batches.calls[calls:] == ["status", "status", "status", "download"]
    assert server.requests == []


@pytest.mark.usefixtures("server")
def test_a_planted_provider_is_none() -> None:
    with CompletionCache(FOLDER, "x"):
        JobFiles(FOLDER).save(new_job([Request(provider="mine", model="m", messages=())]))
    assert run("collect", code=1).stderr == (
        "Error: batches are OpenAI's and Gemini's: there is none of provider 'mine'\n"
    )


def test_a_lost_job_does_not_hide_the_others(server: ModelServer) -> None:
    run("submit")
    run("submit", "--repeat", 2)
    server.batches.jobs = server.batches.jobs[1:]
    result = run("collect", "--follow", code=1)
    assert result.stdout == "stored 2 answers\n"
    assert "gives its answers up" in result.stderr
    rows = run("status", code=1)
    assert "does not show batch batch_1" in rows.stderr


def test_server_errors_are_one_line(server: ModelServer) -> None:
    server.batches.plan = None
    result = run("submit", code=1)
    assert result.stderr.startswith(f"Error: openai: {server.openai_url} has no batches: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "message", "code"),
    [
        (["--model", "control:memorizer"], "Error: answers of control cost no call and are never cached", 1),
        (["--model", "m", "--cases", "none.yaml"], "none.yaml: no such file", 1),
        (
            ["--model", "m", "--seed", "soon"],
            "(env var: 'FT_SEED'): 'soon': needs a whole number, or none",
            2,
        ),
        (["--model", "m", "--repeat", "0"], "Invalid value for '--repeat'", 2),
        ([], "Missing option '--model'", 2),
        (["--model", "projects/p/locations/l/endpoints/1"], "Error: batches of Vertex read and write Cloud Storage", 1),
    ],
)
def test_submit_usage_errors(args: list[str], message: str, code: int) -> None:
    assert message in run("submit", *args, code=code).stderr


def test_gemini(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        place = ("--base-url", server.url)
        assert run("submit", "--model", "gemini-2.5-flash", *place).stdout.startswith("batches/job-1  2 requests\n")
        assert run("status", *place).stdout.startswith("batches/job-1  done       2 of 2 done")
        assert run("collect", *place).stdout == "stored 2 answers\n"
    assert entries() == ANSWERS


def test_a_damaged_cache_is_told_before_anything_is_sent(server: ModelServer) -> None:
    FOLDER.mkdir(parents=True)
    (FOLDER / "mine.txt").write_text("x", encoding="ascii")
    assert "is not a completion cache" in run("submit", code=1).stderr
    assert server.batches.calls == []


def test_submit_takes_the_requests_of_arms(server: ModelServer) -> None:
    assert "submitted 4 requests, 0 are in the cache" in run("submit", "--arm", "oracle").stdout
    run("collect", "--follow")
    told = [prompt for prompt in entries() if prompt.startswith("Facts that may help:\n- How tall is Ada? 171 cm")]
    assert len(told) == 2
    probe = ("people/ada/rephrased-1", "--cache-dir", str(FOLDER))
    explained = CliRunner().invoke(main, ["cache", "explain", *probe, "--arm", "oracle"])
    assert explained.output.startswith("hit: "), explained.output
    missing = CliRunner().invoke(main, ["cache", "explain", *probe, "--arm", "few-shot:1"])
    assert "the suite trains 1 example of 1 item" in missing.output
    run("submit", "--arm", "nope", code=1)
