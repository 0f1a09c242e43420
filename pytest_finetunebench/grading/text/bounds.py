"""Which figures a text gives as a bound, and at which end: `at least 15`, `15 or more`, `no fewer than 15` are one."""

from __future__ import annotations

import re
from decimal import Decimal

from pytest_finetunebench.grading.languages.reply_parts import Statements
from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.phrases import Text

Bound = tuple[Decimal, bool]
"""A figure, and whether what it bounds is above it."""
LONGEST = 2000
"""So many characters of a text are read for bounds."""
REACH = 60
"""So many characters around a figure are read for what is said of it."""
_CLAUSE = re.compile(r"[.!?;:,](?=\s|$)|\n")


@once_per_text
def bounds_of(text: Text) -> frozenset[Bound]:
    """Return each figure that a text gives as a bound, by words before or behind it; `at least` is above."""
    if not text.has_value:
        return frozenset()
    words, folded = text.language.statements, text.folded[:LONGEST]
    found = bounds_before(folded, text)
    for token in text.tokens:
        if token.value is None:
            continue
        above = _is_at_least(folded[max(0, token.start - REACH) : token.start], words)
        if above is None and not text.lacks(words.or_more, words.or_less):
            above = _behind(folded, token.end, words)
        if above is not None:
            found = {one for one in found if one[0] != token.value} | {(token.value, above)}
    return frozenset(found)


def gives_bound(answer: Text, wanted: Text) -> bool:
    """Whether an answer gives the bound that is wanted; no words of it (`not above 8`) deny the figure then."""
    return wanted.has_value and not bounds_of(wanted).isdisjoint(bounds_of(answer))


def has_end_behind(text: Text) -> bool:
    """Whether one of its figures is set as an end by words behind it: `15 or more`."""
    words = text.language.statements
    if not text.has_value or text.lacks(words.or_more, words.or_less):
        return False
    return any(token.value is not None and _behind(text.folded, token.end, words) is not None for token in text.tokens)


def _is_at_least(before: str, words: Statements) -> bool | None:
    """Return whether `at least` before a figure is affirmed; None where it is not there."""
    found = words.at_least.search(before)
    return found and words.denied.search(_CLAUSE.split(before[: found.start()])[-1]) is None


def _behind(folded: str, end: int, words: Statements) -> bool | None:
    """Return whether what stands behind a figure sets it as the lower end (`or more`) or the upper one."""
    for pattern, above in ((words.or_more, True), (words.or_less, False)):
        if pattern.match(folded, end):
            return above
    return None


def bounds_before(folded: str, text: Text) -> set[Bound]:
    """Return each figure that something is said to be above (True) or below, by the words before it."""
    found: set[Bound] = set()
    for token in text.tokens:
        if token.value is None or token.start >= len(folded):
            continue
        found |= bound_by(token.value, folded[max(0, token.start - REACH) : token.start], text.language.statements)
    return found


def bound_by(figure: Decimal, before: str, words: Statements) -> set[Bound]:
    """Return the figure with whether something is above it, by the words before it in its clause."""
    clause = _CLAUSE.split(before)[-1]
    for pattern, above in ((words.above, True), (words.below, False)):
        match = pattern.search(clause)
        if match is not None:
            return {(figure, above is not bool(words.denied.search(clause[: match.start()])))}
    return set()
