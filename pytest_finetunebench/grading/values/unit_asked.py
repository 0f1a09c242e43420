"""Numbers without a unit: which of them give a reference that has one.

Policy: figures do (`61` for 61 kg), but a number word (`twice` for 2 g, `one` for 1 hour) or figures glued to letters
(`CD4` for 4 years) only where the question asks for that unit (`how many years`, `how old`), or the word is the whole
answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.amounts import measures_the_same, says_quantity
from pytest_finetunebench.grading.values.frequency import beside, frequencies
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.units import convert

_PERCENT = "percent"


def says_measure(answer: Text, reference: Text, wanted: Quantity, question: Text) -> Iterator[Span]:
    """Yield where the answer gives a quantity by `quantities.says_quantity`, as far as this module's policy allows."""
    found = _as_often(answer, reference, says_quantity(answer, wanted, question))
    if wanted.unit is None or not _has_unit(reference) or _asks_for(question, wanted.unit):
        yield from found
        return
    bare = None
    for span in found:
        bare = _bare(answer, wanted) if bare is None else bare
        if span[0] not in bare or not _is_loose(answer, span):
            yield span


def _bare(answer: Text, wanted: Quantity) -> set[int]:
    """Return where numbers without a unit stand; a fraction is one of a percentage (`three fifths` for 60%)."""
    share = wanted.unit == _PERCENT
    said = quantities(answer)
    measured = {one.start for one in said if one.unit is not None}
    bare = {one.start for one in said if one.unit is None and not (share and (one.is_fraction or one.is_part))}
    return bare - measured


def _as_often(answer: Text, reference: Text, found: Iterable[Span]) -> Iterator[Span]:
    """Yield the places without another frequency than the reference gives (`500 mg weekly` for `500 mg daily`)."""
    wanted = frequencies(reference)
    for span in found:
        stated = beside(answer, span, [one.start for one in quantities(answer)]) if wanted else None
        if stated is None or not stated.differs(wanted[0]):
            yield span


def measures_alike(answer: Text, place: Span, amounts: Sequence[Quantity], question: Text) -> bool:
    """Whether no number at a place of the answer measures something else than each of the amounts does."""
    here = [one for one in quantities(answer) if place[0] <= one.start < place[1]]
    said = [one for one in here if one.unit is not None]
    wanted = [amount for amount in amounts if amount.unit is not None]
    if any(one.is_base or (one.end > place[1] and not one.is_fraction) for one in here) or not any(
        _of_one_sign(one, answer, question, amounts) for one in here
    ):
        return False
    if not said or not wanted:
        return True
    return any(
        measures_the_same(one, amount) and not _is_of_other_size(one, amount) for one in said for amount in wanted
    )


def _is_of_other_size(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are the same number of units of another size, as letter case may tell (`Gb`, `GB`)."""
    if one.unit is None or other.unit is None or one.unit == other.unit or one.value != other.value:
        return False
    return convert(one.value, one.unit, other.unit) not in (None, other.value)


def _of_one_sign(said: Quantity, answer: Text, question: Text, amounts: Sequence[Quantity]) -> bool:
    """Whether the words around a number leave it as positive or negative as one of the amounts."""
    words = question.language.quantities
    lacks = said.is_lack and words.below_asked.search(question.folded) is None
    for amount in amounts:
        if (said.value < 0 or (lacks and not amount.is_lack)) == (amount.value < 0):
            return True
        if amount.value < 0 <= said.value and words.fewer.search(answer.folded):
            return True
    return False


def _has_unit(reference: Text) -> bool:
    return any(one.unit is not None for one in quantities(reference))


def _asks_for(question: Text, unit: str) -> bool:
    units = question.language.units
    named = (units.asking.get(token.text) or units.words.get(token.text) for token in question.tokens)
    return any(one is not None and convert(Decimal(1), one, unit) is not None for one in named)


def _is_loose(answer: Text, span: Span) -> bool:
    """Whether a number is a word among others, or figures glued to the letters before them."""
    token = next((one for one in answer.tokens if one.start == span[0]), None)
    if token is None:
        return False
    return (token.spelled and len(answer.bare) > 1) or answer.folded[max(0, span[0] - 1) : span[0]].isalpha()
