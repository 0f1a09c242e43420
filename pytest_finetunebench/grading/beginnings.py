"""Which words and marks a text must have for a pattern to match: a look at them is cheaper than a search.

A word is known by its first `KEY` letters, a mark by itself. Of `\\b(?:rather than|not (?:the )?)|~~` they are `rath`,
`not` and `~`: a text that has none of them holds no match. They are read from the pattern itself, so that a word added
to a language needs no second entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

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
_FEW = 16
_Items = Sequence[tuple[Any, Any]]
_Keys = frozenset[str]
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def words_and_marks(folded: str) -> list[str]:
    """Return the words of a text, and then its marks."""
    if not folded.isascii():
        return _WORD.findall(folded) + _MARK.findall(folded)
    # two patterns take three times as long
    raw = folded.encode()
    return [*raw.translate(_APART).decode().split(), *raw.translate(None, _IN_NO_MARK).decode()]


def parts(folded: str) -> list[str]:
    """Return the beginnings of the words of a text, its marks, and `FIGURE` where it has a digit."""
    found = [one[:KEY] for one in words_and_marks(folded)]
    if _DIGIT.search(folded) is not None:
        found.append(FIGURE)
    return found


class Needs(NamedTuple):
    """Of what a text must have one to match: beginnings of words and marks, or the first three letters of any word."""

    beginnings: frozenset[str]
    openings: frozenset[str]


def needed(source: str, flags: int = 0) -> Needs | None:
    """Return what every text that a pattern matches has one of; None where that cannot be told."""
    if source == "(?!)":
        return Needs(frozenset(), frozenset())
    items = _parsed(source, flags)
    found = None if items is None else _best(items, at_start=False, closed=False)
    if found is None:
        return None
    goes_on = frozenset(one for one in found if _goes_on(one))
    return Needs(found - goes_on, frozenset(one.removesuffix(_GOES_ON) for one in goes_on))


def needed_by_way(source: str, flags: int = 0) -> list[list[frozenset[str]]]:
    """Return the sets of which a text must have one each, for each alternative of a pattern; none where it is unknown.

    Of `\\b(?:not known|no idea)` those are `not` and `know` for the one, `no` and `idea` for the other.
    """
    items = _parsed(source, flags) or []
    at_start = False
    for index, (kind, value) in enumerate(items):
        if kind is op.BRANCH:
            ends = _ends_behind(items, index, closed=False)
            ways = [_all(_flat(one), at_start=at_start, closed=ends) for one in value[1]]
            break
        at_start = _starts_word(kind, value, at_start=at_start)
    else:
        ways = [_all(items, at_start=False, closed=False)]
    return [sorted((one for one in way if not any(map(_goes_on, one))), key=_weight) for way in ways]


def _parsed(source: str, flags: int) -> list[tuple[Any, Any]] | None:
    """Return the items of a pattern; None where it ignores letter case."""
    if flags & re.IGNORECASE:
        return None
    parsed = _parser.parse(source, flags)
    return None if parsed.state.flags & re.IGNORECASE else _flat(parsed)


def _goes_on(beginning: str) -> bool:
    return beginning.endswith(_GOES_ON) and beginning != FIGURE and len(beginning) > 1


def _flat(items: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return the items of a sequence, those of its plain groups among them."""
    found: list[tuple[Any, Any]] = []
    for kind, value in items:
        if kind is op.SUBPATTERN and not value[1]:
            found += _flat(value[3])
        elif kind is op.ATOMIC_GROUP:
            found += _flat(value)
        else:
            found.append((kind, value))
    return found


def _best(items: _Items, *, at_start: bool, closed: bool) -> _Keys | None:
    """Return the most telling of the sets of beginnings that a sequence needs."""
    return min(_all(items, at_start=at_start, closed=closed), key=_weight, default=None)


def _all(items: _Items, *, at_start: bool, closed: bool) -> list[_Keys]:
    """Return the sets of beginnings of each of which a sequence needs one.

    `at_start`: a word begins where the sequence begins; `closed`: none goes on behind its end.
    """
    found: list[_Keys | None] = []
    for index, (kind, value) in enumerate(items):
        found += [_read(items[index:], closed=closed) if at_start and _may_begin(kind) else None, _marks(kind, value)]
        if kind in _REPEATS and value[0] > 0:
            found.append(_best(_flat(value[2]), at_start=at_start, closed=False))
        if kind is op.BRANCH:
            ends = _ends_behind(items, index, closed=closed)
            found.append(_union([_best(_flat(one), at_start=at_start, closed=ends) for one in value[1]]))
        at_start = _starts_word(kind, value, at_start=at_start)
    return [one for one in found if one is not None]


def _ends_behind(items: _Items, index: int, *, closed: bool) -> bool:
    """Whether no word goes on behind an item of a sequence."""
    return _is_end(*items[index + 1]) if index + 1 < len(items) else closed


def _union(parts: Sequence[_Keys | None]) -> _Keys | None:
    found = [one for one in parts if one is not None]
    whole = frozenset[str]().union(*found)
    return whole if len(found) == len(parts) and len(whole) <= _MOST else None


def _marks(kind: Any, value: Any) -> _Keys | None:
    """Return the marks of which an item is one, where it can be nothing else."""
    if _is_digit(kind, value):
        return frozenset((FIGURE,))
    letters = _letters(kind, value)
    if letters is None or any(_is_word(letter) or letter in " \t" for letter in letters):
        return None
    return frozenset(letters)


def _weight(keys: _Keys) -> int:
    """Return how many texts have one of the beginnings, roughly: short words stand in most."""
    return sum(_WEIGHTS[len(key)] for key in keys)


_WEIGHTS = 0, 400, 200, 40, 1


def _may_begin(kind: Any) -> bool:
    return kind in (op.LITERAL, op.IN, op.BRANCH, *_REPEATS)


def _read(items: _Items, *, closed: bool) -> _Keys | None:
    """Return the beginnings of the word at the head of a sequence; None where they are unknown."""
    begun, whole = _through(items, {""})
    if whole is None or "" in begun | whole:
        return None
    if not closed and any(len(one) < OPEN for one in begun):
        return None
    return frozenset(whole | (begun if closed else {one + _GOES_ON for one in begun}))


def _through(items: _Items, begun: set[str]) -> tuple[set[str], set[str] | None]:
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
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        ended = {one for one in begun if one} if _is_end(kind, value) else set[str]()
        return begun - ended, ended
    if _is_digit(kind, value):
        return set(), {FIGURE}
    letters = _letters(kind, value)
    if letters is not None:
        inner = [letter for letter in letters if _is_word(letter)]
        return {one + letter for one in begun for letter in inner}, begun if len(inner) < len(letters) else set()
    if _is_gap(kind, value):
        return set(), begun
    if kind is op.BRANCH:
        return _joined([_through(_flat(one), begun) for one in value[1]])
    if kind in _REPEATS and (value[1] == 1 or _is_gap(*_flat(value[2])[0])):
        taken = _through(_flat(value[2]), begun)
        return _joined([taken, (begun, set())]) if value[0] == 0 else taken
    return begun, None


def _joined(parts: Sequence[tuple[set[str], set[str] | None]]) -> tuple[set[str], set[str] | None]:
    begun, whole = set[str](), set[str]()
    for more, ended in parts:
        if ended is None:
            return begun, None
        begun |= more
        whole |= ended
    return begun, whole


def _letters(kind: Any, value: Any) -> list[str] | None:
    """Return the characters that an item stands for, where they are a few."""
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is not op.IN or not all(one in (op.LITERAL, op.RANGE) for one, _ in value):
        return None
    ranges = [range(code, code + 1) if one is op.LITERAL else range(code[0], code[1] + 1) for one, code in value]
    return [chr(code) for one in ranges for code in one] if sum(map(len, ranges)) <= _FEW else None


def _is_digit(kind: Any, value: Any) -> bool:
    """Whether an item takes a digit at least."""
    if kind in _REPEATS:
        inner = _flat(value[2])
        return value[0] > 0 and len(inner) == 1 and _is_digit(*inner[0])
    return kind is op.IN and value == [(op.CATEGORY, op.CATEGORY_DIGIT)]


def _is_gap(kind: Any, value: Any) -> bool:
    """Whether an item takes one character at least, and the first is none of a word."""
    if kind is op.LITERAL:
        return not _is_word(chr(value))
    if kind is op.IN:
        return all(
            (one is op.LITERAL and not _is_word(chr(code)))
            or (one is op.CATEGORY and code in (op.CATEGORY_SPACE, op.CATEGORY_NOT_WORD))
            for one, code in value
        )
    inner = _flat(value[2]) if kind in _REPEATS and value[0] > 0 else []
    return bool(inner) and _is_gap(*inner[0])


def _is_end(kind: Any, value: Any) -> bool:
    """Whether an item tells that no word goes on where it stands."""
    if kind is op.AT:
        return value in (op.AT_BOUNDARY, op.AT_END, op.AT_END_STRING)
    if kind is op.ASSERT_NOT:
        return value[0] > 0 and _is_any_of_word(value[1])
    if kind is op.ASSERT:
        inner = _flat(value[1])
        return value[0] > 0 and bool(inner) and _is_end_or_gap(*inner[0])
    return _is_gap(kind, value)


def _is_end_or_gap(kind: Any, value: Any) -> bool:
    return _is_gap(kind, value) or (kind is op.AT and value in (op.AT_END, op.AT_END_STRING))


def _is_any_of_word(items: Any) -> bool:
    """Whether a sequence is one character that may be any of a word."""
    if len(items) != 1 or items[0][0] is not op.IN:
        return False
    return (op.CATEGORY, op.CATEGORY_WORD) in items[0][1] and (op.NEGATE, None) not in items[0][1]


def _starts_word(kind: Any, value: Any, *, at_start: bool) -> bool:
    """Whether a word begins behind an item, if a letter stands there."""
    if kind is op.AT:
        return at_start or value in (op.AT_BOUNDARY, op.AT_BEGINNING, op.AT_BEGINNING_STRING)
    if kind is op.ASSERT_NOT:
        return at_start or (value[0] < 0 and _is_any_of_word(value[1]))
    if kind is op.ASSERT:
        return at_start
    if kind in _REPEATS:
        inner = _flat(value[2])
        return bool(inner) and _starts_word(*inner[-1], at_start=False) and (value[0] > 0 or at_start)
    if kind is op.BRANCH:
        last = [_flat(one)[-1:] for one in value[1]]
        return all(_starts_word(*one[0], at_start=False) if one else at_start for one in last)
    return _is_single(kind) and _is_gap(kind, value)


def _is_single(kind: Any) -> bool:
    return kind in (op.LITERAL, op.IN)


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
