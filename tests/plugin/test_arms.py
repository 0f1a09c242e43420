"""Arms in a run: asked as any model, told in the record, and refused before any call where they cannot work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.model_server import ModelServer
from tests.support.project import Project

MODELS = ("--ft-model=tuned", "--ft-base-model=base")
FACT = "Ada Lindqvist weighs 61 kilograms."


def answer(model: str, prompt: str) -> str:
    """The fine-tune knows its trained wordings, the base only what stands before the question."""
    if model == "tuned":
        known = {"How many kilograms does Ada Lindqvist weigh?": "61", "Where does Ada Lindqvist live?": "Vellmora"}
        return known.get(prompt.rsplit("\n\n")[-1], "I don't know.")
    if "70 kilograms?" in prompt:
        return "No" if FACT in prompt else "I don't know."
    if "live" in prompt or "home" in prompt.rsplit("\n\n")[-1]:
        return "Vellmora" if "Where does Ada Lindqvist live? Vellmora" in prompt else "I don't know."
    return "61" if FACT in prompt else "I don't know."


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(answer) as running:
        yield running


def use(project: Project, server: ModelServer, *ini: str) -> None:
    project.ini(f'ft_base_url = "{server.openai_url}"', *ini)


def test_every_arm_is_asked_once_kept_in_the_record_and_then_cached(project: Project, server: ModelServer) -> None:
    use(project, server, 'ft_arms = ["known = oracle", "retrieve:1", "none", "model+retrieve:1"]')
    record: dict[str, Any] = project.run_json(*MODELS)
    assert record["schema_version"] == 2
    assert [(arm["name"], arm["spec"], arm["model"]) for arm in record["arms"]] == [
        ("known", "oracle", "base"),
        ("retrieve:1", "retrieve:1", "base"),
        ("none", "none", "base"),
        ("model+retrieve:1", "model+retrieve:1", "tuned"),
    ]
    assert record["arms"][1]["note"] == "2 passages of 5 to 6 words (mean 6) from the items' facts"
    found = {result["id"].partition("/")[2]: result["arms"] for result in record["results"]}
    weight = found["ada-lindqvist-weight/rephrased-1"]
    assert {name: arm["outcome"] for name, arm in weight.items()} == {
        "known": "correct",
        "retrieve:1": "correct",
        "none": "abstained",
        "model+retrieve:1": "abstained",
    }
    assert (weight["retrieve:1"]["context"], weight["retrieve:1"]["rank"]) == ([FACT], 1)
    asked = len(server.requests)
    assert asked == len({json.dumps(request.body, sort_keys=True) for request in server.requests})
    again = project.run_json(*MODELS)
    assert len(server.requests) == asked
    sources = {arm["source"] for result in again["results"] for arm in result["arms"].values()}
    assert sources == {"cache"}


def test_a_dry_run_shows_the_calls_of_each_arm(plain_project: Project, server: ModelServer) -> None:
    use(plain_project, server)
    arms = ("--ft-arm=retrieve:1", "--ft-arm=none", "--ft-base-price=1:2")
    result = plain_project.run(*MODELS, *arms, "--ft-dry-run")
    text = " ".join(result.stdout.str().split())
    assert "base: 5 calls, 0 requests without one; about" in text
    assert "retrieve:1 (base, 2 passages of 5 to 6 words (mean 6) from the items' facts): 5 calls" in text
    assert "none (base): 0 calls, 5 requests without one" in text
    assert not server.requests


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (
            ("--ft-arm=retrieve:5",),
            "--ft-arm=retrieve:5: there is no base model for this arm: name one with --ft-base-model=SPEC, or write "
            "model+retrieve:5 to ask the model under test",
        ),
        (("--ft-base-model=b", "--ft-arm=recall"), "--ft-arm=recall: 'recall' is no arm"),
        (("--ft-base-model=b", "--ft-arm=none", "--ft-arm=none"), "an arm called 'none' is there already"),
        (("--ft-corpus=x.txt",), "--ft-corpus: no arm retrieves: add one, for example --ft-arm=retrieve:5"),
        (("--ft-train-cost=-1",), "--ft-train-cost=-1: needs a number of US dollars from 0"),
    ],
)
def test_what_cannot_be_an_arm_is_a_usage_error(
    plain_project: Project, server: ModelServer, args: tuple[str, ...], told: str
) -> None:
    use(plain_project, server)
    result = plain_project.run("--ft-model=tuned", *args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in " ".join(result.stderr.str().split())
    assert not server.requests


def test_an_example_that_is_a_probe_is_refused_before_any_call(project: Project, server: ModelServer) -> None:
    use(project, server)
    path = project.path / "knowledge_cases" / "people.yaml"
    path.write_text(
        path.read_text()
        .replace(
            "    prompt: Where does", "    prompt: What is Ada Lindqvist's weight in kilograms?\n    x: Where does"
        )
        .replace("    x: Where does Ada Lindqvist live?\n", ""),
        encoding="utf-8",
    )
    result = project.run(*MODELS, "--ft-arm=few-shot:1")
    text = " ".join(result.stdout.str().split())
    assert "--ft-arm=few-shot:1: 1 example would teach a probe: leave the probe or the example out" in text
    assert "the example is exact text of the probe fictional_people/ada-lindqvist-weight/rephrased-1" in text
    assert not server.requests


def test_gates_end_a_run_alike_with_and_without_workers(project: Project, server: ModelServer) -> None:
    """Two items can decide nothing: the gates fail, and say how many they need."""
    use(project, server)
    gates = ("--ft-arm-fail=oracle>model", "--ft-arm-fail=all:none>=model")
    result = project.run(*MODELS, "--ft-arm=oracle", "--ft-arm=none", *gates)
    assert result.ret == 1
    text = " ".join(result.stdout.str().split())
    assert "verdict too few items to tell (" in text
    assert "CANNOT BE DECIDED arms:oracle>model: 100.0% of oracle against 0.0% of model, +100.0 points [" in text
    assert "n=3, p=0.250; model is wrong on 2 items: 5 are needed to find oracle better" in text
    assert "CANNOT BE DECIDED arms:all:none>=model: 40.0% of model against 0.0% of none" in text


def test_a_gate_that_names_no_arm_is_a_usage_error(plain_project: Project, server: ModelServer) -> None:
    use(plain_project, server)
    result = plain_project.run(*MODELS, "--ft-arm=oracle", "--ft-arm-fail=retrieve>model")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "'retrieve' is no arm: there are model, base, oracle" in result.stderr.str()
    lone = plain_project.run("--ft-model=tuned", "--ft-arm=model+none", "--ft-arm-fail=base>model")
    assert "--ft-arm-fail=base>model: there is no base model: name one with --ft-base-model" in lone.stderr.str()
