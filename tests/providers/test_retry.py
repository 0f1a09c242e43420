"""The retry loop, with real providers against the server and, for its waits, with a clock of our own."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import FilteredError, ProviderError, TransientError, UnmeasuredError
from pytest_finetunebench.models.providers import retry
from pytest_finetunebench.models.providers.base import Provider
from pytest_finetunebench.models.providers.retry import Tries, with_retries
from tests.server.asking import KEY, build, request_to
from tests.server.model_server import Fault, ModelServer


def persist(built: tuple[Provider, str], max_retries: int) -> tuple[Completion | UnmeasuredError, int]:
    """Ask with retries; return the answer or the error, and the number of tries."""
    provider, model = built
    request, tries = request_to(provider, model), Tries(max_retries)

    async def run() -> Completion:
        try:
            return await with_retries(lambda: provider.complete(request), tries)
        finally:
            await provider.aclose()

    try:
        return asyncio.run(run()), tries.made
    except UnmeasuredError as error:
        return error, tries.made


def persist_with(failures: list[UnmeasuredError], max_retries: int) -> tuple[Completion | UnmeasuredError, int]:
    """As `persist`, with a provider that fails as listed and then answers."""
    tries, left = Tries(max_retries), iter(failures)

    async def call() -> Completion:
        error = next(left, None)
        if error is not None:
            raise error
        return Completion(text="at last")

    try:
        return asyncio.run(with_retries(call, tries)), tries.made
    except UnmeasuredError as error:
        return error, tries.made


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits in seconds, none of which is waited out."""
    seen: list[float] = []

    async def note(seconds: float) -> None:
        seen.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    return seen


@pytest.mark.parametrize("api", ["openai", "gemini"])
def test_a_server_that_recovers(api: str) -> None:
    faults = [Fault(status=503, headers={"retry-after-ms": "10"}), Fault(status=429, headers={"Retry-After": "1"})]
    with ModelServer(faults=faults) as server:
        built = (
            build("openai:m", base_url=server.openai_url)
            if api == "openai"
            else build("gemini-m", {"GEMINI_API_KEY": KEY}, base_url=server.url)
        )
        answer, tries = persist(built, max_retries=5)
        gaps = [later.at - earlier.at for earlier, later in pairwise(server.requests)]
    assert answer == Completion(text="echo: hi", served_model=built[1], usage=answer.usage)  # type: ignore[union-attr]
    assert tries == 3
    assert 0.01 <= gaps[0] < 1.0
    assert 1.0 <= gaps[1] < 2.0


def test_giving_up_tells_how_often_it_was_tried(waits: list[float]) -> None:
    with ModelServer(faults=lambda _: Fault(status=500, message="oops")) as server:
        error, tries = persist(build("openai:m", base_url=server.openai_url), max_retries=3)
        assert len(server.requests) == 4
    assert type(error) is ProviderError
    assert error.status == 500
    assert str(error) == f"openai: HTTP 500 from {server.openai_url}: oops (gave up after 4 tries)"
    assert tries == 4
    assert len(waits) == 3


def test_no_retries(waits: list[float]) -> None:
    error, tries = persist_with([TransientError("busy")], max_retries=0)
    assert str(error) == "busy (gave up after 1 try)"
    assert (tries, waits) == (1, [])


@pytest.mark.parametrize("error", [ProviderError("no such model", status=404), FilteredError("withheld")])
def test_final_errors_are_not_tried_again(error: UnmeasuredError, waits: list[float]) -> None:
    assert persist_with([error], max_retries=5) == (error, 1)
    assert waits == []


def test_waits_double_up_to_a_cap(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    persist_with([TransientError("busy")] * 9, max_retries=9)
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_waits_are_jittered(waits: list[float]) -> None:
    for _ in range(20):
        persist_with([TransientError("busy")], max_retries=1)
    assert len(set(waits)) == 20
    assert all(0 <= wait <= retry.FIRST_WAIT for wait in waits)


@given(asked=st.floats(min_value=0.001, max_value=retry.LONGEST_RETRY_AFTER))
def test_the_server_is_not_asked_before_it_wants(asked: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        seen: list[float] = []

        async def note(seconds: float) -> None:
            seen.append(seconds)

        patch.setattr(asyncio, "sleep", note)
        answer, _ = persist_with([TransientError("busy", retry_after=asked)], max_retries=1)
    assert answer == Completion(text="at last")
    assert asked <= seen[0] <= asked + retry.FIRST_WAIT


def test_a_wait_of_more_than_two_minutes_is_not_waited(waits: list[float]) -> None:
    with ModelServer(faults=[Fault(status=429, message="slow down", headers={"Retry-After": "121"})]) as server:
        started = time.monotonic()
        error, tries = persist(build("openai:m", base_url=server.openai_url), max_retries=5)
        assert time.monotonic() - started < 5
    assert str(error).endswith("slow down (gave up after 1 try: it asks for a wait of 121 s)")
    assert type(error) is ProviderError
    assert (tries, waits) == (1, [])
