"""What can go wrong over HTTP, through both real SDKs: each failure is of the right class and says what to do."""

from __future__ import annotations

import base64
import json
import logging
import socket
import traceback
from collections.abc import Callable

import pytest

from pytest_finetunebench.errors import ProviderError, TransientError
from pytest_finetunebench.models.providers.base import Provider
from tests.server.asking import KEY, ask, build, failure
from tests.server.model_server import Fault, ModelServer

ENDPOINT = "projects/acme/locations/europe-west4/endpoints/123"
Builder = Callable[..., tuple[Provider, str]]


def _openai(url: str, **settings: object) -> tuple[Provider, str]:
    return build("ft:gpt-4o-mini:acme::Ab12", {"OPENAI_API_KEY": KEY}, base_url=f"{url}/v1", **settings)


def _gemini(url: str, **settings: object) -> tuple[Provider, str]:
    return build("gemini-2.5-flash", {"GOOGLE_API_KEY": KEY}, base_url=url, **settings)


def _vertex(url: str, **settings: object) -> tuple[Provider, str]:
    return build(ENDPOINT, {"GOOGLE_API_KEY": KEY}, base_url=url, **settings)


@pytest.fixture(params=[_openai, _gemini, _vertex], ids=["openai", "gemini", "vertex"])
def connect(request: pytest.FixtureRequest) -> Builder:
    """Build a provider for the server at a URL."""
    builder: Builder = request.param
    return builder


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_passing_statuses_are_transient(connect: Builder, status: int) -> None:
    with ModelServer(faults=[Fault(status=status, message="come back")]) as server:
        error = failure(connect(server.url))
    assert isinstance(error, TransientError)
    assert error.status == status
    assert error.retry_after is None
    assert f"HTTP {status} from {server.url}" in str(error)
    assert str(error).endswith(": come back")
    assert len(server.requests) == 1  # the SDKs' own retries are off


@pytest.mark.parametrize(("header", "wait"), [({"Retry-After": "7"}, 7.0), ({"retry-after-ms": "250"}, 0.25)])
def test_the_wait_that_the_server_asks_for(connect: Builder, header: dict[str, str], wait: float) -> None:
    with ModelServer(faults=[Fault(status=429, headers=header)]) as server:
        error = failure(connect(server.url))
    assert isinstance(error, TransientError)
    assert error.retry_after == wait


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "the request for model '{model}' is not accepted: told to fail"),
        (401, "check the key in {variable}: told to fail"),
        (402, "the quota is used up, check plan and billing: told to fail"),
        (403, "no access to model '{model}': check its project, organization and region, or check the key in"),
        (
            404,
            "no model '{model}' at {url}: retired or misspelt",
        ),
        (410, "no model '{model}' at {url}: retired or misspelt"),
        (422, "the request for model '{model}' is not accepted: told to fail"),
    ],
)
def test_other_refusals_are_final_with_advice(connect: Builder, status: int, advice: str) -> None:
    with ModelServer(faults=[Fault(status=status)]) as server:
        provider, model = connect(server.url)
        error = failure((provider, model))
    assert type(error) is ProviderError
    assert error.status == status
    variable = "OPENAI_API_KEY" if model.startswith("ft:") else "GOOGLE_API_KEY"
    assert advice.format(model=model, variable=variable, url=provider.base_url) in str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=401, message="Incorrect key", echo_key=True),
        Fault(status=503, message="busy", echo_key=True),
        Fault(status=400, message="Bearer ya29.a0Af_Token123 refused", echo_key=True),
        Fault(body=f"<html>{KEY}", content_type="text/html"),
        Fault(status=502, body=f"<html>key={KEY}&x=1</html>", content_type="text/html"),
        Fault(body=f'{{"candidates": ["{KEY}"], "choices": ["{KEY}"]}}'),
    ],
)
def test_the_key_never_shows(connect: Builder, fault: Fault) -> None:
    with ModelServer(faults=[fault]) as server:
        error = failure(connect(server.url))
        sent = server.requests[0].headers
    assert KEY in sent.get("authorization", "") + sent.get("x-goog-api-key", "")
    assert KEY not in str(error)
    assert KEY not in "".join(traceback.format_exception(error))
    assert "ya29" not in str(error)
    assert not fault.echo_key or "***" in str(error)


def test_the_key_reaches_no_log(connect: Builder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    with ModelServer(faults=[None, Fault(status=401, echo_key=True)]) as server:
        url = server.url.replace("http://", "http://ada:s3cret-pw@")
        ask(connect(server.url))
        failure(connect(url))
    assert "HTTP Request: POST" in caplog.text
    assert KEY not in caplog.text
    assert "s3cret-pw" not in caplog.text
    assert base64.b64encode(b"ada:s3cret-pw").decode() not in caplog.text


def test_the_query_reaches_no_log(connect: Builder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with ModelServer() as server:
        _, model = connect(server.url)
        openai = model.startswith("ft:")
        base_url = f"{server.url}{'/v1' if openai else ''}?code=s3cret%20c0de&deployment=a"
        keys = {"OPENAI_API_KEY": KEY, "GOOGLE_API_KEY": KEY}
        ask(build(model if openai else f"gemini:{model}", keys, base_url=base_url))
        (seen,) = server.requests
    assert "code=s3cret" in seen.path
    assert "HTTP Request: POST" in caplog.text
    assert "?***" in caplog.text
    assert "send_request_headers" in caplog.text  # the transport's own words are there too
    assert "s3cret" not in caplog.text
    assert "c0de" not in caplog.text
    assert not logging.getLogger("httpx2").filters


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(connect: Builder, status: int) -> None:
    with ModelServer() as other, ModelServer() as server:
        provider, model = connect(server.url)
        call = "/v1/chat/completions" if model.startswith("ft:") else f"/v1beta/models/{model}:generateContent"
        target = other.url.replace("//", "//ada:pass-word@") + f"{call}?token=t0ken"
        server.faults = [Fault(status=status, headers={"Location": target})]
        error = failure((provider, model))
        assert not other.requests
    assert type(error) is ProviderError
    assert error.hopeless
    base = other.url + ("/v1" if model.startswith("ft:") else "")
    assert f"HTTP {status} from {server.url}" in str(error)
    assert str(error).endswith(f": it redirects, and calls are not redirected: set --ft-base-url to {base}")


@pytest.mark.parametrize("headers", [{}, {"Location": "http://[::1"}])
def test_a_redirect_to_nowhere(connect: Builder, headers: dict[str, str]) -> None:
    with ModelServer(faults=[Fault(status=302, headers=headers)]) as server:
        error = failure(connect(server.url))
    assert str(error).endswith("it redirects, and does not say where to: set --ft-base-url to the server itself")


def test_https_where_http_is_spoken(connect: Builder) -> None:
    with ModelServer() as server:
        error = failure(connect(server.url.replace("http:", "https:")))
    assert isinstance(error, TransientError)
    assert str(error).endswith("; does the server speak plain http?")


@pytest.mark.parametrize("error_body", [{"message": "no such model"}, "no such model"])
def test_an_error_that_comes_with_status_200(connect: Builder, error_body: object) -> None:
    with ModelServer(faults=[Fault(body=json.dumps({"error": error_body}))]) as server:
        error = failure(connect(server.url))
    assert type(error) is ProviderError
    assert "has no c" in str(error)
    assert "no such model" in str(error)


@pytest.mark.parametrize(
    ("value", "words"),
    [("[" * 100_000 + "]" * 100_000, "nested too deeply"), ("9" * 5_000, "a number of thousands of digits")],
)
def test_json_beyond_the_parser(connect: Builder, value: str, words: str) -> None:
    body = f'{{"error": null, "choices": {value}}}'
    with ModelServer(faults=[Fault(body=body)]) as server:
        error = failure(connect(server.url))
    assert isinstance(error, TransientError)
    assert str(error).endswith(f"is broken: {words}")


@pytest.mark.parametrize("drop", ["before", "midway"])
def test_a_dropped_connection_is_transient(connect: Builder, drop: str) -> None:
    with ModelServer(faults=[Fault(drop=drop)]) as server:  # type: ignore[arg-type]
        error = failure(connect(server.url))
    assert isinstance(error, TransientError)
    assert f"the connection to {server.url}" in str(error)
    assert "failed: " in str(error)


def test_nobody_there_is_transient(connect: Builder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        error = failure(connect(f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert isinstance(error, TransientError)
    assert str(error).endswith("failed: All connection attempts failed; is the server running?")


def test_a_slow_answer_is_transient(connect: Builder) -> None:
    with ModelServer(latency=5) as server:
        error = failure(connect(server.url, timeout=0.25))
    assert isinstance(error, TransientError)
    assert "no answer from http://127.0.0.1" in str(error)
    assert "within 0.25 s" in str(error)


@pytest.mark.parametrize(
    "body",
    [b"{not json", b"\xff\xfe\x00", b"<html>", b'{"choices": [null], "candidates": [null]}', b"\x80abc"],
)
def test_a_broken_body_is_transient(connect: Builder, body: bytes) -> None:
    with ModelServer(faults=[Fault(body=body)]) as server:
        error = failure(connect(server.url))
    assert isinstance(error, TransientError)
    assert f"the answer from {server.url}" in str(error)
    assert "is broken: " in str(error)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"choices": [], "candidates": []}', b'{"choices": null}'])
def test_json_without_an_answer_is_final(connect: Builder, body: bytes) -> None:
    with ModelServer(faults=[Fault(body=body)]) as server:
        error = failure(connect(server.url))
    assert type(error) is ProviderError
    assert "has no choices" in str(error) or "has no candidates" in str(error)


def test_a_long_error_page_is_cut(connect: Builder) -> None:
    page = "<html>\n" + "\x07\x1b[31m oops " * 20_000
    with ModelServer(faults=[Fault(status=502, body=page, content_type="text/html")]) as server:
        error = failure(connect(server.url))
    assert "HTTP 502" in str(error)
    assert len(str(error)) < 500
    assert str(error).isprintable()


def test_connections_are_kept_and_closed(connect: Builder) -> None:
    with ModelServer() as server:
        assert ask(connect(server.url), times=5).text == "echo: hi"
        assert len(server.requests) == 5
        assert server.connections_made == 1


def test_a_broken_proxy_setting_is_no_traceback(connect: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "nonsense://127.0.0.1:1")
    error = failure(connect("http://models.example"))
    assert isinstance(error, ProviderError)
    assert "nonsense" in str(error)
