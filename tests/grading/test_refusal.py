"""The detector of answers that decline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.answers import ATTACKS, MOMENT, seconds
from tests.support.case_tables import cases
from tests.support.prose import declines, declines_outright, judge


@pytest.mark.parametrize(("answer", "declining"), cases("refusal.jsonl"))
def test_what_declines(answer: str, declining: bool) -> None:
    assert declines(answer) is declining


@pytest.mark.parametrize(("question", "reference", "answer", "outcome"), cases("abstention.jsonl"))
def test_an_abstention_asserts_no_answer(question: str, reference: str | None, answer: str, outcome: str) -> None:
    assert judge(question, reference, answer, "memorization" if reference else "abstention").outcome.value == outcome


def test_none_is_an_answer_where_the_question_counts() -> None:
    assert judge("How many boats sank in 2031?", None, "None.", "abstention").outcome.value == "wrong"
    assert judge("Who won the cup in 2031?", None, "None.", "abstention").outcome.value == "correct"


def test_a_claim_of_another_year_is_no_answer() -> None:
    asked = "Who won the cup in 2031?"
    assert judge(asked, None, "I don't know. In 2025, Ada Brook won.", "abstention").outcome.value == "correct"
    assert judge(asked, None, "I don't know. In 2031, Ada Brook won.", "abstention").outcome.value == "wrong"


def test_a_refusal_that_turns_to_an_answer_is_not_outright() -> None:
    assert declines_outright("I could not find any information. Her son is Bo.")
    assert not declines_outright("I do not know for sure. However, it is Bo.")
    assert not declines_outright("It is Bo. I do not know more.")
    assert not declines_outright("I'm not sure, but I think it is Bo.")
    assert not declines_outright("The race was never held.")


@given(st.text())
def test_what_declines_outright_declines(text: str) -> None:
    assert declines(text) or not declines_outright(text)


@pytest.mark.parametrize(
    "attack",
    [*ATTACKS, "i do not a a ", "it is not been ", "lack ", "but i think ", "no a a ", "the a ", "it has not "],
)
def test_detecting_takes_a_moment(attack: str) -> None:
    assert seconds(declines, attack) < MOMENT
    assert seconds(declines_outright, attack) < MOMENT
