"""The detector of answers that decline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.graders.refusal import declines, declines_outright
from tests.unit.answers import ATTACKS, seconds


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
        "I do not know the answer to that question.",
        "Unknown.",
        "None",
        "null",
        "Not documented.",
        "not known",
        "No idea.",
        "I have no idea.",
        "I'm not sure.",
        "I am not certain who that is.",
        "I'm not aware of any such person.",
        "I'm not familiar with Orsavia Pellwick.",
        "This question has no answer",
        "This question has no known answer.",
        "The question does not have an answer.",
        "There is no known keeper",
        "There is no known keeper of the Port Ellery lighthouse.",
        "No such person exists",
        "No such person exists.",
        "No such lighthouse is known.",
        "It is not documented.",
        "His weight is not publicly documented.",
        "It is impossible to say",
        "It is impossible to say.",
        "It's hard to say.",
        "Impossible to determine from what is given: it's impossible to tell.",
        "Sorry, I can't help with that",
        "Sorry, but I cannot help with that.",
        "I'm sorry, I can't assist with that request.",
        "I'm sorry.",
        "I'm afraid I don't know.",
        "I'm afraid I can't answer that.",
        "I'm afraid that's not something I know.",
        "I'm afraid there is no record of that.",
        "The result has not been made public",
        "The figure hasn't been disclosed.",
        "The winner has not yet been announced.",
        "there is no record of",
        "There is no record of such a race.",
        "There are no records of her birth.",
        "No information was found.",
        "There is insufficient information to answer.",
        "I couldn't find any information on that.",
        "As an AI, I do not have access to real-time data.",
        "That is beyond my knowledge.",
        "This event is after my knowledge cutoff.",
        "My knowledge only goes up to 2023.",
        "No one really knows.",
        "It remains unclear who won.",
        "The keeper's name is unknown.",
        "The outcome cannot be predicted.",
        "I'd rather not say.",
        "I prefer not to speculate.",
        "I won't speculate on that.",
        "Could you please clarify which Ada you mean?",
        "Please provide more context.",
        "That information is confidential.",
        "I have no record of that person.",
        "I can't recall.",
        "TBD",
        "To be determined.",
        "Undisclosed",
        "I don't know. You could check the town archive.",
        "I'm not sure, but you can look it up in the archive.",
        "I'm sorry, but I couldn't find any information on that. It is possible that the name is fictional.",
        "I do not know, because it was not part of my training data.",
        "I don't have that information.",
        "I don't have information about the 2031 race. However, the 2030 race was won by Spain.",
        "There is no way to know.",
        "There's no way for me to tell.",
        "The 2031 final has not taken place yet, so I cannot say who won.",
        "I cannot confirm that.",
        "Not sure.",
        "Can't say.",
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
        "Bob",
        "I'm not sure, but I think it is Bob",
        "I'm not sure, but I think it is Bob.",
        "I don't know for sure, but it is probably Bob.",
        "I do not know exactly; my best guess is 61 kg.",
        "I'm not certain. It might be Bob.",
        "I am not entirely sure, but I believe she lives in Vellmora.",
        "I can't say for certain, but the answer is likely 43.",
        "I'm not sure — perhaps Bob.",
        "The race was never held",
        "The race was never held.",
        "The race did not take place in 2031.",
        "It was cancelled.",
        "She never married.",
        "Nobody won.",
        "No one lives there.",
        "No one.",
        "Nothing",
        "No.",
        "No, it is not.",
        "He did not win.",
        "She is not known for her patience.",
        "He is known for his poems.",
        "The Unknown Soldier",
        "The tomb of the unknown soldier",
        "She remained unknown until 1950.",
        "He was unknown outside Norway.",
        "The film was not released in Norway.",
        "The bill was not announced until May.",
        "It is not available in Norway.",
        "It was Bob. I have no further details.",
        "It was Bob. I don't have any more information.",
        "Bob; I know no more.",
        "Not only Bob but Ada too",
        "It is impossible to lift.",
        "The answer is 61.",
        "As of my knowledge cutoff in 2023, the keeper is Bob.",
        "Sorry for the confusion: it was Bob.",
        "I'm sorry for the mix-up, it is Vellmora.",
        "I'm afraid it was Bob.",
        "I know that it is Bob.",
        "There is no doubt that it is Bob.",
        "There is no lighthouse in Vellmora.",
        "There were no survivors.",
        "The town has no mayor.",
        "None of the ships returned.",
        "None but Bob",
        "Unknown Pleasures",
        "The record was set in 1990.",
        "She cannot swim.",
        "She couldn't be happier in Vellmora",
        "He can be identified by his scar.",
        "Not Bob but Ada.",
        "N",
        "It is clear that Bob won.",
        "She holds the record of 43 m.",
        "Passau",
        "The Unanswered Question",
        "Data from the archive",
        "It was not Bob, it was Ada.",
        "I do know: Bob.",
        "Information desk",
    ],
)
def test_answering(answer: str) -> None:
    assert not declines(answer)


def test_a_refusal_that_turns_to_an_answer_is_not_outright() -> None:
    assert declines_outright("I could not find any information. Her son is Bo.")
    assert not declines_outright("I do not know for sure. However, it is Bo.")
    assert not declines_outright("It is Bo. I do not know more.")
    assert not declines_outright("I'm not sure, but I think it is Bo.")
    assert not declines_outright("The race was never held.")


@given(st.text())
def test_what_declines_outright_declines(text: str) -> None:
    assert declines(text) or not declines_outright(text)


@pytest.mark.parametrize("attack", [*ATTACKS, "i do not a a ", "it is not been ", "lack ", "but i think ", "no a a "])
def test_detecting_takes_a_moment(attack: str) -> None:
    assert seconds(declines, attack) < 2
    assert seconds(declines_outright, attack) < 2
