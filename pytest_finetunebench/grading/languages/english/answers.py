"""How an English answer says which is its answer."""

from __future__ import annotations

from pytest_finetunebench.grading.languages.prose_parts import Answers
from pytest_finetunebench.grading.patterns import deferred
from pytest_finetunebench.grading.wordlists import word_set

_FRAME = deferred(r"\b(?:(?:the|my)\s)?(?:final|correct|right|short)?\s?answer\s?(?:is|:|would be|=)\s?([^\n]{1,300})")
_LEADING = word_set(
    """
    well so ok okay yes no sure answer answers final correct right believe guess say think believe recall
    remember likely perhaps maybe possibly apparently actually according approximately roughly exactly
    kilograms kg percent
    """
)
"""Words that lead up to an answer and say nothing themselves."""
_GIVEN = deferred(
    r"(?:\b(?:is|was|are|were|be|been|named|called|by|equals|became)|it's|that's|[:=])\s(?:the\s|an?\s|about\s|in\s|on\s|at\s)?"
    r"[\"'(]?$"
)
_NAMED = deferred(r"\banswer(?:\s(?:is|would be|should be)|\s?[:=])|=|####|\bboxed\{")
_TOTAL = deferred(r"\b(?:total|sum)(?:s|ling|ing)?\b(?:\s(?:of|is|was|are|number|comes|to))*|\bmak(?:es|ing)\s")
_ASKS_TOTAL = deferred(r"\b(?:together|total|altogether|combined|in all|both|sum)\b")

ANSWERS = Answers(
    frame_word="answer",
    frame=_FRAME,
    named=_NAMED,
    total=_TOTAL,
    asks_total=_ASKS_TOTAL,
    leading=_LEADING,
    given=_GIVEN,
)
