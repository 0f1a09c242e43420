"""The default comparison of a free answer with its references: the one place where its rules and guards are composed.

A rule says where an answer gives a reference; a guard takes a rule's finding back. Each reference is tried in each of
its alternatives; a list is given when all its members are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.grading.finding import Finding, either, quoted, shown
from pytest_finetunebench.grading.prose import guards as guarding
from pytest_finetunebench.grading.prose.yes_no import is_yes_no, read_yes_no
from pytest_finetunebench.grading.text.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.normalise import contains, words
from pytest_finetunebench.grading.text.phrases import Span, Text, occurrences, reading, reading_answer, split_joints
from pytest_finetunebench.grading.text.shape import alternatives, is_code, members
from pytest_finetunebench.grading.values.clock import says_time, time_of_day
from pytest_finetunebench.grading.values.content import is_shortened, leads_shortened, says_all, wanted_words
from pytest_finetunebench.grading.values.dates import (
    dates,
    is_date,
    part_of_period,
    period,
    says_date,
    says_noted_year,
    says_period,
    says_year_within,
)
from pytest_finetunebench.grading.values.initials import says_initials
from pytest_finetunebench.grading.values.names import asks_for_person, name_parts, only_names, says_name, without_titles
from pytest_finetunebench.grading.values.quantities import asked_quantities, is_fraction, says_figures
from pytest_finetunebench.grading.values.unit_asked import says_measure

TERSE = 8
"""An answer of at most so many content words may be a reference cut short."""
SENTENCE = 8
"""A reference with more content words says more than rules can decide to be missing."""
_MOST_PLACES = 50
"""So many mentions are looked at: a longer answer repeats itself."""


class Target(NamedTuple):
    """What an answer is compared with, and how: one alternative of a reference, with its question and fact."""

    reference: Text
    question: Text
    fact: str | None
    exact_dates: bool = True
    """Whether a date's day and month may not be missing."""
    references: tuple[str, ...] = ()
    """All references: where another gives a year, one of a period must be among those."""


_LETTER = re.compile(r"[^\W\d_]")

Found = tuple[str, Span | None]
"""How a reference is given, and where (None: the answer as a whole)."""
Rule = Callable[[Text, Target], Iterator[Found]]


def compare_answer(
    question: str,
    references: Sequence[str],
    response: str,
    *,
    fact: str | None = None,
    guards: Guards | None = None,
) -> Finding:
    """Return whether `response` gives one of `references` as its answer to `question`; never raises.

    `fact` may give a bare number its unit. `met` is None only for a sentence-long reference that is not said word for
    word: whether other words say it takes a judge.
    """
    if (said := response.strip()) and said in references:
        return Finding(True, shown(said), f"is {quoted(said)} to the letter")
    active = guards or Guards()
    answer = reading_answer(response)
    found = _compare(question, references, answer, fact, active)
    if found.met is not True and (split := split_joints(answer)) is not None:
        again = _compare(question, references, split, fact, active)
        return again if again.met else found
    return found


def _compare(question: str, references: Sequence[str], answer: Text, fact: str | None, active: Guards) -> Finding:
    refused: Finding | None = None
    response = answer.raw
    text = answer.bare_run
    # Those that stand in the answer first: the surest finding, and the fastest.
    references, asked_for = tuple(references), reading(question)
    for reference in sorted(ways_to_say(references), key=lambda one: one.bare_run not in text):
        asked = Target(reference, asked_for, fact, active.coarse_date, references)
        for how, span in islice(_findings(answer, asked), _MOST_PLACES):
            veto = guarding.veto(answer, reference, asked.question, span, active)
            if veto is None:
                return Finding(True, shown(_excerpt(answer, span)), f"{how} {quoted(reference.raw)}")
            refused = refused or Finding(False, shown(response), veto)
    if listed := _whole_list(answer, references, question, active):
        return Finding(True, shown(response), f"names every member of {quoted(listed)}")
    return refused or _missed(references, response)


@lru_cache(maxsize=MEMO_SIZE)
def _years(references: tuple[str, ...]) -> frozenset[int]:
    said = [date for one in references if period(reading(one)) is None for date in dates(reading(one))]
    return frozenset(date.year for date in said if date.year is not None)


@lru_cache(maxsize=MEMO_SIZE)
def ways_to_say(references: tuple[str, ...]) -> tuple[Text, ...]:
    """Return every alternative of the references as read, once each: many differ in spelling only, but not code."""
    read = [reading(other) for one in references for other in alternatives(one)]
    if len(read) == 1:
        return tuple(read)
    # `pydantic_settings` is no other spelling of `pydantic-settings`: code is compared by each letter
    keys = [(one.spelling, one.raw.islower(), one.raw if is_code(one.raw) else "") for one in read]
    return tuple(dict(zip(reversed(keys), reversed(read), strict=True)).values())[::-1]


def asserts(
    answer: Text, phrase: str, question: str, fact: str | None = None, *, whole: bool = False
) -> Iterator[Span]:
    """Yield the places where `answer` gives `phrase`, by value or word by word: no paraphrase counts.

    With `whole` none of the phrase's alternatives counts either.
    """
    for reference in (phrase,) if whole else alternatives(phrase):
        asked = Target(reading(reference), reading(question), fact)
        for _, span in islice(_exact(answer, asked), _MOST_PLACES):
            yield span or (0, len(answer.folded))


def _missed(references: Sequence[str], response: str) -> Finding:
    if references and all(len(reading(reference).content) > SENTENCE for reference in references):
        return Finding(None, None, f"needs a judge: is not word for word {either(references)}")
    return Finding(False, shown(response), f"does not say {either(references)}")


def _excerpt(answer: Text, span: Span | None) -> str:
    return answer.folded if span is None else answer.folded[slice(*span)]


def _whole_list(answer: Text, references: Sequence[str], question: str, active: Guards) -> str | None:
    for reference in references:
        parts = members(reference)
        if parts and all(_member_given(answer, part, question, active) for part in parts):
            return reference
    return None


def _member_given(answer: Text, part: str, question: str, active: Guards) -> bool:
    asked = Target(reading(part), reading(question), None)
    return any(
        guarding.veto(answer, asked.reference, asked.question, span, active) is None
        for _, span in islice(_findings(answer, asked), _MOST_PLACES)
    )


def _findings(answer: Text, asked: Target) -> Iterator[Found]:
    """Yield each way and place in which the answer gives the reference, the surest first."""
    if not asked.reference.tokens:
        sign = asked.reference.raw.strip()
        if sign and sign in answer.raw:
            yield "holds", None
        return
    yield from _exact(answer, asked)
    figure = is_code(asked.reference.raw) or is_date(asked.reference) or _is_figure(asked)
    if not figure:
        yield from _in_other_words(answer, asked)


def _is_figure(asked: Target) -> bool:
    reference = asked.reference
    timely = time_of_day(reference, asked.question) is not None
    return timely or bool(asked_quantities(reference, asked.fact)) or reference.is_figures


def _exact(answer: Text, asked: Target) -> Iterator[Found]:
    """Yield where the answer gives the reference by value or word by word, by the rule of the reference's shape."""
    reference = asked.reference
    if is_yes_no(reference.raw):
        if read_yes_no(answer.raw) == " ".join(words(reference.raw)):
            yield "says", None
        return
    if is_code(reference.raw):
        if contains(answer.raw, reference.raw):
            places: list[Span | None] = [*islice(occurrences(answer, reference), _MOST_PLACES)]
            yield from (("says", span) for span in places or [None])
        return
    bare_number = len(reference.tokens) == 1 and reference.tokens[0].value is not None
    if (moments := time_of_day(reference, asked.question)) is not None:
        yield from (("gives the time", span) for span in says_time(answer, moments, reference, asked.question))
        return
    if not bare_number and not is_fraction(reference):
        yield from (("says", span) for span in occurrences(answer, reference))
    yield from _by_value(answer, asked, bare_number)


def _by_value(answer: Text, asked: Target, bare_number: bool) -> Iterator[Found]:
    """Yield where the answer gives the reference's date, period, amount or figures."""
    reference = asked.reference
    if (part := part_of_period(reference.raw)) is not None:
        said = says_period(answer, part[0], reading(part[1]), asked.question)
        yield from (("gives the period of", span) for span in said)
    if (years := period(reference)) is not None:
        within = says_year_within(answer, years, asked.question, _years(asked.references))
        yield from (("gives a year within", span) for span in within)
    elif bare_number and (span := says_noted_year(answer, reference, asked.question)) is not None:
        yield "gives the year", span
    elif is_date(reference) and not bare_number:
        given = says_date(answer, reference, asked.question, exactly=asked.exact_dates)
        yield from (("gives the date", span) for span in given)
    elif readings := asked_quantities(reference, asked.fact):
        yield from (
            ("says", span) for wanted in readings for span in says_measure(answer, reference, wanted, asked.question)
        )
        if reference.is_figures and not is_fraction(reference):
            # `9:12` for 9 hours and 12 minutes: the figures, with no unit that may be another
            shown = says_figures(answer, reference)
            yield from (("gives the figures", span) for span in shown if not _LETTER.search(_excerpt(answer, span)))
    elif reference.is_figures:
        yield from (("gives the figures", span) for span in says_figures(answer, reference))


def _in_other_words(answer: Text, asked: Target) -> Iterator[Found]:
    """Yield where the answer gives a name or phrase in another form."""
    reference, question = asked.reference, asked.question
    terse = len(answer.content) <= TERSE
    if untitled := without_titles(reference):
        yield from (("names", span) for span in occurrences(answer, reading(untitled)))
    parts = name_parts(reference) if asks_for_person(question) else None
    if parts and (span := says_name(answer, parts)):
        yield "names", span
    if parts and terse and only_names(answer, parts):
        yield "gives the family name of", None
    if span := says_initials(answer, reference, question):
        yield "abbreviates or spells out", span
    if span := says_all(answer, wanted_words(reference, question)):
        yield "says every word of", span
    if (terse and is_shortened(answer, reference, question)) or leads_shortened(answer, reference, question):
        yield "gives the essence of", None
