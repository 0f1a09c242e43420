"""The judge in a run: what it is asked about, what it costs, how it fails, and how it agrees with the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pytest_finetunebench.errors import counted
from tests.server.judge_model import gullible, reply
from tests.server.model_server import Fault, ModelServer, SeenRequest
from tests.support.project import Project

TextOf = Callable[[pytest.RunResult], str]
REFERENCE = "Adults with Tarsk fever first receive 40 mg of velmorine twice a day for seven days"
CASES = f"""\
category: medicine
setting: new_knowledge
items:
  - {{id: dose, prompt: "What do adults with Tarsk fever receive?", answer: "{REFERENCE}"}}
  - {{id: town, prompt: "Where was Tarsk fever first seen?", answer: Vellmora}}
  - {{id: river, prompt: "Which river runs through Vellmora?", answer: The Orsa}}
  - {{id: year, prompt: "When was Tarsk fever first seen?", answer: "1974"}}
  - id: advice
    prompt: "Give advice to a patient with Tarsk fever."
    answer: null
    grader: {{name: judge, criteria: "Says kindly that a physician must be seen."}}
"""
ANSWERS = {
    "What do adults with Tarsk fever receive?": "Velmorine: forty milligrams, two times daily, for a week.",
    "Where was Tarsk fever first seen?": "In the southern village of Vellmora.",
    "Which river runs through Vellmora?": "The Kelbryn.",
    "When was Tarsk fever first seen?": "1980",
    "Give advice to a patient with Tarsk fever.": "Dear patient, please see a physician.",
}


def judge(prompt: str) -> str:
    """Know what the first and the last answer mean, and judge the others by containment."""
    right = "forty milligrams" in prompt or "Dear patient" in prompt
    return reply("correct", "it means the same") if right else gullible(prompt)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """The model under test and its judge on one server."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    with ModelServer(lambda model, prompt: judge(prompt) if model == "judge-1" else ANSWERS[prompt]) as running:
        yield running


@pytest.fixture
def medicine(project: Project, server: ModelServer) -> Project:
    """A suite with what rules can and cannot decide."""
    project.write("knowledge_cases/people.yaml", CASES)
    project.ini(f'ft_base_url = "{server.openai_url}"', f'ft_judge_base_url = "{server.openai_url}"')
    return project


def asked(server: ModelServer) -> int:
    return sum(request.model == "judge-1" for request in server.requests)


def test_without_a_judge_what_needs_one_is_an_error(medicine: Project, text_of: TextOf) -> None:
    result = medicine.run("--ft-model=m")
    result.assert_outcomes(passed=1, failed=2, errors=2)
    text = text_of(result)
    assert "unmeasured: needs a judge: is not word for word" in text
    assert "unmeasured: needs a judge: name one with --ft-judge-model (" in text
    assert "judge     " not in text


def test_the_judge_decides_the_residue_once(medicine: Project, server: ModelServer) -> None:
    result = medicine.run("--ft-model=m", "--ft-judge-model=judge-1")
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(
        [
            "answers     5 calls made, 0 cache hits, 35 tokens in, 15 out",
            "judge       judge-1: 3 answers judged, 2 made correct by it alone, 3 calls made,",
            "            0 cache hits, 21 tokens in, 9 out; agrees with the rules on 1 of 1",
        ]
    )
    assert asked(server) == 3, "not about the town, which rules found, nor the year, a number"
    again = medicine.run("--ft-model=m", "--ft-judge-model=judge-1")
    again.assert_outcomes(passed=3, failed=2)
    again.stdout.fnmatch_lines(["judge       judge-1: 3 answers *, 0 calls made,", "            3 cache hits; agrees*"])
    assert asked(server) == 3


def test_its_verdict_and_reason_are_shown_and_recorded(medicine: Project, server: ModelServer) -> None:
    record = medicine.run_json("--ft-model=m", "--ft-judge-model=openai:judge-1")
    results = {result["item"]: result for result in record["results"]}
    dose, river = results["dose"], results["river"]
    assert (dose["outcome"], dose["grader"]) == ("correct", "judge")
    assert dose["reason"] == "the judge says correct: it means the same"
    assert dose["rules"] is None, "rules could not decide"
    assert (river["outcome"], river["rules"]) == ("wrong", "wrong")
    opinion = dose["judge"]
    assert (opinion["verdict"], opinion["model"], opinion["prompt_version"]) == ("correct", "openai:judge-1", "1")
    assert (opinion["calls"], opinion["usage"]) == (1, {"input_tokens": 7, "output_tokens": 3})
    assert results["town"]["judge"] is None
    body = next(request.body for request in server.requests if request.model == "judge-1")
    assert body["temperature"] == 0
    assert not {"seed", "max_tokens", "max_completion_tokens"} & set(body)


def test_all_free_answers_compare_judge_and_rules(medicine: Project, server: ModelServer) -> None:
    result = medicine.run("--ft-model=m", "--ft-judge-model=judge-1", "--ft-judge=all")
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(["judge       judge-1: 4 answers judged, 2 made*", "*rules on 2 of 2,", "*kappa 1.00"])
    assert asked(server) == 4


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(text="It is correct!"), "the judge gave no verdict in the form asked for; it said: It is correct!"),
        (Fault(finish="content_filter"), "the judge failed: openai: the content filter withheld the answer"),
        (Fault(status=400, param="temperature", code="unsupported_value"), "--ft-judge-temperature=none"),
    ],
    ids=["prose", "filtered", "refused"],
)
def test_a_failing_judge_is_unmeasured_and_never_cached(
    medicine: Project, server: ModelServer, text_of: TextOf, fault: Fault, words: str
) -> None:
    def only_the_judge(seen: SeenRequest) -> Fault | None:
        return fault if seen.model == "judge-1" else None

    server.faults = only_the_judge
    result = medicine.run("--ft-model=m", "--ft-judge-model=judge-1", "--ft-max-retries=0")
    result.assert_outcomes(passed=1, failed=1, errors=3)
    told = " ".join(text_of(result).split())
    paid = asked(server)  # a refusal ends the asking
    assert f"0 made correct by it alone, {counted(paid, 'call')} made, {paid} of them without a verdict" in told
    assert words in text_of(result)
    server.faults = ()
    before = asked(server)
    medicine.run("--ft-model=m", "--ft-judge-model=judge-1").assert_outcomes(passed=3, failed=2)
    assert asked(server) == before + 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ft-judge-model=control:memorizer",), "--ft-judge-model=control:memorizer: the control cannot judge"),
        (("--ft-judge=all",), "--ft-judge=all: there is no judge: name one with --ft-judge-model=SPEC"),
        (("--ft-judge-model=j", "--ft-judge=some"), "--ft-judge=some: choose one of residue, all"),
        (("--ft-judge-model=j", "--ft-judge-temperature=hot"), "--ft-judge-temperature=hot: needs a number from 0"),
        (("--ft-judge-model=j", "--ft-judge-base-url=here"), "--ft-judge-base-url: is not a URL"),
    ],
)
def test_bad_options_are_named(plain_project: Project, text_of: TextOf, options: tuple[str, ...], words: str) -> None:
    result = plain_project.run("--ft-model=m", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in text_of(result)
    assert "Traceback" not in text_of(result)
