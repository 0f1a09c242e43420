"""Several written numbers that are one: fractions (`3/8`, `three eighths`, `2 1/2`) and durations (`9 h 12 min`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pytest_finetunebench.grading.text.numerals import ORDINAL_WORDS, WORDS
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token
from pytest_finetunebench.grading.text.wordlists import word_list
from pytest_finetunebench.grading.values.units import UNITS

FINEST = Decimal("1e-8")
"""The place to which a fraction is taken as written: a decimal of fewer places is a rounding of it."""


class Compound(NamedTuple):
    """A number written as several; a fraction's unit stands behind it, a duration has its own."""

    value: Decimal
    unit: str | None
    start: int
    end: int
    is_fraction: bool


_NAMES = word_list(
    "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth twentieth hundredth thousandth"
)
_NUMBERS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 100, 1000)
_ONE = {"half": 2, "quarter": 4, **dict(zip(_NAMES, _NUMBERS, strict=True))}
_SEVERAL = {"halves": 2, **{f"{name}s": number for name, number in _ONE.items() if name != "half"}}
_UNCOUNTED = tuple(word for word in _ONE if word not in WORDS)
"""Parts that are no numbers themselves."""
_OVER = re.compile(r"\s?[/⁄]\s?|\s(?:out\s)?of\s(?:the\s)?|\sin\s(?:every\s)?")
_FIGURES_BEFORE, _FIGURES_AFTER = re.compile(r"[/⁄\d.]$|\d[-,]$"), re.compile(r"[/⁄-]\d|[.,]\d")
_MIXED = re.compile(r"\s(?:and\s(?:an?\s)?)?|-")
_ENDS = re.compile(r"\s*(?:$|[^\w\s'-]|of\b)")
"""What may follow a single part: `a third of it`, but not `a third man`, `half brother`."""
_LONGEST_GAP = 24
_SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
_MONTHS = {"year": 12, "month": 1}
_SHORT = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
"""Letters that mean a unit of time only beside another one: `9h 12m`."""
_NEXT = re.compile(r",?\s(?:and\s)?|")
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?\s?(?:h|hours?|hrs?)\b")


def compounds(text: Text) -> Iterator[Compound]:
    """Yield the fractions and durations of a text, in order; none lies within another."""
    tokens, folded, at = text.tokens, text.folded, 0
    if not text.has_value and not any(map(folded.__contains__, _UNCOUNTED)):
        return
    while at < len(tokens):
        token = tokens[at]
        if folded[token.start : token.end] in _ONE:
            found, at = _single(tokens, at, folded), at + 1
        elif token.value is not None:
            found, at = _duration(tokens, at, folded) or _fraction(tokens, at, folded) or (None, at + 1)
        else:
            found, at = None, at + 1
        if found is not None:
            yield found


def _fraction(tokens: Sequence[Token], at: int, folded: str) -> tuple[Compound, int] | None:
    """Read a fraction, with whole ones in front of it or not."""
    start = tokens[at].start
    if (found := _proper(tokens, at, folded)) is not None:
        top, bottom, after = found
        return Compound(top / bottom, None, start, tokens[after - 1].end, True), after
    whole, follows = tokens[at].value or Decimal(0), at + 1
    while follows < len(tokens) and tokens[follows].text in ("and", "a", "an") and follows < at + 3:
        follows += 1
    if follows == len(tokens) or whole % 1 or not _MIXED.fullmatch(folded, tokens[at].end, tokens[follows].start):
        return None
    last = tokens[follows]
    if folded[last.start : last.end] in _ONE and follows == at + 3:
        halves = _ONE[folded[last.start : last.end]]
        return Compound((whole * halves + 1) / halves, None, start, last.end, True), follows + 1
    if last.value is None or (found := _proper(tokens, follows, folded)) is None or found[0] >= found[1]:
        return None
    top, over, after = found
    return Compound((whole * over + top) / over, None, start, tokens[after - 1].end, True), after


def _proper(tokens: Sequence[Token], at: int, folded: str) -> tuple[Decimal, Decimal, int] | None:
    """Read numerator and denominator from a token on; the third is the index behind them."""
    top = tokens[at]
    if at + 1 >= len(tokens) or not _is_cardinal(top, folded):
        return None
    bottom = tokens[at + 1]
    if bottom.start - top.end > _LONGEST_GAP:
        return None
    word, gap = folded[bottom.start : bottom.end], folded[top.end : bottom.start]
    if gap in (" ", "-") and top.value is not None:
        one = folded[top.start : top.end] == "one" and word in _ONE and _ENDS.match(folded, bottom.end)
        parts = _ONE[word] if one else _SEVERAL.get(word)
        if parts:
            return top.value, Decimal(parts), at + 2
    after = at + 2
    while (
        bottom.value is None and bottom.text in ("of", "out", "in", "the", "every") and after < min(at + 5, len(tokens))
    ):
        bottom, after = tokens[after], after + 1
    if not bottom.value or not _is_cardinal(bottom, folded) or top.value is None:
        return None
    if not _OVER.fullmatch(folded, top.end, bottom.start) or _FIGURES_AFTER.match(folded, bottom.end):
        return None
    return (
        None if _FIGURES_BEFORE.search(folded[max(0, top.start - 2) : top.start]) else (top.value, bottom.value, after)
    )


def _is_cardinal(token: Token, folded: str) -> bool:
    """Whether a token is a whole number, and no ordinal: `first half` is no fraction."""
    if token.value is None or token.value % 1:
        return False
    return not token.spelled or folded[token.start : token.end].rpartition(" ")[2] not in ORDINAL_WORDS


def _single(tokens: Sequence[Token], at: int, folded: str) -> Compound | None:
    """Read one part that is counted by no number: `half of it`, `a quarter`."""
    token, before = tokens[at], tokens[at - 1] if at else None
    word = folded[token.start : token.end]
    if (before is not None and before.value is not None) or not _ENDS.match(folded, token.end):
        return None
    counted = before is not None and before.text == "a" and token.start - before.end == 1
    if word != "half" and not counted:
        return None
    return Compound(Decimal(1) / _ONE[word], None, token.start, token.end, True)


def _duration(tokens: Sequence[Token], at: int, folded: str) -> tuple[Compound, int] | None:
    """Read numbers of ever smaller units of time, side by side, as one in the last of these units."""
    if (clock := _CLOCK.match(folded, tokens[at].start)) and not folded[: clock.start()].endswith((":", ".")):
        finest, parts = ("second", 3) if clock[3] else ("minute", 2)
        hours, minutes, seconds = (Decimal(part or 0) for part in clock.groups())
        value = (hours * 3600 + minutes * 60 + seconds) / _SECONDS[finest]
        return Compound(value, finest, clock.start(), clock.end(), False), at + parts
    total, last, after, start = Decimal(0), "", at, tokens[at].start
    scale = _SECONDS
    while after + 1 < len(tokens) and (number := tokens[after].value) is not None:
        word = tokens[after + 1]
        if word.start - tokens[after].end > 1 or (last and not _adjoins(tokens, after, folded)):
            break
        unit = _SHORT.get(word.text) or UNITS.get(word.text)
        if not last:
            scale = _MONTHS if unit in _MONTHS else _SECONDS
        if unit not in scale or (last and scale[unit] >= scale[last]) or number % 1:
            break
        total, last, after = total + number * scale[unit], unit, after + 2
        if after < len(tokens) and tokens[after].text == "and":
            after += 1
    used = after - (tokens[after - 1].text == "and")
    if not last or used <= at + 2:
        return None
    return Compound(total / scale[last], last, start, tokens[used - 1].end, False), used


def _adjoins(tokens: Sequence[Token], at: int, folded: str) -> bool:
    """Whether a number stands right behind the unit before it, `and` or a comma apart at most."""
    before = tokens[at - 1] if tokens[at - 1].text != "and" else tokens[at - 2]
    return _NEXT.fullmatch(folded, before.end, tokens[at].start) is not None
