"""Whether an answer asserts a superseded answer, and which of an old and a new answer it gives as current."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from pytest_finetunebench.grading.prose.guards import is_negated
from pytest_finetunebench.grading.prose.match import asserts
from pytest_finetunebench.grading.text.patterns import deferred
from pytest_finetunebench.grading.text.phrases import Span, Text, reading

_STANDARD = (
    r"thresholds?|targets?|cut-?offs?|limits?|values?|definitions?|recommend\w+|guid\w+|versions?|doses?|standards?|figures?"
    r"|ages?|goals?|names?|rules?|editions?|criteri\w+|models?|methods?|functions?|answers?|schedules?|regimens?"
)
_ONCE = (
    r"formerly|previously|used to(?: be)?|no longer|any ?more|(?<!years )(?<!months )(?<!year-)old"
    r"|(?:the|an) older(?! (?:adults|people|persons|patients|women|men))|legacy|earlier|prior|originally|historically"
    rf"|obsolete|outdated|in place of|(?:previous|former)(?= (?:{_STANDARD}))"
)
_CHANGED = r"replac\w+|supersed\w+|deprecat\w+|renamed|removed|migrat\w+|switch\w*|chang\w+"
_BEFORE = deferred(
    rf"(?:\b(?:{_ONCE})(?:\s\S+){{0,5}}|\b(?:{_CHANGED})(?:\s(?!(?:to|by|with|favou?r)\b)\S+){{0,5}}"
    r"|\((?:it\s)?(?:was|were|had been)|\b(?:rather|other) than|\bbefore,? (?:it|this|they) (?:was|were))[\W_]*$"
)
_LINK_BEFORE = deferred(r"\b(?:from|than|before|until(?: \w+)?)[\W_]*$")
_FIGURE_BEFORE = deferred(r"\b(?:before|until) (?:(?:19|20)\d\d|recently|then)[\W_]*$")
_MOVED = deferred(
    rf"\b(?:{_CHANGED}|updat\w+|revis\w+|rais\w+|lower(?:s|ed|ing)|mov\w+|increas\w+|decreas\w+|reduc\w+|drop\w*|expand\w*"
    r"|extend\w*|cut|shift\w*|ris\w+|rose|f[ae]ll\w*|up|down|went|gone)\b"
)
_FROM = deferred(r"\bfrom[\W_]*$")
_WAS = deferred(r"\b(?:was|were|had been)(?:\s\S+){0,2}[\s:`'\"(]*$")
_NOW = deferred(r"\b(?:now|currently|today|nowadays|since|updated?|new|newer|latest)\b")
_AFTER_WORDS = (
    r"[^\w\s]*\s?(?:method|function|class|module|recommendation|guideline)?\s?"
    r"(?:(?:is|was|were|are|has been|have been|had been|being|got)\s)?(?:\(?\s?)(?:now |since |also )?"
)
_AFTER = deferred(rf"{_AFTER_WORDS}(?:{_ONCE}|{_CHANGED}|retired|→|->|=>|became)")
_LINK_AFTER = deferred(rf"{_AFTER_WORDS}(?:until|before|to(?=\s))")
_FIGURE_AFTER = deferred(rf"{_AFTER_WORDS}(?:until|before) (?:19|20)\d\d")
_TO = deferred(r"[^\w\s]*\s?(?:\w+\s)?to\s")
_CLAUSE = deferred(r"[;!?\n]|\.\s|\b(?:but|now|currently|today|(?<!to )use)\b")
_CODE_BEFORE, _CODE_AFTER = tuple("`'.@_"), tuple("`'(_")
_REACH = 80
"""So many characters around a mention are read for what is said of it."""


class SupersededUse(Enum):
    """What an answer says about superseded answers."""

    ABSENT = "no superseded answer is asserted"
    CURRENT = "a superseded answer is given as current"
    BOTH = "a superseded and a new answer are given alike"


def superseded_use(
    answer: Text, superseded: str, references: Sequence[str], question: str, fact: str | None
) -> SupersededUse:
    """Return how `answer` stands to a superseded answer.

    Policy: a mention counts unless it is denied (`not X`) or given as past (`formerly X`, `X is deprecated`, `from X to
    Y`), or is part of the new answer; a new answer within the old one is no answer of its own. With both mentioned, the
    one that is not given as past is current. A superseded answer is taken whole: `X or Y` is said by neither alone.
    """
    new = [span for reference in references for span in asserts(answer, reference, question, fact)]
    asked = reading(question)
    last = max((span[0] for span in new), default=-1)
    old = [
        span
        for span in asserts(answer, superseded, question, fact, whole=True)
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
    start, end = span
    before = _CLAUSE.split(answer.folded[max(0, start - _REACH) : start])[-1]
    after = answer.folded[end : end + _REACH]
    linked = _is_moved_figure if _is_figure(answer, span) else _is_linked
    return bool(
        _BEFORE.search(before)
        or _AFTER.match(after)
        or linked(before, after)
        or (_WAS.search(before) and _NOW.search(answer.folded, start))
    )


def _is_linked(before: str, after: str) -> bool:
    """Whether a name stands behind `from` or `than`, or in front of `to` or `until`."""
    return bool(_LINK_BEFORE.search(before) or _LINK_AFTER.match(after))


def _is_moved_figure(before: str, after: str) -> bool:
    """Whether a figure is what another was raised or lowered from, or held until a year."""
    moved = _MOVED.search(before) is not None and bool(_FROM.search(before) or _TO.match(after))
    return moved or bool(_FIGURE_BEFORE.search(before) or _FIGURE_AFTER.match(after))


def _is_figure(answer: Text, span: Span) -> bool:
    """Whether a mention holds a number that is not a part of a name (`PCV13`)."""
    inside = (token for token in answer.tokens if span[0] <= token.start < span[1] and token.value is not None)
    return any(not answer.folded[max(0, token.start - 1) : token.start].isalpha() for token in inside)


def _was_then(answer: Text, span: Span, other: int) -> bool:
    """Whether a mention is told as past, and a later mention of the `other` answer as now: `X was. Now it is Y.`"""
    if other < span[1]:
        return False
    return bool(_TOLD.match(answer.folded, span[1]) and _NOW.search(answer.folded, span[1], other + _REACH))


_TOLD = deferred(r"[`'\")]?\s(?:was|were|had been)\b")


def _is_answer(answer: Text, superseded: str, span: Span) -> bool:
    """Whether a word that an answer may use in passing (`returns a dict`) is marked as code."""
    if len(reading(superseded).tokens) > 1 or not superseded.islower():
        return True
    before, after = answer.folded[max(0, span[0] - 1) : span[0]], answer.folded[span[1] : span[1] + 1]
    return before in _CODE_BEFORE or after in _CODE_AFTER
