"""A pattern as the sequence of items that `re` parses it into, and what an item says about the words of a text.

An item is a kind with its value, as in `re`'s own parser, but plain groups are dissolved, and letters side by side are
one item (`LETTERS`). The items of a part (an alternative, a repeated group, a lookaround) are read in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from pytest_finetunebench.files.uncollected import uncollected

Items = Sequence[tuple[Any, Any]]
BRANCH, SET = op.BRANCH, op.IN
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
LETTERS = "letters"
"""The kind of an item that is several letters of a word, one behind the other."""
_LOOKAROUNDS = (op.ASSERT, op.ASSERT_NOT)
LOOKS = (op.AT, *_LOOKAROUNDS)
"""Kinds of items that take no character."""
_FEW = 16


class Parsed:
    """A pattern that is parsed once, to be read and to be compiled: parsing takes half the time of compiling."""

    def __init__(self, source: str, flags: int = 0) -> None:
        with uncollected():
            self._tree, self._flags = _parser.parse(source, flags), flags

    def items(self) -> list[tuple[Any, Any]] | None:
        """Return the items of the pattern; None where it ignores letter case."""
        return None if self._tree.state.flags & re.IGNORECASE else _flat(self._tree)

    def compiled(self) -> re.Pattern[str]:
        """Return the compiled pattern, which does not know its source."""
        with uncollected():
            found: re.Pattern[str] = _compiler.compile(self._tree, self._flags)
        return found


def _flat(items: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return the items of a sequence, those of its plain groups among them, and letters side by side as one."""
    found: list[tuple[Any, Any]] = []
    for kind, value in items:
        if kind is op.LITERAL and is_word(chr(value)):
            before = found.pop()[1] if found and found[-1][0] is LETTERS else ""
            found.append((LETTERS, before + chr(value)))
        elif kind is op.SUBPATTERN and not value[1]:
            found += _flat(value[3].data)
        elif kind is op.ATOMIC_GROUP:
            found += _flat(value.data)
        elif kind is op.BRANCH:
            found.append((kind, [_flat(one.data) for one in value[1]]))
        elif kind in REPEATS:
            found.append((kind, (value[0], value[1], _flat(value[2].data))))
        elif kind in _LOOKAROUNDS:
            found.append((kind, (value[0], _flat(value[1].data))))
        else:
            found.append((kind, value))
    return found


def letters_of(kind: Any, value: Any) -> list[str] | None:
    """Return the characters that an item stands for, where they are a few."""
    if kind is op.LITERAL:
        return [chr(value)]
    if kind is not op.IN or not all(one in (op.LITERAL, op.RANGE) for one, _ in value):
        return None
    ranges = [range(code, code + 1) if one is op.LITERAL else range(code[0], code[1] + 1) for one, code in value]
    return [chr(code) for one in ranges for code in one] if sum(map(len, ranges)) <= _FEW else None


def never_matches(kind: Any, value: Any) -> bool:
    """Whether an item is `(?!)`, which newer versions of Python parse as an item of its own."""
    return kind is op.FAILURE or (kind is op.ASSERT_NOT and not value[1])


def is_digit(kind: Any, value: Any) -> bool:
    """Whether an item takes a digit at least."""
    if kind in REPEATS:
        return value[0] > 0 and len(value[2]) == 1 and is_digit(*value[2][0])
    return kind is op.IN and value == [(op.CATEGORY, op.CATEGORY_DIGIT)]


def is_gap(kind: Any, value: Any) -> bool:
    """Whether an item takes one character at least, and the first is none of a word."""
    if kind is op.LITERAL:
        return not is_word(chr(value))
    if kind is op.IN:
        return all(
            (one is op.LITERAL and not is_word(chr(code)))
            or (one is op.CATEGORY and code in (op.CATEGORY_SPACE, op.CATEGORY_NOT_WORD))
            for one, code in value
        )
    return kind in REPEATS and value[0] > 0 and bool(value[2]) and is_gap(*value[2][0])


def is_end(kind: Any, value: Any) -> bool:
    """Whether an item tells that no word goes on where it stands."""
    if kind is op.AT:
        return value in (op.AT_BOUNDARY, op.AT_END, op.AT_END_STRING)
    if kind is op.ASSERT_NOT:
        return value[0] > 0 and _is_any_of_word(value[1])
    if kind is op.ASSERT:
        return value[0] > 0 and bool(value[1]) and _is_end_or_gap(*value[1][0])
    return is_gap(kind, value)


def _is_end_or_gap(kind: Any, value: Any) -> bool:
    return is_gap(kind, value) or (kind is op.AT and value in (op.AT_END, op.AT_END_STRING))


def _is_any_of_word(items: Any) -> bool:
    """Whether a sequence is one character that may be any of a word."""
    if len(items) != 1 or items[0][0] is not op.IN:
        return False
    return (op.CATEGORY, op.CATEGORY_WORD) in items[0][1] and (op.NEGATE, None) not in items[0][1]


def starts_word(kind: Any, value: Any, *, at_start: bool) -> bool:
    """Whether a word begins behind an item, if a letter stands there."""
    if kind is op.AT:
        return at_start or value in (op.AT_BOUNDARY, op.AT_BEGINNING, op.AT_BEGINNING_STRING)
    if kind is op.ASSERT_NOT:
        return at_start or (value[0] < 0 and _is_any_of_word(value[1]))
    if kind is op.ASSERT:
        return at_start
    if kind in REPEATS:
        inner = value[2]
        return bool(inner) and starts_word(*inner[-1], at_start=False) and (value[0] > 0 or at_start)
    if kind is op.BRANCH:
        last = [one[-1:] for one in value]
        return all(starts_word(*one[0], at_start=False) if one else at_start for one in last)
    return kind in (op.LITERAL, op.IN) and is_gap(kind, value)


def is_word(letter: str) -> bool:
    """Whether a character may be one of a word."""
    return letter.isalnum() or letter == "_"
