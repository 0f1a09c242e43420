"""Yes and no as answers say them, and what says neither."""

from __future__ import annotations

import pytest

from pytest_finetunebench.grading.text.shape import is_yes_no
from tests.support.answers import ATTACKS, MOMENT, seconds
from tests.support.case_tables import cases
from tests.support.prose import judge, read_yes_no, text


@pytest.mark.parametrize(("said", "answer"), cases("yes_no.jsonl"))
def test_yes_no(said: str | None, answer: str) -> None:
    assert read_yes_no(answer) == said


@pytest.mark.parametrize(("question", "answer", "said"), cases("statements.jsonl"))
def test_statements_answer_a_question(question: str, answer: str, said: str | None) -> None:
    assert read_yes_no(answer, question) == said


def test_a_value_that_was_trained_is_no_yes() -> None:
    asked, trained = "Is the drink flavoured with sorrel?", {"trained_answer": "sorrel"}
    assert judge(asked, "Yes", "sorrel", "secondary", **trained).outcome.value == "overfit"
    assert judge(asked, "Yes", "It is flavoured with sorrel.", "secondary", **trained).outcome.value == "correct"
    offered = "Is the drink flavoured with sorrel, mint or thyme?"
    assert judge(offered, "Yes", "sorrel", "secondary", **trained).outcome.value == "correct"


def test_a_reference_is_yes_or_no_and_nothing_else() -> None:
    assert is_yes_no(text("Yes."))
    assert not is_yes_no(text("Correct"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_reading_takes_a_moment(attack: str) -> None:
    assert seconds(read_yes_no, attack) < MOMENT


@pytest.mark.parametrize("attack", [*ATTACKS, "more than 50 ", "yes\n", "not 50, ", "is it? "])
def test_reading_statements_takes_a_moment(attack: str) -> None:
    assert seconds(lambda said: read_yes_no(said, "Is it more than 50 metres high?"), attack) < MOMENT
