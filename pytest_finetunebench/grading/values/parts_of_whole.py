"""Which figures of an answer are only a part of a total or whole that it gives too: `15, of which 12 are red`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.figure_context import (
    NEXT_WORDS,
    REACH,
    nouns_behind,
    text_before,
)
from pytest_finetunebench.grading.values.quantities import Quantity, quantities

_PART_END = re.compile(r"[,;:(.\d]")
_OPENS_PARTS = re.compile(r"[:(]")
_OPENED = re.compile(r"\((?:[^\W\d_]+\s){0,2}$")
_SHORT = 15
"""So near to a bracket stands what it is about."""


def role_beside_others(answer: Text, question: Text, one: Quantity, rest: Sequence[Quantity]) -> str | None:
    """Return the role of a figure as a part of what the `rest` of the figures give, in words; None where it is none."""
    if not rest:
        return None
    words = question.language.roles
    larger = any(figure.unit == one.unit and figure.value > one.value for figure in rest)
    part = words.of_which.search(text_before(answer, one)) or words.of_whole.match(answer.folded, one.end)
    if larger and (part or _is_aside(answer, one, rest)) and not _says_asked(answer, question, one):
        return "a part of the whole"
    if words.of_whole.match(answer.folded, one.end) and words.asks_whole.search(question.folded):
        return "a part of the whole"
    if _is_addend(answer, question, one):
        return "a part of the total"
    return None


def _is_aside(answer: Text, one: Quantity, rest: Sequence[Quantity]) -> bool:
    """Whether a figure stands in brackets with words of its own, behind another: `15 (12 of steel)`."""
    opened = _OPENED.search(text_before(answer, one))
    if opened is None or not NEXT_WORDS.match(answer.folded, one.end):
        return False
    at = one.start - len(opened[0])
    return any(figure.unit == one.unit and at - _SHORT <= figure.end <= at for figure in rest)


def _says_asked(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether the words behind a figure are the question's, but for what it counts: `12 are in harbour`."""
    behind = answer.part(answer.language.denials.clause_end.split(answer.folded[one.end : one.end + REACH])[0])
    said = behind.content_stems if behind.content else frozenset[str]()
    words = question.language.words
    found = question.language.roles.counted.search(question.folded)
    counted = frozenset([words.stem(found[1].split()[0])] if found else ())
    return not said.isdisjoint(question.content_stems - counted)


def _is_addend(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether a figure is one of those that come to a total behind or before them; the question asks for no part."""
    ordinals = answer.language.numbers.ordinals
    said = [
        figure
        for figure in quantities(answer)
        if not figure.is_part and answer.folded[figure.start : figure.end] not in ordinals
    ]
    stem = answer.language.words.stem
    for place, total in enumerate(said):
        if total.start > one.start and _is_total(answer, total):
            parts = said[:place]
        elif total.end < one.start and _OPENS_PARTS.search(answer.folded, total.end, one.start):
            parts = said[place + 1 :]
        else:
            continue
        if one not in parts or len(parts) < 2 or sum(part.value for part in parts) != total.value:
            continue
        own = {stem(word) for word in _around(answer, one)}
        others = {stem(word) for part in parts if part is not one for word in _around(answer, part)}
        return not (own - others) & question.stems
    return False


def _around(answer: Text, one: Quantity) -> Iterator[str]:
    """Yield the words around a figure that tell which part it counts."""
    yield from nouns_behind(answer, one)
    clause = _PART_END.split(text_before(answer, one))[-1]
    yield from re.findall(r"[^\W\d_]+", clause)


def _is_total(answer: Text, one: Quantity) -> bool:
    words = answer.language.roles
    return bool(words.total_after.match(answer.folded, one.end) or words.total_before.search(text_before(answer, one)))
