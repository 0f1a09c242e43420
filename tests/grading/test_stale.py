"""Old and new answers in one text: which is given as current."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.form_options import StyleGrader
from pytest_finetunebench.cases.grader_choice import AllGrader, Grader
from pytest_finetunebench.cases.grader_options import ChoiceGrader, Guards, TextGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.outcome import Outcome, Verdict


def judge(
    answer: str,
    superseded: str,
    text: str,
    prompt: str = "What should one use?",
    grader: Grader = TextGrader(guards=Guards()),  # noqa: B008 - frozen
) -> Verdict:
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
        grader=grader,
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
        (
            "Formerly model_dump(), now dict().",
            "gives the superseded answer 'dict()' as current, and 'model_dump' as past",
        ),
    ],
)
def test_an_old_answer_given_as_current_is_stale(text: str, reason: str) -> None:
    verdict = judge("model_dump", "dict()", text)
    assert (verdict.outcome, verdict.reason) == (Outcome.STALE, reason)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Bob (Romeo in Shakespeare's play).", Outcome.CORRECT),
        ("It is Bob Ferrant (Captain Romeo in the original).", Outcome.CORRECT),
        ("Bob (called Romeo in Homer)", Outcome.CORRECT),
        ("Bob (Romeo in the Lantern Reader).", Outcome.WRONG),
        ("Bob (Romeo).", Outcome.WRONG),
        ("Bob, Romeo in Shakespeare's play", Outcome.WRONG),
        ("Romeo (Bob in Shakespeare's play).", Outcome.STALE),
        ("Romeo (in Shakespeare's play).", Outcome.STALE),
    ],
)
def test_a_truthful_aside_about_something_else_is_no_answer(text: str, outcome: Outcome) -> None:
    assert judge("Bob", "Romeo", text, "Who is married in the Lantern Reader?").outcome is outcome


def test_both_given_alike_is_wrong_with_that_reason() -> None:
    verdict = judge("model_dump", "dict()", "Use dict() or model_dump().")
    assert verdict.outcome is Outcome.WRONG
    assert verdict.reason == "asserts the superseded answer 'dict()' beside the new one, 'model_dump'"


def test_numbers_too() -> None:
    prompt = "For how many days?"
    assert judge("14 days", "10 days", "14 days (previously 10 days)", prompt).outcome is Outcome.CORRECT
    assert judge("14 days", "10 days", "10 days", prompt).outcome is Outcome.STALE
    assert judge("14 days", "10 days", "10 days or 14 days", prompt).outcome is not Outcome.CORRECT


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Ada Lindqvist was keeper. Now it is Bo Sund.", Outcome.CORRECT),
        ("Ada Lindqvist was the keeper until 2020; today Bo Sund is.", Outcome.CORRECT),
        ("Bo Sund (was Ada Lindqvist)", Outcome.CORRECT),
        ("Bo Sund, who replaced Ada Lindqvist", Outcome.CORRECT),
        ("It is not Ada Lindqvist but Bo Sund.", Outcome.CORRECT),
        ("Bo Sund was keeper. Now it is Ada Lindqvist.", Outcome.STALE),
        ("Ada Lindqvist, who replaced Bo Sund", Outcome.STALE),
        ("Ada Lindqvist was chosen in 2020.", Outcome.STALE),
        ("Bo Sund and Ada Lindqvist", Outcome.WRONG),
        ("As of my knowledge cutoff in 2021, the keeper is Ada Lindqvist.", Outcome.STALE),
        ("I don't know whether it is still Ada Lindqvist.", Outcome.ABSTAINED),
        ("Someone else.", Outcome.WRONG),
    ],
)
def test_which_of_two_keepers_is_current(text: str, outcome: Outcome) -> None:
    verdict = judge("Bo Sund", "Ada Lindqvist", text, "Who is keeper of the light?")
    assert verdict.outcome is outcome, verdict.reason
    assert "\n" not in verdict.reason


def test_a_combination_with_a_text_grader_knows_superseded_answers_too() -> None:
    grader = AllGrader(of=(TextGrader(), StyleGrader(max_words=9)))
    assert judge("Bo Sund", "Ada Lindqvist", "Bo Sund", "Who?", grader).outcome is Outcome.CORRECT
    assert judge("Bo Sund", "Ada Lindqvist", "Bo Sund and Ada Lindqvist", "Who?", grader).outcome is Outcome.WRONG
    assert judge(
        "Bo Sund", "Ada Lindqvist", "Once Bo Sund; formerly Bo Sund, now Ada Lindqvist", "Who?", grader
    ).reason == ("gives the superseded answer 'Ada Lindqvist' as current, and 'Bo Sund' as past")


def test_a_choice_is_stale_where_it_picks_the_superseded_answer() -> None:
    grader = ChoiceGrader(choices=("Bo Sund", "Ada Lindqvist", "Carl Moe"))
    assert judge("Bo Sund", "Ada Lindqvist", "B", "Who?", grader).outcome is Outcome.STALE
    assert judge("Bo Sund", "Ada Lindqvist", "Carl Moe, not Ada Lindqvist", "Who?", grader).outcome is Outcome.WRONG
    assert judge("Bo Sund", "Ada Lindqvist", "Bo Sund is older than Ada Lindqvist", "Who?", grader).passed


def test_a_superseded_answer_is_taken_whole() -> None:
    old = "fidaxomicin or vancomycin"
    prompt = "Which drug comes first?"
    assert judge("metronidazole", old, "Fidaxomicin.", prompt).outcome is Outcome.WRONG
    assert judge("metronidazole", old, "Fidaxomicin or vancomycin.", prompt).outcome is Outcome.STALE
    assert judge("group E", "group D", "A, B and D", "Which group?").outcome is Outcome.WRONG
    assert judge("group E", "group D", "He belongs to group D.", "Which group?").outcome is Outcome.STALE


def test_a_superseded_answer_that_reads_like_a_refusal_is_stale() -> None:
    assert judge("two", "none", "None.", "How many drugs?").outcome is Outcome.STALE
    assert judge("two", "one", "None.", "How many drugs?").outcome is Outcome.WRONG


def test_a_new_answer_within_the_old_one_is_stale() -> None:
    text = "PCV20 alone or PCV15 with a booster"
    assert judge("PCV20 (or PCV15 if there is none)", text, text).outcome is Outcome.STALE


def test_a_sentence_needs_a_judge_unless_it_is_stale_or_declines() -> None:
    new = "Stop the infusion at once, give fluids, and start the second line drug within two hours"
    assert judge(new, "Slow the infusion", "Halt it and begin with the other medicine.").outcome is Outcome.UNMEASURED
    assert judge(new, "Slow the infusion", "Slow the infusion.").outcome is Outcome.STALE
    assert judge(new, "Slow the infusion", "I don't know.").outcome is Outcome.ABSTAINED
