"""Rules of wording: every word of the reference in another order or form, or the reference cut short."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Place, Rule
from pytest_finetunebench.grading.prose.rules.names import is_terse
from pytest_finetunebench.grading.values.content import is_shortened, leads_shortened, says_all, wanted_words


def _find_every_word(exchange: Exchange) -> Iterator[Place]:
    if place := says_all(exchange.answer, wanted_words(exchange.wanted, exchange.question)):
        yield place


EVERY_WORD = Rule(
    name="every word, in any order and form",
    verb="says every word of",
    applies=lambda exchange: exchange.shape.other_words,
    find=_find_every_word,
    exact=False,
    examples=(
        Example("What caused it?", "volcanic eruption", "It was caused by an eruption of volcanoes.", True),
        Example("What caused it?", "volcanic eruption", "It was caused by an eruption.", False),
    ),
)


def _find_essence(exchange: Exchange) -> Iterator[Place]:
    answer, wanted, question = exchange.answer, exchange.wanted, exchange.question
    if (is_terse(exchange) and is_shortened(answer, wanted, question)) or leads_shortened(answer, wanted, question):
        yield None


ESSENCE = Rule(
    name="the reference cut short",
    verb="gives the essence of",
    applies=lambda exchange: exchange.shape.other_words,
    find=_find_essence,
    exact=False,
    examples=(
        Example("Which project was it?", "the KESTNET project team", "It was the KESTNET project.", True),
        Example("Which project was it?", "the KESTNET project team", "It was the project's garden.", False),
    ),
)
