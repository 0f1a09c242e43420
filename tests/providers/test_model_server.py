"""The model server itself: what other tests measure with."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.server.asking import KEY, ask, build, failure, request_to
from tests.server.model_server import Fault, ModelServer


@pytest.mark.parametrize("api", ["openai", "gemini"])
def test_many_calls_at_once(api: str) -> None:
    with ModelServer(latency=0.3) as server:
        provider, model = (
            build("openai:m", base_url=server.openai_url)
            if api == "openai"
            else build("gemini-m", {"GEMINI_API_KEY": KEY}, base_url=server.url)
        )

        async def run() -> list[str]:
            try:
                requests = [request_to(provider, model, f"q{number}") for number in range(64)]
                return [answer.text for answer in await asyncio.gather(*map(provider.complete, requests))]
            finally:
                await provider.aclose()

        texts = asyncio.run(run())
        assert server.peak > 32
    assert texts == [f"echo: q{number}" for number in range(64)]
    assert len({seen.prompt for seen in server.requests}) == 64


def test_closing_ends_every_thread_at_once() -> None:
    before = set(threading.enumerate())
    with ModelServer(latency=60) as server:
        failure(build("openai:m", base_url=server.openai_url, timeout=0.1))
        started = time.monotonic()
    assert time.monotonic() - started < 30, "it waited for the answer"
    assert set(threading.enumerate()) <= before


def test_answers_that_are_not_in_store_say_so() -> None:
    with ModelServer({("m", "known"): "yes"}) as server:
        assert ask(build("openai:m", base_url=server.openai_url), "known").text == "yes"
        error = failure(build("openai:m", base_url=server.openai_url), prompt="unknown")
    assert "no answer in store for model 'm' and prompt 'unknown'" in str(error)


def test_faults_as_a_function_of_the_request() -> None:
    with ModelServer(faults=lambda seen: Fault(text="special") if seen.prompt == "b" else None) as server:
        built = build("openai:m", base_url=f"{server.url}/any/prefix")
        assert ask(built, "a").text == "echo: a"
        assert ask(built, "b").text == "special"
        assert server.requests[0].path == "/any/prefix/chat/completions"


def test_an_unknown_path() -> None:
    with ModelServer() as server, closing(HTTPConnection(server.url.removeprefix("http://"))) as client:
        client.request("POST", "/nowhere", b"{}")
        response = client.getresponse()
        assert response.status == 404
        assert b"no such path: /nowhere" in response.read()


def test_its_own_errors_are_told() -> None:
    def broken(model: str, prompt: str) -> str:
        raise KeyError(f"{model} {prompt}")

    with pytest.raises(ExceptionGroup, match="the model server failed") as caught, ModelServer(broken) as server:
        failure(build("openai:m", base_url=server.openai_url))
    assert repr(caught.value.exceptions[0]) == "KeyError('m hi')"
