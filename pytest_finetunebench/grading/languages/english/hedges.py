"""What leaves open, in English, which of two figures is meant."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import Hedges
from pytest_finetunebench.grading.patterns import deferred

_BETWEEN_FIGURES = deferred(r"[^,.;:!?\n]{0,20}\bor\s(?:(?:maybe|perhaps|possibly|even|about)\s)?(?:us)?[$£€¥₹]?")
_OR = deferred(r"[%°]?\s?(?:[^\W\d_]+\s){0,3}?\s?(?:,\s?)?[(/]?\s?or\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?")
_COMMA = deferred(r"[%°]?\s?(?:[^\W\d_]+)?,\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?")
_RANGE = deferred(r"\s?[^\W\d_%]{0,12}[%°]?\s?(?:-|to\b)\s?[$£€¥]?\s?")
_AND = deferred(r"\s?(?:[^\W\d_]+\s){0,2}and\s[$£€¥]?\s?")
_BETWEEN = deferred(r"\bbetween\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?$")
_FROM = deferred(r"\bfrom\s(?:[^\W\d_]+\s){0,2}[$£€¥]?\s?$")
_SCORE = deferred(r"\b(?:w[io]n|wins|lost|lose|beat|beaten|score[sd]?|defeat\w*|drew|draw|tied|victory|match|set)\b")

HEDGES = Hedges(
    either_word="or",
    between_figures=_BETWEEN_FIGURES,
    either=_OR,
    comma=_COMMA,
    to=_RANGE,
    both=_AND,
    between=_BETWEEN,
    from_=_FROM,
    score=_SCORE,
)
