"""Several written numbers that are one: fractions (`3/8`, `three eighths`, `2 1/2`) and durations (`9 h 12 min`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token

FINEST = Decimal("1e-8")
"""The place to which a fraction is taken as written: a decimal of fewer places is a rounding of it."""


class Compound(NamedTuple):
    """A number written as several; a fraction's unit stands behind it, a duration has its own."""

    value: Decimal
    unit: str | None
    start: int
    end: int
    is_fraction: bool


_FIGURES_BEFORE, _FIGURES_AFTER = re.compile(r"[/⁄\d.]$|\d[-,]$"), re.compile(r"[/⁄-]\d|[.,]\d")
_LONGEST_GAP = 24
_SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
_MONTHS = {"year": 12, "month": 1}


def compounds(text: Text) -> Iterator[Compound]:
    """Yield the fractions and durations of a text, in order; none lies within another."""
    tokens, folded, at = text.tokens, text.folded, 0
    words = text.language.fractions
    if not may_count(text):
        return
    while at < len(tokens):
        token = tokens[at]
        if folded[token.start : token.end] in words.one:
            found, at = _single(text, at), at + 1
        elif token.value is not None:
            found, at = _duration(text, at) or _fraction(text, at) or (None, at + 1)
        else:
            found, at = None, at + 1
        if found is not None:
            yield found


def may_count(text: Text) -> bool:
    """Whether a text may say a number: it holds one, or a part that is none itself (`half`)."""
    return text.has_value or any(map(text.folded.__contains__, text.language.fractions.uncounted))


def _fraction(text: Text, at: int) -> tuple[Compound, int] | None:
    """Read a fraction, with whole ones in front of it or not."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    start = tokens[at].start
    if (found := _proper(text, at)) is not None:
        top, bottom, after = found
        return Compound(top / bottom, None, start, tokens[after - 1].end, True), after
    whole, follows = tokens[at].value or Decimal(0), at + 1
    while follows < len(tokens) and tokens[follows].text in words.joiners and follows < at + 3:
        follows += 1
    if follows == len(tokens) or whole % 1 or not words.mixed.fullmatch(folded, tokens[at].end, tokens[follows].start):
        return None
    last = tokens[follows]
    if folded[last.start : last.end] in words.one and follows == at + 3:
        halves = words.one[folded[last.start : last.end]]
        return Compound((whole * halves + 1) / halves, None, start, last.end, True), follows + 1
    if last.value is None or (found := _proper(text, follows)) is None or found[0] >= found[1]:
        return None
    top, over, after = found
    return Compound((whole * over + top) / over, None, start, tokens[after - 1].end, True), after


def _proper(text: Text, at: int) -> tuple[Decimal, Decimal, int] | None:
    """Read numerator and denominator from a token on; the third is the index behind them."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    top = tokens[at]
    if at + 1 >= len(tokens) or not _is_cardinal(top, text):
        return None
    bottom = tokens[at + 1]
    if bottom.start - top.end > _LONGEST_GAP:
        return None
    word, gap = folded[bottom.start : bottom.end], folded[top.end : bottom.start]
    if gap in (" ", "-") and top.value is not None:
        one = (
            folded[top.start : top.end] == words.cardinal_one
            and word in words.one
            and words.ends.match(folded, bottom.end)
        )
        parts = words.one[word] if one else words.several.get(word)
        if parts:
            return top.value, Decimal(parts), at + 2
    after = at + 2
    while bottom.value is None and bottom.text in words.between and after < min(at + 5, len(tokens)):
        bottom, after = tokens[after], after + 1
    if not bottom.value or not _is_cardinal(bottom, text) or top.value is None:
        return None
    if not words.over.fullmatch(folded, top.end, bottom.start) or _FIGURES_AFTER.match(folded, bottom.end):
        return None
    return (
        None if _FIGURES_BEFORE.search(folded[max(0, top.start - 2) : top.start]) else (top.value, bottom.value, after)
    )


def _is_cardinal(token: Token, text: Text) -> bool:
    """Whether a token is a whole number, and no ordinal: `first half` is no fraction."""
    if token.value is None or token.value % 1:
        return False
    said = text.folded[token.start : token.end]
    return not token.spelled or said.rpartition(" ")[2] not in text.language.numbers.ordinals


def _single(text: Text, at: int) -> Compound | None:
    """Read one part that is counted by no number: `half of it`, `a quarter`."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    token, before = tokens[at], tokens[at - 1] if at else None
    word = folded[token.start : token.end]
    if (before is not None and before.value is not None) or not words.ends.match(folded, token.end):
        return None
    counted = before is not None and before.text == words.article and token.start - before.end == 1
    if word != words.whole_half and not counted:
        return None
    return Compound(Decimal(1) / words.one[word], None, token.start, token.end, True)


def _duration(text: Text, at: int) -> tuple[Compound, int] | None:
    """Read numbers of ever smaller units of time, side by side, as one in the last of these units."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    if (clock := words.clock.match(folded, tokens[at].start)) and not folded[: clock.start()].endswith((":", ".")):
        finest, parts = ("second", 3) if clock[3] else ("minute", 2)
        hours, minutes, seconds = (Decimal(part or 0) for part in clock.groups())
        value = (hours * 3600 + minutes * 60 + seconds) / _SECONDS[finest]
        return Compound(value, finest, clock.start(), clock.end(), False), at + parts
    total, last, after, start = Decimal(0), "", at, tokens[at].start
    scale = _SECONDS
    while after + 1 < len(tokens) and (number := tokens[after].value) is not None:
        word = tokens[after + 1]
        if word.start - tokens[after].end > 1 or (last and not _adjoins(text, after)):
            break
        unit = words.short.get(word.text) or text.language.units.words.get(word.text)
        if not last:
            scale = _MONTHS if unit in _MONTHS else _SECONDS
        if unit not in scale or (last and scale[unit] >= scale[last]) or number % 1:
            break
        total, last, after = total + number * scale[unit], unit, after + 2
        if after < len(tokens) and tokens[after].text == words.joiner:
            after += 1
    used = after - (tokens[after - 1].text == words.joiner)
    if not last or used <= at + 2:
        return None
    return Compound(total / scale[last], last, start, tokens[used - 1].end, False), used


def _adjoins(text: Text, at: int) -> bool:
    """Whether a number stands right behind the unit before it, `and` or a comma apart at most."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    before = tokens[at - 1] if tokens[at - 1].text != words.joiner else tokens[at - 2]
    return words.next.fullmatch(folded, before.end, tokens[at].start) is not None
