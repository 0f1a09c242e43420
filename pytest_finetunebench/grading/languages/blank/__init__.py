"""What a language gives that gives nothing: signs alone, and no word.

Another language replaces what it knows (`dataclasses.replace`). What it leaves as it is here switches the rules that
need it off; `lacking.py` names them. English owes nothing to this module.

May import `grading`, `grading.languages`, `cases` and below.
"""

from pytest_finetunebench.grading.languages.blank.prose import ANSWERS, DENIALS, ENTITIES, HEDGES, PAST
from pytest_finetunebench.grading.languages.blank.replies import (
    CHOICES,
    COMPARISONS,
    DIRECTIONS,
    REFUSALS,
    STATEMENTS,
    YES_NO,
)
from pytest_finetunebench.grading.languages.blank.text import (
    NAMES,
    NONE,
    REFERENCES,
    WORDS,
    as_it_is,
    marked,
    no_other_forms,
)
from pytest_finetunebench.grading.languages.blank.values import CLOCK, DATES, FRACTIONS, FREQUENCIES, QUANTITIES, ROLES

__all__ = [
    "ANSWERS",
    "CHOICES",
    "CLOCK",
    "COMPARISONS",
    "DATES",
    "DENIALS",
    "DIRECTIONS",
    "ENTITIES",
    "FRACTIONS",
    "FREQUENCIES",
    "HEDGES",
    "NAMES",
    "NONE",
    "PAST",
    "QUANTITIES",
    "REFERENCES",
    "REFUSALS",
    "ROLES",
    "STATEMENTS",
    "WORDS",
    "YES_NO",
    "as_it_is",
    "marked",
    "no_other_forms",
]
