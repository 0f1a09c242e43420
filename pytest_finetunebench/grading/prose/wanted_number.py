"""What a reference asks the number grader for: an amount, how often, and which numbers of an answer may be meant."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.values.amounts import alike, measures_the_same, same_amount
from pytest_finetunebench.grading.values.frequency import Frequency, beside, holding, is_asked, rate_of
from pytest_finetunebench.grading.values.quantities import Quantity, reference_quantity


class Wanted(NamedTuple):
    """What a reference asks for: an amount, and how often where it says so."""

    amount: Quantity
    frequency: Frequency | None
    reference: Text

    @property
    def is_frequency(self) -> bool:
        """Whether the amount is nothing but the frequency's own figure: `twice daily`."""
        return self.frequency is not None and self.frequency.holds(self.amount.start)

    @property
    def is_rate(self) -> bool:
        """Whether the frequency stands right behind the number: `3 a week`."""
        stated, amount = self.frequency, self.amount
        return stated is not None and not self.reference.folded[amount.end : max(stated.start, amount.end)].strip()


def wanted_amount(reference: Text, exchange: Exchange) -> Wanted | None:
    """Return what a reference asks for; None where it gives no amount."""
    fact, question = exchange.fact, exchange.question
    amount = reference_quantity(reference, fact, question)
    if amount is None:
        return None
    stated = beside(reference, (amount.start, amount.end), ()) or rate_of(amount.unit)
    wanted = Wanted(amount, stated, reference)
    if stated is not None and wanted.is_frequency:
        # `twice daily 500 mg`: what is given so often stands behind
        behind = reference_quantity(reference.like(reference.folded[stated.end :]), fact, question)
        return wanted if behind is None else Wanted(behind, stated._replace(start=0, end=0), reference)
    return wanted


def may_be_meant(one: Quantity, wanted: Wanted, answer: Text, question: Text) -> bool:
    """Whether a number of the answer can be the amount that is asked for: a frequency's own figure mostly cannot."""
    if holding(answer, one.start) is None or wanted.is_frequency:
        return True
    unit = wanted.amount.unit
    if unit is not None:
        return measures_the_same(one, wanted.amount)
    return wanted.is_rate or (wanted.frequency is None and is_asked(wanted.reference, question))


def differing_frequency(group: list[Quantity], amounts: Sequence[int], wanted: Wanted, answer: Text) -> str | None:
    """Return how often the answer gives the amount, in its own words, where the reference says otherwise."""
    if wanted.frequency is None:
        return None
    for one in group:
        stated = beside(answer, (one.start, one.end), amounts)
        if stated is None or None not in (rate_of(one.unit), rate_of(wanted.amount.unit)):
            continue  # of two rates (`7 g a week`, `1 g a day`) the units tell
        start, end, counted = stated.start, stated.end, one.unit is None and one.value > 0
        if counted and stated.holds(one.start) and not wanted.is_frequency:
            stated = stated.times(1 / Fraction(one.value))  # `3 times a week` for `3 a week`
        elif counted and wanted.is_frequency and not stated.holds(one.start):
            stated = stated.times(Fraction(one.value))
        if stated.differs(wanted.frequency):
            return answer.folded[start:end].strip()
    return None


def is_same(one: Quantity, wanted: Quantity, slack: Decimal, question: Text, answer: Text) -> bool:
    """Whether a number of the answer is the wanted one within `slack`, in the unit of the wanted one."""
    one, wanted = alike(one, wanted)
    return same_amount(one, wanted, question, answer.folded, slack)
