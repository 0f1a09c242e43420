"""Rules of names: without titles, by a part of the name, by initials."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Place, Rule
from pytest_finetunebench.grading.text.phrases import occurrences
from pytest_finetunebench.grading.values.initials import says_initials
from pytest_finetunebench.grading.values.names import (
    asks_for_person,
    name_parts,
    only_names,
    says_family,
    says_name,
    without_titles,
)

TERSE = 8
"""An answer of at most so many content words may be a reference cut short."""


def is_terse(exchange: Exchange) -> bool:
    """Whether the answer is short enough to be nothing but a part of the reference."""
    return len(exchange.answer.content_said) <= TERSE


def _find_untitled(exchange: Exchange) -> Iterator[Place]:
    if untitled := without_titles(exchange.wanted):
        yield from occurrences(exchange.answer, exchange.wanted.like(untitled))


UNTITLED = Rule(
    name="the name without its titles",
    verb="names",
    kind=None,
    other_words=True,
    find=_find_untitled,
    exact=False,
    examples=(
        Example("Which ruler?", "Maharaja Jai Singh II", "It was Jai Singh II.", True),
        Example("Which ruler?", "Maharaja Jai Singh II", "It was Jai Singh.", False),
    ),
)


def _parts(exchange: Exchange) -> tuple[str, ...]:
    """Return the parts of the wanted name, where a person is asked for and the answer has the family name."""
    parts = name_parts(exchange.wanted)
    # few answers have it, and the question is long
    return parts if says_family(exchange.answer, parts) and asks_for_person(exchange.question) else ()


def _find_person(exchange: Exchange) -> Iterator[Place]:
    parts = _parts(exchange)
    if parts and (place := says_name(exchange.answer, parts)):
        yield place


PERSON = Rule(
    name="the person's name with other given names",
    verb="names",
    kind=None,
    other_words=True,
    find=_find_person,
    exact=False,
    examples=(
        Example("Who wrote it?", "John Robert Halvorsen", "It was J. Halvorsen.", True),
        Example("Who wrote it?", "John Robert Halvorsen", "It was Ada Halvorsen.", False),
    ),
)


def _find_family_name(exchange: Exchange) -> Iterator[Place]:
    parts = _parts(exchange)
    if parts and is_terse(exchange) and only_names(exchange.answer, exchange.wanted, parts):
        yield None


FAMILY_NAME = Rule(
    name="the family name alone",
    verb="gives the family name of",
    kind=None,
    other_words=True,
    find=_find_family_name,
    exact=False,
    examples=(
        Example("Who wrote it?", "John Halvorsen", "Halvorsen", True),
        Example("Who wrote it?", "John Halvorsen", "John", False),
        Example("Who wrote it?", "John Halvorsen", "John Halvorsen Jr.", False),
    ),
)


def _find_initials(exchange: Exchange) -> Iterator[Place]:
    if place := says_initials(exchange.answer, exchange.wanted, exchange.question):
        yield place


INITIALS = Rule(
    name="the abbreviation, or what it stands for",
    verb="abbreviates or spells out",
    kind=None,
    other_words=True,
    find=_find_initials,
    exact=False,
    examples=(
        Example("Where is it issued?", "Department of Motor Vehicles", "at the local DMV", True),
        Example("Where is it issued?", "Department of Motor Vehicles", "at the local DVM", False),
    ),
)
