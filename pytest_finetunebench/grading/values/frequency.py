"""How often: `twice daily`, `three times a day`, `per week`, `every 8 hours`, `bid`, and whether two of them differ."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text


class Frequency(NamedTuple):
    """Times a day, at least and at most (`every 4 to 6 hours`), and the place in the folded text where they stand."""

    least: Fraction
    most: Fraction
    start: int = 0
    end: int = 0

    def differs(self, other: Frequency) -> bool:
        """Whether the two have no frequency in common."""
        return self.least > other.most or other.least > self.most

    def times(self, factor: Fraction) -> Frequency:
        """Return it so many times as often."""
        return self._replace(least=self.least * factor, most=self.most * factor)

    def holds(self, at: int) -> bool:
        """Whether the place is within it."""
        return self.start <= at < self.end


_DAYS = {
    "hour": Fraction(1, 24),
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(30),
    "year": Fraction(365),
}
RATED = ("day", "week", "month", "year")
"""Units of time whose rate is a frequency: `a day`, but not `per hour`, which makes another unit (`km/h`)."""

_SENTENCE_END = re.compile(r"[.;!?\n]\s")
_REACH = 60


@once_per_text
def frequencies(text: Text) -> tuple[Frequency, ...]:
    """Return the frequencies that a text states, in order."""
    found = text.language.frequencies.frequency.finditer(text.folded)
    return tuple(_read(match, text.language) for match in found)


def _read(match: re.Match[str], language: Language) -> Frequency:
    words = language.frequencies
    said = match.groupdict()
    place = match.span()
    if said["unit"] or said["hours"]:
        first = 2 if said["other"] else _number(said["gap"] or said["hours"] or "1", language)
        last = _number(said["to_gap"], language) if said["to_gap"] else first
        days = _days(said["unit"], language) if said["unit"] else _DAYS["hour"]
        gaps = [max(gap, 1) * days for gap in (first, last)]
        return Frequency(1 / max(gaps), 1 / min(gaps), *place)
    if said["latin"]:
        count = Fraction(words.latin[said["latin"].replace(".", "")])
        return Frequency(count, count, *place)
    counts = [1]
    if said["times"]:
        counts = [words.counts[said["times"]], words.counts[said["or_times"] or said["times"]]]
    elif said["count"]:
        counts = [_number(said["count"], language), _number(said["to_count"] or said["count"], language)]
    days = _days(said["adverb"] or said["period"] or said["plain"] or said["rate"], language)
    return Frequency(min(counts) / days, max(counts) / days, *place)


def _days(period: str, language: Language) -> Fraction:
    return _DAYS[language.frequencies.adverbs.get(period) or language.units.words[period]]


def _number(word: str, language: Language) -> int:
    return language.numbers.words[word] if word in language.numbers.words else int(word)


@once_per_text
def only_frequency(text: Text) -> Frequency | None:
    """Return the frequency of a text that says nothing else: `twice daily`, `BID`."""
    found = frequencies(text)
    if len(found) != 1 or not all(found[0].holds(token.start) for token in text.content):
        return None
    return found[0]


def rate_of(unit: str | None) -> Frequency | None:
    """Return the frequency that is part of a unit: once a day of `milligram/day`."""
    period = (unit or "").partition("/")[2]
    return Frequency(1 / _DAYS[period], 1 / _DAYS[period]) if period in RATED else None


def holding(text: Text, at: int) -> Frequency | None:
    """Return the frequency that the figure at a place is part of: `twice` of `twice daily`."""
    index = bisect_right(_starts(text), at) - 1
    return frequencies(text)[index] if index >= 0 and frequencies(text)[index].holds(at) else None


@once_per_text
def _starts(text: Text) -> tuple[int, ...]:
    return tuple(one.start for one in frequencies(text))


def beside(text: Text, place: Span, amounts: Sequence[int]) -> Frequency | None:
    """Return the frequency of the amount at `place`: what it is part of, what stands behind it, or else before it.

    No other of `amounts`, the starts of all in order, and no end of a sentence may stand between.
    """
    if (around := holding(text, place[0])) is not None:
        return around
    found, index = frequencies(text), bisect_left(_starts(text), place[0])
    near = [(one, place[1], one.start) for one in found[index : index + 1]]
    near += [(one, one.end, place[0]) for one in found[max(index - 1, 0) : index]]
    for one, start, end in near:
        apart = end - start > _REACH or _SENTENCE_END.search(text.folded, start, end)
        if not apart and bisect_left(amounts, start) == bisect_left(amounts, end):
            return one
    return None


def is_asked(reference: Text, question: Text) -> bool:
    """Whether a frequency's own figure (`2` of `twice daily`) may be the number that is asked for.

    It may where question or reference speaks of how often, and where the reference is a bare number of which the
    question does not say that it is a measure (`How many grams …`).
    """
    words = reference.language.frequencies
    if words.asked.search(question.folded) or words.asked.search(reference.folded):
        return True
    if words.counted.search(question.folded):
        return False
    measures = (reference.language.units.words.get(word) for word in words.measure_asked.findall(question.folded))
    return len(reference.content) == 1 and not any(unit is not None and unit not in _DAYS for unit in measures)
