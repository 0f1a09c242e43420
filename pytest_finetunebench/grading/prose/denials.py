"""What a mention is denied by: `not X`, `X is not …`, `rather than X`; every grader of prose reads denials alike."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.sentences import lacks_before
from pytest_finetunebench.grading.text.phrases import Span, Text

_SPACES = re.compile(" {2,}")
_REACH = 60
"""So many characters around a mention are read for what is said of it."""


def is_negated(answer: Text, question: Text, span: Span) -> bool:
    """Whether the mention is denied: `not X`, `it isn't a or X`, `rather than X`, `X is not …`.

    Policy: the denial stands in the same clause, at most four words before the mention or right after it; `not only X`
    affirms. `Without X` and `no longer X` deny as well, and so does `no` right before a mention that is no number.
    `More than X` and `less than X` state a bound, not a denial: they count as X. Where the question itself is negative
    nothing is taken back but what is denied by itself (`it is not X`). A mention in a question (`Is it X?`) asserts
    nothing, and neither does one that is struck through.
    """
    return _is_asked(answer, question, span) or is_denied(answer, question, span)


def is_denied(answer: Text, question: Text, span: Span) -> bool:
    """Whether the mention is denied in so many words, or struck through; one in a question is not."""
    words = answer.language.denials
    if not answer.lacks(words.struck) and _is_struck(answer, span):
        return True
    may_precede = not lacks_before(answer, span, words.before, words.left_out, words.directly)
    before = clause_before(answer, span) if may_precede else ""
    directly, denied = words.directly.search(before) is not None, _is_denied(answer, question, span, before)
    if not (directly or denied):
        return False  # of most answers, so that the question need not be read
    return directly if question.search(words.in_question) else denied


def _is_denied(answer: Text, question: Text, span: Span, before: str) -> bool:
    """Whether a denial stands right behind a mention, or in its clause before it; `failed` is none if it is asked."""
    words = answer.language.denials
    behind = "" if answer.lacks(words.after) else _spaced_once(answer.folded[span[1] : span[1] + _REACH])
    after = words.after.match(behind)
    if after is not None and not _is_asked_word(answer.part(after[0]), question):
        return True
    if not before:
        return False
    if words.before.search(before):
        return True
    left_out = words.left_out.search(before)
    return left_out is not None and not (left_out[0] == words.next_only and answer.folded[span[0]].isdigit())


def _is_asked_word(denial: Text, question: Text) -> bool:
    """Whether a denial is one word that the question has itself: `failed` to `Which one failed?`."""
    return len(denial.said) == 1 and denial.stems <= question.stems


def _is_struck(answer: Text, span: Span) -> bool:
    words = answer.language.denials
    before = words.struck.search(answer.folded[max(0, span[0] - 2 * _REACH) : span[0]])
    return before is not None and words.struck_end.match(answer.folded, span[1]) is not None


def _is_asked(answer: Text, question: Text, span: Span) -> bool:
    """Whether the answer ends with a question that holds the mention; the question itself is an echo, no denial."""
    of_question = answer.language.denials.of_question
    asked = None if answer.lacks(of_question) else of_question.match(answer.folded, span[1])
    if asked is None or answer.folded[asked.end() :].strip() or answer.bare_run == question.bare_run:
        return False
    # `Maybe X?` is a careful answer
    careful = answer.language.answers.leading | answer.language.words.articles
    around = (token for token in answer.tokens if token.end <= span[0] or token.start >= span[1])
    return not (answer.said[:1] != [] and span[0] > 0 and all(token.text in careful for token in around))


def clause_before(answer: Text, span: Span, reach: int = _REACH) -> str:
    """Return what stands before a mention in its clause; a comma ends it, but not between the members of a list."""
    words = answer.language.denials
    start, end = span
    before, after = answer.folded[max(0, start - reach) : start], answer.folded[end : end + reach]
    comma = before.rfind(", ")
    if comma >= 0 and not (words.list_before.search(before) and words.list_after.match(after)):
        before = before[comma + 1 :]
    return _spaced_once(words.clause_end.split(before)[-1])


def _spaced_once(text: str) -> str:
    """Return text without the spaces that markup leaves: `not **X**`."""
    return _SPACES.sub(" ", text) if "  " in text else text
