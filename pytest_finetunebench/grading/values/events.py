"""Which year belongs to the event that is asked for: `born in 1884 and died in 1902`.

Policy: the event is named by the last word of the question that is no name (`open`, `born`). Where the answer gives one
year beside that word, and another in a clause without it, the other is of something else. Nothing is taken back where
no year stands beside the word.
"""

from __future__ import annotations

from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import names_within

_ROOT = 4
"""So many letters of the word are compared: endings differ (`open`, `opened`)."""


def is_of_another_event(answer: Text, question: Text, place: Span) -> bool:
    """Whether the year at a place is of another event than the question's, by this module's policy."""
    dates = answer.language.dates
    if not dates.asks_when.search(question.folded):
        return False
    names = names_within(question)
    words = [token.text for token in question.content if token.value is None and token.text not in names]
    if not words or words[-1] in dates.calendar:
        return False
    root = words[-1][:_ROOT]
    here, others = False, False
    for start, end in _clauses(answer):
        inside = [token for token in answer.tokens if start <= token.start < end]
        if not any(token.value is not None and 1000 <= token.value < 3000 for token in inside):
            continue
        named = any(token.text.startswith(root) for token in inside)
        if start <= place[0] < end:
            here = named
        else:
            others = others or named
    return others and not here


def _clauses(answer: Text) -> list[Span]:
    ends = [match.end() for match in answer.language.dates.event_ends.finditer(answer.folded)]
    return list(zip([0, *ends], [*ends, len(answer.folded)], strict=True))
