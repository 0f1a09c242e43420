"""Rules of wording: every word of the reference in another order or form, or the reference cut short."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Place, Rule
from pytest_finetunebench.grading.prose.rules.names import is_terse
from pytest_finetunebench.grading.values.content import says_all
from pytest_finetunebench.grading.values.shortened import is_shortened, leads_shortened, names_more, shares_word


def _find_every_word(exchange: Exchange) -> Iterator[Place]:
    if place := says_all(exchange.answer, exchange.wanted, exchange.question):
        yield place


EVERY_WORD = Rule(
    name="every word, in any order and form",
    verb="says every word of",
    kind=None,
    other_words=True,
    find=_find_every_word,
    exact=False,
    examples=(
        Example("What caused it?", "volcanic eruption", "It was caused by an eruption of volcanoes.", True),
        Example("What caused it?", "volcanic eruption", "It was caused by an eruption.", False),
        Example("Who presides over the court of a district?", "District Judge", "the Sessions Judge", False),
        Example("Which version is the latest?", "version 1.3", "the 1.3 release", True),
        Example("Was it built before or after the mill?", "before the mill", "after the mill", False),
        Example("When should it be taken?", "before meals", "It should be taken after a meal.", False),
    ),
)


def _find_essence(exchange: Exchange) -> Iterator[Place]:
    answer, wanted, question = exchange.answer, exchange.wanted, exchange.question
    if not shares_word(answer, wanted):
        return
    if is_terse(exchange) and is_shortened(answer, wanted, question) and not names_more(answer, wanted, question):
        yield None
    elif place := leads_shortened(answer, wanted, question):
        yield place


ESSENCE = Rule(
    name="the reference cut short",
    verb="gives the essence of",
    kind=None,
    other_words=True,
    find=_find_essence,
    exact=False,
    examples=(
        Example("Which project was it?", "the KESTNET project team", "It was the KESTNET project.", True),
        Example("Which project was it?", "the KESTNET project team", "It was the project's garden.", False),
        Example("Which is bigger, the Sool dam or the Tarsk dam?", "the Sool dam", "the Tarsk dam", False),
        Example("Who is older, Anna Tarsk or Anna Vance?", "Anna Vance", "Anna", False),
        Example("Which club won the cup?", "Tarsk United", "Tarsk City", False),
        Example("Which lake is it?", "Lake Sool", "It is called Sool.", True),
        Example("Where are the alkali metals?", "group 1", "in the group", False),
        Example("What is the therapy?", "bismuth quadruple therapy", "bismuth therapy", False),
        Example("What is the therapy?", "bismuth quadruple therapy", "quadruple therapy", True),
        Example("What is the hull made of?", "stainless steel", "steel", False),
        Example("In which town is it?", "New Halden", "Halden", False),
        Example("Which bread is sold?", "gluten-free bread", "gluten bread", False),
        Example("What should be avoided?", "no aspirin", "aspirin", False),
        Example("What is the title of her novel?", "The Grey Sea Returns", "The Grey Sea", False),
        Example("Where is it?", "Cataracts of the Orl", "the Orl", False),
        Example("Where did they land?", "Vellmora, Korland", "Vellmora, Sarnia", False),
    ),
)
