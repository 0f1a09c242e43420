"""Calls ahead of the tests: how many at once and in all, within which limits, and what is left when a run stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from tests.server.batch_wire import BatchPlan
from tests.server.judge_model import reply
from tests.server.model_server import Fault, ModelServer
from tests.support.project import Project

TextOf = Callable[[pytest.RunResult], str]
COUNT = 30
ITEMS = "\n".join(f'  - {{id: n{n}, prompt: "Question {n}?", answer: "echo: Question {n}?"}}' for n in range(COUNT))
CASES = f"category: c\nsetting: retention\nitems:\n{ITEMS}\n"
MODEL = "--ft-model=m"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server that takes a while."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(latency=0.3, batches=BatchPlan(polls=0)) as running:
        yield running


@pytest.fixture
def many(project: Project, server: ModelServer) -> Project:
    """A project with probes enough to be asked side by side."""
    return with_probes(project, server)


@pytest.fixture
def many_plain(plain_project: Project, server: ModelServer) -> Project:
    """The same, for runs that go plainly."""
    return with_probes(plain_project, server)


def with_probes(project: Project, server: ModelServer) -> Project:
    project.write("knowledge_cases/people.yaml", CASES)
    project.ini(f'ft_base_url = "{server.openai_url}"')
    return project


def test_answers_are_there_before_their_tests(many: Project, server: ModelServer) -> None:
    result = many.run(MODEL)
    result.assert_outcomes(passed=COUNT)
    assert len(server.requests) == COUNT, "as many calls as one process makes"
    assert server.peak > 8
    result.stdout.fnmatch_lines([f"answers     {COUNT} calls made, 0 cache hits, 210 tokens in, 90 out"])
    many.run(MODEL).stdout.fnmatch_lines([f"answers     0 calls made, {COUNT} cache hits"])
    assert len(server.requests) == COUNT


def test_concurrency_is_shared_by_the_workers(many: Project, server: ModelServer) -> None:
    many.run(MODEL, "--ft-concurrency=4").assert_outcomes(passed=COUNT)
    assert server.peak <= 4
    assert len(server.requests) == COUNT


def test_only_what_is_selected_is_asked(many: Project, server: ModelServer) -> None:
    many.run(MODEL, "-k", "n1-").assert_outcomes(passed=0)
    many.run(MODEL, "-k", "n11 or n12").assert_outcomes(passed=2)
    assert sorted(request.prompt for request in server.requests) == ["Question 11?", "Question 12?"]
    many.run(MODEL, "--co")
    assert len(server.requests) == 2


def test_without_a_cache_nothing_is_asked_twice(many: Project, server: ModelServer) -> None:
    many.run(MODEL, "--ft-cache=off").assert_outcomes(passed=COUNT)
    assert len(server.requests) == COUNT


def test_repeats_and_the_base_model_are_asked_ahead_too(many: Project, server: ModelServer) -> None:
    options = (MODEL, "--ft-repeat=2", "--ft-base-model=b", "--ft-concurrency=64", "-k", "n1 or n2")
    result = many.run(*options, "--ft-json=run.json")
    assert server.peak > 4
    record = json.loads((many.path / "run.json").read_text(encoding="utf-8"))
    samples = len(record["results"])
    assert samples == 2 * 22
    assert len(server.requests) == 2 * samples
    assert sum(found["calls"] + found["base"]["calls"] for found in record["results"]) == 2 * samples
    seeds = {request.body["seed"] for request in server.requests}
    assert seeds == {42, 43}, "each sample has a seed of its own"
    result.stdout.fnmatch_lines([f"base        b: {samples} of {samples} answers correct, *"])


def test_several_tests_of_a_probe_count_its_calls_once(many: Project, server: ModelServer) -> None:
    options = (MODEL, "--ft-base-model=b", "--ft-judge-model=j", "--ft-judge=all", "-k", "n12")
    several = "".join(f"def test_{name}(ft_verdict):\n    assert ft_verdict.reason\n" for name in "abc")
    many.write("test_knowledge.py", several)
    server.answers = lambda model, prompt: reply("correct", "it is") if model == "j" else f"echo: {prompt}"
    many.ini(f'ft_base_url = "{server.openai_url}"', f'ft_judge_base_url = "{server.openai_url}"')
    (result,) = many.run_json(*options)["results"]
    parts = [result, result["base"], result["judge"], result["base"]["judge"]]
    assert sum(part["calls"] for part in parts) == len(server.requests)
    assert {part["calls"]: part["source"] for part in parts} == {1: "provider", 0: "cache"}
    (again,) = many.run_json(*options)["results"]
    assert [part["calls"] for part in (again, again["base"], again["judge"], again["base"]["judge"])] == [0] * 4


def test_a_stopped_run_keeps_what_came_and_cancels_the_rest(many_plain: Project, server: ModelServer) -> None:
    server.latency = 2.0  # time enough for a busy machine to stop the run
    server.faults = lambda seen: Fault(text="wrong") if seen.prompt == "Question 0?" else None
    result = many_plain.run(MODEL, "-x", "--ft-concurrency=2")
    result.assert_outcomes(failed=1)
    asked = len(server.requests)
    assert asked < COUNT / 2
    server.faults, server.latency = (), 0
    many_plain.run(MODEL).assert_outcomes(passed=COUNT - 1, failed=1)
    lost = len(server.requests) - COUNT
    assert 0 <= lost <= 2, "only what was in flight is asked again"


def test_a_process_that_stops_begins_no_further_call(many: Project, server: ModelServer) -> None:
    server.latency = 1.0
    server.faults = lambda _: Fault(text="wrong")
    many.run(MODEL, "-x", "--ft-concurrency=4")
    assert len(server.requests) < COUNT, "what was to come within several seconds was not asked"


def test_the_progress_is_shown_while_a_test_waits(many_plain: Project, server: ModelServer) -> None:
    server.latency = 2.0
    many_plain.write("conftest.py", "from pytest_finetunebench.plugin import progress\n\nprogress.LOG_SECONDS = 0.3\n")
    # a process of its own: only there does pytest capture what goes to file descriptor 1
    result = many_plain.pytester.runpytest_subprocess(MODEL, "-k", "n11", "-rP")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["finetunebench: 0/1 answers, 1 in flight"])
    result.stdout.no_fnmatch_line("*Captured stdout*")


def test_a_failure_is_told_once_and_costs_its_tries_once(many: Project, server: ModelServer) -> None:
    server.faults = lambda seen: Fault(status=400) if seen.prompt == "Question 7?" else None
    result = many.run(MODEL, "--ft-max-retries=0", "-k", "n7 or n8")
    result.assert_outcomes(passed=1, errors=1)
    assert len(server.requests) == 2
    assert not list(many.path.rglob("*.failed")), "notes among workers do not outlive the run"


def test_a_refused_key_costs_one_call(many_plain: Project, server: ModelServer) -> None:
    server.faults = lambda _: Fault(status=401)
    many_plain.run(MODEL).assert_outcomes(errors=COUNT)
    assert len(server.requests) == 1


def test_rates_are_kept(many: Project, server: ModelServer) -> None:
    server.latency = 0.0
    many.run(MODEL, "--ft-rpm=600", "-k", "n1 or n2").assert_outcomes(passed=22)
    times = [request.at for request in server.requests]
    # ten a second, and one second's worth at the beginning of each process
    assert times[-1] - times[0] > (len(times) - 20) / 10 - 0.2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ft-max-requests=10"], "unmeasured: the budget is spent: --ft-max-requests=10 ("),
        (["--ft-max-cost=0.001", "--ft-price=0:1"], "unmeasured: the budget is spent: --ft-max-cost=0.001 ("),
    ],
)
def test_a_budget_holds_over_all_workers(
    many: Project,
    server: ModelServer,
    text_of: TextOf,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    words: str,
) -> None:
    shared = many.path / "shared-tmp"
    shared.mkdir()
    monkeypatch.setenv("TMPDIR", str(shared))
    monkeypatch.setattr("tempfile.tempdir", None)
    result = many.run(MODEL, *options, "--ft-min-rate=0.5")
    counts = result.parseoutcomes()
    assert counts["passed"] == len(server.requests) <= 332
    assert counts["errors"] == COUNT - counts["passed"]
    assert len(server.requests) == 10 or options[0].startswith("--ft-max-cost")
    assert words in text_of(result)
    assert "FAILED        all>=0.50: cannot be evaluated: " in text_of(result)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert not list(shared.glob("finetunebench-*")), "the workers' common count does not outlive the run"


def test_an_unknown_price_is_never_zero(many_plain: Project, server: ModelServer, text_of: TextOf) -> None:
    result = many_plain.run(MODEL, "--ft-max-cost=1")
    assert "--ft-max-cost=1: the price of m is unknown: give it with --ft-price=IN:OUT" in text_of(result)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert not server.requests


def test_what_calls_cost_is_shown_where_the_price_is_known(many: Project) -> None:
    result = many.run(MODEL, "--ft-price=1000:2000", "-k", "n11")
    result.stdout.fnmatch_lines(["answers     1 call made, 0 cache hits, 7 tokens in, 3 out, $0.0130"])


def test_a_dry_run_sends_nothing(many: Project, server: ModelServer, text_of: TextOf) -> None:
    many.run(MODEL, "-k", "n11")
    options = ("--ft-dry-run", "--ft-price=1:10", "--ft-base-model=b", "--ft-json=run.json", "--ft-min-rate=1")
    result = many.run(MODEL, *options)
    assert result.ret == pytest.ExitCode.OK
    assert len(server.requests) == 1
    text = " ".join(text_of(result).split())
    assert "finetunebench: dry run, nothing was sent" in text
    assert "m: 29 calls, 1 request without one; about " in text
    assert "tokens in, at most 2,900 out; at most $0.0" in text
    assert "b: 30 calls, 0 requests without one; " in text
    assert "price unknown (give it with --ft-base-price=IN:OUT)" in text
    assert not (many.path / "run.json").exists()
    assert "passed" not in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ft-cache=replay"], "m: 1 request answered; --ft-cache=replay leaves 29 unmeasured"),
        (["--ft-max-requests=5"], "--ft-max-requests=5 allows 5 of 29 calls"),
        (["--ft-price=0:10000"], "out; at most $29.0000"),
        (["--ft-price=0:10000", "--ft-batch"], "out; at most $14.5000 as a batch"),
        (["--ft-rpm=10"], "at 10 calls a minute: 2.9 minutes at least"),
        (["--ft-max-cost=1"], "the tests could not be collected"),
        ([], "price unknown (give it with --ft-price=IN:OUT)"),
    ],
)
def test_a_dry_run_heeds_the_limits(many_plain: Project, text_of: TextOf, options: list[str], words: str) -> None:
    many_plain.run(MODEL, "-k", "n11")
    text = " ".join(text_of(many_plain.run(MODEL, "--ft-dry-run", *options)).split())
    assert words in text
    assert "no probe was selected" not in text


def test_missing_answers_as_one_batch_job(many: Project, server: ModelServer, text_of: TextOf) -> None:
    many.run(MODEL, "-k", "n11 or n12")
    result = many.run(MODEL, "--ft-batch")
    result.assert_outcomes(passed=COUNT)
    assert len(server.requests) == 2, "the rest came by the batch"
    assert f"{COUNT - 2} submitted, {COUNT - 2} answers stored" in text_of(result)


def test_a_batch_that_fails_leaves_its_probes_unmeasured(
    many_plain: Project, server: ModelServer, text_of: TextOf
) -> None:
    server.close()
    with ModelServer(batches=BatchPlan(polls=0, ends=["failed"])) as failing:
        many_plain.ini(f'ft_base_url = "{failing.openai_url}"')
        result = many_plain.run(MODEL, "--ft-batch", "-k", "n11 or n12")
        result.assert_outcomes(errors=2)
        assert "told to fail" in text_of(result)
        assert not failing.requests, "no call at full price"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ft-batch", "--ft-cache=off"], "--ft-batch: its answers come through the cache: not with --ft-cache=off"),
        (["--ft-concurrency=0"], "--ft-concurrency=0: needs a whole number from 1"),
        (["--ft-rpm=0"], "--ft-rpm=0: needs a number above 0"),
        (["--ft-max-requests=-1"], "--ft-max-requests=-1: needs a whole number from 0"),
        (["--ft-max-cost=cheap"], "--ft-max-cost=cheap: needs a number of US dollars from 0"),
        (["--ft-price=3"], "--ft-price=3: write IN:OUT, US dollars per million tokens, for example 0.30:1.20"),
    ],
)
def test_bad_values_are_named(plain_project: Project, text_of: TextOf, options: list[str], words: str) -> None:
    result = plain_project.run(MODEL, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in text_of(result)


OVERRIDE = """\
import dataclasses
import pytest

@pytest.fixture
def ft_probe(ft_probe):
    return dataclasses.replace(ft_probe, prompt=ft_probe.prompt.replace("Question", "Riddle"))
"""


def test_a_probe_that_a_conftest_rewords_is_asked_as_it_is_reworded(many: Project, server: ModelServer) -> None:
    two = (MODEL, "-k", "n11 or n12")
    many.run(*two).assert_outcomes(passed=2)
    many.write("conftest.py", OVERRIDE)
    # once asked, once from the cache: never the answer to the wording that the case file has
    for _ in range(2):
        results = many.run_json(*two)["results"]
        assert [result["response"] for result in results] == ["echo: Riddle 11?", "echo: Riddle 12?"]
        assert sorted(request.prompt for request in server.requests[2:]) == ["Riddle 11?", "Riddle 12?"]
