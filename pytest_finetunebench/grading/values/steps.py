"""Which figures of an answer tell by how much something changed or differs, and not how much it is."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.figure_context import counted_stems, text_before
from pytest_finetunebench.grading.values.quantities import Quantity

_YEARS = range(1000, 2100)


def is_step(answer: Text, question: Text, wanted: Text, one: Quantity, rest: Sequence[Quantity]) -> bool:
    """Whether a figure is a difference (`rose by 5`, `5 more than`), and the question asks for no difference.

    Policy: a change of a count is never how many there are; of a measure it is a step where the answer gives the level
    too (`by $5, to $25`).
    """
    words = answer.language.roles
    if question.search(words.asks_difference) is not None:
        return False
    if not answer.lacks(words.more_than) and words.more_than.match(answer.folded, one.end) is not None:
        return True
    level = any(other.unit == one.unit and other.value not in _YEARS for other in rest)
    if not (level or (one.unit is None and counted_stems(question))) or not _changed(answer, one):
        return False
    return question.words.isdisjoint(words.asks_change) and wanted.words.isdisjoint(words.asks_change)


def _changed(answer: Text, one: Quantity) -> bool:
    words, before = answer.language.roles, text_before(answer, one)
    if answer.lacks(words.step, words.gained):
        return False
    if words.step.search(before) is not None:
        return True
    # `gained 8 seats, and now holds 31`
    return (
        words.gained.search(before) is not None and answer.language.past.now.search(answer.folded, one.end) is not None
    )
