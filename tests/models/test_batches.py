"""Batch runs against a real server: nothing is paid for twice, nothing that was paid for is lost."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
import tenacity
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.completions import Completion, Message, Request, Usage
from pytest_finetunebench.errors import CacheError, ProviderError, SettingsError
from pytest_finetunebench.models.batches.jobs import Job, JobFiles, new_job
from pytest_finetunebench.models.batches.outcome import BatchOutcome, BatchProgress
from pytest_finetunebench.models.batches.run import (
    FIRST_POLL,
    LOCK,
    LONGEST_POLL,
    LOST_POLLS,
    SETTLING,
    BatchRun,
    run_batches,
)
from pytest_finetunebench.models.cache import CacheUnavailableError, CompletionCache
from pytest_finetunebench.models.cache.lock import RequestLock
from pytest_finetunebench.models.providers import retry
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.models.providers.batches import BatchStatus, Result
from pytest_finetunebench.models.providers.jobs import batch_provider
from tests.server.asking import KEY, build
from tests.server.model_server import BatchPlan, Fault, ModelServer

MODELS = {"openai": "ft:gpt-4o-mini:acme::Ab12", "gemini": "gemini-2.5-flash"}
Answer = TypeVar("Answer")


class Killed(BaseException):
    """Stands for kill -9: nothing handles it."""


@pytest.fixture(params=["openai", "gemini"])
def api(request: pytest.FixtureRequest) -> str:
    """Whose batches they are."""
    return str(request.param)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once, and skip reading the machine's certificates: most of a client's start."""
    monkeypatch.setattr(retry, "_backoff", tenacity.wait_none())
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


async def at_once(_: float) -> None:
    """Wait no time."""


def ask(server: ModelServer, api: str, count: int = 3, **fields: Any) -> list[Request]:
    base_url = server.openai_url if api == "openai" else server.url
    prompts = [(Message(role="user", content=f"question {number}"),) for number in range(count)]
    place = {"provider": api, "base_url": base_url, "model": MODELS[api], **fields}
    return [Request(**{"messages": messages, **place}) for messages in prompts]


def use(
    server: ModelServer,
    api: str,
    folder: Path,
    work: Callable[[Provider, CompletionCache], Coroutine[Any, Any, Answer]],
) -> Answer:
    """Do something with the provider of a process of its own and the cache."""
    keys = {"OPENAI_API_KEY": KEY, "GOOGLE_API_KEY": KEY}
    provider, _ = build(MODELS[api], keys, base_url=server.openai_url if api == "openai" else server.url)

    async def run() -> Answer:
        try:
            with CompletionCache(folder, "run-1") as cache:
                return await work(provider, cache)
        finally:
            await provider.aclose()

    return asyncio.run(run())


def batch(
    server: ModelServer, api: str, folder: Path, requests: Sequence[Request] = (), **options: Any
) -> BatchOutcome:
    options = {"sleep": at_once, **options}
    wanted = requests or ask(server, api)
    return use(server, api, folder, lambda provider, cache: run_batches(wanted, provider, cache, **options))


def files(folder: Path) -> list[Path]:
    return sorted((folder / "batches").glob("*"))


def texts(folder: Path, requests: Sequence[Request]) -> list[str | None]:
    with CompletionCache(folder, "reader", read_only=True) as cache:
        entries = [cache.get(request) for request in requests]
    return [entry.completion.text if entry else None for entry in entries]


def paid(server: ModelServer) -> list[str]:
    return sorted(seen.prompt for seen in server.batches.lines)


QUESTIONS = ["question 0", "question 1", "question 2"]
ECHOES = [f"echo: {question}" for question in QUESTIONS]


def test_what_the_cache_misses_is_asked_by_batch_once(api: str, tmp_path: Path) -> None:
    seen: list[BatchProgress] = []
    with ModelServer(batches=BatchPlan(polls=2), usage=(10, 4)) as server:
        requests = ask(server, api)
        with CompletionCache(tmp_path, "before") as cache:
            cache.put(requests[1], Completion(text="known"))
        outcome = batch(server, api, tmp_path, [*requests, requests[0]], on_progress=seen.append)
        calls = list(server.batches.calls)
        again = batch(server, api, tmp_path, requests)
        assert server.batches.calls == calls
        assert paid(server) == ["question 0", "question 2"]
    assert texts(tmp_path, requests) == [ECHOES[0], "known", ECHOES[2]]
    assert outcome == BatchOutcome(cached=1, submitted=2, stored=2, usage=Usage(input_tokens=20, output_tokens=8))
    assert outcome.describe() == "batch: 1 cached, 2 submitted, 2 answers stored"
    assert again == BatchOutcome(cached=3)
    assert files(tmp_path) == []
    assert seen == [
        BatchProgress("submitting", 1, 0, 0, 2),
        BatchProgress("running", 1, 0, 0, 2),
        BatchProgress("running", 1, 0, 0, 2),
        BatchProgress("ended", 1, 2, 0, 2),
    ]


def test_looks_become_rarer(api: str, tmp_path: Path) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    with ModelServer(batches=BatchPlan(polls=12)) as server:
        batch(server, api, tmp_path, sleep=note)
    assert waits[:3] == [FIRST_POLL, 3.0, 4.5]
    assert waits[-2:] == [LONGEST_POLL] * 2
    assert len(waits) == 12


def kill_before_submitting(patch: pytest.MonkeyPatch) -> None:
    async def submit(*_: object) -> str:
        raise Killed

    for name in ("openai_batch.OpenAIBatches", "gemini_batch.GeminiBatches"):
        patch.setattr(f"pytest_finetunebench.models.providers.{name}.submit", submit)


def kill_after_submitting(patch: pytest.MonkeyPatch) -> None:
    save = JobFiles.save

    def first_only(self: JobFiles, job: Job) -> None:
        if job.id is not None:
            raise Killed
        save(self, job)

    patch.setattr(JobFiles, "save", first_only)


def kill_while_writing(patch: pytest.MonkeyPatch) -> None:
    def fsync(_: int) -> None:
        raise Killed

    patch.setattr("os.fsync", fsync)


def kill_while_waiting(patch: pytest.MonkeyPatch) -> None:
    async def look(*_: object) -> BatchStatus:
        raise Killed

    patch.setattr(BatchRun, "status", look)


def kill_while_storing(patch: pytest.MonkeyPatch) -> None:
    put = CompletionCache.put

    def second(self: CompletionCache, request: Request, completion: Completion) -> Any:
        if len(self):
            raise Killed
        return put(self, request, completion)

    patch.setattr(CompletionCache, "put", second)


def kill_after_storing(patch: pytest.MonkeyPatch) -> None:
    def remove(*_: object) -> None:
        raise Killed

    patch.setattr(JobFiles, "remove", remove)


@pytest.mark.parametrize(
    ("kill", "left"),
    [
        (kill_while_writing, 0),
        (kill_before_submitting, 1),
        (kill_after_submitting, 1),
        (kill_while_waiting, 1),
        (kill_while_storing, 1),
        (kill_after_storing, 1),
    ],
)
def test_a_killed_run_is_found_again(
    kill: Callable[[pytest.MonkeyPatch], None], left: int, api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer(batches=BatchPlan(polls=1)) as server:
        with monkeypatch.context() as patch:
            kill(patch)
            with pytest.raises(Killed):
                batch(server, api, tmp_path)
        assert len(files(tmp_path)) == left
        outcome = batch(server, api, tmp_path)
        assert paid(server) == QUESTIONS
        assert texts(tmp_path, ask(server, api)) == ECHOES
    known = 3 if kill is kill_after_storing else 1 if kill is kill_while_storing else 0
    assert outcome.cached == known
    assert outcome.submitted == (3 if kill in (kill_while_writing, kill_before_submitting) else 0)
    assert outcome.resumed == 3 - known - outcome.submitted
    assert len(files(tmp_path)) == (1 if kill is kill_after_storing else 0)


def test_a_job_whose_answers_are_stored_is_forgotten_without_a_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        with monkeypatch.context() as patch:
            kill_after_storing(patch)
            with pytest.raises(Killed):
                batch(server, "openai", tmp_path)
        place = ask(server, "openai")[0]

        async def tidy(provider: Provider, cache: CompletionCache) -> BatchOutcome:
            run = BatchRun(batch_provider(provider), cache)
            jobs = await run.resume((place.provider, place.base_url, place.model))
            assert len(jobs) == 1
            assert await run.resume(("openai", place.base_url, "another model")) == []
            return await run.collect(jobs, wait=False)

        assert use(server, "openai", tmp_path, tidy) == BatchOutcome()
        assert server.batches.calls.count("download") == 1
    assert files(tmp_path) == []


def test_a_run_that_dies_between_upload_and_create(tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0, faults={"create": [Fault(drop="before")]})) as server:
        with pytest.raises(ProviderError, match=r"the connection to .* failed.*gave up after 1 try"):
            batch(server, "openai", tmp_path, max_retries=0)
        assert len(files(tmp_path)) == 1
        outcome = batch(server, "openai", tmp_path)
        assert server.batches.calls[:5] == ["upload", "create", "list", "list", "upload"]
        assert paid(server) == QUESTIONS
    assert (outcome.submitted, outcome.resumed, outcome.stored) == (3, 0, 3)


@pytest.mark.parametrize("fault", [Fault(drop="before"), Fault(status=500), Fault(status=200, body="<html>")])
@pytest.mark.parametrize("max_retries", [0, 2])
def test_a_job_whose_creation_was_not_heard_of_is_found(
    fault: Fault, max_retries: int, api: str, tmp_path: Path
) -> None:
    with ModelServer(batches=BatchPlan(polls=0, faults={"created": [fault]})) as server:
        if not max_retries:
            with pytest.raises(ProviderError, match="gave up after 1 try"):
                batch(server, api, tmp_path, max_retries=0)
        outcome = batch(server, api, tmp_path, max_retries=max_retries)
        assert paid(server) == QUESTIONS
        assert len(server.batches.jobs) == 1
        assert texts(tmp_path, ask(server, api)) == ECHOES
    assert outcome.stored == 3


def test_a_job_that_turns_up_late_in_the_list_is_waited_for(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        with monkeypatch.context() as patch:
            kill_after_submitting(patch)
            with pytest.raises(Killed):
                batch(server, api, tmp_path)
        late = server.batches.jobs.pop()

        async def appear(seconds: float) -> None:
            waits.append(seconds)
            server.batches.jobs.append(late)

        assert batch(server, api, tmp_path, sleep=appear).stored == 3
        assert paid(server) == QUESTIONS
    (wait,) = waits
    assert SETTLING - 5 < wait <= SETTLING


@pytest.mark.parametrize(("created", "looks"), [("2020-01-01T00:00:00Z", 1), ("9999-01-01T00:00:00Z", 2)])
def test_an_old_job_is_looked_for_once(created: str, looks: int, api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        requests = ask(server, api)
        with CompletionCache(tmp_path, "run-1"):
            JobFiles(tmp_path).save(new_job(requests).model_copy(update={"created": created}))
        assert batch(server, api, tmp_path, requests).submitted == 3
        assert server.batches.calls.count("list") == looks


@pytest.mark.parametrize("operation", ["upload", "create", "created", "list", "status", "download"])
@pytest.mark.parametrize("fault", [Fault(status=429, headers={"retry-after-ms": "1"}), Fault(status=500)])
def test_passing_failures_are_retried_on_every_endpoint(
    operation: str, fault: Fault, api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "_jitter", tenacity.wait_none())
    faults: dict[str, list[Fault | None]] = {operation: [fault, fault]}
    if operation == "list":
        faults["created"] = [Fault(status=500)]
    with ModelServer(batches=BatchPlan(polls=0, faults=faults)) as server:
        outcome = batch(server, api, tmp_path)
        assert paid(server) == QUESTIONS
        assert texts(tmp_path, ask(server, api)) == ECHOES
    assert outcome.stored == 3


@pytest.mark.parametrize("operation", ["status", "download"])
def test_an_outage_while_waiting_is_waited_out(operation: str, tmp_path: Path) -> None:
    faults = {operation: [Fault(status=503)] * (LOST_POLLS - 1)}
    with ModelServer(batches=BatchPlan(polls=0, faults=faults)) as server:
        assert batch(server, "openai", tmp_path, max_retries=0).stored == 3


def test_an_outage_without_end_ends_the_waiting_and_loses_nothing(api: str, tmp_path: Path) -> None:
    faults = {"status": [Fault(status=503)] * LOST_POLLS}
    with ModelServer(batches=BatchPlan(polls=0, faults=faults)) as server:
        with pytest.raises(ProviderError) as caught:
            batch(server, api, tmp_path, max_retries=0)
        name = server.batches.jobs[0].id
        assert str(caught.value).endswith(f"(gave up after 1 try); batch {name} is kept, run again to collect it")
        assert batch(server, api, tmp_path).stored == 3
        assert paid(server) == QUESTIONS


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_batch_leaves_nothing_behind(status: int, api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(faults={"create": [Fault(status=status, message="no")]})) as server:
        with pytest.raises(ProviderError, match=f"HTTP {status}"):
            batch(server, api, tmp_path)
        assert files(tmp_path) == []
        assert batch(server, api, tmp_path).submitted == 3


def test_a_missing_key_leaves_nothing_behind(tmp_path: Path) -> None:
    provider, model = build("gpt-4o", {})
    request = Request(provider="openai", base_url=provider.base_url, model=model, messages=())
    with CompletionCache(tmp_path, "run-1") as cache, pytest.raises(ProviderError, match="no key: set OPENAI_API_KEY"):
        asyncio.run(run_batches([request], provider, cache))
    assert files(tmp_path) == []


def test_partial_failures_are_left_to_single_calls(api: str, tmp_path: Path) -> None:
    status = 400 if api == "openai" else 3
    faults = {"question 1": Fault(status=status, message="bad seed")}
    with ModelServer(batches=BatchPlan(polls=0, lines=lambda seen: faults.get(seen.prompt))) as server:
        requests = ask(server, api)
        outcome = batch(server, api, tmp_path)
    assert texts(tmp_path, requests) == [ECHOES[0], None, ECHOES[2]]
    assert list(outcome.unanswered) == [requests[1].fingerprint]
    assert outcome.describe().startswith(
        f"batch: 0 cached, 3 submitted, 2 answers stored, 1 to be asked one by one ({api}"
    )
    assert "leave it out with --ft-seed=none: bad seed)" in outcome.describe()
    assert files(tmp_path) == []


def test_an_expired_job_keeps_what_was_done(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0, ends=["expired"], answered=1)) as server:
        requests = ask(server, api)
        outcome = batch(server, api, tmp_path)
        assert texts(tmp_path, requests) == [ECHOES[0], None, None]
    reasons = {str(error) for error in outcome.unanswered.values()}
    assert list(outcome.unanswered) == [request.fingerprint for request in requests[1:]] or api == "openai"
    assert reasons == {
        "openai: not answered in the batch: This request could not be executed before the window expired."
        if api == "openai"
        else "batch batches/job-1 expired before its turn"
    }
    assert files(tmp_path) == []


def test_a_job_that_ended_without_some_answers(tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0, answered=2)) as server:
        outcome = batch(server, "openai", tmp_path)
    assert [str(error) for error in outcome.unanswered.values()] == ["batch batch_1 ended without an answer to it"]


def test_a_failed_job_is_told_and_its_requests_are_not_paid_for_singly(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0, ends=["failed", "completed"])) as server:
        with pytest.raises(ProviderError) as caught:
            batch(server, api, tmp_path)
        assert files(tmp_path) == []
        assert batch(server, api, tmp_path).stored == 3
        name = server.batches.jobs[0].id
    reason = "line 1: told to fail (invalid_request)" if api == "openai" else "told to fail"
    assert str(caught.value) == (
        f"batch {name} failed and answered nothing: {reason}: mend that, or ask one by one, without --ft-batch"
    )


def test_a_cancelled_job_keeps_what_was_done_and_is_told(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0, ends=["cancelled"], answered=1)) as server:
        with pytest.raises(ProviderError) as caught:
            batch(server, api, tmp_path)
        assert texts(tmp_path, ask(server, api)) == [ECHOES[0], None, None]
        name = server.batches.jobs[0].id
    assert str(caught.value) == f"batch {name} was cancelled, 2 of 3 unanswered: run again to submit them anew"
    assert files(tmp_path) == []


def test_a_lost_job_does_not_keep_the_others_from_being_stored(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        requests = ask(server, api)

        async def hand_in(provider: Provider, cache: CompletionCache) -> None:
            run = BatchRun(batch_provider(provider), cache)
            await run.submit(requests[:1])
            await run.submit(requests[1:])

        use(server, api, tmp_path, hand_in)
        lost, kept = sorted((job for job in JobFiles(tmp_path).load()), key=lambda job: len(job.requests))
        server.batches.jobs = [job for job in server.batches.jobs if job.id != lost.id]
        with pytest.raises(ProviderError) as caught:
            batch(server, api, tmp_path, requests)
        assert paid(server) == QUESTIONS
        assert texts(tmp_path, requests) == [None, *ECHOES[1:]]
    path = JobFiles(tmp_path).path(lost)
    assert str(caught.value).endswith(f"; `rm {path}` gives its answers up")
    assert "use the key and project that submitted it" in str(caught.value)
    assert files(tmp_path) == [path]
    assert kept.id != lost.id


def test_requests_under_way_are_not_submitted_again(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        requests = ask(server, api)

        async def hand_in(provider: Provider, cache: CompletionCache) -> BatchOutcome:
            run = BatchRun(batch_provider(provider), cache)
            return await run.collect([job for job in await run.submit(requests[:2]) if not job.requests], wait=False)

        use(server, api, tmp_path, hand_in)
        (path,) = files(tmp_path)
        assert KEY not in path.read_text(encoding="ascii")
        outcome = batch(server, api, tmp_path, requests)
        assert [len(job.lines) for job in server.batches.jobs] == [2, 1]
    assert (outcome.resumed, outcome.submitted, outcome.stored) == (2, 1, 3)
    assert "1 submitted, 2 found again, 3 answers stored" in outcome.describe()


def test_two_runs_at_once_submit_once(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=2)) as server:

        async def both(provider: Provider, cache: CompletionCache) -> list[BatchOutcome]:
            with CompletionCache(tmp_path, "run-2") as other:
                runs = [run_batches(ask(server, api), provider, place, sleep=at_once) for place in (cache, other)]
                return list(await asyncio.gather(*runs))

        outcomes = use(server, api, tmp_path, both)
        assert paid(server) == QUESTIONS
        assert texts(tmp_path, ask(server, api)) == ECHOES
    assert sorted(outcome.submitted for outcome in outcomes) == [0, 3]
    assert files(tmp_path) == []


def test_what_another_run_concluded_meanwhile_is_not_submitted_again(api: str, tmp_path: Path) -> None:
    with ModelServer() as server:

        async def late(provider: Provider, cache: CompletionCache) -> BatchOutcome:
            async with RequestLock(tmp_path, LOCK):
                waiting = asyncio.create_task(run_batches(ask(server, api), provider, cache, sleep=at_once))
                await asyncio.sleep(0.05)
                for request in ask(server, api):
                    cache.put(request, Completion(text="from the other run"))
            return await waiting

        outcome = use(server, api, tmp_path, late)
        assert paid(server) == []
    assert (outcome.cached, outcome.submitted) == (3, 0)


def test_jobs_are_looked_at_once_where_nobody_waits(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=1)) as server:

        async def look(provider: Provider, cache: CompletionCache) -> list[BatchOutcome]:
            outcomes = []
            for _ in range(2):
                run = BatchRun(batch_provider(provider), cache)
                outcomes.append(await run.collect(await run.submit(ask(server, api)), wait=False))
            return outcomes

        first, second = use(server, api, tmp_path, look)
        name = server.batches.jobs[0].id
    assert [job.id for job in first.pending] == [name]
    assert first.describe() == "batch: 0 cached, 3 submitted, 0 answers stored, 1 job under way"
    assert second.pending == []
    assert second.stored == 3


def test_refreshing_asks_again_what_other_runs_stored(tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        requests = ask(server, "openai")
        with CompletionCache(tmp_path, "before") as cache:
            cache.put(requests[0], Completion(text="old"))
        with CompletionCache(tmp_path, "run-1") as cache:
            cache.put(requests[1], Completion(text="of this run"))
        outcome = batch(server, "openai", tmp_path, requests, refresh=True)
    assert (outcome.cached, outcome.submitted) == (1, 2)
    assert texts(tmp_path, requests) == [ECHOES[0], "of this run", ECHOES[2]]


def test_samples_and_models_are_told_apart(tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        requests = [*ask(server, "openai"), *ask(server, "openai", repeat=1), *ask(server, "openai", model="other")]
        outcome = batch(server, "openai", tmp_path, requests)
        assert sorted({line.model for line in server.batches.lines}) == [MODELS["openai"], "other"]
        assert [len(job.lines) for job in server.batches.jobs] == [6, 3]
    assert outcome.stored == 9


@pytest.mark.parametrize(("limit", "value"), [("max_requests", 2), ("max_bytes", 700)])
def test_what_is_too_much_for_one_job_goes_into_several(
    limit: str, value: int, api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("openai_batch.OpenAIBatches", "gemini_batch.GeminiBatches"):
        monkeypatch.setattr(f"pytest_finetunebench.models.providers.{name}.{limit}", value)
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        outcome = batch(server, api, tmp_path)
        assert len(server.batches.jobs) > 1
        assert paid(server) == QUESTIONS
    assert outcome.stored == 3


class Sizes:
    """Batches of which only the limits matter."""

    def __init__(self, max_requests: int, max_bytes: int) -> None:
        self.max_requests = max_requests
        self.max_bytes = max_bytes

    def size(self, request: Request) -> int:
        return len(request.prompt)

    async def submit(self, requests: Sequence[Request], marker: str) -> str:
        raise NotImplementedError

    async def find(self, marker: str) -> str | None:
        raise NotImplementedError

    async def status(self, job: str) -> BatchStatus:
        raise NotImplementedError

    async def collect(self, job: str, requests: Sequence[Request]) -> Iterator[Result]:
        raise NotImplementedError


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab"))), st.integers(1, 4), st.integers(9, 30))
def test_groups_hold_every_request_once_within_the_limits(
    asked: list[tuple[int, str]], max_requests: int, max_bytes: int
) -> None:
    class Nowhere:
        folder = Path("nowhere")

    requests = [
        Request(provider="openai", model=model, messages=(Message(role="user", content="x" * size),), repeat=number)
        for number, (size, model) in enumerate(asked)
    ]
    run = BatchRun(Sizes(max_requests, max_bytes), Nowhere())  # type: ignore[arg-type]
    groups = list(run._groups(requests))
    assert sorted(request.repeat for group in groups for request in group) == list(range(len(requests)))
    assert all(group for group in groups)
    for group in groups:
        assert len(group) <= max_requests
        assert sum(len(request.prompt) for request in group) <= max_bytes
        assert len({request.model for request in group}) == 1


def test_half_characters_are_left_to_single_calls(api: str, tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan(polls=0)) as server:
        broken = ask(server, api, 1)[0].model_copy(update={"messages": (Message(role="user", content="\ud800"),)})
        outcome = batch(server, api, tmp_path, [broken, *ask(server, api)])
        assert paid(server) == QUESTIONS
    assert {fingerprint: str(error) for fingerprint, error in outcome.unanswered.items()} == {
        broken.fingerprint: "no batch can carry the half characters (lone surrogates) in its text"
    }


def test_a_cache_that_cannot_be_written_says_so_before_money_is_spent(tmp_path: Path) -> None:
    with ModelServer(batches=BatchPlan()) as server:
        with CompletionCache(tmp_path, "run-1"):
            pass

        async def read_only(provider: Provider, _: CompletionCache) -> None:
            with CompletionCache(tmp_path, "run-1", read_only=True) as cache:
                await run_batches(ask(server, "openai"), provider, cache)

        with pytest.raises(CacheUnavailableError):
            use(server, "openai", tmp_path, read_only)
        assert server.batches.calls == []


def test_providers_without_batches(tmp_path: Path) -> None:
    provider, _ = build("control:memorizer")
    with CompletionCache(tmp_path, "run-1") as cache, pytest.raises(SettingsError, match="leave out --ft-batch"):
        asyncio.run(run_batches([], provider, cache))


# --- job files


def test_job_files_keep_any_text(tmp_path: Path) -> None:
    messages = (Message(role="user", content="Zürich \ud800 \x00 \u2028"),)
    request = Request(provider="openai", model="m", messages=messages, response_schema={"type": "object"})
    job = new_job([request])
    store = JobFiles(tmp_path)
    assert store.load() == []
    store.save(job)
    store.save(job.model_copy(update={"id": "batch_1"}))
    (found,) = store.load()
    assert (found.id, found.requests, found.shown) == ("batch_1", (request,), "batch batch_1")
    assert found.requests[0].fingerprint == request.fingerprint
    assert (store.folder.stat().st_mode & 0o777, store.path(job).stat().st_mode & 0o777) == (0o700, 0o600)
    assert [path.name for path in files(tmp_path)] == [f"{job.marker}.json"]
    store.remove(job)
    store.remove(job)
    assert store.load() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda job: "{",
        lambda job: "[]",
        lambda job: "[" * 100_000,
        lambda job: json.dumps({**job, "format": 2}),
        lambda job: json.dumps({**job, "requests": []}),
        lambda job: json.dumps({**job, "marker": "finetunebench-" + "0" * 32}),
        lambda job: json.dumps({**job, "marker": "../../x"}),
        lambda job: json.dumps({**job, "requests": [*job["requests"], {**job["requests"][0], "model": "n"}]}),
    ],
    ids=["cut", "a list", "deep", "newer", "empty", "another marker", "no marker", "two models"],
)
def test_a_damaged_job_file_is_named(spoil: Callable[[dict[str, Any]], str], tmp_path: Path) -> None:
    job = new_job([Request(provider="openai", model="m", messages=())])
    store = JobFiles(tmp_path)
    store.save(job)
    store.path(job).write_text(spoil(json.loads(store.path(job).read_text(encoding="ascii"))), encoding="ascii")
    with pytest.raises(CacheError) as caught:
        store.load()
    assert str(caught.value).startswith(f"{store.path(job)} is damaged (")
    assert str(caught.value).endswith(f"a batch that may be paid for: `rm {store.path(job)}` gives its answers up")
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "batches").write_text("a file", encoding="ascii")
    with pytest.raises(CacheError, match=r"batches cannot hold a batch: "):
        JobFiles(tmp_path).save(new_job([Request(provider="openai", model="m", messages=())]))
