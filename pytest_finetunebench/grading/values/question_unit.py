"""What a question asks a number to be: in a unit, a count of things, scaled by millions."""

from __future__ import annotations

import re
from decimal import Decimal

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Text

_UNIT_WORD = re.compile(r"[^\W\d_]+|[%‰°/]|\^?[23](?!\d)")
_MOST_WORDS = 5
_REACH = 60


@once_per_text
def unit_asked(question: Text) -> str | None:
    """Return the unit that a question asks for (`how many metres`, `in euros`, `how old`); None where it names none."""
    units = question.language.units
    for match in units.asked.finditer(question.folded):
        behind = question.folded[match.end() : match.end() + _REACH]
        unit = units.read(_UNIT_WORD.findall(re.split(r"[^\w\s%‰°/^-]", behind)[0])[:_MOST_WORDS])
        if unit is not None:
            return unit
    if units.age_asked.search(question.folded):
        return units.asking.get("old")
    return "percent" if units.percent_asked.search(question.folded) else None


@once_per_text
def asks_for_count(question: Text) -> bool:
    """Whether a question asks how many of a thing there are, so that no measure answers it."""
    return question.language.units.count_asked.search(question.folded) is not None and unit_asked(question) is None


def question_scale(question: Text) -> Decimal | None:
    """Return the factor of `in millions of dollars`, `(in USD thousands)` in a question: references leave it out."""
    words = question.language.quantities
    match = words.in_scale.search(question.folded)
    return Decimal(10) ** words.scale_powers[match[1]] if match else None
