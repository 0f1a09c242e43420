"""The points in time that a text gives, each with its place: dates, decades, times of day. Which of them differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.clock import Moments, times
from pytest_finetunebench.grading.values.dates import Date, dates_said, decades_said


class Point(NamedTuple):
    """A date, the years of a decade, or the moments that a time of day means."""

    meant: Date | range | Moments
    span: Span


@once_per_text
def days_of(text: Text) -> tuple[Point, ...]:
    """Return the dates and decades of a text in order."""
    found = [Point(range(years[0], years[1] + 1), span) for years, span in decades_said(text)]
    decades = {one.span[0] for one in found}
    found += [Point(*said) for said in dates_said(text) if said.span[0] not in decades]
    return tuple(sorted(found, key=lambda one: one.span))


@once_per_text
def hours_of(text: Text) -> tuple[Point, ...]:
    """Return the times of day of a text in order."""
    return tuple(Point(*said) for said in times(text))


def differs(point: Point, others: Iterable[Point]) -> bool:
    """Whether a point cannot be any of the others; a date without a day may be each day of its month."""
    return not any(_may_be(point.meant, other.meant) for other in others)


def _may_be(one: Date | range | Moments, other: Date | range | Moments) -> bool:
    if isinstance(one, Date) and isinstance(other, Date):
        return all(None in (here, there) or here == there for here, there in zip(one, other, strict=True))
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return not one.isdisjoint(other)
    if isinstance(one, range) and isinstance(other, range):
        return one == other
    year = next((said.year for said in (one, other) if isinstance(said, Date)), None)
    decade = next((said for said in (one, other) if isinstance(said, range)), None)
    return year is not None and decade is not None and year in decade
