"""Yes and no as answers say them, and what says neither."""

from __future__ import annotations

import pytest

from pytest_finetunebench.grading.text.shape import is_yes_no
from tests.support.answers import ATTACKS, seconds
from tests.support.case_tables import cases
from tests.support.prose import read_yes_no, text


@pytest.mark.parametrize(("said", "answer"), cases("yes_no.jsonl"))
def test_yes_no(said: str | None, answer: str) -> None:
    assert read_yes_no(answer) == said


def test_a_reference_is_yes_or_no_and_nothing_else() -> None:
    assert is_yes_no(text("Yes."))
    assert not is_yes_no(text("Correct"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_reading_takes_a_moment(attack: str) -> None:
    assert seconds(read_yes_no, attack) < 2
