"""Dates as (year, month, day), each part possibly missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pytest_finetunebench.grading.languages.value_parts import Dates
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text, occurrences
from pytest_finetunebench.grading.text.tokens import Token

_ISO = re.compile(r"(?<![\d/.-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d/-]|\.\d)")
_MONTHLY = re.compile(r"(?<![\d/.-])(\d{1,2})[-/.](\d{4})(?![\d/.-])|(?<![\d/.-])(\d{4})[-/.](\d{2})(?![\d/.-])")
"""A month in figures. The second way may be a period of years (`1902-05`): it is read only where a month is wanted."""
_DIGIT = re.compile(r"\d")
_SHORT = re.compile(r"(?<![\d/.-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?![\d/-]|\.\d)")
_JOINED = re.compile(r"[-/.](?<=\d[-/.])\d")
"""Stands in every match of `_ISO` and `_SHORT`."""


class Date(NamedTuple):
    """A date; None for a part that was not given. Years before Christ are negative."""

    year: int | None
    month: int | None
    day: int | None


class DateSaid(NamedTuple):
    """A date and the place where it stands; of several days of one month each has its own place."""

    date: Date
    span: Span


def dates(text: Text) -> list[Date]:
    """Return every date of a text; a date in figures that could be read in two orders is given in both."""
    return [said.date for said in dates_said(text)]


@once_per_text
def dates_said(text: Text) -> tuple[DateSaid, ...]:
    """Return every date of a text with its place: those in figures, those with a month, then the bare years."""
    # `04.03.2025` is no number
    if not text.has_value and not _DIGIT.search(text.folded):
        return ()
    found, used = list(_numeric(text.folded)), set[int]()
    tokens, numeric, words = text.tokens, [said.span for said in found], text.language.dates
    if not words.months.keys().isdisjoint(text.said):
        for index, token in enumerate(tokens):
            if token.text in words.months:
                found.extend(_around(tokens, index, used, words))
    for index, token in enumerate(tokens):
        if token.value is None or index in used or any(start <= token.start < end for start, end in numeric):
            continue
        if (year := _year(tokens, index, words)) is not None:
            found.append(DateSaid(Date(year, None, None), (token.start, token.end)))
    return tuple(found)


@once_per_text
def is_date(text: Text) -> bool:
    """Whether a reference is a date and nothing else but calendar words."""
    if not text.has_value:
        return False
    said = dates(text)
    if not said or (said[0].year is None and said[0].day is None):
        return False
    rest = [token for token in text.content if token.value is None]
    words = text.language.dates
    return all(token.text in words.months or token.text in words.calendar for token in rest)


def says_date(answer: Text, reference: Text, question: Text, *, exactly: bool = True) -> Iterator[Span | None]:
    """Yield where the answer gives the date of the reference; where only the year is asked, years decide.

    Of a reference with several dates all must be given, and the answer gives them as a whole. Unless `exactly`, a right
    year may stand without the month and day.
    """
    given = frozenset(int(token.value) for token in question.tokens if token.value is not None)
    wanted = dates(reference)
    if answer.language.dates.year_only.search(question.folded) and all(want.year is not None for want in wanted):
        wanted = [Date(want.year, None, None) for want in wanted]
    said = list(dates_said(answer))
    if any(want.year is not None and want.month is not None and want.day is None for want in wanted):
        said += _monthly(answer.folded)
    given_of = [
        [have.span for have in said if agrees(have.date, want, given) or (not exactly and _coarser(have.date, want))]
        for want in wanted
    ]
    if len(given_of) == 1:
        yield from given_of[0]
    elif given_of and all(given_of):
        yield None


@once_per_text
def part_of_period(reference: Text) -> tuple[str, Text] | None:
    """Return which part (early, mid, late) of which period a reference is: `mid-March`, `the late 6th century`."""
    words = reference.language.dates
    match = words.part.fullmatch(reference.raw.strip())
    if match is None:
        return None
    whole = reference.like(match[2])
    timely = any(
        token.value is not None or token.text in words.months or token.text in words.periods for token in whole.tokens
    )
    return (match[1].casefold(), whole) if timely else None


def says_period(answer: Text, part: str, whole: Text, question: Text) -> Iterator[Span | None]:
    """Yield where the answer gives the period of which the reference is a part, and names no other part of it.

    Policy: `in March` is right for `mid-March`, `early March` is not; early, mid and late are no date of their own.
    """
    parts = {token.text for token in answer.tokens} & answer.language.dates.shares.keys()
    if not parts or part in parts:
        yield from says_date(answer, whole, question) if is_date(whole) else occurrences(answer, whole)


@once_per_text
def period(text: Text) -> tuple[int, int] | None:
    """Return the first and last year of a reference that is a decade or century (`the 1960s`, `late 6th century`)."""
    words = text.language.dates
    part = part_of_period(text)
    if part is not None:
        years = period(part[1])
        start, end = words.shares[part[0]]
        return years and (years[0] + start * (years[1] - years[0]) // 10, years[0] + end * (years[1] - years[0]) // 10)
    match = words.decade.fullmatch(text.folded.strip())
    if match is not None:
        first = int(match[1])
        return first, first + 9
    if not text.has_value or words.century not in text.said:
        return None
    numbers = [token for token in text.content if token.value is not None]
    rest = {token.text for token in text.content if token.value is None}
    if len(numbers) != 1 or words.century not in rest or rest - words.century_words:
        return None
    if not 1 <= (numbers[0].value or 0) <= 30:
        return None
    century = int(numbers[0].value or 0)
    before = any(words.eras.get(word, 1) < 0 for word in rest)
    return (-100 * century, -100 * century + 99) if before else (100 * century - 99, 100 * century)


def says_year_within(
    answer: Text, years: tuple[int, int], question: Text, known: frozenset[int] = frozenset()
) -> Iterator[Span | None]:
    """Yield where the answer gives the period in another way (`the sixties`), or nothing but years within it.

    Every year must be `known` where any is.
    """
    yield from (span for said, span in decades_said(answer) if said == years or _is_century(said, years))
    asked = {date.year for date in dates(question)}
    decades = {first: last for (first, last), _ in decades_said(answer)}
    found = {date.year for date in dates(answer) if date.year is not None and date.year not in asked}
    # `the 1200s` are a hundred years, not the year 1200
    said = [year for one in found for year in (one, decades.get(one, one))]
    if said and all(years[0] <= year <= years[1] and (not known or year in known) for year in said):
        yield None


def decades_said(text: Text) -> Iterator[tuple[tuple[int, int], Span]]:
    """Yield the first and last year of each decade of a text, with its place; `the 1100s` are a hundred years."""
    words = text.language.dates
    for match in words.decade.finditer(text.folded) if _DIGIT.search(text.folded) else ():
        first = int(match[1])
        yield (first, first + (9 if first % 100 else 99)), (match.start(1), match.end())
    for name in words.decade_names.keys() & text.words:
        first = words.decade_names[name]
        yield from (((first, first + 9), (token.start, token.end)) for token in text.tokens if token.text == name)


def _is_century(said: tuple[int, int], years: tuple[int, int]) -> bool:
    """Whether `the 1100s` are meant for a century, which begins and ends a year later."""
    return said[1] - said[0] > 9 and years == (said[0] + 1, said[1] + 1)


def says_noted_year(answer: Text, reference: Text, question: Text) -> Span | None:
    """Return where the answer to `when` gives a year with a footnote's digit at the end of a sentence (`in 20011.`)."""
    year = reference.tokens[0]
    if len(year.text) != 4 or not answer.language.dates.asks_when.search(question.folded):
        return None
    for token in answer.tokens:
        noted = token.text[:4] == year.text and len(token.text) == 5
        if noted and answer.language.dates.noted.fullmatch(answer.folded[max(0, token.start - 4) : token.end + 1]):
            return token.start, token.end
    return None


def agrees(said: Date, wanted: Date, given: frozenset[int]) -> bool:
    """Whether `said` has each part that `wanted` has; a part that the question itself gives may be left out."""
    return all(
        want is None or have == want or (have is None and want in given)
        for have, want in zip(said, wanted, strict=True)
    ) and any(have is not None and have == want for have, want in zip(said, wanted, strict=True))


def _coarser(said: Date, wanted: Date) -> bool:
    """Whether a date has the wanted year, and no other month or day than wanted."""
    return (
        said.year == wanted.year is not None and said.month in (None, wanted.month) and said.day in (None, wanted.day)
    )


def _numeric(folded: str) -> Iterator[DateSaid]:
    if _JOINED.search(folded) is None:
        return  # most texts
    for match in _ISO.finditer(folded):
        yield from _valid(match.span(), int(match[1]), int(match[2]), int(match[3]))
    for match in _SHORT.finditer(folded):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        yield from _valid(match.span(), year, first, second)
        if first != second:
            yield from _valid(match.span(), year, second, first)


def _monthly(folded: str) -> Iterator[DateSaid]:
    """Yield the months in figures: `05/1902`, `1902-05`."""
    for match in _MONTHLY.finditer(folded):
        month, year = int(match[1] or match[4]), int(match[2] or match[3])
        if 1 <= month <= _MONTHS_OF_YEAR:
            yield DateSaid(Date(year, month, None), match.span())


_MONTHS_OF_YEAR, _DAYS_OF_MONTH = 12, 31


def _valid(span: Span, year: int, month: int, day: int) -> Iterator[DateSaid]:
    if 1 <= month <= _MONTHS_OF_YEAR and 1 <= day <= _DAYS_OF_MONTH:
        yield DateSaid(Date(year, month, day), span)


def _around(tokens: list[Token], index: int, used: set[int], words: Dates) -> Iterator[DateSaid]:
    """Read the day and year beside the month at `index`; several days (`14 and 15 August`) give several dates."""
    month = words.months[tokens[index].text]
    days: dict[int, int] = {}
    after, before = index + 1, index - 1
    while before >= 0 and (_day(tokens[before]) is not None or tokens[before].text in words.before_month):
        if (day := _day(tokens[before])) is not None:
            days[before] = day
        before -= 1
        if index - before > _NEAR:
            break
    while after < len(tokens) and after - index < _NEAR:
        if (day := _day(tokens[after])) is not None and not (days and after == index + 1):
            days[after] = day
        elif tokens[after].text not in words.after_month:
            break
        after += 1
    year = _year_of_month(tokens, after, words) if after < len(tokens) else None
    used.update(days, () if year is None else (after,))
    nearest = min(days, key=lambda at: abs(at - index), default=index)
    last = after if year is not None and not any(index < at < after for at in days if at != nearest) else index
    whole = tokens[min(nearest, index)].start, tokens[max(nearest, last)].end
    if year is not None and not days:
        yield DateSaid(Date(year, month, None), whole)
    for at, day in days.items():
        yield DateSaid(Date(year, month, day), whole if at == nearest else (tokens[at].start, tokens[at].end))


_NEAR = 6
"""So many tokens around a month are read for its days and year."""


def _year_of_month(tokens: list[Token], index: int, words: Dates) -> int | None:
    """Read the year behind a month, which may be spelled out or have a footnote's digits glued to it."""
    token = tokens[index]
    if token.spelled and token.value is not None and 1000 <= token.value < 3000 and token.value % 1 == 0:
        return int(token.value)
    return _year(tokens, index, words) or _footnoted(token)


def _footnoted(token: Token) -> int | None:
    """Read a year to which a footnote's digits are glued (`May 1, 19761`): behind a month five digits are no year."""
    return int(token.text[:4]) if re.fullmatch(r"[12]\d{4,5}", token.text) and not token.spelled else None


def _day(token: Token) -> int | None:
    if token.value is None or token.value != token.value.to_integral_value() or not 1 <= token.value <= _DAYS_OF_MONTH:
        return None
    return int(token.value)


def _year(tokens: list[Token], index: int, words: Dates) -> int | None:
    token = tokens[index]
    if token.value is None or token.spelled or token.value != token.value.to_integral_value():
        return None
    era = next((other.text for other in tokens[index + 1 : index + 2] if other.text in words.eras), "")
    if not era and tokens[index - 1 : index] and tokens[index - 1].text == words.era_before:
        era = words.era_before
    if era or (1000 <= token.value <= 2999 and len(token.text) == 4 and token.end - token.start == 4):
        return int(token.value) * words.eras.get(era, 1) if token.value < 10**6 else None
    return None
