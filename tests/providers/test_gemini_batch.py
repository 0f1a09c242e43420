"""Gemini's batches: created through the real SDK, read as they are sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from pytest_finetunebench.completions import Completion, Message, Request, Sampling, Usage
from pytest_finetunebench.errors import FilteredError, ProviderError, SettingsError, TransientError, UnmeasuredError
from pytest_finetunebench.models.providers.batches import BatchProvider, BatchStatus
from pytest_finetunebench.models.providers.jobs import batch_provider
from tests.server.asking import KEY, build, request_to
from tests.server.model_server import BatchPlan, Fault, ModelServer

MODEL = "gemini-2.5-flash"
MARKER = "finetunebench-0123"
DETAILS = ({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "X"},)
Result = TypeVar("Result")


def serve(plan: BatchPlan | None = None, **options: Any) -> ModelServer:
    return ModelServer(batches=plan or BatchPlan(polls=0), **options)


def use(
    server: ModelServer,
    work: Callable[[BatchProvider, list[Request]], Awaitable[Result]],
    count: int = 3,
    model: str = MODEL,
    **environ: str,
) -> Result:
    """Do something with the server's batches and some requests."""
    provider, name = build(model, {"GOOGLE_API_KEY": KEY, **environ}, base_url=server.url)
    requests = [request_to(provider, name, f"question {number}") for number in range(count)]

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


@pytest.mark.parametrize("metadata", [True, False])
def test_requests_go_up_inline_and_answers_come_down_with_the_job(metadata: bool) -> None:
    with serve(BatchPlan(polls=0, metadata=metadata), usage=(11, 2), served_model="gemini-2.5-flash-001") as server:
        found = use(server, answers)
        assert server.batches.calls == ["create", "created", "status", "status"]
        assert server.batches.jobs[0].marker == MARKER
    assert found == [
        Completion(
            text=f"echo: question {number}",
            served_model="gemini-2.5-flash-001",
            usage=Usage(input_tokens=11, output_tokens=2),
        )
        for number in range(3)
    ]


def test_a_request_is_what_a_single_call_sends() -> None:
    async def both(batches: BatchProvider, requests: list[Request]) -> int:
        messages = (Message(role="system", content="Shortly."), Message(role="user", content="Zürich \u2028 \x00"))
        changes = {"messages": messages, "sampling": Sampling(seed=7), "response_schema": {"type": "object"}}
        full = requests[0].model_copy(update=changes)
        await batches.submit([full], MARKER)
        await batches._provider.complete(full)  # type: ignore[attr-defined]
        return batches.size(full)

    with serve() as server:
        size = use(server, both)
        (line,), (single,) = server.batches.lines, server.requests
        (sent,) = server.batches.jobs[0].lines
    assert line.body == single.body
    assert {"contents", "systemInstruction", "generationConfig"} == set(line.body)
    assert size >= len(json.dumps(sent, ensure_ascii=False).encode())


def test_half_characters_have_no_size() -> None:
    async def size(batches: BatchProvider, requests: list[Request]) -> int:
        return batches.size(requests[0].model_copy(update={"messages": (Message(role="user", content="\ud800"),)}))

    with serve() as server, pytest.raises(UnicodeEncodeError):
        use(server, size)


@pytest.mark.parametrize("metadata", [True, False])
def test_requests_that_failed_say_why_and_spoil_no_other(metadata: bool) -> None:
    faults = {
        "question 0": Fault(status=3, message="seed is not supported", details=DETAILS),
        "question 1": Fault(status=8, message="slow down"),
        "question 2": Fault(blocked="SAFETY"),
        "question 3": Fault(finish="SAFETY", text=""),
        "question 4": Fault(body='{"candidates": []}'),
        "question 5": Fault(body='["no object"]'),
        "question 6": Fault(body='{"candidates": [{"content": {"parts": [{"text": 7}]}, "finishReason": "STOP"}]}'),
        "question 7": Fault(finish="MAX_TOKENS"),
    }
    plan = BatchPlan(polls=0, lines=lambda seen: faults.get(seen.prompt), metadata=metadata)
    with serve(plan) as server:
        found = use(server, answers, 9)
    assert [type(result) for result in found[:4]] == [ProviderError, TransientError, FilteredError, FilteredError]
    assert "rejects a parameter, leave it out with --ft-seed=none: seed is not supported" in str(found[0])
    assert str(found[1]).endswith(": slow down")
    assert all(isinstance(result, ProviderError) for result in found[4:7])
    assert isinstance(found[7], Completion)
    assert found[7].truncated
    assert isinstance(found[8], Completion)
    assert found[8].text == "echo: question 8"


def test_fields_that_the_sdk_does_not_know_do_no_harm() -> None:
    body = {
        "candidates": [
            {
                "content": {"role": "model", "parts": [{"text": "Hm. ", "thought": True}, {"text": "4", "newSign": 1}]},
                "finishReason": "STOP",
                "newField": {},
            },
            {"content": {"parts": [{"text": "5"}]}},
        ],
        "modelVersion": "m-2",
        "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 1, "thoughtsTokenCount": 2, "newCount": 1},
        "promptFeedback": {"newField": 1},
        "newField": 1,
    }
    with serve(BatchPlan(polls=0, lines=lambda _: Fault(body=json.dumps(body)))) as server:
        found = use(server, answers, 1)
    usage = Usage(input_tokens=5, output_tokens=3)
    assert found == [Completion(text="4", reasoning="Hm. ", served_model="m-2", usage=usage)]


def test_a_call_of_a_tool_in_a_batch() -> None:
    body = {"candidates": [{"content": {"parts": [{"functionCall": {"name": "find", "newField": 1}}]}}]}
    with serve(BatchPlan(polls=0, lines=lambda _: Fault(body=json.dumps(body)))) as server:
        (found,) = use(server, answers, 1)
    assert isinstance(found, Completion)
    assert found.finish_reason == "tool_call"


def test_answers_that_cannot_be_told_apart_are_not_guessed() -> None:
    with serve(BatchPlan(polls=0, answered=2, metadata=False)) as server:
        error = failure(server, answers)
    assert str(error) == (
        "gemini: batches/job-1 holds 2 answers to 3 requests, and does not say which to which: ask without --ft-batch"
    )


def test_a_job_that_expired_keeps_what_was_done() -> None:
    with serve(BatchPlan(polls=0, ends=["expired"], answered=1)) as server:
        found = use(server, answers)
    assert [type(result) for result in found] == [Completion, type(None), type(None)]


def test_answers_under_response_are_read_too() -> None:
    answer = {"response": {"candidates": [{"content": {"parts": [{"text": "4"}]}, "finishReason": "STOP"}]}}
    operation = {
        "name": "batches/job-1",
        "metadata": {"state": "JOB_STATE_SUCCEEDED"},
        "done": True,
        "response": {"inlinedResponses": {"inlinedResponses": [answer]}},
    }
    fault = Fault(body=json.dumps(operation))
    with serve(BatchPlan(faults={"status": [fault, fault]})) as server:
        assert use(server, answers, 1) == [Completion(text="4")]


@pytest.mark.parametrize(
    ("end", "state"),
    [("completed", "done"), ("failed", "failed"), ("expired", "expired"), ("cancelled", "cancelled")],
)
def test_states(end: Any, state: Any) -> None:
    async def watch(batches: BatchProvider, requests: list[Request]) -> list[BatchStatus]:
        job = await batches.submit(requests, MARKER)
        return [await batches.status(job) for _ in range(2)]

    faults = {"question 0": Fault(status=13, message="oops")}
    plan = BatchPlan(polls=1, ends=[end], answered=2, lines=lambda seen: faults.get(seen.prompt))
    with serve(plan) as server:
        seen = use(server, watch)
    assert [status.state for status in seen] == ["running", state]
    assert [status.ended for status in seen] == [False, True]
    assert (seen[1].done, seen[1].failed) == ((0, 0) if end == "failed" else (1, 1))
    assert seen[1].message == ("told to fail" if end == "failed" else "")


def test_a_job_is_found_by_its_marker_on_any_page_beside_jobs_that_failed() -> None:
    async def search(batches: BatchProvider, requests: list[Request]) -> list[str | None]:
        for number in range(5):
            await batches.status(await batches.submit(requests[:1], f"finetunebench-{number}"))
        return [await batches.find(marker) for marker in ("finetunebench-0", "finetunebench-4", "finetunebench-9")]

    plan = BatchPlan(polls=0, page=2, lines=lambda _: Fault(status=3, details=DETAILS))
    with serve(plan) as server:
        assert use(server, search) == ["batches/job-1", "batches/job-5", None]


@pytest.mark.parametrize("operation", ["create", "list", "status"])
@pytest.mark.parametrize(
    "fault", [Fault(status=429, headers={"Retry-After": "7"}), Fault(status=503), Fault(drop="before")]
)
def test_passing_failures_are_transient(operation: str, fault: Fault) -> None:
    async def everything(batches: BatchProvider, requests: list[Request]) -> None:
        await batches.find(MARKER)
        await answers(batches, requests)

    with serve(BatchPlan(polls=0, faults={operation: [fault]})) as server:
        error = failure(server, everything)
    assert isinstance(error, TransientError)
    assert error.retry_after == (7.0 if fault.headers else None)


@pytest.mark.parametrize("operation", ["create", "list", "status"])
def test_a_refused_key_is_hopeless_and_not_quoted(operation: str) -> None:
    async def everything(batches: BatchProvider, requests: list[Request]) -> None:
        await batches.find(MARKER)
        await answers(batches, requests)

    reason = ({"reason": "API_KEY_INVALID"},)
    fault = Fault(status=400, echo_key=True, message="bad key", details=reason)
    with serve(BatchPlan(polls=0, faults={operation: [fault]})) as server:
        error = failure(server, everything)
    assert error.hopeless
    assert "check the key in GOOGLE_API_KEY" in str(error)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 501])
def test_a_batch_that_is_refused(status: int) -> None:
    with serve(BatchPlan(faults={"create": [Fault(status=status, message="not this model")]})) as server:
        error = failure(server, submit)
        url = server.url
    assert str(error) == (
        f"gemini: {url} refuses the batch of model '{MODEL}': without --ft-batch probes are asked one by one "
        f"(HTTP {status}: not this model)"
    )


def test_a_job_that_the_key_does_not_show() -> None:
    async def look(batches: BatchProvider, _: list[Request]) -> BatchStatus:
        return await batches.status("batches/gone")

    with serve() as server:
        error = failure(server, look)
    assert error.status == 404
    assert "does not show batches/gone: use the key and project that submitted it (HTTP 404: " in str(error)


@pytest.mark.parametrize("job", ["batches/../models", "gone", "batches/", "batches/a?b", ""])
def test_a_name_that_is_none_is_not_asked_for(job: str) -> None:
    async def look(batches: BatchProvider, _: list[Request]) -> BatchStatus:
        return await batches.status(job)

    with serve() as server:
        assert "is no name of a batch" in str(failure(server, look))
        assert server.batches.calls == []


@pytest.mark.parametrize("operation", ["create", "status"])
@pytest.mark.parametrize("body", ["<html>", "{}", '{"name": 7, "metadata": 7}', "[]", "null", "[" * 100_000])
def test_answers_that_are_none(operation: str, body: str) -> None:
    with serve(BatchPlan(polls=0, faults={operation: [Fault(body=body)]})) as server:
        error = failure(server, answers)
    assert isinstance(error, ProviderError)
    assert "Traceback" not in str(error)


def test_the_api_version_of_the_environment_holds_for_all_calls() -> None:
    with serve() as server:
        with pytest.raises(ProviderError):
            use(server, answers, GOOGLE_GENAI_API_VERSION="v1beta")
        assert [seen.path for seen in server.requests] == [f"/v1beta/models/{MODEL}:batchGenerateContent"]


def test_vertex_is_not_offered() -> None:
    provider, _ = build("projects/acme/locations/europe-west4/endpoints/123", {})
    with pytest.raises(SettingsError) as caught:
        batch_provider(provider)
    assert str(caught.value) == (
        "batches of Vertex read and write Cloud Storage, which is not offered here: "
        "leave out --ft-batch, or name a model of the Gemini API (with GOOGLE_API_KEY)"
    )
