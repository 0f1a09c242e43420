"""Which words and marks a text must have for a pattern to match: a look at them is cheaper than a search.

A word is known by its first `KEY` letters, a mark by itself. Of `\\b(?:rather than|not (?:the )?)|~~` they are `rath`,
`not` and `~`: a text that has none of them holds no match. They are read from the pattern itself, so that a word added
to a language needs no second entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from pytest_finetunebench.grading.pattern_items import (
    BRANCH,
    LETTERS,
    LOOKS,
    REPEATS,
    SET,
    Items,
    is_digit,
    is_end,
    is_gap,
    is_word,
    letters_of,
    never_matches,
    starts_word,
)

KEY = 4
"""So many letters tell most words apart; a shorter word is its own beginning."""
_WORD, _MARK = re.compile(r"\w+"), re.compile(r"[^\w \t]")
_ASCII_WORD = frozenset(b"0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_APART = bytes(byte if byte in _ASCII_WORD else ord(" ") for byte in range(256))
_IN_NO_MARK = bytes(_ASCII_WORD) + b" \t"
OPEN, _GOES_ON = 3, "~"
"""So many letters are a beginning of their own where any may follow: `mov~` for `mov\\w+`."""
_DIGIT = re.compile(r"\d")
FIGURE = "0~"
"""Stands for any digit, wherever it is."""
_MOST = 400
"""A pattern that begins in more ways is searched for at once."""
_Keys = frozenset[str]


def words_and_marks(folded: str) -> list[str]:
    """Return the words of a text, and then its marks."""
    if not folded.isascii():
        return _WORD.findall(folded) + _MARK.findall(folded)
    # two patterns take three times as long
    raw = folded.encode()
    return [*raw.translate(_APART).decode().split(), *raw.translate(None, _IN_NO_MARK).decode()]


def parts(folded: str) -> list[str]:
    """Return the beginnings of the words of a text, its marks, and `FIGURE` where it has a digit."""
    found = list(map(_BEGINNING, words_and_marks(folded)))
    if _DIGIT.search(folded) is not None:
        found.append(FIGURE)
    return found


_BEGINNING: Callable[[str], str] = itemgetter(slice(KEY))


class Needs(NamedTuple):
    """Of what a text must have one to match: beginnings of words and marks, or the first three letters of any word."""

    beginnings: frozenset[str]
    openings: frozenset[str]


def needed(items: Items | None) -> Needs | None:
    """Return what every text that a pattern matches has one of; None where that cannot be told."""
    if items and never_matches(*items[0]):
        return Needs(frozenset(), frozenset())
    found = None if items is None else _best(items, at_start=False, closed=False)
    if found is None:
        return None
    goes_on = frozenset(one for one in found if _goes_on(one))
    return Needs(found - goes_on, frozenset(one.removesuffix(_GOES_ON) for one in goes_on))


def needed_by_way(items: Items) -> list[list[frozenset[str]]]:
    """Return the sets of which a text must have one each, for each alternative of a pattern; none where it is unknown.

    Of `\\b(?:not known|no idea)` those are `not` and `know` for the one, `no` and `idea` for the other.
    """
    at_start = False
    for index, (kind, value) in enumerate(items):
        if kind is BRANCH:
            ends = _ends_behind(items, index, closed=False)
            ways = [_all(one, at_start=at_start, closed=ends) for one in value]
            break
        at_start = starts_word(kind, value, at_start=at_start)
    else:
        ways = [_all(items, at_start=False, closed=False)]
    return [sorted((one for one in way if not any(map(_goes_on, one))), key=_weight) for way in ways]


def _goes_on(beginning: str) -> bool:
    return beginning.endswith(_GOES_ON) and beginning != FIGURE and len(beginning) > 1


def _best(items: Items, *, at_start: bool, closed: bool) -> _Keys | None:
    """Return the most telling of the sets of beginnings that a sequence needs."""
    return min(_all(items, at_start=at_start, closed=closed), key=_weight, default=None)


def _all(items: Items, *, at_start: bool, closed: bool) -> Iterator[_Keys]:
    """Yield the sets of beginnings of each of which a sequence needs one.

    `at_start`: a word begins where the sequence begins; `closed`: none goes on behind its end.
    """
    for index, (kind, value) in enumerate(items):
        found = [_read(items[index:], closed=closed) if at_start and _may_begin(kind) else None, _marks(kind, value)]
        if kind in REPEATS and value[0] > 0:
            found.append(_best(value[2], at_start=at_start, closed=False))
        if kind is BRANCH:
            ends = _ends_behind(items, index, closed=closed)
            found.append(_union(_best(one, at_start=at_start, closed=ends) for one in value))
        at_start = starts_word(kind, value, at_start=at_start)
        yield from (one for one in found if one is not None)


def _ends_behind(items: Items, index: int, *, closed: bool) -> bool:
    """Whether no word goes on behind an item of a sequence."""
    return is_end(*items[index + 1]) if index + 1 < len(items) else closed


def _union(parts: Iterable[_Keys | None]) -> _Keys | None:
    whole = set[str]()
    for one in parts:
        if one is None:
            return None
        whole |= one
    return frozenset(whole) if len(whole) <= _MOST else None


def _marks(kind: Any, value: Any) -> _Keys | None:
    """Return the marks of which an item is one, where it can be nothing else."""
    if is_digit(kind, value):
        return frozenset((FIGURE,))
    letters = letters_of(kind, value)
    if letters is None or any(is_word(letter) or letter in " \t" for letter in letters):
        return None
    return frozenset(letters)


def _weight(keys: _Keys) -> int:
    """Return how many of a thousand texts have one of the beginnings, roughly."""
    return sum(_OFTEN.get(key) or _WEIGHTS[len(key)] for key in keys)


_WEIGHTS = 0, 20, 20, 10, 5
_OFTEN = {
    key: share
    for share, keys in {
        500: ". the",
        300: f"{FIGURE} , in of",
        200: "and is a was to",
        100: "by on s for as it that with \" - '",
        50: "from firs an are at who play or name : ( )",
    }.items()
    for key in keys.split()
}
"""The frequent ones, as counted in English answers."""


def _may_begin(kind: Any) -> bool:
    return kind in (LETTERS, SET, BRANCH, *REPEATS)


def _read(items: Items, *, closed: bool) -> _Keys | None:
    """Return the beginnings of the word at the head of a sequence; None where they are unknown."""
    begun, whole = _through(items, {""})
    if whole is None or "" in begun | whole:
        return None
    if not closed and any(len(one) < OPEN for one in begun):
        return None
    return frozenset(whole | (begun if closed else {one + _GOES_ON for one in begun}))


def _through(items: Items, begun: set[str]) -> tuple[set[str], set[str] | None]:
    """Return the words that still go on behind a sequence, and those that it ends; None for these where unknown."""
    whole = set[str]()
    for kind, value in items:
        if not begun:
            break
        behind, ended = _next(kind, value, begun)
        if ended is None and all(len(one) == OPEN for one in begun):
            return set(), whole | {one + _GOES_ON for one in begun}
        if ended is None or len(behind) + len(whole) > _MOST:
            return begun, None
        begun = behind
        whole |= ended | {one[:KEY] for one in begun if len(one) >= KEY}
        begun = {one for one in begun if len(one) < KEY}
    return begun, whole


def _next(kind: Any, value: Any, begun: set[str]) -> tuple[set[str], set[str] | None]:
    """Return what `_through` does, of one item."""
    if kind is LETTERS:
        return {one + value for one in begun}, set()
    if kind in LOOKS:
        ended = {one for one in begun if one} if is_end(kind, value) else set[str]()
        return begun - ended, ended
    if kind is BRANCH:
        return _joined(_through(one, begun) for one in value)
    if is_digit(kind, value):
        return set(), {FIGURE}
    letters = letters_of(kind, value)
    if letters is not None:
        inner = [letter for letter in letters if is_word(letter)]
        return {one + letter for one in begun for letter in inner}, begun if len(inner) < len(letters) else set()
    if is_gap(kind, value):
        return set(), begun
    if kind in REPEATS and (value[1] == 1 or is_gap(*value[2][0])):
        taken = _through(value[2], begun)
        return _joined([taken, (begun, set())]) if value[0] == 0 else taken
    return begun, None


def _joined(parts: Iterable[tuple[set[str], set[str] | None]]) -> tuple[set[str], set[str] | None]:
    begun, whole = set[str](), set[str]()
    for more, ended in parts:
        if ended is None:
            return begun, None
        begun |= more
        whole |= ended
    return begun, whole
