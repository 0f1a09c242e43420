"""Whether two quantities are one amount: converted, rounded, in the scale or share that the question asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.text.tokens import MOST_DIGITS
from pytest_finetunebench.grading.values.frequency import rate_of
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.question_unit import asks_for_count, question_scale
from pytest_finetunebench.grading.values.units import TEMPERATURES, convert

_PERCENT = "percent"
_DOTTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_LONG = 3
"""The power of ten from which a measure in whole units counts as rounded."""


def same_quantity(said: Quantity, reference: Quantity, tolerance: Decimal = Decimal(0)) -> bool:
    """Whether two quantities are equal within `tolerance`, given in the reference's unit.

    Where both units are known the said value is converted and rounded to the reference's precision (1.73 m is 173 cm,
    173 m is not); where one is unknown the bare numbers are compared. What is counted is no measure (3 years is not
    3 seasons). A reference with decimals or a scale word is taken as rounded, and so is a measure of four digits or
    more: what rounds to it is equal (3.14159 to 3.14, 1227.986 km/h to 1228 km/h). Any other whole number is exact.
    Rounding never changes a value by more than a twentieth (500 mg is not 1 g), and never one that is a dose or a time
    of one digit (1900 mg is not 2 g).
    """
    value, step = said.value, reference.step
    if (reference.is_fraction and said.is_part) or (said.is_name and reference.unit not in TEMPERATURES):
        return False
    if said.is_base:
        return False
    if (said.counts and reference.unit is not None) or (reference.counts and said.unit is not None):
        return False
    if said.unit and reference.unit and said.unit != reference.unit:
        converted = convert(value, said.unit, reference.unit)
        if converted is None:
            return False
        if abs(converted - reference.value) <= tolerance:
            return True
        return _is_near(converted, said, reference, tolerance) and any(
            abs(rounded - reference.value) <= tolerance for rounded in _roundings(converted, step)
        )
    if abs(value - reference.value) <= tolerance:
        return True
    measured = reference.rounded or (reference.unit == said.unit is not None and reference.value.adjusted() >= _LONG)
    if not measured or said.step >= step or not reference.value:
        return False
    return _is_near(value, said, reference, tolerance) and any(
        rounded == reference.value for rounded in _roundings(value, step)
    )


def _is_near(value: Decimal, said: Quantity, reference: Quantity, tolerance: Decimal) -> bool:
    """Whether rounding may make `value`, in the reference's unit, the reference."""
    one_digit = reference.step == 1 and len(reference.value.normalize().as_tuple().digits) == 1
    if one_digit and tolerance == 0 and any({said.unit, reference.unit} <= units for units in _EXACT):
        return False
    return abs(value - reference.value) <= max(tolerance, abs(reference.value) * _FARTHEST)


_FARTHEST = Decimal("0.05")
"""So large a part of a reference may be lost by rounding."""
_EXACT = (
    {"kilogram", "gram", "milligram"},
    {"liter", "milliliter"},
    {"week", "day", "hour", "minute", "second"},
)
"""Units of doses and times that convert into each other without rounding."""


def _roundings(value: Decimal, step: Decimal) -> Iterator[Decimal]:
    if value.is_finite() and abs(value.adjusted()) < MOST_DIGITS // 2:
        for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN):
            yield (value / step).quantize(Decimal(1), rounding=mode) * step


def same_amount(
    said: Quantity, reference: Quantity, question: Text, answer: str, tolerance: Decimal = Decimal(0)
) -> bool:
    """Whether two quantities agree, with the scale that the question asks for and the sign that words give.

    `1,577` to a question "in USD millions" may be said as $1.577 billion; -3.2% as "fell by 3.2%"; 5% as 0.05.
    """
    if reference.unit is None and said.unit is not None and asks_for_count(question):
        return False
    if said.is_lack and not reference.is_lack and not question.language.quantities.below_asked.search(question.folded):
        said = said._replace(value=-said.value, is_lack=False)
    if _is_share(said, reference, question):
        return _same_share(said, reference)
    if same_quantity(said, reference, tolerance) or _is_short_year(said, reference, question, answer):
        return True
    if said.unit is None and reference.unit is None and asks_for_count(question) and _is_dotted(said, answer):
        return said.value * 1000 == reference.value
    if reference.value < 0 < said.value and question.language.quantities.fewer.search(answer):
        return same_quantity(said, Quantity(-reference.value, reference.unit, reference.step))
    factor = question_scale(question)
    if factor is not None and abs(said.value) > abs(reference.value) * factor / 10:
        return same_quantity(said, Quantity(reference.value * factor, reference.unit, reference.step * factor))
    return False


def says_quantity(answer: Text, wanted: Quantity, question: Text) -> Iterator[Span]:
    """Yield where the answer gives the quantity; an approximate question takes trailing zeros as rounding."""
    rounded = answer.language.quantities.approximate.search(question.folded)
    if rounded and wanted.step == 1 and wanted.value and not wanted.value % 10:
        zeros = int(wanted.value.normalize().as_tuple().exponent)
        wanted = Quantity(wanted.value, wanted.unit, Decimal(1).scaleb(zeros))
    for said in quantities(answer):
        if same_amount(*alike(said, wanted), question, answer.folded):
            yield said.start, said.end


_HUNDRED = Decimal(100)


def _is_share(said: Quantity, reference: Quantity, question: Text) -> bool:
    """Whether one of two numbers is a percentage and the other a part of one (`5.4%`, 0.054; `25%`, `1 in 4`)."""
    percent, other = (said, reference) if said.unit == _PERCENT else (reference, said)
    if percent.unit != _PERCENT or other.unit is not None or abs(other.value) >= 1 or other.is_part or other.counts:
        return False
    if other is said:
        return True
    return other.is_fraction or question.language.quantities.share_asked.search(question.folded) is not None


def _same_share(said: Quantity, reference: Quantity) -> bool:
    """Whether a percentage and a part of one agree, within half a unit of the coarser one's last place."""
    values = [
        (one.value, one.step) if one.unit == _PERCENT else (one.value * 100, one.step * 100)
        for one in (said, reference)
    ]
    step = max(step for _, step in values)
    near = max(abs(value) for value, _ in values) * _FARTHEST
    return abs(values[0][0] - values[1][0]) <= min(step / 2, near)


def _is_short_year(said: Quantity, reference: Quantity, question: Text, answer: str) -> bool:
    """Whether a number is a year without its century: `'84`."""
    if said.unit is not None or answer[max(0, said.start - 1) : said.start] != "'" or said.end - said.start != 2:
        return False
    year = 1000 <= reference.value < 3000 and reference.value % 1 == 0 and reference.unit is None
    asked = question.language.dates.asks_when.search(question.folded)
    return year and asked is not None and reference.value % _HUNDRED == said.value


def _is_dotted(said: Quantity, answer: str) -> bool:
    """Whether a number may have a full stop between its thousands: no count has three decimals."""
    return _DOTTED.fullmatch(answer[said.start : said.end]) is not None


def alike(one: Quantity, other: Quantity) -> tuple[Quantity, Quantity]:
    """Return two quantities, without the rate of the one (`mg/day`) where the other has none."""
    rated = [rate_of(quantity.unit) is not None for quantity in (one, other)]
    if all(rated) or not any(rated) or "/" in ((other if rated[0] else one).unit or "/"):
        return one, other
    bare = [quantity._replace(unit=(quantity.unit or "").partition("/")[0]) for quantity in (one, other)]
    return bare[0], bare[1]


def measures_the_same(one: Quantity, other: Quantity) -> bool:
    """Whether both have a unit, and the one converts to the other."""
    one, other = alike(one, other)
    if one.unit is None or other.unit is None:
        return False
    return convert(Decimal(1), one.unit, other.unit) is not None
