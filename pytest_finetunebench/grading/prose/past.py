"""Whether an answer gives a mention as what was: `formerly X`, `X until 2024`, `X is deprecated`."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.sentences import is_story, lacks_before
from pytest_finetunebench.grading.text.phrases import Span, Text

_PART = re.compile(r"[:;,]\s")
_REACH = 80
"""So many characters around a mention are read for what is said of it."""


def is_past(answer: Text, span: Span) -> bool:
    """Whether a mention is given as what was: by the words before it in its clause, or right after it.

    A figure may also be the bound of a range: `from 6 months on`, `less than 140/90`, `aged 50 to 75` are no past.
    """
    return is_past_before(answer, span) or is_past_after(answer, span)


def was_once(answer: Text, question: Text, span: Span) -> bool:
    """Whether a word is given as what was, where the question asks for what is.

    Policy: only what is plainly past (`used to be X`, `X until 2024`), in an answer that gives something else as now or
    says no more.
    """
    words = answer.language.past
    if not question.raw.strip().lstrip("¿")[:1].isupper():
        return False  # a search asks for anything
    until = None if answer.lacks(words.until) else words.until.match(answer.folded[span[1] : span[1] + _REACH])
    if until is None and lacks_before(answer, span, words.predecessor, words.learnt, words.it_was, words.before):
        return False
    if not _asks_what_is(question) or _is_figure(answer, span) or is_story(answer):
        return False
    before, after = _PART.split(_before(answer, span))[-1], answer.folded[span[1] : span[1] + _REACH]
    if words.predecessor.search(answer.folded[max(0, span[0] - _REACH) : span[0]]):
        return True
    if words.learnt.search(before):
        return words.turned.match(after) is not None
    if words.it_was.search(before) and words.now.search(after) and words.turned.match(after):
        return True
    return words.before.search(before) is not None or until is not None


def _asks_what_is(question: Text) -> bool:
    """Whether a question asks for what is, and for nothing that was."""
    words = question.language.past
    return question.search(words.asked) is None and question.search(words.asks_now) is not None


def is_past_before(answer: Text, span: Span) -> bool:
    """Whether the words before a mention in its clause give it as what was."""
    words, before = answer.language.past, _before(answer, span)
    if words.before.search(before) or (words.was.search(before) and words.now.search(answer.folded, span[0])):
        return True
    if not _is_figure(answer, span):
        return words.link_before.search(before) is not None
    moved = words.moved.search(before) is not None and words.from_.search(before) is not None
    return moved or words.figure_before.search(before) is not None


def is_past_after(answer: Text, span: Span) -> bool:
    """Whether the words right behind a mention give it as what was."""
    words, after = answer.language.past, answer.folded[span[1] : span[1] + _REACH]
    if words.after.match(after):
        return True
    if not _is_figure(answer, span):
        return words.link_after.match(after) is not None
    moved = words.moved.search(_before(answer, span)) is not None and words.to.match(after) is not None
    return moved or words.figure_after.match(after) is not None


def _before(answer: Text, span: Span) -> str:
    """Return what stands before a mention in its clause."""
    return answer.language.past.clause.split(answer.folded[max(0, span[0] - _REACH) : span[0]])[-1]


def _is_figure(answer: Text, span: Span) -> bool:
    """Whether a mention holds a number that is not a part of a name (`PCV13`)."""
    inside = (token for token in answer.tokens if span[0] <= token.start < span[1] and token.value is not None)
    return any(not answer.folded[max(0, token.start - 1) : token.start].isalpha() for token in inside)
