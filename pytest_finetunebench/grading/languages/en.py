"""English: the default language of questions and answers. Its parts stand in `english`, one module each."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.english.answers import ANSWERS
from pytest_finetunebench.grading.languages.english.choices import CHOICES
from pytest_finetunebench.grading.languages.english.clock import CLOCK
from pytest_finetunebench.grading.languages.english.comparisons import COMPARISONS
from pytest_finetunebench.grading.languages.english.dates import DATES
from pytest_finetunebench.grading.languages.english.denials import DENIALS
from pytest_finetunebench.grading.languages.english.entities import ENTITIES
from pytest_finetunebench.grading.languages.english.fractions import FRACTIONS
from pytest_finetunebench.grading.languages.english.frequencies import FREQUENCIES
from pytest_finetunebench.grading.languages.english.hedges import HEDGES
from pytest_finetunebench.grading.languages.english.names import NAMES
from pytest_finetunebench.grading.languages.english.numbers import NUMBERS
from pytest_finetunebench.grading.languages.english.past import PAST
from pytest_finetunebench.grading.languages.english.quantities import QUANTITIES
from pytest_finetunebench.grading.languages.english.references import REFERENCES
from pytest_finetunebench.grading.languages.english.refusals import REFUSALS
from pytest_finetunebench.grading.languages.english.roles import ROLES
from pytest_finetunebench.grading.languages.english.statements import DIRECTIONS, STATEMENTS
from pytest_finetunebench.grading.languages.english.units import UNITS
from pytest_finetunebench.grading.languages.english.words import WORDS
from pytest_finetunebench.grading.languages.english.yes_no import YES_NO
from pytest_finetunebench.grading.languages.language import Language

EN = Language(
    code="en",
    words=WORDS,
    references=REFERENCES,
    names=NAMES,
    entities=ENTITIES,
    numbers=NUMBERS,
    fractions=FRACTIONS,
    units=UNITS,
    quantities=QUANTITIES,
    roles=ROLES,
    clock=CLOCK,
    dates=DATES,
    frequencies=FREQUENCIES,
    denials=DENIALS,
    answers=ANSWERS,
    hedges=HEDGES,
    past=PAST,
    choices=CHOICES,
    comparisons=COMPARISONS,
    yes_no=YES_NO,
    statements=STATEMENTS,
    directions=DIRECTIONS,
    refusals=REFUSALS,
)
"""The one value that holds English."""
