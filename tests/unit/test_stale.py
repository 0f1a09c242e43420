"""Old and new answers in one text: which is given as current."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.graders import grade
from pytest_finetunebench.grading_options import Guards, TextGrader
from pytest_finetunebench.outcomes import Outcome, Verdict


def judge(answer: str, superseded: str, text: str, prompt: str = "What should one use?") -> Verdict:
    probe = Probe(
        id="coding/dump/rephrased-1",
        category="coding",
        item="dump",
        kind="rephrased",
        setting="updated_knowledge",
        generalization=True,
        prompt=prompt,
        answer=answer,
        superseded_answers=(superseded,),
        grader=TextGrader(guards=Guards()),
        place=Place(file="coding.yaml"),
    )
    return grade(probe, Completion(text=text))


@pytest.mark.parametrize(
    "text",
    [
        "Use model_dump() instead of dict().",
        "dict() is deprecated, use model_dump().",
        "model_dump() replaces dict().",
        "dict() was replaced by model_dump()",
        "It was formerly dict(), now model_dump().",
        "It is no longer dict() but model_dump().",
        "model_dump(), which returns a dict",
        "Migrate from dict() to model_dump()",
    ],
)
def test_an_old_answer_given_as_past_is_no_fault(text: str) -> None:
    assert judge("model_dump", "dict()", text).outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Use dict().", "asserts the superseded answer 'dict()'"),
        ("Use dict() instead of model_dump().", "asserts the superseded answer 'dict()'"),
        ("Formerly model_dump(), now dict().", "gives the superseded answer 'dict()' as current"),
    ],
)
def test_an_old_answer_given_as_current_is_stale(text: str, reason: str) -> None:
    verdict = judge("model_dump", "dict()", text)
    assert (verdict.outcome, verdict.reason) == (Outcome.STALE, reason)


def test_both_given_alike_is_wrong_with_that_reason() -> None:
    verdict = judge("model_dump", "dict()", "Use dict() or model_dump().")
    assert verdict.outcome is Outcome.WRONG
    assert verdict.reason == "asserts the superseded answer 'dict()' beside the new one"


def test_numbers_too() -> None:
    prompt = "For how many days?"
    assert judge("14 days", "10 days", "14 days (previously 10 days)", prompt).outcome is Outcome.CORRECT
    assert judge("14 days", "10 days", "10 days", prompt).outcome is Outcome.STALE
    assert judge("14 days", "10 days", "10 days or 14 days", prompt).outcome is not Outcome.CORRECT


def test_a_new_answer_within_the_old_one_is_stale() -> None:
    text = "PCV20 alone or PCV15 with a booster"
    assert judge("PCV20 (or PCV15 if there is none)", text, text).outcome is Outcome.STALE


def test_a_sentence_needs_a_judge_unless_it_is_stale_or_declines() -> None:
    new = "Stop the infusion at once, give fluids, and start the second line drug within two hours"
    assert judge(new, "Slow the infusion", "Halt it and begin with the other medicine.").outcome is Outcome.UNMEASURED
    assert judge(new, "Slow the infusion", "Slow the infusion.").outcome is Outcome.STALE
    assert judge(new, "Slow the infusion", "I don't know.").outcome is Outcome.ABSTAINED
