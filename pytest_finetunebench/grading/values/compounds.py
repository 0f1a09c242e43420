"""Several written numbers that are one.

Fractions (`3/8`, `2 1/2`), parts of a unit (`half an hour`, `half a dozen`), and measures in units of ever smaller size
(`9 h 12 min`, `3 kg 200 g`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.tokens import Token

MOST_FIGURES = 2000
"""So many numbers of a text are read: a longer answer repeats itself."""
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
_MEASURES = (
    {"kilometer": 1000000, "meter": 1000, "centimeter": 10, "millimeter": 1},
    {"mile": 63360, "yard": 36, "foot": 12, "inch": 1},
    {"metric_ton": 1000000000, "kilogram": 1000000, "gram": 1000, "milligram": 1},
    {"stone": 224, "pound": 16, "ounce": 1},
)
"""Units that are said side by side, by their size."""


@once_per_text
def compounds(text: Text) -> tuple[Compound, ...]:
    """Return the fractions and durations of a text, in order; none lies within another."""
    return tuple(islice(_compounds(text), MOST_FIGURES))


def _compounds(text: Text) -> Iterator[Compound]:
    if text.folded.isdecimal() or not may_count(text):
        return  # a year, say, is one number
    tokens, folded, at = text.tokens, text.folded, 0
    words, ones = text.language.fractions, text.language.numbers.one
    found: Compound | None
    while at < len(tokens):
        token = tokens[at]
        if token.value is None and token.text not in ones and token.text not in words.one:
            at += 1
            continue
        counted = token.value is not None or token.text in ones
        if counted and (halved := _with_part(text, at)) is not None:
            found, at = halved
        elif folded[token.start : token.end] in words.one:
            found, at = _single(text, at), at + 1
        elif token.value is not None:
            found, at = _in_units(text, at) or _fraction(text, at) or (None, at + 1)
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
        part = Compound(top / bottom, None, start, tokens[after - 1].end, True)
        return _of_one(text, part, after) or part, after
    whole, follows = tokens[at].value or Decimal(0), at + 1
    while follows < len(tokens) and tokens[follows].text in words.joiners and follows < at + 3:
        follows += 1
    if follows == len(tokens) or whole % 1 or not words.mixed.fullmatch(folded, tokens[at].end, tokens[follows].start):
        return None
    last = tokens[follows]
    if folded[last.start : last.end] in words.one and follows == at + 3:
        halves = words.one[folded[last.start : last.end]]
        mixed = Compound((whole * halves + 1) / halves, None, start, last.end, True)
        # `a dozen and a half`, `one and a half dozen`
        scale = words.one and text.language.numbers.scales.get(folded[start : tokens[at].end].rpartition(" ")[2])
        if scale and tokens[at].spelled:
            return mixed._replace(value=whole + Decimal(scale) / halves, is_fraction=False), follows + 1
        return _scaled(text, mixed, follows + 1) or mixed, follows + 1
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
    joint = words.over.fullmatch(folded, top.end, bottom.start)
    # nobody has `26.4bn in 2023`, nor 12 of 9
    if (
        joint is None
        or (joint[0].strip().isalpha() and top.value > bottom.value)
        or _FIGURES_AFTER.match(folded, bottom.end)
    ):
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
    if before is not None and before.value is not None:
        return None
    part = Compound(Decimal(1) / words.one[word], None, token.start, token.end, True)
    if (of_one := _of_one(text, part, at + 1)) is not None:
        return of_one
    counted = before is not None and before.text == words.article and token.start - before.end == 1
    if not words.ends.match(folded, token.end) or (word != words.whole_half and not counted):
        return None
    return part


def _of_one(text: Text, part: Compound, follows: int) -> Compound | None:
    """Read the unit or scale that a part is taken of: `half an hour`, `half a dozen`, `three quarters of a mile`."""
    joint = text.language.fractions.of_one.match(text.folded, part.end)
    if joint is None or not (joint[0].strip(" -") or text.folded[part.start : part.end].isalpha()):
        return None
    behind = enumerate(text.tokens[follows : follows + 3], follows)
    index = next((place for place, token in behind if token.end > joint.end()), None)
    return None if index is None else _scaled(text, part, index) or _in_one_unit(text, part, joint.end())


def _scaled(text: Text, part: Compound, index: int) -> Compound | None:
    """Multiply a part by the scale word at an index, if one stands there."""
    tokens, scales = text.tokens, text.language.numbers.scales
    if index >= len(tokens):
        return None
    token = tokens[index]
    scale = scales.get(token.text) or scales.get(text.folded[token.start : token.end].rpartition(" ")[2])
    if scale is None or token.start - part.end > _LONGEST_GAP or (token.value is not None and token.value != scale):
        return None
    return Compound(part.value * scale, None, part.start, token.end, False)


def _in_one_unit(text: Text, part: Compound, at: int) -> Compound | None:
    words = _UNIT_WORD.findall(text.folded[at : at + _LONGEST_GAP])[:_MOST_UNIT_WORDS]
    joint = text.folded[part.end : at]
    unit = text.language.units.read(words)
    if unit is None or not (joint.strip(" -") or words[0] in text.language.units.words):
        return None
    end = text.folded.index(words[0], at) + len(words[0])
    return Compound(part.value, unit, part.start, end, False)


_UNIT_WORD = re.compile(r"[^\W\d_]+|[%‰°/]|\^?[23](?!\d)")
_MOST_UNIT_WORDS = 3


def _with_part(text: Text, at: int) -> tuple[Compound, int] | None:
    """Read one unit or more and a part of it: `an hour and a half`, `2 years and a quarter`."""
    tokens, words = text.tokens, text.language.fractions
    token = tokens[at]
    counted = Decimal(1) if token.text in text.language.numbers.one else token.value
    if counted is None or at + 4 >= len(tokens) or tokens[at + 2].text != words.joiner:
        return None
    unit, last = text.language.units.words.get(tokens[at + 1].text), tokens[at + 4]
    over = words.one.get(text.folded[last.start : last.end])
    if unit is None or over is None or tokens[at + 3].text != words.article:
        return None
    return Compound(counted + Decimal(1) / over, unit, token.start, last.end, False), at + 5


def _in_units(text: Text, at: int) -> tuple[Compound, int] | None:
    """Read numbers of ever smaller units, side by side, as one in the last of these units."""
    found = _duration(text, at)
    if found is not None:
        return found
    units = text.language.units.words
    unit = units.get(text.tokens[at + 1].text) if at + 3 < len(text.tokens) else None
    scale = next((one for one in _MEASURES if unit in one), None)
    return None if scale is None else _side_by_side(text, at, scale, {})


def _duration(text: Text, at: int) -> tuple[Compound, int] | None:
    """Read numbers of ever smaller units of time, side by side, as one in the last of these units."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    if (clock := words.clock.match(folded, tokens[at].start)) and not folded[: clock.start()].endswith((":", ".")):
        finest, parts = ("second", 3) if clock[3] else ("minute", 2)
        hours, minutes, seconds = (Decimal(part) for part in [*filter(None, clock.groups()), 0][:3])
        value = (hours * 3600 + minutes * 60 + seconds) / _SECONDS[finest]
        return Compound(value, finest, clock.start(), clock.end(), False), at + parts
    if at + 3 >= len(tokens):
        return None
    unit = words.short.get(tokens[at + 1].text) or text.language.units.words.get(tokens[at + 1].text)
    return _side_by_side(text, at, _MONTHS if unit in _MONTHS else _SECONDS, words.short)


def _side_by_side(
    text: Text, at: int, scale: Mapping[str, int], short: Mapping[str, str]
) -> tuple[Compound, int] | None:
    tokens, joiner = text.tokens, text.language.fractions.joiner
    total, last, after, start = Decimal(0), "", at, tokens[at].start
    while after + 1 < len(tokens) and (number := tokens[after].value) is not None:
        word = tokens[after + 1]
        if word.start - tokens[after].end > 1 or (last and not _adjoins(text, after, comma=bool(short))):
            break
        unit = short.get(word.text) or text.language.units.words.get(word.text)
        if unit is None or unit not in scale or (last and scale[unit] >= scale[last]) or number % 1:
            break
        total, last, after = total + number * scale[unit], unit, after + 2
        if after < len(tokens) and tokens[after].text == joiner:
            after += 1
    used = after - (tokens[after - 1].text == joiner)
    if not last or used <= at + 2:
        return None
    return Compound(total / scale[last], last, start, tokens[used - 1].end, False), used


def _adjoins(text: Text, at: int, *, comma: bool) -> bool:
    """Whether a number stands right behind the unit before it, `and` apart at most, or a `comma` where that may be."""
    tokens, folded = text.tokens, text.folded
    words = text.language.fractions
    before = tokens[at - 1] if tokens[at - 1].text != words.joiner else tokens[at - 2]
    joint = words.next.fullmatch(folded, before.end, tokens[at].start)
    return joint is not None and (comma or not joint[0].startswith(","))
