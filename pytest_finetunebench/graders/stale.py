"""Whether an answer asserts a superseded answer, and which of an old and a new answer it gives as current."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from pytest_finetunebench.graders.compare import asserts
from pytest_finetunebench.graders.guards import is_negated
from pytest_finetunebench.graders.phrases import Span, Text, reading

_OVER = (
    r"formerly|previously|used to(?: be)?|no longer|any ?more|replac\w+|supersed\w+|deprecat\w+|old|older|legacy"
    r"|earlier|prior|originally|historically|obsolete|outdated|in place of|renamed|removed|migrat\w+|switch\w*|chang\w+"
)
_BEFORE = re.compile(
    rf"(?:\b(?:(?:{_OVER})(?:\s\S+){{0,5}}|from|than|before|until(?: \w+)?)|\((?:it\s)?(?:was|were|had been))[\W_]*$"
)
_WAS = re.compile(r"\b(?:was|were|had been)(?:\s\S+){0,2}[\s:`'\"(]*$")
_NOW = re.compile(r"\b(?:now|currently|today|nowadays|since|updated?|new|newer|latest)\b")
_AFTER = re.compile(
    r"[^\w\s]*\s?(?:method|function|class|module|recommendation|guideline)?\s?"
    r"(?:(?:is|was|were|are|has been|have been|had been|being|got)\s)?(?:\(?\s?)(?:now |since |also )?"
    rf"(?:{_OVER}|until|retired|before|→|->|=>|became|to(?=\s))"
)
_CLAUSE = re.compile(r"[;!?\n]|\.\s|\b(?:but|now|currently|today|(?<!to )use)\b")
_CODE_BEFORE, _CODE_AFTER = tuple("`'.@_"), tuple("`'(_")
_REACH = 80
"""So many characters around a mention are read for what is said of it."""


class Standing(Enum):
    """What an answer says about superseded answers."""

    ABSENT = "no superseded answer is asserted"
    CURRENT = "a superseded answer is given as current"
    BOTH = "a superseded and a new answer are given alike"


def standing(answer: Text, superseded: str, references: Sequence[str], question: str, fact: str | None) -> Standing:
    """Return how `answer` stands to a superseded answer.

    Policy: a mention counts unless it is denied (`not X`) or given as past (`formerly X`, `X is deprecated`, `from X to
    Y`), or is part of the new answer; a new answer within the old one is no answer of its own. With both mentioned, the
    one that is not given as past is current.
    """
    new = [span for reference in references for span in asserts(answer, reference, question, fact)]
    asked = reading(question)
    last = max((span[0] for span in new), default=-1)
    old = [
        span
        for span in asserts(answer, superseded, question, fact, whole=bool(new))
        if not any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in new)
        and not is_negated(answer, asked, span)
        and not is_past(answer, span)
        and not _was_then(answer, span, last)
        and (not new or _is_answer(answer, superseded, span))
    ]
    if not old:
        return Standing.ABSENT
    current = [
        span
        for span in new
        if not any(start <= span[0] and span[1] <= end for start, end in old)
        and not is_past(answer, span)
        and not _was_then(answer, span, old[-1][0])
        and not is_negated(answer, asked, span)
    ]
    return Standing.BOTH if current else Standing.CURRENT


def is_past(answer: Text, span: Span) -> bool:
    """Whether a mention is given as what was: by the words before it in its clause, or right after it."""
    start, end = span
    before = _CLAUSE.split(answer.folded[max(0, start - _REACH) : start])[-1]
    after = answer.folded[end : end + _REACH]
    return bool(
        _BEFORE.search(before) or _AFTER.match(after) or (_WAS.search(before) and _NOW.search(answer.folded, start))
    )


def _was_then(answer: Text, span: Span, other: int) -> bool:
    """Whether a mention is told as past, and a later mention of the `other` answer as now: `X was. Now it is Y.`"""
    if other < span[1]:
        return False
    return bool(_TOLD.match(answer.folded, span[1]) and _NOW.search(answer.folded, span[1], other + _REACH))


_TOLD = re.compile(r"[`'\")]?\s(?:was|were|had been)\b")


def _is_answer(answer: Text, superseded: str, span: Span) -> bool:
    """Whether a word that an answer may use in passing (`returns a dict`) is marked as code."""
    if len(reading(superseded).tokens) > 1 or not superseded.islower():
        return True
    before, after = answer.folded[max(0, span[0] - 1) : span[0]], answer.folded[span[1] : span[1] + 1]
    return before in _CODE_BEFORE or after in _CODE_AFTER
