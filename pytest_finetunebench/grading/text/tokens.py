"""Texts as tokens whose spelling no longer depends on typography, letter case, or how a number is written.

`1,500`, `1500`, `fifteen hundred` and `1.5 thousand` are one token, as are `II`, `second` and `2nd`; a decimal point is
never removed, be it a comma that cannot part thousands (`8,40`) or spoken (`two point three`). Articles are tokens: who
compares decides whether they count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache, lru_cache
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple

from pytest_finetunebench.grading.languages.text_parts import Numbers
from pytest_finetunebench.grading.memo import WORD_MEMO_SIZE
from pytest_finetunebench.grading.text.numerals import ROMAN_FIGURES
from pytest_finetunebench.grading.text.pieces import Piece, Pieces

MOST_DIGITS = 40
"""Longer digit runs are noise; arithmetic on them would only cost time."""

_MONEY = frozenset("$£€¥₹")
_ONE = Decimal(1)


class Token(NamedTuple):
    """A word, number or sign; `start` and `end` are its place in the folded text."""

    text: str
    start: int
    end: int
    value: Decimal | None = None
    """The number's value; `step` is the place of its last written digit (0.1 for `1.5`, 100000 for `1.5 million`)."""
    step: Decimal = Decimal(1)
    spelled: bool = False
    """Whether the number was written as a word, a roman numeral or an ordinal."""


def tokens_of(pieces: Pieces, numbers: Numbers) -> list[Token]:
    """Return the tokens of a text in pieces, one for each; no number in several words is joined."""
    starts, ends = pieces.bounds()
    words = zip(pieces.written, starts, ends, repeat(None), repeat(_ONE), repeat(False), strict=False)
    # `Token(...)` takes five times as long, and words are most of all that is read
    tokens = list(map(_new_token, repeat(Token), words))
    if pieces.figures or pieces.others:
        read = reader(numbers)
        for index in (*pieces.figures, *pieces.others):
            written, start, end, *_ = tokens[index]
            text, value, step, spelled = read(written)
            tokens[index] = _new_token(Token, (text, start, end, value, step, spelled))
    return tokens


def tokenise(folded: str, numbers: Numbers, pieces: Pieces | None) -> list[Token]:
    """Return the tokens of a folded text; number words and their scale words become one number.

    `pieces` are those of the text (`take_apart`): with them it takes a third of the time, and the tokens are the same.
    """
    if pieces is None:
        tokens = [_read(match, numbers) for match in numbers.token.finditer(folded)]
    else:
        tokens = tokens_of(pieces, numbers)
    if numbers.spelled is not None:
        tokens = _with_spelled(tokens, numbers.spelled(folded))
    if f" {numbers.point} " in folded:
        return _merge(_pointed(tokens, folded, numbers), numbers)
    if numbers.spelled is None and not any(map(_SPELLED, tokens)) and numbers.joining.isdisjoint(map(_TEXT, tokens)):
        return tokens
    return _merge(tokens, numbers)


_new_token: Callable[[type[Token], tuple[object, ...]], Token] = tuple.__new__
_TEXT, _SPELLED = itemgetter(0), itemgetter(5)


def _with_spelled(tokens: list[Token], spelled: Iterable[tuple[int, int, int | Decimal]]) -> list[Token]:
    """Put numbers in words in the place of the tokens that they are made of."""
    found = list(spelled)
    if not found:
        return tokens
    kept = [one for one in tokens if not any(one.start < end and start < one.end for start, end, _ in found)]
    made = [Token(_plain(Decimal(value)), start, end, Decimal(value), _ONE, True) for start, end, value in found]
    return sorted((*kept, *made), key=lambda one: one.start)


def _read(match: re.Match[str], numbers: Numbers) -> Token:
    """Read a word, number, sign or initials."""
    start, end = match.span()
    if match["initials"]:
        return Token(match[0].replace(".", ""), start, end)
    if match["number"]:
        text, value, step, spelled = _read_number(match["number"], match["ordinal"] is not None, numbers)
    else:
        text, value, step, spelled = reader(numbers)(match[0])
    return Token(text, start, end, value, step, spelled)


_Word = tuple[str, Decimal | None, Decimal, bool]
"""A token's text, value, step, and whether it is a number that was spelled out or an ordinal."""


@cache
def reader(numbers: Numbers) -> Callable[[Piece], _Word]:
    """Return the function that reads words, signs and numbers of a language; it keeps what it read of frequent ones."""
    figures = ROMAN_FIGURES | {word: str(value) for word, value in numbers.words.items()}

    @lru_cache(maxsize=WORD_MEMO_SIZE)
    def read(written: Piece) -> _Word:
        if written in numbers.signs:
            return numbers.signs[written], None, _ONE, False
        if numbers.figure is not None and (found := numbers.figure.fullmatch(written)) is not None:
            return _read_number(found["number"], found["ordinal"] is not None, numbers)
        word = _form(written, numbers)
        if word not in figures:
            return word, None, _ONE, False
        return figures[word], Decimal(figures[word]), _ONE, True

    return read


def _form(word: str, numbers: Numbers) -> str:
    """Return a word without possessive ending and apostrophes, in one of the ways in which it is spelled."""
    if "'" in word:
        word = word.removesuffix(numbers.possessive).replace("'", "")
    word = numbers.same.get(word, word)
    varies = len(word) >= numbers.varies and any(map(word.__contains__, numbers.changing))
    return numbers.variant.sub("", word) if varies else word


def _read_number(written: str, ordinal: bool, numbers: Numbers) -> _Word:
    """Read a number in figures."""
    digits = written
    if not written.isdecimal():
        if (raised := numbers.power.fullmatch(written)) is not None:
            return _raised(raised)
        digits = _without_groups(written, numbers)
        if "," in digits or digits.count(".") > 1:
            return digits, None, _ONE, False
    if len(digits) > MOST_DIGITS:
        return digits, None, _ONE, False
    value = Decimal(digits)
    places = len(digits) - digits.index(".") - 1 if "." in digits else 0
    text = str(int(digits)) if not places and digits[0] != "0" else digits.rstrip("0").rstrip(".") if places else digits
    return text, value, _ONE.scaleb(-places) if places else _ONE, ordinal


def _without_groups(written: str, numbers: Numbers) -> str:
    """Return a number without the marks between its thousands, and with a point in front of its decimals."""
    written = written.replace(" ", "").replace("'", "").replace("_", "")
    if numbers.dotted.fullmatch(written):
        written = written.replace(".", "").replace(",", ".")
    elif numbers.decimal_comma.fullmatch(written):
        written = written.replace(",", ".")
    if written[0] == ".":
        written = f"0{written}"
    return written.replace(numbers.thousands, "") if numbers.grouped.fullmatch(written) else written


def _raised(match: re.Match[str]) -> _Word:
    """Read a number with a power of ten behind it."""
    exponent = int((match[2] or match[3]).replace("^", ""))
    value, places = Decimal(match[1]).scaleb(exponent), len(match[1].partition(".")[2])
    return _plain(value), value, _ONE.scaleb(exponent - places), False


def _pointed(tokens: list[Token], folded: str, numbers: Numbers) -> list[Token]:
    """Join what is spoken around a decimal point: `two` `point` `three` `five`."""
    joined: list[Token] = []
    places = 0
    for token in tokens:
        word = folded[token.start : token.end]
        last = joined[-1] if joined else token
        if word in numbers.digits and last.text == numbers.point and _is_spoken(joined[-2:-1], folded, numbers):
            joined.pop()
            last, places = joined[-1], 0
        elif word not in numbers.digits or not places:
            joined.append(token)
            places = 0
            continue
        places += 1
        step = Decimal(1).scaleb(-places)
        value = (last.value or Decimal(0)) + (token.value or Decimal(0)) * step
        joined[-1] = Token(_plain(value), last.start, token.end, value, step, True)
    return joined


def _is_spoken(before: list[Token], folded: str, numbers: Numbers) -> bool:
    """Whether a number in front of `point` is a cardinal in one word, or figures."""
    if not before or before[0].value is None or before[0].value % 1:
        return False
    return folded[before[0].start : before[0].end] not in numbers.ordinals


def _merge(tokens: list[Token], numbers: Numbers) -> list[Token]:
    """Join the parts of one written number: `twenty` `one`, `two` `hundred` `and` `five`, `1.5` `million`."""
    merged: list[Token] = []
    for token in tokens:
        joined = None
        if merged and token.spelled:
            joined = _added(merged[-1], token, merged, numbers)
        elif merged and token.text in numbers.scales:
            joined = _scaled(merged[-1], numbers.scales[token.text], token, numbers)
        elif len(merged) > 1 and token.text in numbers.money_scales and merged[-2].text in _MONEY:
            joined = _scaled(merged[-1], numbers.money_scales[token.text], token, numbers)
        if joined is None:
            merged.append(token)
        else:
            merged[-1] = joined
    return merged


def _scaled(last: Token, times: int, scale: Token, numbers: Numbers) -> Token | None:
    factor = Decimal(times)
    if last.text in numbers.one:
        return Token(str(factor), last.start, scale.end, factor, Decimal(1), True)
    if last.value is None or scale.start - last.end > 1:
        return None
    value, step = last.value, last.step
    if last.spelled and value > 1000 and value % 1000:
        tail = value % 1000
        value, step = value - tail + tail * factor, step * factor
    else:
        value, step = value * factor, step * factor if factor % 10 == 0 else step
    return Token(_plain(value), last.start, scale.end, value, step, last.spelled)


def _added(last: Token, token: Token, merged: list[Token], numbers: Numbers) -> Token | None:
    """Add the smaller part of a number in words: `twenty` + `one`, `two hundred` (+ `and`) + `five`."""
    if last.text == numbers.joiner and len(merged) > 1 and _is_round(merged[-2], token):
        merged.pop()
        last = merged[-1]
    year = _is_year(last, token)
    if not (year or _is_round(last, token)) or token.start - last.end > 5:
        return None
    value = (last.value or Decimal(0)) * (100 if year else 1) + (token.value or Decimal(0))
    return Token(_plain(value), last.start, token.end, value, Decimal(1), True)


def _is_year(last: Token, token: Token) -> bool:
    """Whether two number words are a year: `nineteen` `eighty`."""
    if last.value is None or token.value is None or not last.spelled or token.start - last.end != 1:
        return False
    return _CENTURIES[0] <= last.value <= _CENTURIES[1] and 10 <= token.value < 100


_CENTURIES = 15, 20


def _is_round(last: Token, token: Token) -> bool:
    if last.value is None or token.value is None or not last.spelled or last.value < 20:
        return False
    room = 10 ** len(str(token.value))
    return 0 < token.value < 1000 and last.value >= room and last.value % room == 0


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value.adjusted() < MOST_DIGITS else str(value)
