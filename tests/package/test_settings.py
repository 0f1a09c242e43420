"""Model specs, base URLs without secrets, and the checks on settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.settings import ModelSettings, Settings
from pytest_finetunebench.settings.entries import parse_params
from pytest_finetunebench.settings.model_spec import BUILT_IN_PROVIDERS, parse_model_spec
from pytest_finetunebench.settings.urls import check_base_url, environment_base_url, without_credentials


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("ft:gpt-4o-mini:acme::Ab12", "openai", "ft:gpt-4o-mini:acme::Ab12"),
        ("openai:ft:gpt-4o-mini:acme::Ab12", "openai", "ft:gpt-4o-mini:acme::Ab12"),
        ("openai:gemini-1.5-pro", "openai", "gemini-1.5-pro"),
        ("acme/port-ellery-lora", "openai", "acme/port-ellery-lora"),
        ("llama3:8b", "openai", "llama3:8b"),
        ("gemini-2.5-flash", "gemini", "gemini-2.5-flash"),
        ("tunedModels/people-1", "gemini", "tunedModels/people-1"),
        ("projects/p/locations/l/endpoints/7", "gemini", "projects/p/locations/l/endpoints/7"),
        ("projects/p/llama", "openai", "projects/p/llama"),
        ("gemini:my-own-name", "gemini", "my-own-name"),
        ("replay:gpt-4o", "replay", "gpt-4o"),
        ("control:memorizer", "control", "memorizer"),
        ("mine:a:b", "mine", "a:b"),
        ("  openai: gpt-4o ", "openai", "gpt-4o"),
    ],
)
def test_specs(text: str, provider: str, model: str) -> None:
    spec = parse_model_spec(text, ["mine"])
    assert (spec.provider, spec.id, spec.text) == (provider, model, text.strip())


@given(st.sampled_from([*BUILT_IN_PROVIDERS, "mine"]), st.text("ab:/-.1", min_size=1))
def test_a_named_provider_leaves_the_id_alone(provider: str, model: str) -> None:
    spec = parse_model_spec(f"{provider}:{model}", ["mine"])
    assert (spec.provider, spec.id) == (provider, model)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--ft-model is empty: name a model, for example --ft-model=control:memorizer"),
        (" ", "--ft-model is empty: name a model, for example --ft-model=control:memorizer"),
        ("gemini: ", "no model id after 'gemini:', for example gemini:projects/P/locations/L/endpoints/N"),
        ("mine:", "--ft-model=mine:: no model id after 'mine:', for example mine:NAME"),
        ("gpt\udcff", "--ft-model=gpt\N{REPLACEMENT CHARACTER}: holds a character that cannot be printed"),
        ("gpt\x1b[2J", "holds a character that cannot be printed"),
    ],
)
def test_bad_specs(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_model_spec(text, ["mine"])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1"),
        ("HTTPS://API.Example.com/V1", "https://api.example.com/V1"),
        ("https://user:p%40ss@example.com/v1?key=abc#part", "https://example.com/v1"),
        ("https://user@in@example.com", "https://example.com"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1"),
    ],
)
def test_a_base_url_is_kept_without_credentials(url: str, kept: str) -> None:
    assert without_credentials(url) == kept
    assert without_credentials(kept) == kept


@pytest.mark.parametrize(
    ("provider", "value", "found"),
    [
        ("openai", " http://127.0.0.1:1/v1 ", "http://127.0.0.1:1/v1"),
        ("openai", "  ", None),
        ("openai", None, None),
        ("gemini", "http://127.0.0.1:1/v1", None),
    ],
)
def test_the_base_url_of_the_environment(provider: str, value: str | None, found: str | None) -> None:
    environ = {} if value is None else {"OPENAI_BASE_URL": value}
    assert environment_base_url(provider, environ) == found


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost:8000", "is not a URL: write one such as http://127.0.0.1:8000/v1"),
        ("http://", "is not a URL"),
        ("http://[", "is not a URL"),
        ("https://user:secret@h/v1/chat/completions", "ends in the path of one call"),
    ],
)
def test_a_bad_base_url_is_told_without_showing_it(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=f"^--base-url: {words}") as caught:
        check_base_url(url, "--base-url")
    assert "secret" not in str(caught.value)
    assert check_base_url(" http://127.0.0.1:8000/v1 ", "--base-url") == "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"limits": {"timeout": 0}},
        {"limits": {"timeout": float("inf")}},
        {"limits": {"max_retries": -1}},
        {"suite": {"repeat": 0}},
        {"output": {"colour": 1}},
        {"colour": 1},
    ],
)
def test_settings_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"model": ModelSettings.of(parse_model_spec("m")), **wrong})


def test_parameters_are_json_and_nested_by_dots() -> None:
    entries = ["top_p=0.9", 'stop=["\\n"]', "chat_template_kwargs.enable_thinking=false", 'reasoning_effort="none"']
    assert parse_params((entry, entry) for entry in entries) == {
        "top_p": 0.9,
        "stop": ["\n"],
        "chat_template_kwargs": {"enable_thinking": False},
        "reasoning_effort": "none",
    }


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (["top_p"], "top_p: write NAME=JSON, for example top_p=0.9"),
        (["=1"], "write NAME=JSON"),
        (["reasoning_effort=none"], """'none' is no JSON: write reasoning_effort="none\""""),
        (["flag=True"], "'True' is no JSON: write flag=true"),
        (["temperature=1"], "'temperature' has an option of its own: --ft-temperature"),
        (["messages=[]"], "'messages' is what the run itself sends"),
        (["stream=true"], "only stream=false can be set"),
        (["top_p=1", "top_p=2"], "'top_p' is given twice"),
        (["a=1", "a.b=2"], "'a' is given as a value already"),
    ],
)
def test_parameters_that_cannot_be_sent(entries: list[str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_params((entry, entry) for entry in entries)
    assert message in str(caught.value)
