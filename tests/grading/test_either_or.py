"""Questions that name what to choose from, and answers read with their direction."""

from __future__ import annotations

import pytest

from pytest_finetunebench.grading.prose.either_or import named_choices
from tests.support.answers import ATTACKS, MOMENT, seconds
from tests.support.case_tables import cases
from tests.support.prose import judge, text


@pytest.mark.parametrize(("question", "reference", "answer", "outcome"), cases("either_or.jsonl"))
def test_an_answer_is_read_with_its_direction(question: str, reference: str, answer: str, outcome: str) -> None:
    assert judge(question, reference, answer).outcome.value == outcome


@pytest.mark.parametrize(
    ("question", "reference", "choices"),
    [
        ("Who weighs more, Ada Brook or Bo Reed?", "Bo Reed", ("Ada Brook", "Bo Reed")),
        ("Who is taller? Ada Brook or Bo Reed?", "Bo Reed", ("Ada Brook", "Bo Reed")),
        ("Who is older, Brook or Reed?", "Bo Reed", ("Brook", "Reed")),
        ("Is Ada Brook or Bo Reed older?", "Ada Brook", ("Ada Brook", "Bo Reed")),
        ("Which is larger: Korland or Vessia?", "Vessia", ("Korland", "Vessia")),
        ("Which is largest, A-Town, B-Town or C-Town?", "C-Town", ("A-Town", "B-Town", "C-Town")),
        ("In 1990, which was larger, Korland or Vessia?", "Korland", ("Korland", "Vessia")),
        ("Between Ada Brook and Bo Reed, who is taller?", "Bo Reed", ("Ada Brook", "Bo Reed")),
        ("Which of Tarsk and Vellmora is older?", "Vellmora", ("Tarsk", "Vellmora")),
        ("Was the bridge built before or after the mill?", "after the mill", ("before the mill", "after the mill")),
        ("Was the bridge built before or after the mill?", "before the mill", ("before the mill", "after the mill")),
        ("Is the dose now higher or lower?", "higher", ("higher", "lower")),
        ("Is it safe? Answer safe or unsafe.", "safe", ("safe", "unsafe")),
        ("With food or on an empty stomach?", "on an empty stomach", ("With food", "on an empty stomach")),
        ("Which is right, np.isin or np.in1d?", "np.isin", ("np.isin", "np.in1d")),
        ("Who wrote or composed the song Ola?", "Bo Reed", ()),
        ("Who is the king or queen of Korland?", "Queen Ada", ()),
        ("Where was Ada Brook born?", "Tarsk", ()),
    ],
)
def test_the_choices_that_a_question_names(question: str, reference: str, choices: tuple[str, ...]) -> None:
    assert named_choices(text(question), text(reference)) == choices


def test_another_wording_of_the_reference_counts_but_a_shared_word_does_not() -> None:
    question = "Who is older, Anna Tarsk or Anna Vance?"
    assert judge(question, "Anna Vance", "Anna M. Vance").outcome.value == "correct"
    assert judge(question, "Anna Vance", "Anna").outcome.value == "wrong"
    assert judge(question, "Anna Vance", "Anna Sool").outcome.value == "wrong"


def test_the_reason_says_what_is_picked() -> None:
    verdict = judge("Who weighs more, Ada Brook or Bo Reed?", "Ada Brook", "Ada Brook weighs less than Bo Reed.")
    assert (verdict.grader, verdict.reason) == ("choice", "picks 'Bo Reed'")


@pytest.mark.parametrize("attack", [*ATTACKS, "Ada Brook weighs more than ", "not as heavy as Bo Reed ", "more "])
def test_reading_takes_a_moment(attack: str) -> None:
    assert seconds(lambda said: judge("Who weighs more, Ada Brook or Bo Reed?", "Ada Brook", said), attack) < MOMENT


@pytest.mark.parametrize("attack", ["A or B, ", "between A and B ", "or ", ", or "])
def test_reading_a_question_takes_a_moment(attack: str) -> None:
    for size in (490, 100_000):
        assert seconds(lambda asked: named_choices(text(asked), text("Ada Brook")), attack, size) < MOMENT
