"""Guards against answers that give a date or time beside others: left open, as a bound, or of something else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pytest_finetunebench.grading.prose.denials import clause_before, is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.prose.shapes import Kind, Value
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.events import holds_event, is_of_another_event
from pytest_finetunebench.grading.values.points import Point, days_of, differs, hours_of

_FIRST_YEAR = 1000
_REACH = 60
"""So many characters around a date are read for what is said of it."""


def _is_time(exchange: Exchange) -> bool:
    return exchange.shape.kind is Kind.TIME


def _is_day(exchange: Exchange) -> bool:
    shape = exchange.shape
    if all(map(exchange.language.dates.months.__contains__, exchange.wanted.words)):
        return shape.kind is Kind.PROSE
    return shape.kind is Kind.PROSE and not shape.bare_number and shape.value in (Value.DATE, Value.PERIOD)


def _points(exchange: Exchange, text: Text) -> tuple[Point, ...]:
    """Return the dates or times of a text, whichever is wanted."""
    return hours_of(text) if _is_time(exchange) else days_of(text)


def _wants_one(exchange: Exchange) -> bool:
    """Whether one date or time is wanted: a period (`1979-80`) and a list are several."""
    if not _is_time(exchange) and not _is_day(exchange):
        return False
    known = [point.span for point in _points(exchange, exchange.wanted)]
    figures = [token.start for token in exchange.wanted.tokens if token.value is not None]
    return len(set(known)) == 1 and all(known[0][0] <= start < known[0][1] for start in figures)


def _others(exchange: Exchange, said: Sequence[Point]) -> list[Point]:
    """Return the points that neither the question nor a reference gives, and that the answer does not deny."""
    known = [
        point
        for text in (exchange.question, exchange.wanted, *exchange.references)
        for point in _points(exchange, text)
    ]
    others = (point for point in said if differs(point, known))
    return [one for one in others if not is_negated(exchange.answer, exchange.question, one.span)]


def _other_month(exchange: Exchange, place: Place) -> bool:
    """Whether another month is joined with the one that is wanted: `late May or early June`."""
    months, said = exchange.language.dates.months, exchange.wanted.said
    if place is None or len(said) != 1 or said[0] not in months:
        return False
    answer, hedges = exchange.answer, exchange.language.hedges
    others = [token for token in answer.tokens if months.get(token.text, 0) not in (0, months[said[0]])]
    for one in others:
        first, last = sorted(((one.start, one.end), place))
        between = answer.folded[first[1] : last[0]]
        if len(between) <= _REACH and any(
            joint.fullmatch(between) for joint in (hedges.either, hedges.maybe, hedges.to)
        ):
            return answer.language.past.moved.search(answer.folded) is None
        if hedges.between.search(answer.folded[: first[0]]) and hedges.both.fullmatch(between):
            return True
    return False


def _leaves_open(exchange: Exchange, place: Place) -> str | None:
    """Say that the date is one of several between which the answer does not decide.

    Policy: `X or Y`, `between X and Y`, `X to Y`, and sources that differ leave it open. Where the question asks when
    something began or ended, a period gives it; and where something was moved from one date to another, the other.
    """
    if place is not None and _other_month(exchange, place):
        return f"leaves open whether it is '{exchange.answer.folded[slice(*place)]}'"
    if place is None or not _wants_one(exchange) or len(said := _points(exchange, exchange.answer)) < 2:
        return None
    others = _others(exchange, said)
    if not others:
        return None
    sources = exchange.language.hedges.sources.search(exchange.answer.folded) is not None
    beside = (pair for pair in pairwise(said) if any(_overlap(one.span, place) for one in pair))
    if sources or any(_joined(exchange, pair, place) for pair in beside if any(one in others for one in pair)):
        return f"leaves open whether it is '{exchange.answer.folded[slice(*place)]}'"
    return None


def _joined(exchange: Exchange, pair: tuple[Point, Point], place: Span) -> bool:
    """Whether what stands between two dates leaves open which of them is meant."""
    (start, end), (later, _) = pair[0].span, pair[1].span
    folded, words = exchange.answer.folded, exchange.language.hedges
    between, before = folded[end:later], folded[max(0, start - _REACH) : start]
    if len(between) > _REACH:
        return False
    if any(joint.fullmatch(between) for joint in (words.either, words.maybe, words.others)):
        return True
    if words.between.search(before):
        return any(joint.fullmatch(between) for joint in (words.both, words.to))
    return words.to.fullmatch(between) is not None and not _is_asked_end(exchange, first=_overlap(pair[0].span, place))


def _is_asked_end(exchange: Exchange, *, first: bool) -> bool:
    """Whether the question asks for the beginning (`first`) or the end of a period, or what was moved there."""
    roles, asked = exchange.language.roles, exchange.question.folded
    if exchange.language.past.moved.search(exchange.answer.folded):
        return not first
    return (roles.asks_start if first else roles.asks_end).search(asked) is not None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


OPEN_DATE = Guard(
    option="hedge",
    rejects=_leaves_open,
    examples=(
        Example("When did it open?", "4 May 1902", "4 May 1902 or 4 May 1903", False),
        Example("When did it open?", "4 May 1902", "between 4 and 6 May 1902", False),
        Example("When did it open?", "4 May 1902", "Some say 4 May 1902, others 9 May 1902.", False),
        Example("When did it open?", "4 May 1902", "Sunday, 4 May 1902, or 1902-05-04 for short", True),
        Example("When is the fair?", "4 May 1902", "from 4 May 1902 to 6 May 1902", False),
        Example("When does the fair start?", "4 May 1902", "from 4 May 1902 to 6 May 1902", True),
        Example("When does the ferry leave?", "9:30 am", "between 9:30 am and 10 am", False),
        Example("In which decade was it built?", "the 1960s", "in the 1960s or the 1970s", False),
    ),
)


def _in_other_role(exchange: Exchange, place: Place) -> str | None:
    """Say that the date is a bound, what was, or when something else happened.

    Policy: `before X` and `after X` are no date of what is asked for. Beside another date, one that the question's verb
    does not stand with is another event's, where the verb stands with the other; and so is one behind a date with which
    the answer begins and stops.
    """
    if _is_turned(exchange):
        return "gives the ends of the period the other way round"
    if place is None or not (_is_time(exchange) or _is_day(exchange)):
        return None
    shown = exchange.answer.folded[slice(*place)]
    if _is_bound(exchange, place):
        return f"gives '{shown}' only as a bound"
    if _is_of_other_era(exchange, place):
        return f"gives '{shown}' in another era"
    said = _points(exchange, exchange.answer) if _wants_one(exchange) else ()
    others = [one for one in _others(exchange, said) if not _overlap(one.span, place)]
    if not others:
        return None
    if any(_takes_back(exchange, place, one) for one in others):
        return f"takes '{shown}' back, and gives another"
    if exchange.language.past.before.search(clause_before(exchange.answer, place)):
        return f"gives '{shown}' as what was, beside another"
    spans = [one.span for one in said]
    if is_of_another_event(exchange.answer, exchange.question, place, spans) or _comes_second(exchange, place, others):
        return f"gives '{shown}' as the date of something else"
    return None


def _is_turned(exchange: Exchange) -> bool:
    """Whether the answer is the wanted period from its end to its beginning."""
    if not exchange.wanted.has_value or not exchange.answer.has_value:
        return False
    years, said = (
        [int(token.value) for token in text.tokens if token.value is not None]
        for text in (exchange.wanted, exchange.answer)
    )
    return len(years) == 2 and years[0] != years[1] and said == years[::-1] and min(years) >= _FIRST_YEAR


def _takes_back(exchange: Exchange, place: Span, other: Point) -> bool:
    """Whether what stands between two dates takes the first one back: `4 May, sorry, 14 May`."""
    turn = exchange.language.roles.turn
    return place[1] <= other.span[0] and turn.fullmatch(exchange.answer.folded, place[1], other.span[0]) is not None


def _is_bound(exchange: Exchange, place: Span) -> bool:
    words, before = exchange.language.roles, exchange.answer.folded[max(0, place[0] - _REACH) : place[0]]
    found = words.strict_year.search(before)
    return found is not None and found[0].split()[0] not in exchange.question.said + exchange.wanted.said


def _is_of_other_era(exchange: Exchange, place: Span) -> bool:
    eras = exchange.language.dates.eras
    behind = next((token.text for token in exchange.answer.tokens if token.start >= place[1]), "")
    return (
        eras.get(behind, 1) < 0
        and exchange.wanted.words.isdisjoint(eras)
        and not exchange.answer.folded[place[1] :].lstrip(" ").startswith((",", "."))
    )


def _comes_second(exchange: Exchange, place: Span, others: Sequence[Point]) -> bool:
    """Whether the answer begins with another date and a stop."""
    answer, words = exchange.answer, exchange.language
    first = min(others, key=lambda one: one.span)
    if first.span[0] >= place[0]:
        return False
    small = words.words.stop | words.answers.leading
    if any(token.text not in small for token in answer.tokens if token.end <= first.span[0]):
        return False
    between = answer.folded[first.span[1] : place[0]]
    if words.answers.apart.match(between) is None or words.answers.turned.search(between):
        return False
    return not holds_event(answer, exchange.question, place)


DATE_ROLE = Guard(
    option="other_role",
    rejects=_in_other_role,
    examples=(
        Example("When did it open?", "4 May 1902", "before 4 May 1902", False),
        Example("Before which day must it open?", "4 May 1902", "before 4 May 1902", True),
        Example("When did it open?", "1902-05-04", "Begun on 1902-05-04, it opened on 1902-06-01.", False),
        Example("When did it open?", "1 June 1902", "It was begun on 4 May 1902 and it opened on 1 June 1902.", True),
        Example("When does the ferry leave?", "9:30 am", "At 9:45 am; boarding is at 9:30 am.", False),
        Example("When does the ferry leave?", "9:30 am", "It used to leave at 9:30 am, now at 9:45 am.", False),
        Example("In which century did she live?", "the 12th century", "the 12th century BC", False),
    ),
)
