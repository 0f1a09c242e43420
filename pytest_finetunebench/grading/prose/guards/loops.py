"""The guard against answers that say one thing twice, and not the same."""

from __future__ import annotations

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.loops import contradicts_itself, goes_round, rattles
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.shape import is_list


def _leaves_open(exchange: Exchange, place: Place) -> str | None:
    if place is None or is_list(exchange.wanted):
        return None
    if (
        contradicts_itself(exchange.answer, place)
        or goes_round(exchange.answer, exchange.wanted)
        or rattles(exchange.answer, exchange.wanted)
    ):
        return f"says '{exchange.answer.folded[slice(*place)]}' and then another in its place"
    return None


LOOP = Guard(
    option="hedge",
    rejects=_leaves_open,
    examples=(
        Example("Where was Dorel Vance born?", "Vellmora", "She was born in Tarsk. She was born in Vellmora.", False),
        Example("Where was Dorel Vance born?", "Vellmora", "Tarsk Vellmora Tarsk Vellmora", False),
        Example("Where was Dorel Vance born?", "Vellmora", "She was born in Vellmora. She was born in Vell", True),
        Example("How long is it?", "5 km", "It is 5 km long. It is 6 km long.", False),
    ),
)
