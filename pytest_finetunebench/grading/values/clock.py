"""Times of day: `21:47`, `9:47 pm` and `9.47 p.m.` are one; `9:47` leaves open which half of the day it is in.

A time is the set of moments that it can mean, as seconds of the day. Policy: an answer gives a time where it means
nothing that the reference does not: `9:47 pm` is right for `9:47`, but `9:47` for `9:47 pm` only where the question
tells the half of the day (`in the evening`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pytest_finetunebench.grading.languages.value_parts import Clock
from pytest_finetunebench.grading.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.quantities import says_figures

_DIGIT = re.compile(r"\d")
_NOON, _DAY = 12 * 3600, 24 * 3600
_MOST_WORDS = 2
"""A reference with more words beside its time is no time of day (`a 9:47 pm train from Vellmora to Passau`)."""

Moments = frozenset[int]


def times(text: Text) -> Iterator[tuple[Moments, Span]]:
    """Yield each time of day that a text gives, and its place."""
    for match in text.language.clock.time.finditer(text.folded):
        if moments := _read(match, text.language.clock):
            yield moments, match.span()


def _read(match: re.Match[str], clock: Clock) -> Moments:
    """Return what a match can mean; nothing where it is no time: a bare number, `9.47`, `8 to`."""
    if match["named"]:
        return frozenset({clock.named[match["named"]]})
    hour, half = int(clock.hours.get(match["hour"], match["hour"])), match["half"] or ""
    if hour > 24 or (match["share"] and match["minute"]) or not (half or match["share"] or match["joint"] == ":"):
        return frozenset()
    moment = hour * 3600 + 60 * int(match["minute"] or 0) + int(match["second"] or 0)
    if match["share"]:
        moment += clock.shares[match["share"]] * (1 if match["way"] == clock.past else -1)
    of_24 = hour > 12 or match["hour"][0] == "0"
    moments = {moment % _DAY} if of_24 else {moment % _NOON, moment % _NOON + _NOON}
    return _within(frozenset(moments), half, clock)


def _within(moments: Moments, words: str, clock: Clock) -> Moments:
    """Return those of the moments that lie in the part of the day that the words name; all where they name no one."""
    named = [(start, end) for pattern, start, end in clock.halves if pattern.search(words)]
    if len(named) != 1:
        return moments
    start, end = named[0]
    return frozenset(at for at in moments if (start <= at < end if start < end else at >= start or at < end))


@lru_cache(maxsize=MEMO_SIZE)
def time_of_day(reference: Text, question: Text) -> Moments | None:
    """Return the moments that a reference means where it is a time of day; None where it is something else.

    A bare `9:47` is one by itself alone, and unless the question asks for a score, a verse or a duration.
    """
    clock = reference.language.clock
    if not any(map(reference.folded.__contains__, clock.needed)) and not _DIGIT.search(reference.folded):
        return None
    said = list(times(reference))
    if len(said) != 1:
        return None
    moments, (start, end) = said[0]
    rest = [token for token in reference.content if not start <= token.start < end]
    if any(token.value is not None for token in rest) or len(rest) > _MOST_WORDS:
        return None
    written = reference.folded[start:end]
    bare = not re.search(r"[a-z]", written)
    if bare and (rest or written.count(":") > 1 or clock.no_time.search(question.folded)):
        return None
    return _within(moments, question.folded, clock) or moments


def says_time(answer: Text, wanted: Moments, reference: Text, question: Text) -> Iterator[Span]:
    """Yield where the answer gives a time that means nothing but what is wanted.

    Figures that no clock shows (`21 minutes and 47 seconds` for `21:47`) may give a reference in figures as well.
    """
    said = list(times(answer))
    for moments, span in said:
        meant = _within(moments, question.folded, question.language.clock)
        if meant and meant <= wanted:
            yield span
    if reference.is_figures and not re.search(r"[a-z]", reference.folded):
        for span in says_figures(answer, reference):
            if not any(start < span[1] and span[0] < end for _, (start, end) in said):
                yield span
