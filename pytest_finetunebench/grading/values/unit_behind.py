"""The unit behind a number, by its words and, where these do not tell, by its letter case: `16 Gb` is not `16 GB`."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token

_UNIT_WORDS = re.compile(r"[\s-]?\s?([^\W\d_]+|[%‰°/](?:[cf]\b)?|\^?[23](?!\d))")
_MOST_UNIT_WORDS = 5
"""The words of `mg per kg per day`."""
REACH = 24
"""So many characters around a number are read for its unit and sign."""
_KELVIN = "kelvin"
"""Its sign is a capital: a small k means thousands."""
_LONGEST_SIGN, _OF_DECADE = 4, "s"
"""The longest sign that letter case tells apart; and the letter that makes `30s` and `1990s` decades."""


def unit_behind(text: Text, token: Token) -> str | None:
    """Return the unit behind a number; an empty text where the number is part of a name (`7up`, `B12`)."""
    folded, words, at = text.folded, list[str](), token.end
    if (sign := text.language.quantities.currency_behind.match(folded, at)) is not None:
        return text.language.units.currencies.get(sign[1])
    for _ in range(_MOST_UNIT_WORDS):
        match = _UNIT_WORDS.match(folded, at)
        if match is None:
            break
        words += [match[1]] if words else _as_written(text, token, match).split()
        at = match.end()
    unit = text.language.units.read(words)
    if unit == _KELVIN and len(words[0]) == 1 and not is_capital(text, text.folded.index(words[0], token.end)):
        unit = None
    after = folded[token.end : token.end + 1]
    glued = after.isalpha() and after != "x" and (after.isascii() or text.language.words.whole is None)
    if unit is not None or not glued or token.spelled:
        return unit
    money = text.language.quantities.currency.search(folded[max(0, token.start - REACH) : token.start]) is not None
    return None if money else ""


def _as_written(text: Text, token: Token, word: re.Match[str]) -> str:
    """Return the word right behind a number, or words for it where its letter case tells which unit it is."""
    start, end = word.span(1)
    signs = text.language.units.written
    if end - start > _LONGEST_SIGN or not signs or len(text.raw) != len(text.folded):
        return word[1]
    sign = text.raw[start:end]
    is_decade = start == token.end and sign == _OF_DECADE and not (token.value or 1) % 10
    is_of_word = text.raw[end : end + 1] == "-"  # `A-level`
    return word[1] if is_decade or is_of_word else signs.get(sign, word[1])


def is_capital(text: Text, place: int) -> bool:
    """Whether the letter was written as a capital, where folding has left every letter in its place."""
    return len(text.raw) == len(text.folded) and text.raw[place].isupper()
