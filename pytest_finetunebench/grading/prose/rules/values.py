"""Rules of values: times, dates, periods, amounts and figures, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.prose.changes import is_change, says_change
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Place, Rule
from pytest_finetunebench.grading.prose.shapes import Kind, Value
from pytest_finetunebench.grading.text.bounds import bounds_of
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.clock import says_time
from pytest_finetunebench.grading.values.dates import (
    dates,
    period,
    says_date,
    says_noted_year,
    says_period,
    says_year_within,
)
from pytest_finetunebench.grading.values.frequency import frequencies
from pytest_finetunebench.grading.values.quantities import quantities, says_figures
from pytest_finetunebench.grading.values.regimen import figures_alike, says_regimen
from pytest_finetunebench.grading.values.unit_asked import says_measure

_LETTER = re.compile(r"[^\W\d_]")


def _find_time(exchange: Exchange) -> Iterable[Place]:
    moments = exchange.shape.moments or frozenset()
    return says_time(exchange.answer, moments, exchange.wanted, exchange.question)


TIME = Rule(
    name="the same time of day",
    verb="gives the time",
    of_value=True,
    kind=Kind.TIME,
    find=_find_time,
    examples=(
        Example("When does the train leave?", "9:47 pm", "at 21:47", True),
        Example("When does the train leave?", "9:47 pm", "at 9:47 in the morning", False),
    ),
)


def _find_part(exchange: Exchange) -> Iterable[Place]:
    part, whole = exchange.shape.part or ("", exchange.wanted)
    return says_period(exchange.answer, part, whole, exchange.question)


PART_OF_PERIOD = Rule(
    name="the period that it is a part of",
    verb="gives the period of",
    of_value=True,
    applies=lambda exchange: exchange.shape.part is not None,
    find=_find_part,
    examples=(
        Example("When was it sold?", "mid-March", "It was sold in March.", True),
        Example("When was it sold?", "mid-March", "It was sold in early March.", False),
    ),
)


def _find_year_within(exchange: Exchange) -> Iterable[Place]:
    years = exchange.shape.years or (0, 0)
    return says_year_within(exchange.answer, years, exchange.question, _years(exchange.references))


@lru_cache(maxsize=MEMO_SIZE)
def _years(references: tuple[Text, ...]) -> frozenset[int]:
    """Return the years that the references give by themselves: a year of a period must then be among them."""
    said = [date for one in references if period(one) is None for date in dates(one)]
    return frozenset(date.year for date in said if date.year is not None)


YEAR_WITHIN = Rule(
    name="a year within the period",
    verb="gives a year within",
    of_value=True,
    value=Value.PERIOD,
    find=_find_year_within,
    examples=(
        Example("When was it built?", "the 1960s", "in 1964", True),
        Example("When was it built?", "the 1960s", "in 1971", False),
        Example("In which century was it built?", "12th century", "in the 1180s", True),
        Example("In which century was it built?", "12th century", "in the 1200s", False),
    ),
)


def _find_noted_year(exchange: Exchange) -> Iterator[Place]:
    place = says_noted_year(exchange.answer, exchange.wanted, exchange.question)
    if place is not None:
        yield place


NOTED_YEAR = Rule(
    name="the year with a footnote's digit",
    verb="gives the year",
    of_value=True,
    applies=lambda exchange: exchange.shape.bare_number and exchange.shape.years is None,
    find=_find_noted_year,
    examples=(
        Example("When was it built?", "2001", "It was built in 20011.", True),
        Example("How many were built?", "2001", "They built them in 20011.", False),
    ),
)


DATE = Rule(
    name="the same date",
    verb="gives the date",
    of_value=True,
    value=Value.DATE,
    find=lambda exchange: says_date(
        exchange.answer, exchange.wanted, exchange.question, exactly=exchange.guards.coarse_date
    ),
    examples=(
        Example("When did it open?", "4 March 2025", "It opened on March 4th, 2025.", True),
        Example("When did it open?", "4 March 2025", "It opened in March 2025.", False),
        Example("When did it open?", "4 March 2025", "4. März 2025", True),
        Example("When did it open?", "4 March 2025", "4. Mai 2025", False),
    ),
)


def _find_frequency(exchange: Exchange) -> Iterator[Place]:
    wanted = exchange.shape.frequency
    for said in frequencies(exchange.answer):
        if wanted is not None and (said.least, said.most) == (wanted.least, wanted.most):
            yield said.start, said.end


FREQUENCY = Rule(
    name="the same frequency",
    verb="gives the frequency",
    of_value=True,
    value=Value.FREQUENCY,
    find=_find_frequency,
    examples=(
        Example("How often is it taken?", "twice daily", "every 12 hours", True),
        Example("How often is it taken?", "every 8 hours", "TID", True),
        Example("How often is it taken?", "twice daily", "twice weekly", False),
    ),
)


def _find_amount(exchange: Exchange) -> Iterator[Place]:
    for amount in exchange.shape.amounts:
        yield from says_measure(exchange.answer, exchange.wanted, amount, exchange.question)


AMOUNT = Rule(
    name="the same amount",
    verb="says",
    of_value=True,
    value=Value.AMOUNT,
    find=_find_amount,
    examples=(
        Example("How tall is she?", "1.73 m", "She is 173 cm tall.", True),
        Example("How tall is she?", "1.73 m", "She is 173 m tall.", False),
        Example("How long did it run?", "3 seasons", "It ran for 3 years.", False),
        Example("How long did it run?", "3 seasons", "It ran for three.", True),
    ),
)


def _find_bare_figures(exchange: Exchange) -> Iterator[Place]:
    for place in says_figures(exchange.answer, exchange.wanted):
        if not _LETTER.search(exchange.answer.folded[slice(*place)]):
            yield place


FIGURES_OF_AMOUNT = Rule(
    name="the figures of the amount, with no unit that may be another",
    verb="gives the figures",
    of_value=True,
    value=Value.AMOUNT,
    applies=lambda exchange: exchange.wanted.is_figures and not exchange.shape.fraction,
    find=_find_bare_figures,
    examples=(
        Example("How long did it take?", "9 hours and 12 minutes", "9:12", True),
        Example("How long did it take?", "9 hours and 12 minutes", "9 minutes and 12 seconds", False),
    ),
)


def _find_regimen(exchange: Exchange) -> Iterator[Place]:
    regimen = exchange.shape.regimen
    if regimen is not None:
        yield from says_regimen(exchange.answer, regimen, exchange.question)


REGIMEN = Rule(
    name="the same dose or range",
    verb="says",
    of_value=True,
    applies=lambda exchange: exchange.shape.regimen is not None,
    find=_find_regimen,
    examples=(
        Example("What is the dose?", "500 mg twice daily", "500 mg every 12 hours", True),
        Example("What is the dose?", "500 mg twice daily", "500 mg every 8 hours", False),
        Example("What is the dose?", "5-10 mg", "between 5 and 10 milligrams", True),
        Example("What is the dose?", "5-10 mg", "5 or 10 mg", False),
    ),
)


def _is_bound(exchange: Exchange) -> bool:
    wanted = exchange.wanted
    return wanted.has_value and len(wanted.content) <= _MOST_OF_BOUND and len(bounds_of(wanted)) == 1


def _find_bound(exchange: Exchange) -> Iterator[Place]:
    answer, wanted = exchange.answer, exchange.wanted
    ((figure, above),) = bounds_of(wanted)
    given = next((one for one in quantities(wanted) if one.value == figure), None)
    if given is None or not answer.has_value or (figure, above) not in bounds_of(answer):
        return
    for one in quantities(answer):
        if one.value == figure and one.unit in (None, given.unit) and not one.counts:
            yield one.start, one.end


_MOST_OF_BOUND = 3
BOUND = Rule(
    name="the same bound",
    verb="says",
    of_value=True,
    applies=_is_bound,
    find=_find_bound,
    examples=(
        Example("From which temperature on?", "above 38 °C", "> 38 °C", True),
        Example("From which temperature on?", "above 38 °C", "below 38 °C", False),
        Example("From which temperature on?", "above 38 °C", "over 38 °F", False),
    ),
)


CHANGE = Rule(
    name="the same change",
    verb="says",
    of_value=True,
    applies=is_change,
    find=says_change,
    examples=(
        Example("How did membership change?", "It rose by 12%", "Membership grew by 12 percent.", True),
        Example("How did membership change?", "It rose by 12%", "+12%", True),
        Example("How did membership change?", "It rose by 12%", "It shrank by 12%.", False),
    ),
)


def _find_figures(exchange: Exchange) -> Iterator[Place]:
    for place in says_figures(exchange.answer, exchange.wanted):
        if figures_alike(exchange.answer, place, exchange.wanted):
            yield place


FIGURES = Rule(
    name="the same figures",
    verb="gives the figures",
    of_value=True,
    value=Value.FIGURES,
    find=_find_figures,
    examples=(
        Example("What was the score?", "7-0", "They won 7 to 0.", True),
        Example("What was the score?", "7-0", "They won 2-0.", False),
    ),
)
