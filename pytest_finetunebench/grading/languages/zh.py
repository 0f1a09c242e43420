"""Chinese. Its parts stand in `chinese`; words are told apart by a dictionary, and have no endings."""

from __future__ import annotations

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.chinese import prose, words
from pytest_finetunebench.grading.languages.language import Language

ZH = Language(
    code="zh",
    words=words.WORDS,
    references=words.REFERENCES,
    names=blank.NAMES,
    entities=prose.ENTITIES,
    numbers=words.NUMBERS,
    fractions=blank.FRACTIONS,
    units=words.UNITS,
    quantities=words.QUANTITIES,
    clock=words.CLOCK,
    dates=words.DATES,
    frequencies=blank.FREQUENCIES,
    denials=prose.DENIALS,
    answers=prose.ANSWERS,
    hedges=prose.HEDGES,
    past=prose.PAST,
    choices=prose.CHOICES,
    comparisons=prose.COMPARISONS,
    yes_no=prose.YES_NO,
    statements=prose.STATEMENTS,
    directions=blank.DIRECTIONS,
    refusals=prose.REFUSALS,
)
"""The one value that holds Chinese."""
