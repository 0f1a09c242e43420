"""What a mention is denied by: `not X`, `X is not …`, `rather than X`; every grader of prose reads denials alike."""

from __future__ import annotations

from pytest_finetunebench.grading.text.phrases import Span, Text

_REACH = 60
"""So many characters around a mention are read for what is said of it."""


def is_negated(answer: Text, question: Text, span: Span) -> bool:
    """Whether the mention is denied: `not X`, `it isn't a or X`, `rather than X`, `X is not …`.

    Policy: the denial stands in the same clause, at most four words before the mention or right after it; `not only X`
    affirms. `Without X` and `no longer X` deny as well, and so does `no` right before a mention that is no number.
    `More than X` and `less than X` state a bound, not a denial: they count as X. Where the question itself is negative
    nothing is taken back.
    """
    words = answer.language.denials
    if words.in_question.search(question.folded):
        return False
    before = clause_before(answer, span)
    if words.before.search(before) or words.after.match(answer.folded[span[1] : span[1] + _REACH]):
        return True
    left_out = words.left_out.search(before)
    return left_out is not None and not (left_out[0] == words.next_only and answer.folded[span[0]].isdigit())


def clause_before(answer: Text, span: Span) -> str:
    """Return what stands before a mention in its clause; a comma ends it, but not between the members of a list."""
    words = answer.language.denials
    start, end = span
    before, after = answer.folded[max(0, start - _REACH) : start], answer.folded[end : end + _REACH]
    comma = before.rfind(", ")
    if comma >= 0 and not (words.list_before.search(before) and words.list_after.match(after)):
        before = before[comma + 1 :]
    return words.clause_end.split(before)[-1]
