"""Google's provider, through the real SDK: the Gemini API and Vertex."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pytest_finetunebench.completions import Message, Sampling, Usage
from pytest_finetunebench.errors import FilteredError, ProviderError, SettingsError, TransientError
from pytest_finetunebench.models.providers.base import Provider
from tests.server.asking import KEY, ask, build, failure
from tests.server.model_server import Fault, ModelServer

MODEL = "gemini-2.5-flash"
ENDPOINT = "projects/acme/locations/europe-west4/endpoints/123"
KEYED = {"GOOGLE_API_KEY": KEY}


def local(server: ModelServer, model: str = MODEL, **settings: Any) -> tuple[Provider, str]:
    return build(f"gemini:{model}", KEYED, base_url=server.url, **settings)


def test_a_chat_arrives_as_it_was_asked() -> None:
    messages = (
        Message(role="system", content="Answer shortly."),
        Message(role="user", content="1+1?"),
        Message(role="assistant", content="2"),
        Message(role="user", content="2+2?"),
    )
    with ModelServer({(MODEL, "2+2?"): "4"}, served_model="gemini-2.5-flash-001", usage=(11, 1)) as server:
        answer = ask(local(server), messages=messages)
        (seen,) = server.requests
    assert answer.text == "4"
    assert answer.finish_reason == "stop"
    assert answer.served_model == "gemini-2.5-flash-001"
    assert answer.usage == Usage(input_tokens=11, output_tokens=1)
    assert seen.path == "/v1/models/gemini-2.5-flash:generateContent"
    assert seen.headers["x-goog-api-key"] == KEY
    assert seen.body["systemInstruction"]["parts"] == [{"text": "Answer shortly."}]
    assert [content["role"] for content in seen.body["contents"]] == ["user", "model", "user"]
    assert seen.body["generationConfig"] == {"temperature": 0.0, "seed": 42, "maxOutputTokens": 100}


def test_none_leaves_a_parameter_out() -> None:
    with ModelServer() as server:
        ask(local(server), sampling=Sampling(temperature=None, seed=None, max_tokens=None))
        assert set(server.requests[0].body) - {"generationConfig"} == {"contents"}
        assert not server.requests[0].body.get("generationConfig")


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("tunedModels/acme-1", "/v1/tunedModels/acme-1:generateContent"),
        (ENDPOINT, f"/v1beta1/{ENDPOINT}:generateContent"),
        (
            "projects/acme/locations/eu/publishers/google/models/gemini-2.5-pro",
            "/v1beta1/projects/acme/locations/eu/publishers/google/models/gemini-2.5-pro:generateContent",
        ),
    ],
)
def test_every_form_of_model_id(model: str, path: str) -> None:
    with ModelServer() as server:
        assert ask(local(server, model)).text == "echo: hi"
        assert server.requests[0].path == path


def test_a_base_model_on_vertex() -> None:
    with ModelServer() as server:
        ask(local(server, vertex_project="acme", vertex_location="us-central1"))
        (seen,) = server.requests
    place = "projects/acme/locations/us-central1/publishers/google/models"
    assert seen.path == f"/v1beta1/{place}/{MODEL}:generateContent"
    assert seen.model == MODEL


@pytest.mark.parametrize(
    ("model", "environ", "settings", "base_url"),
    [
        (MODEL, {}, {}, "https://generativelanguage.googleapis.com"),
        (MODEL, {}, {"base_url": "http://me:pw@Host:1/"}, "http://host:1"),
        (MODEL, {"GOOGLE_GEMINI_BASE_URL": "http://gw:1"}, {}, "http://gw:1"),
        (MODEL, {"GOOGLE_GEMINI_BASE_URL": " http://gw:1\n"}, {}, "http://gw:1"),
        (MODEL, {"GOOGLE_GEMINI_BASE_URL": " "}, {}, "https://generativelanguage.googleapis.com"),
        (MODEL, {"GOOGLE_VERTEX_BASE_URL": "http://gw:1"}, {}, "https://generativelanguage.googleapis.com"),
        (MODEL, {"GOOGLE_CLOUD_PROJECT": "p"}, {}, "https://generativelanguage.googleapis.com"),
        (ENDPOINT, {}, {}, "https://europe-west4-aiplatform.googleapis.com/projects/acme/locations/europe-west4"),
        (ENDPOINT, {"GOOGLE_VERTEX_BASE_URL": "http://gw:1"}, {}, "http://gw:1/projects/acme/locations/europe-west4"),
        (
            MODEL,
            {"GOOGLE_GENAI_USE_VERTEXAI": "true", "GOOGLE_CLOUD_PROJECT": "p"},
            {},
            "https://aiplatform.googleapis.com/projects/p/locations/global",
        ),
        (
            MODEL,
            {"GOOGLE_GENAI_USE_ENTERPRISE": "1", "GOOGLE_CLOUD_PROJECT": "p", "GOOGLE_CLOUD_LOCATION": "eu"},
            {},
            "https://aiplatform.eu.rep.googleapis.com/projects/p/locations/eu",
        ),
        (
            MODEL,
            {"GOOGLE_GENAI_USE_ENTERPRISE": "false", "GOOGLE_GENAI_USE_VERTEXAI": "true"},
            {},
            "https://generativelanguage.googleapis.com",
        ),
        (
            ENDPOINT,
            {"GOOGLE_CLOUD_PROJECT": "other"},
            {"vertex_project": "mine"},
            "https://europe-west4-aiplatform.googleapis.com/projects/mine/locations/europe-west4",
        ),
        (MODEL, {"GOOGLE_GENAI_USE_VERTEXAI": "1", **KEYED}, {}, "https://aiplatform.googleapis.com"),
    ],
)
def test_the_base_url_names_the_server_and_the_project(
    model: str, environ: dict[str, str], settings: dict[str, Any], base_url: str
) -> None:
    provider, _ = build(f"gemini:{model}", environ, **settings)
    assert provider.base_url == base_url


def test_the_sdk_reads_no_place_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as server, ModelServer() as decoy:
        for name, value in {
            "GOOGLE_GEMINI_BASE_URL": decoy.url,
            "GOOGLE_VERTEX_BASE_URL": decoy.url,
            "GOOGLE_GENAI_USE_ENTERPRISE": "true",
            "GOOGLE_CLOUD_PROJECT": "decoy",
            "GOOGLE_CLOUD_LOCATION": "decoy",
            "GEMINI_API_KEY": "decoy",
        }.items():
            monkeypatch.setenv(name, value)
        ask(local(server))
        ask(local(server, ENDPOINT))
        paths = [seen.path for seen in server.requests]
        keys = {seen.headers["x-goog-api-key"] for seen in server.requests}
        assert not decoy.requests
    assert paths == [f"/v1/models/{MODEL}:generateContent", f"/v1beta1/{ENDPOINT}:generateContent"]
    assert keys == {KEY}


def test_google_api_key_wins() -> None:
    with ModelServer() as server:
        for environ in ({"GEMINI_API_KEY": "second"}, {"GEMINI_API_KEY": "second", "GOOGLE_API_KEY": "first"}):
            ask(build(MODEL, environ, base_url=server.url))
        assert [seen.headers["x-goog-api-key"] for seen in server.requests] == ["second", "first"]


def test_the_gemini_api_needs_a_key() -> None:
    error = failure(build(MODEL))
    assert type(error) is ProviderError
    assert str(error) == "gemini: no key: set GOOGLE_API_KEY (or GEMINI_API_KEY)"


def test_vertex_needs_a_project() -> None:
    with pytest.raises(SettingsError, match="gemini on Vertex needs a project: set GOOGLE_CLOUD_PROJECT or --ft-"):
        build(MODEL, {"GOOGLE_GENAI_USE_VERTEXAI": "true"})


def test_vertex_without_a_login() -> None:
    with ModelServer() as server:
        error = failure(build(ENDPOINT, base_url=server.url))
        assert not server.requests
    assert type(error) is ProviderError
    assert "gemini: log in with `gcloud auth application-default login`: " in str(error)


@pytest.fixture
def login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service account's file, as GOOGLE_APPLICATION_CREDENTIALS."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {"type": "service_account", "project_id": "acme", "private_key": private.decode()}
    account |= {"client_email": "ci@acme.example", "token_uri": "http://127.0.0.1:9/token"}
    path = tmp_path / "login.json"
    path.write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    return path


def test_vertex_with_a_login(login: Path) -> None:
    with ModelServer() as server:
        login.write_text(login.read_text().replace("http://127.0.0.1:9", server.url))
        ask(build(ENDPOINT, base_url=server.url), times=2)
        assert {seen.headers["authorization"] for seen in server.requests} == {"Bearer ya29.test"}
        assert server.tokens_issued == 1
        server.faults = [None, None, Fault(status=401, echo_key=True)]
        error = failure(build(ENDPOINT, base_url=server.url))
    assert "log in with `gcloud auth application-default login`" in str(error)
    assert "ya29" not in str(error)


@pytest.mark.usefixtures("login")
def test_a_login_server_that_is_away_is_transient() -> None:
    with ModelServer() as server:
        error = failure(build(ENDPOINT, base_url=server.url, timeout=5))
    assert isinstance(error, TransientError)


@pytest.mark.parametrize(
    ("finish", "expected"),
    [("STOP", "stop"), ("MAX_TOKENS", "length"), ("OTHER", "other")],
)
def test_finish_reasons(finish: str, expected: str) -> None:
    with ModelServer(faults=[Fault(finish=finish)]) as server:
        assert ask(local(server)).finish_reason == expected


@pytest.mark.parametrize(
    "finish", ["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "MODEL_ARMOR"]
)
def test_a_withheld_answer_is_no_answer(finish: str) -> None:
    with ModelServer(faults=[Fault(finish=finish, text="")]) as server:
        error = failure(local(server))
    assert type(error) is FilteredError
    assert str(error) == f"gemini: the safety filter withheld the answer ({finish})"


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "JAILBREAK"])
def test_a_blocked_prompt_is_no_answer(reason: str) -> None:
    with ModelServer(faults=[Fault(blocked=reason)]) as server:
        error = failure(local(server))
    assert type(error) is FilteredError
    assert str(error) == f"gemini: the prompt was blocked ({reason})"


@pytest.mark.parametrize("finish", ["STOP", "MAX_TOKENS"])
def test_no_text_is_an_empty_answer(finish: str) -> None:
    with ModelServer(faults=[Fault(text="", finish=finish)], usage=None) as server:
        answer = ask(local(server))
    assert answer.empty
    assert answer.truncated == (finish == "MAX_TOKENS")
    assert answer.usage is None


@pytest.mark.parametrize(
    "fault",
    [
        Fault(parts=[{"functionCall": {"name": "find", "args": {}}}]),
        Fault(parts=[{"text": "Hm.", "thought": True}, {"functionCall": {"name": "find", "args": {}}}]),
        Fault(text="", finish="MALFORMED_FUNCTION_CALL"),
        Fault(text="", finish="UNEXPECTED_TOOL_CALL"),
    ],
)
def test_a_call_of_a_tool_is_no_empty_answer(fault: Fault) -> None:
    with ModelServer(faults=[fault]) as server:
        answer = ask(local(server))
    assert (answer.text, answer.finish_reason) == ("", "tool_call")


def test_thoughts_are_billed_and_not_part_of_the_answer() -> None:
    parts = [{"text": "Hm.", "thought": True}, {"text": "4"}, {"text": "2"}]
    body = {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 40},
    }
    with ModelServer(faults=[Fault(body=json.dumps(body))]) as server:
        answer = ask(local(server))
    assert answer.text == "42"
    assert answer.reasoning == "Hm."
    assert answer.usage == Usage(input_tokens=5, output_tokens=42)


@pytest.mark.parametrize(
    ("message", "option"),
    [
        ("Invalid value at 'generation_config.temperature'", "--ft-temperature=none"),
        ('Unknown name "seed" at generation_config', "--ft-seed=none"),
        ("maxOutputTokens must be above 1000", "--ft-max-tokens=none"),
    ],
)
def test_a_rejected_parameter_is_named_with_its_option(message: str, option: str) -> None:
    with ModelServer(faults=[Fault(status=400, message=message)]) as server:
        error = failure(local(server))
    assert f"model '{MODEL}' rejects a parameter, leave it out with {option}: {message}" in str(error)


def test_a_wrong_key_comes_as_a_400() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]
    with ModelServer(faults=[Fault(status=400, message="API key not valid.", details=details)]) as server:
        error = failure(local(server))
    assert "check the key in GOOGLE_API_KEY: API key not valid." in str(error)


def test_the_wait_in_the_details() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37.5s"}]
    with ModelServer(faults=[Fault(status=429, details=details)]) as server:
        error = failure(local(server))
    assert isinstance(error, TransientError)
    assert error.retry_after == 37.5


def test_the_quota_of_the_day_is_final() -> None:
    details: list[dict[str, Any]] = [
        {"retryDelay": "2s"},
        {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
    ]
    with ModelServer(faults=[Fault(status=429, details=details)]) as server:
        error = failure(local(server))
    assert type(error) is ProviderError
    assert "the quota is used up" in str(error)


@pytest.mark.parametrize("model", ["a/../b", "gemini-x?y"])
def test_an_id_that_the_sdk_refuses(model: str) -> None:
    with ModelServer() as server:
        error = failure(local(server, model))
    assert "ValueError: invalid model parameter" in str(error)


def test_credentials_and_query_of_the_url_go_to_the_server() -> None:
    with ModelServer() as server:
        url = server.url.replace("http://", "http://ada:pw@") + "?tenant=7"
        ask(build(MODEL, KEYED, base_url=url))
        (seen,) = server.requests
    assert seen.headers["authorization"].startswith("Basic ")
    assert seen.headers["x-goog-api-key"] == KEY
    assert seen.path.endswith("?tenant=7")


@pytest.mark.parametrize("details", [5, "x", [5], {"a": 1}, [{"violations": 5}], [{"violations": {"PerDay": 1}}]])
def test_details_that_are_none(details: object) -> None:
    body = json.dumps({"error": {"code": 429, "message": "slow down", "details": details}})
    with ModelServer(faults=[Fault(status=429, body=body)]) as server:
        error = failure(local(server))
    assert isinstance(error, TransientError)
    assert str(error).endswith(": slow down")


def test_the_query_is_in_the_fingerprint() -> None:
    place = "/projects/acme/locations/europe-west4"
    provider, _ = build(ENDPOINT, {}, base_url="http://gw:1/?deployment=a&key=b")
    assert str(provider.base_url).startswith(f"http://gw:1{place}?query-sha256=")
    assert build(ENDPOINT, {}, base_url="http://gw:1/?key=b")[0].base_url == f"http://gw:1{place}"


@pytest.mark.parametrize("url", ["{}/v1beta", "{}/v1beta/", "{}"])
def test_a_server_that_speaks_v1beta(url: str) -> None:
    with ModelServer() as server:
        version = None if "v1beta" in url else "v1beta"
        built = build("gemini-m", {"GEMINI_API_KEY": KEY}, base_url=url.format(server.url), api_version=version)
        assert ask(built).text == "echo: hi"
        assert server.requests[0].path.startswith("/v1beta/models/gemini-m:generateContent")
    assert built[0].base_url == server.url, "the version is no part of the fingerprint"


def test_a_404_of_another_server_names_the_version() -> None:
    with ModelServer(faults=[Fault(status=404, message="no such path")]) as server:
        error = failure(build("gemini-m", {"GEMINI_API_KEY": KEY}, base_url=server.url))
    assert "or the server speaks another version of the API: --ft-api-version=v1beta" in str(error)


def test_further_parameters_are_the_configs() -> None:
    with ModelServer() as server:
        built = build("gemini-m", {"GEMINI_API_KEY": KEY}, base_url=server.url)
        ask(built, parameters={"top_p": 0.5, "thinking_config": {"thinking_budget": 0}})
        config = server.requests[0].body["generationConfig"]
        wrong = build("gemini-m", {"GEMINI_API_KEY": KEY}, base_url=server.url)
        assert "no such parameter (did you mean 'top_p'?)" in str(failure(wrong, parameters={"topp": 1}))
        assert "--ft-param: " in str(failure(wrong, parameters={"top_p": "high"}))
        assert len(server.requests) == 1
    assert config["topP"] == 0.5
    assert list(config["thinkingConfig"].values()) == [0]
