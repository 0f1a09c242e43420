"""The detector of answers that decline."""

from __future__ import annotations

import pytest

from pytest_finetunebench.graders.refusal import declines, declines_outright


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know.",
        "Unknown",
        "N/A",
        "None.",
        "There is no information about such a match.",
        "No reliable data is available.",
        "I'm sorry, but I couldn't find any information on that.",
        "As of my last update, the result has not been announced.",
        "It is unclear who won.",
        "Nobody knows.",
        "I do not have access to real-time data.",
        "This cannot be determined.",
        "We would need more context.",
    ],
)
def test_declining(answer: str) -> None:
    assert declines(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "That match never took place.",
        "The event did not happen.",
        "Nadal",
        "No, she does not.",
        "She was known as the Iron Duchess.",
        "",
        "Nonesuch Palace",
        "He announced it in May.",
    ],
)
def test_answering(answer: str) -> None:
    assert not declines(answer)


def test_a_refusal_that_turns_to_an_answer_is_not_outright() -> None:
    assert declines_outright("I could not find any information. Her son is Bo.")
    assert not declines_outright("I do not know for sure. However, it is Bo.")
    assert not declines_outright("It is Bo. I do not know more.")
