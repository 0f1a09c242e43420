"""What the tokens of a text say, without their places: most texts are compared by that alone, and places cost most."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from pytest_finetunebench.grading.languages.language import Language
from pytest_finetunebench.grading.languages.text_parts import Numbers
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.text.tokens import Token, figures_of, form_of, read_number

NUMBER_MARK = "\x01"
"""Stands around a number, so that tokens can be run together and digits never run into each other."""
_INITIALS = re.compile(r"\.[a-z]")
_DIGIT = re.compile(r"\d")
_WORD_OR_SIGN = re.compile(r"[a-z]+(?:'[a-z]+)*|[$%&]")


def marked(token: Token) -> str:
    """Return what a token says; a number between marks."""
    return token.text if token.value is None else f"{NUMBER_MARK}{token.text}{NUMBER_MARK}"


def said_in(folded: str, language: Language) -> list[str] | None:
    """Return what the tokens of a folded text say, numbers between marks; None where that takes the tokens themselves.

    The places of tokens cost most, and most texts are compared by what they say alone. Initials and numbers in several
    words need them, as do letters that are not ASCII.
    """
    numbers = language.numbers
    if numbers.ascii_figure is None or not folded.isascii() or ("." in folded and _INITIALS.search(folded)):
        return None
    read = _mark_reader(numbers)
    said: list[str] = []
    figures = at = 0
    ordinal = False
    for match in numbers.ascii_figure.finditer(folded) if _DIGIT.search(folded) is not None else ():
        said += map(read, _WORD_OR_SIGN.findall(folded, at, match.start()))
        figure = read_number(match["number"], 0, 0, match["ordinal"] is not None, numbers)
        said.append(marked(figure))
        figures += figure.value is not None
        ordinal = ordinal or figure.spelled
        at = match.end()
    said += map(read, _WORD_OR_SIGN.findall(folded, at))
    several = ordinal or not numbers.joining.isdisjoint(said) or "".join(said).count(NUMBER_MARK) != 2 * figures
    return None if several and _may_join(said, numbers) else said


def places_in(folded: str, language: Language) -> list[tuple[int, int]]:
    """Return where the tokens stand in a folded text of which `said_in` read what they say."""
    return [match.span() for match in language.numbers.ascii_token.finditer(folded)]


def _may_join(said: list[str], numbers: Numbers) -> bool:
    """Whether parts of one number may stand beside each other."""
    last = ""
    for one in said:
        counts = last[:1] == NUMBER_MARK
        if one[0] == NUMBER_MARK and (counts or last in (numbers.joiner, numbers.point)):
            return True
        if one in numbers.joining and (counts or last in numbers.one):
            return True
        last = one
    return False


@cache
def _mark_reader(numbers: Numbers) -> Callable[[str], str]:
    """Return the function that returns what words and signs say, numbers between marks."""
    figures = figures_of(numbers)

    @lru_cache(maxsize=WORD_MEMO_SIZE)
    def read(word: str) -> str:
        if word in numbers.signs:
            return numbers.signs[word]
        word = form_of(word, numbers)
        return f"{NUMBER_MARK}{figures[word]}{NUMBER_MARK}" if word in figures else word

    return read
