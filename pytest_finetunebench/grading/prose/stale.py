"""Whether an answer asserts a superseded answer, and which of an old and a new answer it gives as current."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from pytest_finetunebench.grading.prose.denials import is_negated
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.guards.entities import names_another
from pytest_finetunebench.grading.prose.guards.figures import adds_figure
from pytest_finetunebench.grading.prose.guards.hedging import leaves_open
from pytest_finetunebench.grading.prose.match import asserts
from pytest_finetunebench.grading.prose.past import is_past_after, is_past_before
from pytest_finetunebench.grading.text.phrases import Span, Text

_OPENED = re.compile(r"\(\s?(?:[\w'-]+\s){0,3}$")
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

    Policy: a mention counts unless it is denied (`not X`), given as past (`formerly X`, `X is deprecated`, `from X to
    Y`), told of something else in parentheses (`(X in the original)`), or part of the new answer. A new answer within
    the old one is no answer of its own. With both mentioned, the one that is not given as past is current. A superseded
    answer is taken whole: `X or Y` is said by neither alone.
    """
    answer = exchange.answer
    new = [span for reference in references for span in asserts(exchange, reference)]
    last = max((span[0] for span in new), default=-1)
    found = list(asserts(exchange, superseded, whole=True))
    old = [
        span
        for span in found
        if not any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in new)
        and not _is_taken_back(exchange, span, new, last)
        and (not new or _is_answer(answer, superseded, span))
        and not _is_hedged(exchange, superseded, span)
    ]
    if not old:
        return SupersededUse.ABSENT
    current = [
        span
        for span in new
        if not any(start <= span[0] and span[1] <= end for start, end in old)
        and not _is_taken_back(exchange, span, found, old[-1][0])
        and not answer.language.past.not_yet.match(answer.folded, span[1])
        and not answer.language.past.to_come.search(answer.folded[max(0, span[0] - _REACH) : span[0]])
        and not _names_another(exchange, span, references)
    ]
    return SupersededUse.BOTH if current else SupersededUse.CURRENT


def _is_taken_back(exchange: Exchange, span: Span, others: Sequence[Span], last: int) -> bool:
    """Whether a mention is denied or given as past, beside mentions of the other answer, the last of them at `last`."""
    answer = exchange.answer
    if is_negated(answer, exchange.question, span) or _was_then(answer, span, last):
        return True
    if others and _is_aside(exchange, span):
        return True
    if any(end < span[0] for _, end in others) and answer.language.past.it_was.search(answer.folded[: span[0]]):
        return True
    return is_past_before(answer, span) or (not _says_next(answer, span, others) and is_past_after(answer, span))


def _is_aside(exchange: Exchange, span: Span) -> bool:
    """Whether a mention in parentheses is told of something that the question does not ask about: `(X in the play)`."""
    answer = exchange.answer
    if not _OPENED.search(answer.folded[max(0, span[0] - _REACH) : span[0]]):
        return False
    elsewhere = answer.language.past.elsewhere.match(answer.folded, span[1])
    return elsewhere is not None and not answer.part(elsewhere[1]).words <= exchange.question.words


def _names_another(exchange: Exchange, span: Span, references: Sequence[Text]) -> bool:
    """Whether a mention of a new answer is only a part of something else: `whose deputy is X`."""
    alone = exchange.alone()
    return all(names_another(alone.wanting(reference), span) for reference in references)


def _says_next(answer: Text, span: Span, others: Sequence[Span]) -> bool:
    """Whether what stands behind a mention is said of the next one: `X (formerly Y)` gives Y as past."""
    between = [answer.folded[span[1] : start] for start, _ in others if span[1] <= start <= span[1] + _REACH]
    return any(answer.language.past.of_next.fullmatch(gap) for gap in between)


def _is_hedged(exchange: Exchange, superseded: Text, span: Span) -> bool:
    alone = exchange.alone().wanting(superseded)
    return leaves_open(alone, span) or adds_figure(alone, span)


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
