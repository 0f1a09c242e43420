"""Doses and ranges: several figures that say one thing together (`500 mg twice daily`, `5-10 mg`).

Policy: every amount must be the same, in its order and in a unit that converts, joined as in the reference (`5 or
10 mg` is no range), and so must how often; words that neither the question nor units give must be said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.amounts import alike, same_quantity
from pytest_finetunebench.grading.values.frequency import Frequency, beside, frequencies, holding, rate_of
from pytest_finetunebench.grading.values.quantities import Quantity, quantities


class Regimen(NamedTuple):
    """What a reference gives: its amounts in order, how often, and what other words it has."""

    amounts: tuple[Quantity, ...]
    frequency: Frequency | None
    words: frozenset[str]
    """Their stems."""


@once_per_text
def regimen_of(reference: Text) -> Regimen | None:
    """Return a reference as a dose or a range of one measure; None where it is neither."""
    # a number alone has neither a frequency nor another end
    if not reference.has_value or not 2 <= len(reference.tokens) <= _LONGEST:
        return None
    amounts, stated = _amounts(reference), frequencies(reference)
    rated = next((rate for one in amounts if (rate := rate_of(one.unit)) is not None), None)
    if not amounts or len(stated) > 1 or any(one.unit is None for one in amounts):
        return None
    how_often = stated[0] if stated else rated
    if how_often is None and not (len(amounts) == 2 and _is_range(reference, amounts)):
        return None
    units = reference.language.units.words
    rest = [
        token.text
        for token in reference.content
        if token.value is None and token.text not in units and not any(one.holds(token.start) for one in stated)
    ]
    return Regimen(tuple(amounts), how_often, frozenset(map(reference.language.words.stem, rest)))


_LONGEST = 20
"""A reference of more words says more than a dose."""


@once_per_text
def _amounts(text: Text) -> tuple[Quantity, ...]:
    """Return the amounts of a text that are no part of a frequency; the first of a range has the unit of the second."""
    said = [one for one in quantities(text) if not one.is_fraction and holding(text, one.start) is None]
    joined = [
        one._replace(unit=other.unit) if one.unit is None and _is_range(text, (one, other)) else one
        for one, other in pairwise(said)
    ]
    return (*joined, *said[-1:])


def _is_range(text: Text, ends: Sequence[Quantity]) -> bool:
    between, words = text.folded[ends[0].end : ends[-1].start], text.language.hedges
    before = text.folded[max(0, ends[0].start - _REACH) : ends[0].start]
    ascending = ends[0].value < ends[-1].value
    both = words.both.fullmatch(between) is not None and words.between.search(before) is not None
    return ascending and (both or words.to.fullmatch(between) is not None)


_REACH = 30


def says_regimen(answer: Text, wanted: Regimen, question: Text) -> Iterator[Span]:
    """Yield where the answer gives the dose or range."""
    if not all(word in answer.stems or word in question.stems for word in wanted.words):
        return
    said, count = _amounts(answer), len(wanted.amounts)
    starts = [one.start for one in said]
    for at in range(len(said) - count + 1):
        window = said[at : at + count]
        if not all(_same(*pair) for pair in zip(window, wanted.amounts, strict=True)):
            continue
        if count > 1 and not _is_range(answer, window):
            continue
        if wanted.frequency is None:
            yield window[0].start, window[-1].end
        elif _as_often(answer, window[-1], wanted.frequency, starts):
            stated = beside(answer, (window[-1].start, window[-1].end), starts) or wanted.frequency._replace(
                start=window[0].start, end=0
            )
            yield min(window[0].start, stated.start), max(window[-1].end, stated.end)


def _same(said: Quantity, wanted: Quantity) -> bool:
    said, wanted = alike(said, wanted)
    return said.unit is not None and not said.is_base and same_quantity(said, wanted)


def _as_often(answer: Text, one: Quantity, wanted: Frequency, starts: Sequence[int]) -> bool:
    stated = beside(answer, (one.start, one.end), starts) or rate_of(one.unit)
    return stated is not None and (stated.least, stated.most) == (wanted.least, wanted.most)


def figures_alike(answer: Text, place: Span, reference: Text) -> bool:
    """Whether figures at a place of the answer may be those of the reference: no unit, joint or frequency differs."""
    wanted = regimen_of(reference)
    if wanted is None:
        return True
    said = [one for one in _amounts(answer) if place[0] <= one.start < place[1]]
    if len(said) != len(wanted.amounts):
        return False
    for one, other in zip(said, wanted.amounts, strict=True):
        if one.unit is not None and not _same(one, other):
            return False
    if len(said) > 1 and not _is_range(answer, said):
        return False
    return wanted.frequency is None or _as_often(answer, said[-1], wanted.frequency, [one.start for one in said])
