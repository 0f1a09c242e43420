"""French. Its parts stand in `french`; fractions and how often something is are not known."""

from __future__ import annotations

from pytest_finetunebench.grading.languages import blank
from pytest_finetunebench.grading.languages.french import prose, words
from pytest_finetunebench.grading.languages.french.refusals import REFUSALS
from pytest_finetunebench.grading.languages.language import Language

FR = Language(
    code="fr",
    words=words.WORDS,
    references=words.REFERENCES,
    names=words.NAMES,
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
    directions=prose.DIRECTIONS,
    refusals=REFUSALS,
)
"""The one value that holds French."""
