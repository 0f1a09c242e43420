"""What a language gives the graders: every word, ending, mark and pattern that a verdict depends on."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.prose_parts import Answers, Denials, Entities, Hedges, Past
from pytest_finetunebench.grading.languages.reply_parts import (
    Choices,
    Comparisons,
    Directions,
    Refusals,
    Statements,
    YesNo,
)
from pytest_finetunebench.grading.languages.text_parts import Names, Numbers, References, Words
from pytest_finetunebench.grading.languages.value_parts import (
    Clock,
    Dates,
    Fractions,
    Frequencies,
    Quantities,
    Roles,
    Units,
)


@dataclass(frozen=True, eq=False)
class Language:
    """One language; no module of graders outside this folder holds a word of any."""

    code: str
    """ISO 639-1, such as `en`."""
    words: Words
    references: References
    names: Names
    entities: Entities
    numbers: Numbers
    fractions: Fractions
    units: Units
    quantities: Quantities
    clock: Clock
    dates: Dates
    frequencies: Frequencies
    denials: Denials
    answers: Answers
    hedges: Hedges
    past: Past
    choices: Choices
    comparisons: Comparisons
    yes_no: YesNo
    statements: Statements
    directions: Directions
    refusals: Refusals
    roles: Roles = blank.ROLES
    """A language that does not say it has no words for them."""
