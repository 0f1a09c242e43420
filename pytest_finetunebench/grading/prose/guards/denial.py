"""The guard against answers that deny the reference."""

from __future__ import annotations

from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place


def _denies(exchange: Exchange, place: Place) -> str | None:
    if place is None or not is_negated(exchange.answer, exchange.question, place):
        return None
    return f"says that it is not '{exchange.answer.folded[slice(*place)]}'"


NEGATION = Guard(
    option="negation",
    rejects=_denies,
    examples=(
        Example("Where was Dorel Vance born?", "Vellmora", "It was not Vellmora.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Not only in Vellmora is she known.", True),
    ),
)
