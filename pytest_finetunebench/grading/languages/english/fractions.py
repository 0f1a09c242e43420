"""Fractions and durations in English."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.english.numbers import WORDS
from pytest_finetunebench.grading.languages.value_parts import Fractions
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_list

_NAMES = word_list(
    "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth twentieth hundredth thousandth"
)
_NUMBERS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 100, 1000)
_ONE = {"half": 2, "quarter": 4, **dict(zip(_NAMES, _NUMBERS, strict=True))}
_SEVERAL = {"halves": 2, **{f"{name}s": number for name, number in _ONE.items() if name != "half"}}
_UNCOUNTED = tuple(word for word in _ONE if word not in WORDS)
"""Parts that are no numbers themselves."""
_OVER = deferred(r"\s?[/⁄]\s?|\}\s?\{|\s(?:out\s)?of\s(?:the\s)?|\sin\s(?:every\s)?")
_MIXED = deferred(r"\s(?:and\s(?:an?\s)?)?|-")
_ENDS = deferred(r"\s*(?:$|[^\w\s'-]|of\b)")
"""What may follow a single part: `a third of it`, but not `a third man`, `half brother`."""
_OF_ONE = deferred(r"[\s-](?:of[\s-])?(?:(?:an?|one|the)[\s-])?")
_SHORT = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
"""Letters that mean a unit of time only beside another one: `9h 12m`."""
_NEXT = deferred(r",?\s(?:and\s)?|")
_CLOCK = deferred(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?\s?(?:h|hours?|hrs?)\b|(\d{1,3})h([0-5]\d)(?!\w)")

FRACTIONS = Fractions(
    one=_ONE,
    several=_SEVERAL,
    uncounted=_UNCOUNTED,
    whole_half="half",
    cardinal_one="one",
    article="a",
    joiners=("and", "a", "an"),
    joiner="and",
    between=("of", "out", "in", "the", "every"),
    over=_OVER,
    mixed=_MIXED,
    ends=_ENDS,
    of_one=_OF_ONE,
    short=_SHORT,
    next=_NEXT,
    clock=_CLOCK,
)
