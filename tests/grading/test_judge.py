"""The judge's prompt, its closed reply, and what becomes of its opinion."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.form_options import StyleGrader
from pytest_finetunebench.cases.grader_choice import AllGrader
from pytest_finetunebench.cases.grader_options import JudgeGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.judge import Opinion, judge_messages, judge_schema, read_reply
from pytest_finetunebench.grading.outcome import Outcome
from tests.server.judge_model import fenced_answer, outside, reply


def probe(answer: str | None = "Vellmora", **fields: Any) -> Probe:
    base: dict[str, Any] = {"id": "c/i/rephrased-1", "category": "c", "item": "i", "kind": "rephrased"}
    rest = {"setting": "new_knowledge", "generalization": True, "prompt": "Where?", "place": Place(file="a", line=1)}
    return Probe(**(base | rest | {"answer": answer} | fields))


def says(verdict: str, reason: str = "because") -> Any:
    def judge(probe: Probe, answer: str, criteria: str | None) -> Opinion:
        return Opinion.model_validate({"verdict": verdict, "reason": reason, "model": "j", "criteria": criteria})

    return judge


def fails(probe: Probe, answer: str, criteria: str | None) -> Opinion:
    raise ProviderError("the server is\ndown")


@given(st.text())
def test_any_answer_stays_one_string_between_its_fences(answer: str) -> None:
    text = Completion(text=answer).text
    prompt = judge_messages(probe(), text)[1].content
    assert fenced_answer(prompt) == text
    assert outside(prompt) == outside(judge_messages(probe(), "x")[1].content)


def test_the_prompt_holds_what_there_is_to_judge_by() -> None:
    whole = probe(aliases=("Velmora",), superseded_answers=("Oldmora",))
    prompt = judge_messages(whole, "there", "Names a town.")[1].content
    for line in ('"Where?"', '["Vellmora", "Velmora"]', '"Names a town."', '["Oldmora"]', '"there"'):
        assert line in prompt.splitlines()
    assert "the right answer is to decline" in judge_messages(probe(None), "there")[1].content
    assert "judge by the criteria" in judge_messages(probe(None), "there", "Is kind.")[1].content


def test_a_long_answer_is_cut_and_says_so() -> None:
    prompt = judge_messages(probe(), "x" * 20_500)[1].content
    assert len(fenced_answer(prompt)) == 20_000
    assert "(It went on for 500 more characters, which are left out here.)" in prompt


def test_the_schema_is_closed_and_knows_outdated_only_of_updates() -> None:
    plain = judge_schema(probe())
    assert (plain["additionalProperties"], plain["required"]) == (False, ["reason", "verdict"])
    assert plain["properties"]["verdict"]["enum"] == ["correct", "incorrect", "declined"]
    assert "outdated" in judge_schema(probe(superseded_answers=("Oldmora",)))["properties"]["verdict"]["enum"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "correct",
        "null",
        "[]",
        '{"verdict": "correct"}',
        reply("Correct"),
        reply("outdated"),
        '{"reason": "", "verdict": "correct", "score": 1}',
        '{"reason": 1, "verdict": "correct"}',
        "```json\n" + reply("correct") + "\n```",
        reply("correct") + reply("incorrect"),
    ],
)
def test_whatever_is_no_verdict_is_refused(text: str) -> None:
    with pytest.raises(ProviderError, match=r"^the judge gave no verdict in the form asked for; it said: \S"):
        read_reply(probe(), Completion(text=text))


@pytest.mark.parametrize(
    "thoughts",
    [
        "<think>It fits.</think>\n",
        "It fits. </think>",
        '<think>It says </think>{"reason": "", "verdict": "incorrect"} itself.</think>',
        "[THINK]Hm.[/THINK]",
    ],
)
def test_a_verdict_is_read_behind_the_judge_s_thoughts(thoughts: str) -> None:
    assert read_reply(probe(), Completion(text=thoughts + reply("correct"))).verdict == "correct"


def test_a_verdict_that_speaks_of_thoughts_is_read_whole() -> None:
    text = '{"reason": "It ends in </think>", "verdict": "incorrect"}'
    assert read_reply(probe(), Completion(text=text)).verdict == "incorrect"


def test_a_cut_verdict_is_refused() -> None:
    with pytest.raises(ProviderError, match="the judge's verdict was cut at its token limit"):
        read_reply(probe(), Completion(text=reply("correct"), finish_reason="length"))


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("correct", Outcome.CORRECT),
        ("incorrect", Outcome.WRONG),
        ("declined", Outcome.ABSTAINED),
        ("outdated", Outcome.STALE),
    ],
)
def test_its_opinion_becomes_an_outcome(verdict: str, outcome: Outcome) -> None:
    found = grade(probe(), Completion(text="In the far south."), judge=says(verdict, "it\nis so"))
    assert (found.outcome, found.grader) == (outcome, "judge")
    assert found.reason == f"the judge says {verdict}: it is so"


@pytest.mark.parametrize("text", ["In Vellmora.", "I don't know.", "", "Oldmora"])
def test_it_is_not_asked_where_rules_decide(text: str) -> None:
    found = grade(probe(superseded_answers=("Oldmora",)), Completion(text=text), judge=fails)
    assert found.outcome is not Outcome.UNMEASURED
    assert found.grader == "text"


def test_its_failure_is_unmeasured_never_a_verdict() -> None:
    found = grade(probe(), Completion(text="In the far south."), judge=fails)
    assert found.outcome is Outcome.UNMEASURED
    assert found.reason == "the judge failed: the server is down"
    assert grade(probe(), Completion(text="In the far south.")).outcome is Outcome.WRONG


@pytest.mark.parametrize(("verdict", "outcome"), [("correct", Outcome.CORRECT), ("incorrect", Outcome.WRONG)])
def test_a_probe_may_ask_for_it_by_criteria(verdict: str, outcome: Outcome) -> None:
    asked = probe(None, grader=JudgeGrader(criteria="Is kind."))
    assert asked.expected == "what 'judge' asks for"
    assert grade(asked, Completion(text="Dear friend"), judge=says(verdict)).outcome is outcome
    alone = grade(asked, Completion(text="Dear friend"))
    assert (alone.outcome, alone.reason) == (
        Outcome.UNMEASURED,
        "needs a judge: name one with --ft-judge-model",
    )


def test_without_reference_and_criteria_it_judges_declining() -> None:
    asked = probe(None, grader=JudgeGrader())
    assert asked.expected == "the model declines (no answer exists)"
    assert grade(asked, Completion(text="Ask the gods."), judge=says("declined")).outcome is Outcome.CORRECT


def test_it_works_within_a_combination() -> None:
    both = AllGrader(of=(StyleGrader(max_words=5), JudgeGrader()))
    assert grade(probe(grader=both), Completion(text="far south"), judge=says("correct")).outcome is Outcome.CORRECT
    assert grade(probe(grader=both), Completion(text="a b c d e f"), judge=fails).outcome is Outcome.WRONG


def test_an_opinion_is_stored_as_json() -> None:
    opinion = says("correct")(probe(), "x", None)
    assert Opinion.model_validate_json(json.dumps(opinion.model_dump(mode="json"))) == opinion
