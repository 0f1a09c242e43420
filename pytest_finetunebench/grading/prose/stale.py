"""Whether an answer asserts a superseded answer, and which of an old and a new answer it gives as current."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from pytest_finetunebench.grading.languages.prose_parts import Past
from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.match import asserts
from pytest_finetunebench.grading.text.phrases import Span, Text

_CODE_BEFORE, _CODE_AFTER = tuple("`'.@_"), tuple("`'(_")
_REACH = 80
"""So many characters around a mention are read for what is said of it."""


class SupersededUse(Enum):
    """What an answer says about superseded answers."""

    ABSENT = "no superseded answer is asserted"
    CURRENT = "a superseded answer is given as current"
    BOTH = "a superseded and a new answer are given alike"


def superseded_use(exchange: Exchange, superseded: Text, references: Sequence[Text]) -> SupersededUse:
    """Return how the answer stands to a superseded answer, beside the `references` that hold now.

    Policy: a mention counts unless it is denied (`not X`) or given as past (`formerly X`, `X is deprecated`, `from X to
    Y`), or is part of the new answer; a new answer within the old one is no answer of its own. With both mentioned, the
    one that is not given as past is current. A superseded answer is taken whole: `X or Y` is said by neither alone.
    """
    answer, asked = exchange.answer, exchange.question
    new = [span for reference in references for span in asserts(exchange, reference)]
    last = max((span[0] for span in new), default=-1)
    old = [
        span
        for span in asserts(exchange, superseded, whole=True)
        if not any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in new)
        and not is_negated(answer, asked, span)
        and not is_past(answer, span)
        and not _was_then(answer, span, last)
        and (not new or _is_answer(answer, superseded, span))
    ]
    if not old:
        return SupersededUse.ABSENT
    current = [
        span
        for span in new
        if not any(start <= span[0] and span[1] <= end for start, end in old)
        and not is_past(answer, span)
        and not _was_then(answer, span, old[-1][0])
        and not is_negated(answer, asked, span)
    ]
    return SupersededUse.BOTH if current else SupersededUse.CURRENT


def is_past(answer: Text, span: Span) -> bool:
    """Whether a mention is given as what was: by the words before it in its clause, or right after it.

    A figure may also be the bound of a range: `from 6 months on`, `less than 140/90`, `aged 50 to 75` are no past.
    """
    words = answer.language.past
    start, end = span
    before = words.clause.split(answer.folded[max(0, start - _REACH) : start])[-1]
    after = answer.folded[end : end + _REACH]
    linked = _is_moved_figure if _is_figure(answer, span) else _is_linked
    return bool(
        words.before.search(before)
        or words.after.match(after)
        or linked(before, after, words)
        or (words.was.search(before) and words.now.search(answer.folded, start))
    )


def _is_linked(before: str, after: str, words: Past) -> bool:
    """Whether a name stands behind `from` or `than`, or in front of `to` or `until`."""
    return bool(words.link_before.search(before) or words.link_after.match(after))


def _is_moved_figure(before: str, after: str, words: Past) -> bool:
    """Whether a figure is what another was raised or lowered from, or held until a year."""
    moved = words.moved.search(before) is not None and bool(words.from_.search(before) or words.to.match(after))
    return moved or bool(words.figure_before.search(before) or words.figure_after.match(after))


def _is_figure(answer: Text, span: Span) -> bool:
    """Whether a mention holds a number that is not a part of a name (`PCV13`)."""
    inside = (token for token in answer.tokens if span[0] <= token.start < span[1] and token.value is not None)
    return any(not answer.folded[max(0, token.start - 1) : token.start].isalpha() for token in inside)


def _was_then(answer: Text, span: Span, other: int) -> bool:
    """Whether a mention is told as past, and a later mention of the `other` answer as now: `X was. Now it is Y.`"""
    words = answer.language.past
    if other < span[1]:
        return False
    told = words.told.match(answer.folded, span[1])
    return bool(told and words.now.search(answer.folded, span[1], other + _REACH))


def _is_answer(answer: Text, superseded: Text, span: Span) -> bool:
    """Whether a word that an answer may use in passing (`returns a dict`) is marked as code."""
    if len(superseded.tokens) > 1 or not superseded.raw.islower():
        return True
    before, after = answer.folded[max(0, span[0] - 1) : span[0]], answer.folded[span[1] : span[1] + 1]
    return before in _CODE_BEFORE or after in _CODE_AFTER
