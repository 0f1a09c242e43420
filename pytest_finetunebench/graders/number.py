"""The number grader: the answer holds the reference's number, in its unit or one that converts to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pytest_finetunebench.graders.comparison import Comparison, either
from pytest_finetunebench.graders.phrases import Text, reading
from pytest_finetunebench.graders.quantities import quantities, reference_quantity, same_amount, same_quantity

_SHOWN = 5


def compare_number(
    text: str, references: Sequence[str], *, question: str, fact: str | None, tolerance: float
) -> Comparison:
    """Return whether `text` says the number of a reference within `tolerance`, given in the reference's unit."""
    answer, asked = Text(text), reading(question)
    said, slack = list(quantities(answer)), Decimal(str(tolerance))
    for reference in references:
        wanted = reference_quantity(reference, fact)
        for quantity in said:
            if wanted is not None and (
                same_quantity(quantity, wanted, slack) or same_amount(quantity, wanted, asked, answer.folded)
            ):
                shown = _number(quantity.value, quantity.unit)
                return Comparison(True, shown, f"says {shown}")
    if not said:
        return Comparison(False, None, f"holds no number; expected {either(references)}")
    listed = ", ".join(_number(quantity.value, quantity.unit) for quantity in said[:_SHOWN])
    return Comparison(False, listed, f"says {listed}, not {either(references)}")


def _number(value: Decimal, unit: str | None) -> str:
    shown = f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:f}"
    return f"{shown} {unit}" if unit else shown
