"""OpenAI's batches, through the real SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, Sampling, Usage
from pytest_finetunebench.errors import FilteredError, ProviderError, SettingsError, TransientError, UnmeasuredError
from pytest_finetunebench.models.providers.base import CustomProvider, Provider, ProviderContext
from pytest_finetunebench.models.providers.batches import BatchProvider, BatchStatus
from pytest_finetunebench.models.providers.jobs import batch_provider
from tests.server.asking import KEY, build, request_to
from tests.server.model_server import BatchPlan, Fault, ModelServer
from tests.settings import make_settings

MODEL = "ft:gpt-4o-mini:acme::Ab12"
MARKER = "finetunebench-0123"
Result = TypeVar("Result")


async def own(request: Request) -> str:
    """A provider of the user's own."""
    return request.prompt


CONTEXT = ProviderContext(make_settings("mine:x"))


def serve(plan: BatchPlan | None = None, **options: Any) -> ModelServer:
    return ModelServer(batches=plan or BatchPlan(polls=0), **options)


def use(
    server: ModelServer, work: Callable[[BatchProvider, list[Request]], Awaitable[Result]], count: int = 3
) -> Result:
    """Do something with the server's batches and some requests."""
    provider, model = build(MODEL, {"OPENAI_API_KEY": KEY}, base_url=server.openai_url)
    requests = [request_to(provider, model, f"question {number}") for number in range(count)]

    async def run() -> Result:
        try:
            return await work(batch_provider(provider), requests)
        finally:
            await provider.aclose()

    return asyncio.run(run())


def failure(server: ModelServer, work: Callable[[BatchProvider, list[Request]], Awaitable[object]]) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        use(server, work)
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)
    return caught.value


async def submit(batches: BatchProvider, requests: list[Request]) -> str:
    return await batches.submit(requests, MARKER)


async def answers(batches: BatchProvider, requests: list[Request]) -> list[Completion | UnmeasuredError | None]:
    """Return what came for each request, in their order."""
    job = await batches.submit(requests, MARKER)
    await batches.status(job)
    results = dict(await batches.collect(job, requests))
    return [results.get(request.fingerprint) for request in requests]


def test_a_file_of_chats_goes_up_and_answers_come_down() -> None:
    with serve(usage=(11, 2), served_model="gpt-4o-mini-2024-07-18") as server:
        found = use(server, answers)
        lines = [json.loads(line) for line in server.batches.files["file-1"].decode().splitlines()]
        calls = server.batches.calls
    assert found == [
        Completion(
            text=f"echo: question {number}",
            served_model="gpt-4o-mini-2024-07-18",
            usage=Usage(input_tokens=11, output_tokens=2),
        )
        for number in range(3)
    ]
    assert calls == ["upload", "create", "created", "status", "status", "download"]
    assert len(lines[0].pop("custom_id")) == 64
    assert lines[0] == {
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": MODEL,
            "messages": [{"role": "user", "content": "question 0"}],
            "temperature": 0.0,
            "seed": 42,
            "max_tokens": 100,
        },
    }


def test_a_line_is_what_a_single_call_sends() -> None:
    async def both(batches: BatchProvider, requests: list[Request]) -> None:
        schema = {"type": "object", "properties": {}}
        full = requests[0].model_copy(
            update={
                "messages": (
                    Message(role="system", content="Zürich ]]> \u2028 \x00"),
                    Message(role="user", content="q"),
                ),
                "sampling": Sampling(temperature=None, seed=7),
                "response_schema": schema,
            }
        )
        await batches.submit([full], MARKER)
        await batches._provider.complete(full)  # type: ignore[attr-defined]

    with serve() as server:
        use(server, both)
        (line,), (single,) = server.batches.lines, server.requests
        size = len(server.batches.files["file-1"])
    assert line.body == single.body
    assert set(line.body) == {"model", "messages", "seed", "max_tokens", "response_format"}
    assert size > 0


def test_the_size_of_a_request_is_that_of_its_line() -> None:
    async def sizes(batches: BatchProvider, requests: list[Request]) -> int:
        await batches.submit(requests, MARKER)
        return sum(map(batches.size, requests))

    with serve() as server:
        assert use(server, sizes) == len(server.batches.files["file-1"])


def test_half_characters_have_no_size() -> None:
    async def size(batches: BatchProvider, requests: list[Request]) -> int:
        return batches.size(requests[0].model_copy(update={"messages": (Message(role="user", content="\ud800"),)}))

    with serve() as server, pytest.raises(UnicodeEncodeError):
        use(server, size)


def test_lines_that_failed_say_why() -> None:
    faults = {
        "question 0": Fault(status=400, param="max_tokens", code="unsupported_parameter", message="Use another name"),
        "question 1": Fault(status=429, message="slow down"),
        "question 2": Fault(finish="content_filter", text=""),
        "question 3": Fault(status=400, code="content_filter", message="no"),
        "question 4": Fault(body='{"choices": []}'),
        "question 5": Fault(body='["no object"]'),
        "question 6": Fault(body='{"choices": [{"message": {"content": [7]}, "finish_reason": "stop"}]}'),
    }
    with serve(BatchPlan(polls=0, lines=lambda seen: faults.get(seen.prompt))) as server:
        found = use(server, answers, 8)
    kinds = [type(result) for result in found]
    assert kinds[:4] == [ProviderError, TransientError, FilteredError, FilteredError]
    assert "rejects a parameter, leave it out with --ft-max-tokens=none: Use another name" in str(found[0])
    assert str(found[1]).endswith(": slow down")
    assert all(isinstance(result, ProviderError) for result in found[4:7])
    assert "has no choices" in str(found[4])
    assert found[7] == Completion(
        text="echo: question 7", served_model=MODEL, usage=Usage(input_tokens=7, output_tokens=3)
    )


def test_an_expired_job_keeps_what_was_done() -> None:
    with serve(BatchPlan(polls=0, ends=["expired"], answered=1)) as server:
        found = use(server, answers)
    assert isinstance(found[0], Completion)
    assert [str(result) for result in found[1:]] == [
        "openai: not answered in the batch: This request could not be executed before the window expired."
    ] * 2


def test_damaged_and_strange_lines_answer_nothing() -> None:
    async def spoiled(batches: BatchProvider, requests: list[Request]) -> list[Completion | UnmeasuredError | None]:
        job = await batches.submit(requests, MARKER)
        await batches.status(job)
        good = server.batches.files["file-batch_1-output"].splitlines()[0]
        stranger = good.replace(requests[2].fingerprint.encode(), b"0" * 64)
        server.batches.plan = BatchPlan(polls=0, answered=0)
        spoilt = b"\n".join(
            [b'{"custom_id": ', b"[1]", b"[" * 100_000, b"null", stranger, b"", good[:-20], b"\xff", good]
        )
        server.batches.jobs[0].lines = []
        server.batches._write_files = lambda *_: {"output_file_id": "file-x"}  # type: ignore[method-assign]
        server.batches.files["file-x"] = spoilt
        results = dict(await batches.collect(job, requests))
        return [results.get(request.fingerprint) for request in requests]

    with serve() as server:
        found = use(server, spoiled)
    assert found[:2] == [None, None]
    assert isinstance(found[2], Completion)


@pytest.mark.parametrize(
    ("end", "state"),
    [("completed", "done"), ("failed", "failed"), ("expired", "expired"), ("cancelled", "cancelled")],
)
def test_states(end: Any, state: Any) -> None:
    async def watch(batches: BatchProvider, requests: list[Request]) -> list[BatchStatus]:
        job = await batches.submit(requests, MARKER)
        return [await batches.status(job) for _ in range(2)]

    with serve(BatchPlan(polls=1, ends=[end], answered=2)) as server:
        seen = use(server, watch)
    assert [status.state for status in seen] == ["running", state]
    assert [status.ended for status in seen] == [False, True]
    assert seen[1].done == (0 if end == "failed" else 2)
    assert seen[1].message == ("line 1: told to fail (invalid_request)" if end == "failed" else "")


def test_a_failed_job_names_its_first_fault_and_counts_the_others() -> None:
    faults = [{"code": "model_not_found", "message": "The model `x`\ndoes not support batches", "line": None}] * 3

    async def watch(batches: BatchProvider, requests: list[Request]) -> str:
        return (await batches.status(await batches.submit(requests, MARKER))).message

    with serve(BatchPlan(polls=0, ends=["failed"], errors=faults)) as server:
        message = use(server, watch)
        server.batches.plan = BatchPlan(polls=0, ends=["failed"], errors=())
        assert use(server, watch) == "it does not say why"
    assert message == "The model `x` does not support batches (model_not_found), and 2 further faults"


def test_a_job_is_found_by_its_marker_on_any_page() -> None:
    async def search(batches: BatchProvider, requests: list[Request]) -> list[str | None]:
        for number in range(5):
            await batches.submit(requests[:1], f"finetunebench-{number}")
        return [await batches.find(marker) for marker in ("finetunebench-0", "finetunebench-4", "finetunebench-9")]

    with serve(BatchPlan(page=2)) as server:
        assert use(server, search) == ["batch_1", "batch_5", None]


def test_a_file_is_uploaded_once_for_all_tries() -> None:
    async def twice(batches: BatchProvider, requests: list[Request]) -> str:
        with pytest.raises(TransientError, match="HTTP 503"):
            await batches.submit(requests, MARKER)
        return await batches.submit(requests, MARKER)

    with serve(BatchPlan(faults={"create": [Fault(status=503)]})) as server:
        use(server, twice)
        assert server.batches.calls == ["upload", "create", "create", "created"]


@pytest.mark.parametrize("operation", ["upload", "create", "list", "status", "download"])
@pytest.mark.parametrize(
    "fault", [Fault(status=429, headers={"Retry-After": "7"}), Fault(status=500), Fault(drop="before")]
)
def test_passing_failures_are_transient(operation: str, fault: Fault) -> None:
    async def everything(batches: BatchProvider, requests: list[Request]) -> None:
        await batches.find(MARKER)
        await answers(batches, requests)

    with serve(BatchPlan(polls=0, faults={operation: [fault]})) as server:
        error = failure(server, everything)
    assert isinstance(error, TransientError)
    assert error.retry_after == (7.0 if fault.headers else None)


@pytest.mark.parametrize(("operation", "sent"), [("upload", 1), ("create", 2), ("list", 1), ("status", 4)])
def test_a_refused_key_is_hopeless_and_not_quoted(operation: str, sent: int) -> None:
    async def everything(batches: BatchProvider, requests: list[Request]) -> None:
        await batches.find(MARKER) if operation == "list" else await answers(batches, requests)

    fault = Fault(status=401, echo_key=True, message="bad key")
    with serve(BatchPlan(polls=0, faults={operation: [fault]})) as server:
        error = failure(server, everything)
        assert len(server.batches.calls) == sent
    assert error.hopeless
    assert "check the key in OPENAI_API_KEY" in str(error)


def test_no_key_no_call() -> None:
    provider, model = build(MODEL, {})
    with pytest.raises(ProviderError, match="no key: set OPENAI_API_KEY"):
        asyncio.run(batch_provider(provider).submit([request_to(provider, model)], MARKER))


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_batches(status: int) -> None:
    for operation in ("upload", "create"):
        with serve(BatchPlan(faults={operation: [Fault(status=status, message="what?")]})) as server:
            error = failure(server, submit)
            url = server.openai_url
        assert str(error) == (
            f"openai: {url} has no batches: leave out --ft-batch, or name a server with OpenAI's Batch API "
            f"(HTTP {status}: what?)"
        )


def test_a_model_server_of_chats_alone() -> None:
    with ModelServer() as server:
        assert "has no batches: leave out --ft-batch" in str(failure(server, submit))


def test_a_file_that_is_too_large() -> None:
    with serve(BatchPlan(faults={"upload": [Fault(status=413, message="too big")]})) as server:
        error = failure(server, submit)
    assert "takes no file of 0.0 MB: batch fewer probes at a time (HTTP 413: too big)" in str(error)


def test_a_model_without_batches() -> None:
    refuse = Fault(status=400, message="This model does not support the batch API.", code="model_not_supported")
    with serve(BatchPlan(faults={"create": [refuse]})) as server:
        error = failure(server, submit)
    assert f"refuses the batch of model '{MODEL}': without --ft-batch probes are asked one by one (HTTP 400" in str(
        error
    )
    assert str(error).endswith("This model does not support the batch API.)")
    assert not error.hopeless


def test_an_exhausted_quota_is_final() -> None:
    refuse = Fault(status=429, code="insufficient_quota", message="pay")
    with serve(BatchPlan(faults={"create": [refuse]})) as server:
        error = failure(server, submit)
    assert type(error) is ProviderError
    assert "the quota is used up" in str(error)


def test_a_job_that_the_key_does_not_show() -> None:
    async def look(batches: BatchProvider, _: list[Request]) -> BatchStatus:
        return await batches.status("batch_gone")

    with serve() as server:
        error = failure(server, look)
    assert error.status == 404
    assert "does not show batch batch_gone: use the key and project that submitted it (HTTP 404: " in str(error)


def test_files_that_have_gone() -> None:
    with serve(BatchPlan(polls=0, faults={"download": [Fault(status=404, message="expired")]})) as server:
        error = failure(server, answers)
    assert "does not show file file-batch_1-output of batch batch_1" in str(error)


@pytest.mark.parametrize("operation", ["upload", "create", "status"])
@pytest.mark.parametrize("body", ["<html>", "{}", '{"id": 7}', "[]", "null"])
def test_answers_that_are_none(operation: str, body: str) -> None:
    with serve(BatchPlan(polls=0, faults={operation: [Fault(body=body)]})) as server:
        error = failure(server, answers)
    assert isinstance(error, TransientError)


def test_a_state_that_nobody_knows() -> None:
    with serve(BatchPlan(faults={"status": [Fault(body='{"id": "batch_1", "status": "dreaming"}')]})) as server:
        error = failure(server, answers)
    assert "batch batch_1 is in a state called 'dreaming'" in str(error)


@pytest.mark.parametrize(
    ("provider", "why"),
    [
        (build("control:memorizer")[0], "answers of this model cost no call"),
        (CustomProvider("mine", "m:own", own, own, CONTEXT), "such models have none"),
    ],
)
def test_providers_without_batches(provider: Provider, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        batch_provider(provider)
    assert str(caught.value) == (
        f"batches are OpenAI's and Gemini's, {why}: leave out --ft-batch, or name a model of theirs"
    )
