"""Which date belongs to the event that is asked for: `born in 1884 and died in 1902`.

Policy: the event is named by the last word of the question that is no name (`open`, `born`). Where the answer gives one
date beside that word, and another in a clause without it, the other is of something else. Nothing is taken back where
no date stands beside the word.
"""

from __future__ import annotations

from collections.abc import Sequence

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import names_within

_ROOT = 4
"""So many letters of the word are compared: endings differ (`open`, `opened`)."""


def is_of_another_event(answer: Text, question: Text, place: Span, dated: Sequence[Span] = ()) -> bool:
    """Whether the date at a place is of another event than the question's, by this module's policy.

    Every year of the answer is a date, and so is what stands at the places of `dated`.
    """
    root = _event(question)
    if not root:
        return False
    here, others = False, False
    for start, end in _clauses(answer, dated):
        inside = [token for token in answer.tokens if start <= token.start < end]
        if not any(start <= one[0] < end for one in dated) and not any(
            token.value is not None and 1000 <= token.value < 3000 for token in inside
        ):
            continue
        named = any(token.text.startswith(root) for token in inside)
        if start <= place[0] < end:
            here = named
        else:
            others = others or named
    return others and not here


def holds_event(answer: Text, question: Text, place: Span) -> bool:
    """Whether the clause around a place names the event that the question asks for."""
    root = _event(question)
    own = next((one for one in _clauses(answer, (place,)) if one[0] <= place[0] < one[1]), None)
    if not root or own is None:
        return False
    return any(token.text.startswith(root) for token in answer.tokens if own[0] <= token.start < own[1])


@once_per_text
def _event(question: Text) -> str:
    """Return the beginning of the word that names the event whose date a question asks for."""
    dates = question.language.dates
    if question.language.roles.counted.search(question.folded):
        return ""  # `how many were aboard when she sank`
    if not dates.asks_when.search(question.folded) and not dates.asks_day.search(question.folded):
        return ""
    names = names_within(question)
    words = [token.text for token in question.content if token.value is None and token.text not in names]
    return "" if not words or words[-1] in dates.calendar else words[-1][:_ROOT]


def _clauses(answer: Text, dated: Sequence[Span]) -> list[Span]:
    """Return the clauses of an answer; the comma of `May 4, 1902` ends none."""
    found = (match.span() for match in answer.language.dates.event_ends.finditer(answer.folded))
    ends = [end for start, end in found if not any(one[0] <= start < one[1] for one in dated)]
    return list(zip([0, *ends], [*ends, len(answer.folded)], strict=True))
