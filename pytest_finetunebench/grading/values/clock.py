"""Times of day: `21:47`, `9:47 pm` and `9.47 p.m.` are one; `9:47` leaves open which half of the day it is in.

A time is the set of moments that it can mean, as seconds of the day. Policy: an answer gives a time where it means
nothing that the reference does not: `9:47 pm` is right for `9:47`, but `9:47` for `9:47 pm` only where the question
tells the half of the day (`in the evening`). Zones count where both name one: `10:30 CET` is `9:30 UTC`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pytest_finetunebench.grading.languages.value_parts import Clock
from pytest_finetunebench.grading.memo import MEMO_SIZE, once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.quantities import says_figures

_DIGIT = re.compile(r"\d")
_NOON, _DAY = 12 * 3600, 24 * 3600
_MOST_WORDS = 2
"""A reference with more words beside its time is no time of day (`a 9:47 pm train from Vellmora to Passau`)."""

Moments = frozenset[int]


class _Said(NamedTuple):
    """A time as said: what it can mean on its own clock, and by how much that may be ahead of UTC."""

    moments: Moments
    ahead: tuple[int, ...]
    """Seconds; nothing where no zone is said."""
    place: Span


def times(text: Text) -> Iterator[tuple[Moments, Span]]:
    """Yield each time of day that a text gives, and its place."""
    return ((said.moments, said.place) for said in _times(text))


def _times(text: Text) -> Iterator[_Said]:
    clock = text.language.clock
    for match in clock.time.finditer(text.folded):
        zone = None if clock.zone is None else clock.zone.match(text.folded, match.end())
        universal = zone is not None and zone["zone"] in clock.universal
        if moments := _read(match, clock, zoned=zone is not None, universal=universal):
            start, end = match.span()
            yield _Said(moments, _ahead(zone, clock), (start, end if zone is None else zone.end()))


def _ahead(zone: re.Match[str] | None, clock: Clock) -> tuple[int, ...]:
    if zone is None:
        return ()
    more = 3600 * int(zone["ahead"] or 0) + 60 * int(zone["minutes"] or 0)
    more = -more if zone["sign"] == "-" else more
    return tuple(seconds + more for seconds in clock.zones[zone["zone"]])


def _read(match: re.Match[str], clock: Clock, *, zoned: bool, universal: bool) -> Moments:
    """Return what a match can mean; nothing where it is no time: a bare number, `9.47`, `8 to`."""
    if match["named"]:
        return frozenset({clock.named[match["named"]]})
    hour, half = int(clock.hours.get(match["hour"], match["hour"])), match["half"] or ""
    if (
        hour > 24
        or (match["share"] and match["minute"])
        or not (half or match["share"] or match["joint"] in (":", "h") or (zoned and match["minute"]))
    ):
        return frozenset()
    moment = hour * 3600 + 60 * int(match["minute"] or 0) + int(match["second"] or 0)
    if match["share"]:
        moment += clock.shares[match["share"]] * (1 if match["way"] == clock.past else -1)
    of_24 = hour > 12 or match["hour"][0] == "0" or (universal and not half)
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
    said = list(_times(answer))
    zone = _zone_of(reference)
    for moments, ahead, span in said:
        meant = _within(moments, question.folded, question.language.clock)
        shifted = [_shifted(meant, by) for by in _differences(ahead, zone)] if meant else []
        # where the reference tells the half of the day by its zone, a bare time is in the same half
        bare = _is_universal(reference) and len(meant) > 1
        if any(one <= wanted or (bare and one & wanted) for one in shifted):
            yield span
    if reference.is_figures and not re.search(r"[a-z]", reference.folded):
        for span in says_figures(answer, reference):
            if not any(start < span[1] and span[0] < end for _, _, (start, end) in said):
                yield span


@once_per_text
def _is_universal(reference: Text) -> bool:
    words = reference.language.clock
    return not words.universal.isdisjoint(reference.words) and not any(
        pattern.search(reference.folded) for pattern, _, _ in words.halves
    )


@once_per_text
def _zone_of(reference: Text) -> tuple[int, ...]:
    return next((said.ahead for said in _times(reference)), ())


def _differences(ahead: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Return by how much the wanted zone may be ahead of the one that is said; a zone that nobody names is the same."""
    if not ahead or not wanted:
        return (0,)
    return tuple({there - here for here in ahead for there in wanted})


def _shifted(moments: Moments, seconds: int) -> Moments:
    return frozenset((at + seconds) % _DAY for at in moments)
