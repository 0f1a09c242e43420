"""Arabic. Letters that are written in several ways are one, and so are European and Arabic digits.

Its parts stand in `arabic`.
"""

from __future__ import annotations

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.arabic import prose, words
from pytest_finetunebench.grading.languages.arabic.refusals import REFUSALS
from pytest_finetunebench.grading.languages.language import Language

AR = Language(
    code="ar",
    words=words.WORDS,
    references=words.REFERENCES,
    names=blank.NAMES,
    entities=prose.ENTITIES,
    numbers=words.NUMBERS,
    fractions=blank.FRACTIONS,
    units=words.UNITS,
    quantities=words.QUANTITIES,
    clock=blank.CLOCK,
    dates=words.DATES,
    frequencies=blank.FREQUENCIES,
    denials=prose.DENIALS,
    answers=prose.ANSWERS,
    hedges=prose.HEDGES,
    past=prose.PAST,
    choices=prose.CHOICES,
    comparisons=blank.COMPARISONS,
    yes_no=prose.YES_NO,
    statements=prose.STATEMENTS,
    directions=blank.DIRECTIONS,
    refusals=REFUSALS,
)
"""The one value that holds Arabic."""
