"""Whether a mention is denied within its own clause, which a comma ends: `unlike Passau, Vellmora is on the coast`."""

from __future__ import annotations

import re

from pytest_finetunebench.graders.guards import is_negated
from pytest_finetunebench.graders.phrases import Span, Text

_LIST_BEFORE = re.compile(r",\s(?:(?:and|or|nor|the|an?)\s){0,2}$")
_LIST_AFTER = re.compile(r"\s?(?:$|[.,;:!?\n)]|\s(?:and|or|nor)\b)")
REACH = 60
"""So many characters around a mention are read for what is said of it."""


def clause_before(answer: Text, span: Span) -> str:
    """Return what stands before a mention in its clause; a comma ends it, but not between the members of a list."""
    start, end = span
    begin = max(0, start - REACH)
    before, after = answer.folded[begin:start], answer.folded[end : end + REACH]
    comma = before.rfind(", ")
    if comma < 0 or (_LIST_BEFORE.search(before) and _LIST_AFTER.match(after)):
        return before
    return before[comma + 1 :]


def is_denied(answer: Text, question: Text, span: Span) -> bool:
    """Whether a mention is denied by `guards.is_negated`, read within its clause."""
    if not is_negated(answer, question, span):
        return False
    before, (start, end) = clause_before(answer, span), span
    near = Text(before + answer.folded[start : end + REACH])
    return is_negated(near, question, (len(before), len(before) + end - start))
