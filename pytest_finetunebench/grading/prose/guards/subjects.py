"""Which figures of an answer are of another thing than the question asks about: of another name, year or measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pytest_finetunebench.grading.prose.denials import is_denied
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rival_names import names_of
from pytest_finetunebench.grading.prose.sentences import is_sentence
from pytest_finetunebench.grading.text.phrases import Span
from pytest_finetunebench.grading.values.names import names_within
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.roles import is_time

_REACH = 60


def is_of_another_thing(exchange: Exchange, place: Span) -> bool:
    """Whether the figure at a place is of another thing, while another figure is of the one that is asked about.

    Policy: `Ellery has 12 boats, Tarsk 15` gives 15 for Tarsk: the clause of one figure names what the question names,
    and that of the other another name, or another year. `A profit of $5 million on a revenue of $9 million` gives 9 for
    the revenue: a noun of the question stands in front of one, and another noun in front of the other.
    """
    if not is_sentence(exchange.question):
        return False
    if _is_of_other_dimension(exchange, place):
        return True
    if sum(one.start != place[0] for one in quantities(exchange.answer)) == 0:
        return False
    readings = (_has_other_noun, _is_of_other_stuff, _is_in_other_clause, _follows_answer)
    return any(one(exchange, place) for one in readings)


def _is_of_other_dimension(exchange: Exchange, place: Span) -> bool:
    """Whether a figure measures something else than the question asks for: `43 metres wide` to `How long is it?`.

    Policy: one without such a word is no answer where the answer has one for the asked dimension before it.
    """
    answer, dimensions = exchange.answer, exchange.language.roles.dimensions
    asked = {dimensions[word] for word in exchange.question.words & dimensions.keys()}
    if not asked or answer.words.isdisjoint(dimensions):
        return False
    measured = {(one.start, one.end): _dimension(exchange, one) for one in quantities(answer) if not one.is_part}
    own = next((dimension for span, dimension in measured.items() if span[0] == place[0]), None)
    if own is not None:
        return own not in asked
    # `It is not 38 metres high; it is 43.`
    return any(
        span[0] < place[0] and other in asked and not is_denied(answer, exchange.question, span)
        for span, other in measured.items()
    )


def _dimension(exchange: Exchange, one: Quantity) -> str | None:
    """Return the dimension that is named right behind a figure and its unit."""
    at = 0 if one.unit is None else 1
    word = next(iter([token for token in exchange.answer.tokens if token.start >= one.end][at : at + 1]), None)
    if word is None or exchange.answer.folded[word.start - 1] not in " -":
        return None
    return exchange.language.roles.dimensions.get(word.text)


def _is_of_other_stuff(exchange: Exchange, place: Span) -> bool:
    """Whether a figure is of one stuff, and another figure of the one that is asked about: `250 g of sugar`."""
    answer, asked = exchange.answer, exchange.question.content_stems
    of, stem = answer.language.roles.of_stuff, answer.language.words.stem
    found = {one.start: of.match(answer.folded, one.end) for one in quantities(answer)}
    own = found.get(place[0])
    if own is None or stem(own[1]) in asked:
        return False
    return any(other is not None and stem(other[1]) in asked for start, other in found.items() if start != place[0])


def _follows_answer(exchange: Exchange, place: Span) -> bool:
    """Whether the answer is another figure, and this one is told of something else: `38 m; with the antenna 43 m`.

    Policy: the clause of the first figure has no word but the question's; that of this one has others, and none of it.
    """
    answer, question = exchange.answer, exchange.question
    if exchange.superseded:
        return False  # of two answers that were right at some time, `stale.py` tells which is given as current
    said = [one for one in quantities(answer) if not one.is_part]
    here = next((one for one in said if one.start == place[0]), None)
    same_unit = [one for one in said if here is not None and one.unit == here.unit][:_FIRST]
    # `The fire of 19 May killed 31` answers with no date
    first = next((one for one in same_unit if not is_time(answer, question, one)), None)
    if here is None or first is None or first.value == here.value or first.start >= here.start:
        return False
    between = answer.folded[first.end : here.start]
    if answer.language.past.now.search(between):
        return False
    opened = _OPENS.search(between)
    if opened is None or answer.language.answers.turned.search(answer.part(between).folded.translate(_NO_DIGITS)):
        return False
    small = answer.language.units.words.keys() | answer.language.refusals.pronouns | answer.language.answers.leading
    ahead, behind = (
        {
            stem
            for token in answer.content
            if start <= token.start < end and token.value is None and token.text not in small
            for stem in (answer.language.words.stem(token.text),)
        }
        for start, end in ((0, first.end), (first.end + opened.end(), here.start))
    )
    return ahead <= question.stems and bool(behind) and behind.isdisjoint(question.stems)


_FIRST = 4
"""Among so many figures the first one is looked for that is no date."""
_OPENS = re.compile(r"[;(]\s?|\.\s")
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


def _has_other_noun(exchange: Exchange, place: Span) -> bool:
    answer, asked = exchange.answer, exchange.question.content_stems
    words, stem = answer.language.roles, answer.language.words.stem
    own = words.noun_before.search(answer.folded[max(0, place[0] - _REACH) : place[0]])
    if own is None or stem(own[1]) in asked or own[1] in answer.language.words.stop:
        return False
    given = {token.value for token in exchange.question.tokens}
    named = (
        words.noun_before.search(answer.folded[max(0, one.start - _REACH) : one.start])
        for one in quantities(answer)
        if one.start != place[0] and one.value not in given
    )
    return any(other is not None and stem(other[1]) in asked for other in named)


def _is_in_other_clause(exchange: Exchange, place: Span) -> bool:
    answer, question = exchange.answer, exchange.question
    keys = _subjects(exchange)
    here = next((one for one in quantities(answer) if one.start == place[0]), None)
    if not keys or here is None:
        return False
    own: set[str] | None = None
    others = list[set[str]]()
    ordinals = answer.language.numbers.ordinals
    figures = [
        one.start
        for one in quantities(answer)
        if one.unit == here.unit and not _is_year(one.value) and answer.folded[one.start : one.end] not in ordinals
    ]
    for start, end in _clauses(exchange):
        said = {token.text for token in answer.tokens if start <= token.start < end}
        if start <= place[0] < end:
            names = {word for name in names_of(answer) if start <= name.start < end for word in name.words}
            years = {token.text for token in answer.tokens if start <= token.start < end and _is_year(token.value)}
            others_said = (names - question.words - exchange.wanted.words) | (years - question.words)
            own = said & keys if others_said and place[0] in figures else None
        elif any(start <= figure < end for figure in figures):
            others.append(said & keys)
    return own is not None and any(own < other for other in others)


def _is_year(value: Decimal | None) -> bool:
    return value is not None and 1000 <= value < 2100 and value % 1 == 0


def _subjects(exchange: Exchange) -> frozenset[str]:
    """Return the names and years of the question; its first word has a capital anyway."""
    question = exchange.question
    names = names_within(question.part(question.raw.strip().partition(" ")[2])) - question.language.words.stop
    years = {token.text for token in question.tokens if _is_year(token.value)}
    return frozenset(names | years)


def _clauses(exchange: Exchange) -> Iterator[Span]:
    at = 0
    for joint in exchange.language.roles.clause_joint.finditer(exchange.answer.folded):
        yield at, joint.start()
        at = joint.end()
    yield at, len(exchange.answer.folded)
