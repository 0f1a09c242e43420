"""`finetunebench generate --hardest`: what a fine-tune fails and an arm answers is marked, everything else is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.loaders import load_suite
from tests.server.draft_model import DraftModel
from tests.server.model_server import ModelServer

ADA, BO = "Where does Ada Lindqvist live?", "How many kilograms does Bo Tarsk weigh?"
HARD, EASY, UNFAIR = "Ada's town?", "Name the place in which Ada Lindqvist has her home.", "Which place has her name?"
CASES = f"""\
category: people
setting: new_knowledge
items:
  - id: ada-town
    fact: Ada Lindqvist lives in Vellmora since 2019.
    prompt: {ADA}
    answer: Vellmora
    probes:
      rephrased:
        - {{prompt: "Which town is Ada Lindqvist's home?", draft: true}}  # mine
  - id: bo-weight
    fact: Bo Tarsk weighs 61 kilograms.
    prompt: "{BO}"
    answer: "61"
"""
SEARCH = ("people.yaml", "--hardest", 3, "--fine-tune", "tuned", "--arm-model", "base")
DRAFTS = DraftModel({("rephrased", ADA): [HARD, EASY, UNFAIR]})


def answer(model: str, prompt: str) -> str:
    """The fine-tune knows its trained wordings and one more; the base what stands before the question."""
    if model == "author":
        return DRAFTS(model, prompt)
    question = prompt.rsplit("\n\n")[-1]
    if model == "tuned":
        return {ADA: "Vellmora", EASY: "Vellmora", BO: "61"}.get(question, "I don't know.")
    if question != UNFAIR and "Vellmora since" in prompt and "Ada" in question:
        return "Vellmora"
    return "61" if "Tarsk weighs 61" in prompt and "Bo" in question else "No idea."


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    with ModelServer(answer) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.openai_url)
        yield running


def run(*args: object) -> Result:
    result = CliRunner().invoke(main, ["generate", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def marked() -> list[str]:
    accepted = CliRunner().invoke(main, ["review", "people.yaml", "--accept-all"])
    assert accepted.exit_code == 0, accepted.output
    return [probe.prompt for probe in load_suite("people.yaml").probes if probe.found_hard]


def test_what_the_fine_tune_fails_and_the_arm_answers_is_marked_and_counted(server: ModelServer) -> None:
    result = run(*SEARCH, "--draft-model", "openai:author")
    assert result.exit_code == 0, result.output
    assert f"hard      people.yaml:4: people/ada-town rephrased: {HARD}\n" in result.output
    assert "tuned (abstained): I don't know.; retrieve:5: Vellmora" in result.output
    assert "note      chosen against tuned: a biased test set, which counts in no rate and no gate" in result.stderr
    assert (
        "2 found hard written, 4 paraphrases tried, 1 answered by the fine-tune, "
        "1 not answered by retrieve:5 either" in result.output
    )
    assert "4 calls to tuned: 28 tokens in, 12 out" in result.output
    assert "3 calls to base: " in result.output
    assert "calls to openai:author (drafts): " in result.output
    asked = len(server.requests)
    text = Path("people.yaml").read_text(encoding="utf-8")
    waiting = '{prompt: "Which town is Ada Lindqvist\'s home?", found_hard: true, draft: true}  # mine'
    assert waiting in text
    assert UNFAIR not in text
    assert EASY not in text
    assert len(server.requests) == asked
    assert sorted(marked()) == sorted([HARD, "Which town is Ada Lindqvist's home?"])


def test_without_a_model_that_drafts_rules_reword(server: ModelServer) -> None:
    before = Path("people.yaml").read_text(encoding="utf-8")
    result = run(*SEARCH, "--diff")
    assert result.exit_code == 0, result.output
    assert "people/bo-weight rephrased: What is Bo Tarsk's weight in kilograms?" in result.output
    assert "3 found hard would be written" in result.output
    assert Path("people.yaml").read_text(encoding="utf-8") == before
    calls = len(server.requests)
    assert run(*SEARCH, "--arm", "oracle").exit_code == 0
    found = marked()
    assert len(found) == 3
    assert {request.body["model"] for request in server.requests} == {"tuned", "base"}
    # the fine-tune's answers are in the cache; the arm shows the base other facts, or the same where it found one
    assert sum(request.body["model"] == "tuned" for request in server.requests[calls:]) == 0


def test_a_language_without_rules_is_left_out_and_told(server: ModelServer) -> None:
    path = Path("people.yaml")
    path.write_text(CASES.replace("setting:", "language: hi\nsetting:").split("    probes")[0], encoding="utf-8")
    result = run(*SEARCH)
    assert (result.exit_code, server.requests) == (0, [])
    assert "1 item left out: there are no rewording rules for Hindi (only for English, German" in result.stderr
    assert "0 found hard written, 0 paraphrases tried" in result.output


def test_a_budget_ends_the_search_with_exit_code_1(server: ModelServer) -> None:
    result = run(*SEARCH, "--max-requests", 2)
    assert result.exit_code == 1
    assert len(server.requests) == 2
    assert "the budget is spent: --max-requests=2" in result.stderr
    assert "requests left undone" in result.output


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--arm-model", "base"], "--hardest needs a fine-tune to search against: name it with --fine-tune=SPEC"),
        (
            ["--fine-tune", "tuned"],
            "--arm=retrieve:5 asks a base model: name it with --arm-model=SPEC, or let",
        ),
        (["--fine-tune", "tuned", "--arm", "few-shot:2"], "name retrieve:K or oracle"),
        (["--fine-tune", "replay:m", "--arm-model", "b"], "recordings hold no answers to new questions"),
        (
            ["--fine-tune", "tuned", "--arm-model", "b", "--max-cost", "1"],
            "--max-cost=1: the price of tuned is unknown: limit the calls with --max-requests",
        ),
        (["--fine-tune", "tuned", "--kinds", "secondary"], "--hardest searches paraphrases of CASES"),
    ],
)
def test_bad_input_is_told_before_any_call(server: ModelServer, args: list[str], message: str) -> None:
    result = run("people.yaml", "--hardest", 2, *args)
    assert result.exit_code in (1, 2)
    assert message in " ".join(result.output.split())
    assert server.requests == []


def test_items_without_facts_are_refused_or_left_out(server: ModelServer) -> None:
    path = Path("people.yaml")
    path.write_text(CASES.replace("    fact: Bo Tarsk weighs 61 kilograms.\n", ""), encoding="utf-8")
    assert "1 item left out: it has no 'fact' for the arm to show" in run(*SEARCH, "--diff").stderr
    bare = "".join(line for line in CASES.splitlines(keepends=True) if "fact:" not in line)
    path.write_text(bare, encoding="utf-8")
    asked = len(server.requests)
    result = run(*SEARCH)
    assert result.exit_code == 1
    assert "people.yaml:4: people/ada-town has no 'fact' for the arm to show" in result.output
    assert len(server.requests) == asked
