"""What the tokens of a text say, without their places: most texts are compared by that alone, and places cost most."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from pytest_finetunebench.grading.languages.text_parts import Numbers
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.text.pieces import Piece, Pieces, read_otherwise
from pytest_finetunebench.grading.text.tokens import Token, reader

NUMBER_MARK = "\x01"
"""Stands around a number, so that tokens can be run together and digits never run into each other."""


def marked(token: Token) -> str:
    """Return what a token says; a number between marks."""
    return token.text if token.value is None else f"{NUMBER_MARK}{token.text}{NUMBER_MARK}"


_MARKS = b' \t\n.,;:!?"()[]{}-/#+=@|~^>'
"""They part words, and say nothing."""
_MAY_BE_ALONE = string.ascii_letters.encode() + _MARKS
_APART = bytes.maketrans(string.ascii_uppercase.encode() + _MARKS, string.ascii_lowercase.encode() + b" " * len(_MARKS))
_INITIALS = re.compile(r"\.[A-Za-z]")


def words_alone(raw: str, numbers: Numbers) -> list[str] | None:
    """Return what the tokens of a text say that is nothing but words in ASCII letters, and marks that part them.

    None for any other text, and where a word says something else than is written.
    """
    if numbers.figure is None or not raw.isascii():
        return None
    letters = raw.encode()
    if letters.translate(None, _MAY_BE_ALONE) or ("." in raw and _INITIALS.search(raw)):
        return None
    folded = letters.translate(_APART).decode()
    words = folded.split()
    if not read_otherwise(numbers).isdisjoint(words) or any(map(folded.__contains__, numbers.changing)):
        return None
    return words or None


def said_in(pieces: Pieces, numbers: Numbers) -> list[str] | None:
    """Return what the tokens of a text say, numbers between marks; None where numbers in several words take tokens."""
    if not pieces.figures and not pieces.others:
        return pieces.written
    say, said = _mark_reader(numbers), pieces.written
    ordinal = False
    for index in pieces.figures:
        ordinal = ordinal or said[index][-1].isalpha()
        said[index] = say(said[index])
    several = ordinal
    for index in pieces.others:
        said[index] = say(said[index])
        several = several or said[index][0] == NUMBER_MARK or said[index] in numbers.joining
    return None if several and _may_join(said, (*pieces.figures, *pieces.others), numbers) else said


def _may_join(said: list[str], where: Iterable[int], numbers: Numbers) -> bool:
    """Whether parts of one number may stand beside each other; `where` the numbers and scale words are."""
    for index in where:
        last, one = said[index - 1] if index else "", said[index]
        counts = last[:1] == NUMBER_MARK
        if one[0] == NUMBER_MARK and (counts or last in (numbers.joiner, numbers.point)):
            return True
        if one in numbers.joining and (counts or last in numbers.one):
            return True
    return False


@cache
def _mark_reader(numbers: Numbers) -> Callable[[Piece], str]:
    """Return the function that returns what words, signs and numbers say, numbers between marks."""
    read = reader(numbers)

    @lru_cache(maxsize=WORD_MEMO_SIZE)
    def say(written: Piece) -> str:
        text, value, _, _ = read(written)
        return text if value is None else f"{NUMBER_MARK}{text}{NUMBER_MARK}"

    return say
