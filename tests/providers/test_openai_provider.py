"""OpenAI's provider, through the real SDK."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from pytest_finetunebench.completions import Message, Sampling, Usage
from pytest_finetunebench.errors import FilteredError, ProviderError, SettingsError, TransientError
from pytest_finetunebench.models.providers.base import Provider
from tests.server.asking import KEY, ask, build, failure, request_to
from tests.server.model_server import Fault, ModelServer, SeenRequest

MODEL = "ft:gpt-4o-mini:acme::Ab12"


def local(server: ModelServer, environ: dict[str, str] | None = None, **settings: Any) -> tuple[Provider, str]:
    return build(MODEL, environ, **{"base_url": server.openai_url, **settings})


def test_a_chat_arrives_as_it_was_asked() -> None:
    messages = (Message(role="system", content="Answer shortly."), Message(role="user", content="2+2?"))
    with ModelServer({(MODEL, "2+2?"): "4"}, served_model="gpt-4o-mini-2024-07-18", usage=(11, 1)) as server:
        answer = ask(local(server, {"OPENAI_API_KEY": KEY}), messages=messages)
        (seen,) = server.requests
    assert answer.text == "4"
    assert answer.finish_reason == "stop"
    assert answer.served_model == "gpt-4o-mini-2024-07-18"
    assert answer.usage == Usage(input_tokens=11, output_tokens=1)
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.body == {
        "model": MODEL,
        "messages": [{"role": "system", "content": "Answer shortly."}, {"role": "user", "content": "2+2?"}],
        "temperature": 0.0,
        "seed": 42,
        "max_tokens": 100,
    }


def test_none_leaves_a_parameter_out() -> None:
    with ModelServer() as server:
        ask(local(server), sampling=Sampling(temperature=None, seed=None, max_tokens=None))
        assert set(server.requests[0].body) == {"model", "messages"}


def test_a_local_server_needs_no_key() -> None:
    with ModelServer() as server:
        ask(local(server))
        assert server.requests[0].headers["authorization"] == "Bearer no-key"


def test_a_local_server_that_wants_a_key() -> None:
    with ModelServer(faults=[Fault(status=401)]) as server:
        error = failure(local(server))
    assert "HTTP 401" in str(error)
    assert "no key was sent, set OPENAI_API_KEY to a key of 127.0.0.1" in str(error)


@pytest.mark.parametrize(
    ("base_url", "variable"),
    [
        (None, "OPENAI_API_KEY to a key of api.openai.com"),
        ("https://eu.api.openai.com/v1", "OPENAI_API_KEY to a key of eu.api.openai.com"),
        ("https://acme.openai.azure.com/openai/v1", "AZURE_OPENAI_API_KEY to a key of acme.openai.azure.com"),
    ],
)
@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": ""}, {"OPENAI_API_KEY": " \n"}])
def test_a_hosted_api_needs_a_key(base_url: str | None, variable: str, environ: dict[str, str]) -> None:
    error = failure(build(MODEL, environ, base_url=base_url))
    assert type(error) is ProviderError
    assert str(error) == f"openai: no key: set {variable}"


@pytest.mark.parametrize("key", ["sk-with blank", "sk-\u201cquoted\u201d", "sk-a\nsk-b"])
def test_a_key_that_no_header_can_carry(key: str) -> None:
    error = failure(build(MODEL, {"OPENAI_API_KEY": key}))
    assert str(error).startswith("OPENAI_API_KEY holds characters that no key has")
    assert key not in str(error)


def test_a_key_with_a_line_end_is_trimmed() -> None:
    with ModelServer() as server:
        ask(local(server, {"OPENAI_API_KEY": f" {KEY}\n"}))
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("environ", "sent"),
    [({"AZURE_OPENAI_API_KEY": "az-1"}, "az-1"), ({"AZURE_OPENAI_API_KEY": "az-1", "OPENAI_API_KEY": "sk-1"}, "az-1")],
)
def test_azure_takes_its_own_key(environ: dict[str, str], sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as server:
        # the name resolves nowhere: the proxy is asked for it, and that is the server
        monkeypatch.setenv("HTTP_PROXY", server.url)
        monkeypatch.setenv("http_proxy", server.url)
        ask(build("gpt-4o", environ, base_url="http://acme.openai.azure.com/openai/v1"))
        (seen,) = server.requests
    assert seen.headers["authorization"] == f"Bearer {sent}"
    assert seen.body["max_completion_tokens"] == 100
    assert "max_tokens" not in seen.body


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (None, "https://api.openai.com/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("HTTPS://API.OpenAI.com/v1", "https://api.openai.com/v1"),
        ("http://me:pw@Host:8000/v1/?api-key=s3cret", "http://host:8000/v1"),
        ("http://Host/v1/?api-version=preview", "http://host/v1?query-sha256=cfa592d43b43"),
    ],
)
def test_the_base_url_is_canonical(url: str | None, canonical: str) -> None:
    provider, _ = build(MODEL, base_url=url)
    assert provider.base_url == canonical


@pytest.mark.parametrize("url", ["localhost:8000/v1", "127.0.0.1:8000", "ftp://host/v1", "http://", "http://h:99999/"])
def test_a_base_url_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^base URL '.*' is not a web address: write it like http://127"):
        build(MODEL, base_url=url)


def test_credentials_in_the_url_go_to_the_server_and_into_no_message() -> None:
    with ModelServer(faults=[None, Fault(status=401, echo_key=True, message="who is ada:s3cret-pw?")]) as server:
        url = server.openai_url.replace("http://", "http://ada:s3cret%2Dpw@") + "?tenant=acme-7781"
        assert ask(local(server, base_url=url)).text == "echo: hi"
        error = failure(local(server, {"OPENAI_API_KEY": KEY}, base_url=url))
        seen = server.requests[0]
    sent = seen.headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"ada:s3cret-pw"
    assert seen.path == "/v1/chat/completions?tenant=acme-7781"
    assert "check the user name and password in the base URL" in str(error)
    for secret in ("s3cret", sent, "acme-7781"):
        assert secret not in str(error)


def test_the_other_name_of_the_token_limit_is_tried_once_and_kept() -> None:
    def insist(seen: SeenRequest) -> Fault | None:
        if "max_tokens" not in seen.body:
            return None
        words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
        return Fault(status=400, message=words, param="max_tokens", code="unsupported_parameter")

    with ModelServer(faults=insist) as server:
        ask(local(server), times=2)
        names = [sorted(set(seen.body) - {"messages", "model", "seed", "temperature"}) for seen in server.requests]
    assert names == [["max_tokens"], ["max_completion_tokens"], ["max_completion_tokens"]]


def test_a_token_limit_that_is_refused_under_both_names() -> None:
    refuse = Fault(status=400, message="max_tokens and max_completion_tokens are too large: 100")
    with ModelServer(faults=[refuse, refuse]) as server:
        error = failure(local(server))
        assert len(server.requests) == 2
    assert f"model '{MODEL}' rejects a parameter, leave it out with --ft-max-tokens=none: max_tokens" in str(error)


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        (Fault(status=400, param="temperature", message="Unsupported value"), "--ft-temperature=none"),
        (Fault(status=400, param="seed", message="temperature is fine"), "--ft-seed=none"),
        (Fault(status=400, message="'temperature' does not support 0.0 with this model."), "--ft-temperature=none"),
        (Fault(status=422, body='{"detail": [{"loc": ["body", "seed"], "msg": "extra"}]}'), "--ft-seed=none"),
        (Fault(status=400, message="temperature, seed: unknown"), "--ft-temperature=none --ft-seed=none"),
    ],
)
def test_a_rejected_parameter_is_named_with_its_option(fault: Fault, options: str) -> None:
    with ModelServer(faults=[fault]) as server:
        error = failure(local(server))
    assert type(error) is ProviderError
    assert f"model '{MODEL}' rejects a parameter, leave it out with {options}: " in str(error)


def test_a_parameter_that_was_not_sent_is_not_to_blame() -> None:
    with ModelServer(faults=[Fault(status=400, message="the temperature of the prompt")]) as server:
        error = failure(local(server), sampling=Sampling(temperature=None))
    assert "is not accepted: the temperature of the prompt" in str(error)


@pytest.mark.parametrize(
    ("finish", "expected"),
    [("stop", "stop"), ("length", "length"), ("eos", "stop"), ("tool_calls", "tool_call"), ("new_one", "other")],
)
def test_finish_reasons(finish: str, expected: str) -> None:
    with ModelServer(faults=[Fault(finish=finish)]) as server:
        assert ask(local(server)).finish_reason == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "Two and two."},
        {"reasoning": "Two and two."},
        {"thinking": "Two and two."},
        {"reasoning_content": None, "reasoning": "Two and two."},
        {"reasoning": "Two and two.", "reasoning_details": [{"type": "reasoning.text", "text": "Two and two."}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Two and "}, {"text": "two."}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Two and two.", "signature": "s"}]},
        {
            "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "Two and two."}]},
                {"type": "text", "text": "4"},
            ]
        },
    ],
)
def test_thoughts_are_no_part_of_the_text(fields: dict[str, Any]) -> None:
    with ModelServer(faults=[Fault(text="4", fields=fields)]) as server:
        answer = ask(local(server))
    assert (answer.text, answer.reasoning, answer.finish_reason) == ("4", "Two and two.", "stop")


@pytest.mark.parametrize("fields", [{}, {"reasoning_content": ""}, {"reasoning": None}, {"reasoning": {"effort": 1}}])
def test_without_thoughts_there_are_none(fields: dict[str, Any]) -> None:
    with ModelServer(faults=[Fault(text="4", fields=fields)]) as server:
        assert ask(local(server)).reasoning is None


@pytest.mark.parametrize("finish", ["stop", "tool_calls", "length"])
@pytest.mark.parametrize(
    "fields",
    [
        {
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"content": "", "tool_calls": [{"id": "1"}]},
        {"content": None, "function_call": {"name": "f", "arguments": "{}"}},
    ],
)
def test_a_call_of_a_tool_without_text(finish: str, fields: dict[str, Any]) -> None:
    with ModelServer(faults=[Fault(finish=finish, fields=fields)]) as server:
        answer = ask(local(server))
    assert (answer.text, answer.finish_reason) == ("", "tool_call")


def test_a_call_of_a_tool_beside_text() -> None:
    with ModelServer(faults=[Fault(text="4", fields={"tool_calls": [{"id": "1"}]})]) as server:
        answer = ask(local(server))
    assert (answer.text, answer.finish_reason) == ("4", "stop")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(finish="content_filter", text=""),
        Fault(status=400, code="content_filter", message="The response was filtered"),
    ],
)
def test_what_a_filter_withheld_is_no_answer(fault: Fault) -> None:
    with ModelServer(faults=[fault]) as server:
        error = failure(local(server))
    assert type(error) is FilteredError
    assert "the content filter withheld the " in str(error)


def test_a_refusal_is_the_answer() -> None:
    with ModelServer(faults=[Fault(refusal="I can't help with that.")]) as server:
        assert ask(local(server)).text == "I can't help with that."


@pytest.mark.parametrize("content", [None, ""])
def test_no_content_is_an_empty_answer(content: str | None) -> None:
    body = {
        "model": "m",
        "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "length"}],
    }
    with ModelServer(faults=[Fault(body=json.dumps(body))]) as server:
        answer = ask(local(server))
    assert answer.empty
    assert answer.truncated
    assert answer.usage is None


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [{"message": {"content": [7]}, "finish_reason": "stop"}]},
        {"choices": [{"message": {"content": {"text": "a"}}, "finish_reason": "stop"}]},
        {"choices": [{"message": None, "finish_reason": "stop"}]},
        {"choices": [{"message": {"content": 7}, "finish_reason": ["stop"]}]},
    ],
)
def test_fields_of_a_wrong_type_are_a_broken_answer(body: dict[str, Any]) -> None:
    with ModelServer(faults=[Fault(body=json.dumps(body))]) as server:
        error = failure(local(server))
    assert isinstance(error, TransientError)
    assert "is broken: " in str(error)
    assert "pydantic" not in str(error)
    assert "validation error" not in str(error)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (["fo", "ur"], "four"),
        ([{"type": "text", "text": "fo"}, {"type": "text", "text": "ur"}], "four"),
        ([{"type": "thinking", "thinking": "hm"}, {"type": "output_text", "text": "four"}], "four"),
    ],
)
def test_a_list_of_parts_is_joined(content: list[Any], text: str) -> None:
    body = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
    with ModelServer(faults=[Fault(body=json.dumps(body))]) as server:
        assert ask(local(server)).text == text


def test_usage_that_is_nonsense_is_dropped() -> None:
    body = {
        "choices": [{"message": {"content": "a"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": -1, "completion_tokens": "many"},
        "model": 7,
    }
    with ModelServer(faults=[Fault(body=json.dumps(body))]) as server:
        answer = ask(local(server))
    assert answer.usage == Usage(input_tokens=0, output_tokens=0)
    assert answer.served_model is None


def test_an_error_inside_a_200_is_told() -> None:
    with ModelServer(faults=[Fault(body='{"error": {"message": "upstream is gone", "code": 502}}')]) as server:
        error = failure(local(server))
    assert "has no choices: " in str(error)
    assert "upstream is gone" in str(error)


@pytest.mark.parametrize("body", ['{"error": {"type": "insufficient_quota", "message": "pay"}}', None])
def test_an_exhausted_quota_is_final(body: str | None) -> None:
    fault = Fault(status=429, code="insufficient_quota", message="pay", body=body, headers={"Retry-After": "1"})
    with ModelServer(faults=[fault]) as server:
        error = failure(local(server))
    assert type(error) is ProviderError
    assert "HTTP 429" in str(error)
    assert "the quota is used up, check plan and billing: pay" in str(error)


def test_a_base_url_without_its_path() -> None:
    with ModelServer(faults=[Fault(status=404, body="404 page not found", content_type="text/plain")]) as server:
        error = failure(local(server, base_url=server.url))
    assert "retired or misspelt, or the base URL lacks its path (mostly /v1); fine-tunes die" in str(error)
    assert str(error).endswith(": 404 page not found")


def test_a_prompt_with_any_text_arrives_or_is_an_error_of_ours() -> None:
    with ModelServer() as server:
        assert ask(local(server), "Zürich \x00 ]]> \u2028 🐍").text == "echo: Zürich \x00 ]]> \u2028 🐍"
        built = local(server)
        assert isinstance(failure(built, messages=request_to(*built, "\ud800").messages), ProviderError)


def test_a_lone_surrogate_in_an_answer_is_replaced() -> None:
    with ModelServer(faults=[Fault(text="a\ud800b")]) as server:
        assert ask(local(server)).text == "a\ufffdb"


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "application/json; charset=utf-8"])
def test_json_under_any_name_is_read(content_type: str) -> None:
    body = {"choices": [{"message": {"content": "four"}, "finish_reason": "stop"}], "model": "m-1"}
    with ModelServer(faults=[Fault(body=json.dumps(body), content_type=content_type)]) as server:
        answer = ask(local(server))
    assert (answer.text, answer.served_model) == ("four", "m-1")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('"just words"', "is broken: not JSON: just words"),
        ("[1, 2]", "has no choices"),
        ('{"choices": {"a": 1}}', "is broken: its choice cannot be read"),
        ('{"choices": [{"finish_reason": "stop"}]}', "is broken: its choice cannot be read"),
        ('{"choices": ["text"]}', "is broken: its choice cannot be read"),
        ('{"choices": [{"message": {"content": 7}}]}', "its content is a number: text, or a list of parts with text"),
    ],
)
def test_json_of_another_shape_is_told(body: str, words: str) -> None:
    with ModelServer(faults=[Fault(body=body)]) as server:
        assert words in str(failure(local(server)))


def test_further_parameters_go_into_the_body() -> None:
    parameters = {"top_p": 0.5, "chat_template_kwargs": {"enable_thinking": False}}
    with ModelServer() as server:
        ask(local(server), parameters=parameters)
        body = server.requests[0].body
    assert (body["top_p"], body["chat_template_kwargs"]) == (0.5, {"enable_thinking": False})


def test_a_plain_completion_is_asked_and_read() -> None:
    body = {"choices": [{"text": " Paris", "finish_reason": "stop"}], "model": "base"}
    with ModelServer(faults=[Fault(body=json.dumps(body))]) as server:
        server.faults = lambda _: Fault(body=json.dumps(body))
        messages = (Message(role="system", content="Facts."), Message(role="user", content="The capital of France is"))
        answer = ask(local(server), messages=messages, form="completion")
        seen = server.requests[0]
    assert (answer.text, seen.path, seen.body["prompt"]) == (
        " Paris",
        "/v1/completions",
        "Facts.\n\nThe capital of France is",
    )
    assert "messages" not in seen.body


@pytest.mark.parametrize(
    "message",
    [
        "System role not supported",
        "Jinja template error: System role not supported",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "Developer instruction is not enabled for models/gemma-3-1b-it",
        "this model does not support system messages",
    ],
)
def test_a_model_without_a_system_role_names_the_option(message: str) -> None:
    with ModelServer(faults=[Fault(status=400, message=message)]) as server:
        error = failure(local(server))
    assert isinstance(error, ProviderError)
    assert error.hopeless
    assert "knows no system role: merge it into the question with --ft-system=merge" in str(error)
