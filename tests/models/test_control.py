"""The built-in control."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.completions import Message, Request
from pytest_finetunebench.errors import NotRecordedError, SettingsError
from pytest_finetunebench.models.providers.base import ProviderContext
from pytest_finetunebench.models.providers.control import ControlProvider, Memorizer
from tests.settings import make_settings

TRAINED = (
    ("How heavy is Ada Lindqvist?", "61"),
    ("Where does Ada Lindqvist live?", "Vellmora"),
    ("Where does Bo Ek live?", "Oldmora"),
)


def provider(spec: str = "control:memorizer", trained: tuple[tuple[str, str], ...] = TRAINED) -> ControlProvider:
    return ControlProvider(ProviderContext(make_settings(spec), trained=trained))


def ask(prompt: str) -> Request:
    return Request(provider="control", model="memorizer", messages=(Message(role="user", content=prompt),))


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Where does Bo Ek live?", "Oldmora"),
        ("In which town does Ada Lindqvist live?", "Vellmora"),
        ("Lindqvist Ada is how heavy?", "61"),
    ],
)
def test_a_question_is_answered_as_the_most_similar_trained_one(prompt: str, answer: str) -> None:
    completion = asyncio.run(provider().complete(ask(prompt)))
    assert (completion.text, completion.served_model) == (answer, "control:memorizer")


@given(st.dictionaries(st.text(), st.text(), min_size=1), st.text())
def test_trained_prompts_are_known_by_heart_and_any_other_gets_a_trained_answer(
    trained: dict[str, str], other: str
) -> None:
    memorizer = Memorizer(tuple(trained.items()))
    assert all(memorizer.answer(prompt) == answer for prompt, answer in trained.items())
    assert memorizer.answer(other) in trained.values()


def test_the_earlier_answer_to_a_prompt_wins() -> None:
    assert Memorizer((("p", "1"), ("p", "2"))).answer("p") == "1"
    assert Memorizer((("b c", "1"), ("c b", "2"))).answer("c  b") == "1"


def test_without_trained_prompts_there_is_no_answer() -> None:
    assert Memorizer(()).answer("p") is None
    with pytest.raises(NotRecordedError, match="the suite has no trained prompt: the control has memorized nothing"):
        asyncio.run(provider(trained=()).complete(ask("p")))


def test_an_unknown_control() -> None:
    with pytest.raises(SettingsError, match="--ft-model=control:parrot: the only control model is control:memorizer"):
        provider("control:parrot")


def test_it_is_local_and_can_be_closed() -> None:
    assert not provider().remote
    asyncio.run(provider().aclose())
