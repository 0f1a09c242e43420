"""The guard against answers that deny the reference."""

from __future__ import annotations

from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.bounds import gives_bound
from pytest_finetunebench.grading.values.roles import allows_figure


def _denies(exchange: Exchange, place: Place) -> str | None:
    answer = exchange.answer
    if place is None or not is_negated(answer, exchange.question, place):
        return None
    if answer.has_value and (allows_figure(answer, place) or gives_bound(answer, exchange.wanted)):
        return None  # `may not exceed 25 MB`
    return f"says that it is not '{answer.folded[slice(*place)]}'"


NEGATION = Guard(
    option="negation",
    rejects=_denies,
    examples=(
        Example("Where was Dorel Vance born?", "Vellmora", "It was not Vellmora.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Not only in Vellmora is she known.", True),
        Example("Where was Dorel Vance born?", "Vellmora", "I doubt that it was Vellmora.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "That she was born in Vellmora is a myth.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "~~Vellmora~~ Tarsk", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Vellmora? No.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Was it Vellmora?", False),
        Example("Which of them is not a fruit?", "the hammer", "It is not the hammer.", False),
        Example("Which of them is not a fruit?", "the hammer", "The hammer is not a fruit.", True),
    ),
)
