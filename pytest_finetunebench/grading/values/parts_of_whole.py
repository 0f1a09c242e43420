"""Which figures of an answer are only a part of a total or whole that it gives too: `15, of which 12 are red`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.figure_context import (
    NEXT_WORDS,
    REACH,
    counted_nouns,
    text_before,
)
from pytest_finetunebench.grading.values.quantities import Quantity, quantities

_PART_END = re.compile(r"[,;:(.\d]")
_OPENS_PARTS = re.compile(r"[:(]")
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")
_OPENED = re.compile(r"\((?:[^\W\d_]+\s){0,2}$")
_MOST_PARTS = 10
"""Among more figures no whole is looked for: this costs the square of their number."""
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
    if _is_whole_of_asked(answer, question, one, rest):
        return "the whole of which a part is asked for"
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


def _is_whole_of_asked(answer: Text, question: Text, one: Quantity, rest: Sequence[Quantity]) -> bool:
    """Whether a figure is a whole, and the answer gives the part that is asked for: `of 90 candidates 75 passed`.

    Policy: what is said of the part is nothing but what the question says, and goes beyond what is said of the whole.
    """
    words = answer.language.roles
    if len(rest) > _MOST_PARTS or answer.lacks(words.among, words.of_which):
        return False
    counted = frozenset(counted_nouns(question))
    # of `75 of the 90` both are parts of a fraction
    of_fraction = [other for other in quantities(answer) if one.is_part and other.is_part]
    for part in (*rest, *of_fraction):
        if part.unit != one.unit or part.value >= one.value:
            continue
        whole, told = _told_of(answer, one, part)
        if told <= question.content_stems and not told <= counted | whole:
            return True
    return False


def _told_of(answer: Text, whole: Quantity, part: Quantity) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of what is said of a whole, and of a part of it; nothing where the two are not joined so."""
    words, ends = answer.language.roles, answer.language.denials.clause_end
    if whole.end < part.start:
        between = answer.folded[whole.end : part.start]
        joined = _opens_with_whole(answer, whole) or words.of_which.search(text_before(answer, part))
        told = ends.split(answer.folded[part.end : part.end + REACH])[0]
    else:
        # `75 of the 90 candidates passed`
        between = ""
        joined = words.among.match(answer.folded[part.end : whole.start].lstrip())
        told = ends.split(answer.folded[whole.end : whole.end + REACH])[0]
    if joined is None or _SENTENCE_END.search(between):
        return frozenset(), frozenset()
    return _stems_of(answer, between), _stems_of(answer, told)


def _opens_with_whole(answer: Text, whole: Quantity) -> re.Match[str] | None:
    """Return `of the` before a whole at the beginning of a sentence; `a crowd of 90` is none of which one tells."""
    before = text_before(answer, whole)
    found = answer.language.roles.among.search(before)
    return None if found is None or _SENTENCE_END.split(before[: found.start()])[-1].strip() else found


def _stems_of(answer: Text, said: str) -> frozenset[str]:
    """Return the stems of the words of a piece of an answer that carry meaning."""
    words = answer.language.words
    return frozenset(words.stem(word) for word in answer.part(said).said if word not in words.stop)


def _is_addend(answer: Text, question: Text, one: Quantity) -> bool:
    """Whether a figure is one of those that come to a total behind or before them; the question asks for no part."""
    ordinals = answer.language.numbers.ordinals
    said = [
        figure
        for figure in quantities(answer)
        if not figure.is_part and answer.folded[figure.start : figure.end] not in ordinals
    ]
    if one not in said:
        return False
    for place, total in enumerate(said):
        if total.start > one.start and _is_total(answer, total):
            parts = said[:place]
        elif total.end < one.start and _opens_parts(answer, total, said[place + 1]):
            parts = said[place + 1 :]
        else:
            continue
        if one not in parts or len(parts) < 2 or sum(part.value for part in parts) != total.value:
            continue
        return bool(question.search(question.language.answers.asks_total)) or not _is_asked(
            question, parts.index(one), _names_of_parts(answer, parts)
        )
    return False


def _opens_parts(answer: Text, total: Quantity, first: Quantity) -> bool:
    """Whether the parts of a total are given behind it: `19 medals: 8 gold`, `19 medals, of which 8 gold`."""
    if _OPENS_PARTS.search(answer.folded, total.end, first.start):
        return True
    return answer.language.roles.of_which.search(text_before(answer, first)) is not None


def _is_asked(question: Text, at: int, names: Sequence[frozenset[str]]) -> bool:
    """Whether the question has a word that names this part alone; what the last one counts all of them count."""
    others = frozenset[str]().union(*(one for place, one in enumerate(names) if place != at))
    own = names[at] - others
    if at == len(names) - 1 and len(own) > 1:
        own -= frozenset(counted_nouns(question)[-1:])
    return not own.isdisjoint(question.stems)


def _names_of_parts(answer: Text, parts: Sequence[Quantity]) -> list[frozenset[str]]:
    """Return for each part the stems of the words that name it: those behind it, or before it where all stand there."""
    starts = [part.start for part in parts[1:]]
    gaps = [answer.folded[part.end : start] for part, start in zip(parts, starts, strict=False)]
    cut = [answer.language.roles.clause_joint.split(gap, maxsplit=1) for gap in gaps]
    behind = [pieces[0] for pieces in cut]
    behind.append(_PART_END.split(answer.folded[parts[-1].end : parts[-1].end + REACH])[0])
    ahead = [pieces[1] if len(pieces) > 1 else "" for pieces in cut]
    if any(_stems_of(answer, one) for one in ahead):
        ahead.insert(0, _PART_END.split(text_before(answer, parts[0]))[-1])
    else:
        ahead.insert(0, "")
    return [_stems_of(answer, f"{before} {after}") for before, after in zip(ahead, behind, strict=True)]


def _is_total(answer: Text, one: Quantity) -> bool:
    words = answer.language.roles
    return bool(words.total_after.match(answer.folded, one.end) or words.total_before.search(text_before(answer, one)))
