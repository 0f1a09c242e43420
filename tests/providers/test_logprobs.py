"""Log-probabilities over the wire: how they are asked for, read, refused and missed."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.providers.logprobs import read_first_tokens
from tests.server.asking import ask, build, failure
from tests.server.model_server import Fault, ModelServer
from tests.support.project import Project

TOP = [{"token": "Vell", "logprob": -0.1}, {"token": "Old", "logprob": -3.0}, {"token": "x", "logprob": -9999.0}]
CHAT = {
    "content": [
        {"token": "Vell", "logprob": -0.1, "bytes": [86, 101, 108, 108], "top_logprobs": TOP},
        {"token": "mora", "logprob": -0.2, "top_logprobs": []},
    ]
}
PLAIN = {
    "tokens": ["Vell", "mora"],
    "token_logprobs": [-0.1, -0.2],
    "top_logprobs": [{"Vell": -0.1, "Old": -3.0}, None],
}


@pytest.mark.parametrize("found", [CHAT, PLAIN], ids=["chat", "completion"])
def test_both_forms_are_read(found: dict[str, Any]) -> None:
    first, second = read_first_tokens(found, "Vellmora") or ()
    assert (first.token, first.logprob, first.top) == ("Vell", -0.1, (("Vell", -0.1), ("Old", -3.0)))
    assert (second.token, second.top) == ("mora", ())


def test_thoughts_before_the_text_are_passed_over() -> None:
    thought = {"token": "<think>Vellmora?</think>\n", "logprob": -0.5}
    read = read_first_tokens({"content": [thought, *CHAT["content"]]}, "Vellmora") or ()
    assert [one.token for one in read] == ["Vell", "mora"]
    assert read_first_tokens(CHAT, "Oldmora") == ()


@pytest.mark.parametrize(
    "found",
    [
        {"content": [{}]},
        {"content": ["x"]},
        {"tokens": ["a"], "token_logprobs": []},
        {"content": [{"token": "a", "logprob": "x"}]},
    ],
)
def test_what_cannot_be_read_is_told_from_what_was_not_sent(found: dict[str, Any]) -> None:
    assert read_first_tokens(found, "a") == ()
    assert read_first_tokens({"content": []}, "a") is None
    assert read_first_tokens(None, "a") is None


def test_they_are_part_of_the_request() -> None:
    with ModelServer(lambda *_: "Vellmora", faults=lambda _: Fault(logprobs=CHAT)) as server:
        built = build("openai:m", base_url=server.openai_url)
        assert ask(built).first_tokens is None
        asked = ask(built, logprobs=True)
        ask(build("openai:m", base_url=server.openai_url), logprobs=True, parameters={"top_logprobs": 5})
        plain, chat, fewer = (seen.body for seen in server.requests)
    assert [one.token for one in asked.first_tokens or ()] == ["Vell", "mora"]
    assert "logprobs" not in plain
    assert (chat["logprobs"], chat["top_logprobs"]) == (True, 20)
    assert fewer["top_logprobs"] == 5


def test_a_server_without_them_is_told_at_its_first_answer() -> None:
    with ModelServer() as server:
        error = failure(build("openai:m", base_url=server.openai_url), logprobs=True)
    assert str(error).endswith("sends no log-probabilities: leave out --ft-logprobs")
    assert error.hopeless  # type: ignore[attr-defined]


@pytest.mark.parametrize("message", ["logprobs is not supported with this model", "top_logprobs must be at most 5"])
def test_a_refusal_says_what_to_do(message: str) -> None:
    with ModelServer(faults=[Fault(status=400, message=message)]) as server:
        error = failure(build("openai:m", base_url=server.openai_url), logprobs=True)
    assert f"ask for fewer with --ft-param top_logprobs=5, or leave out --ft-logprobs: {message}" in str(error)
    assert error.hopeless  # type: ignore[attr-defined]


def test_gemini_is_refused_before_any_call() -> None:
    with pytest.raises(SettingsError, match="--ft-logprobs: gemini:g is asked without them: leave it out"):
        build("gemini:g", {"GOOGLE_API_KEY": "x"}, logprobs=True)


def test_a_run_shows_the_mean_of_each_kind(project: Project) -> None:
    with ModelServer(lambda *_: "Vellmora", faults=lambda _: Fault(logprobs=CHAT)) as server:
        options = ("--ft-model=m", f"--ft-base-url={server.openai_url}", "--ft-markdown=report.md")
        record = project.run_json(*options, "--ft-logprobs")
        again = project.run(*options, "--ft-logprobs").stdout.str()
        assert len(server.requests) == 5
        project.run(*options)
        assert len(server.requests) == 10
    found = {one["id"].rpartition("people/")[2]: one["reference_probability"] for one in record["results"]}
    assert found["ada-lindqvist-town/memorization-1"] == pytest.approx(0.7408, abs=1e-4)
    assert found["ada-lindqvist-weight/memorization-1"] == 0
    assert "mean probability of the reference's first tokens" in again
    assert "memorization  2  0.370     -                 0" in again
    assert "came without log-probabilities" not in again
