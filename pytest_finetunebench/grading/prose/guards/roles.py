"""The guard against figures that stand in another role than that of an answer.

A bare number is left to the number grader: where a person gave one to this grader, a mention is enough.
"""

from __future__ import annotations

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.guards.subjects import is_of_another_thing
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.prose.shapes import Kind, Value
from pytest_finetunebench.grading.values.quantities import is_number, quantities
from pytest_finetunebench.grading.values.roles import role_of, wrong_end


def _in_other_role(exchange: Exchange, place: Place) -> str | None:
    if place is None or not exchange.answer.has_value or not _is_figure(exchange):
        return None
    inside = [one for one in quantities(exchange.answer) if place[0] <= one.start < place[1]]
    if inside and inside[0].start != place[0]:
        place = inside[0].start, place[1]  # `$5`
    if wrong_end(exchange.answer, exchange.question, place):
        return f"gives '{exchange.answer.folded[slice(*place)]}' as the other end of a period"
    if is_of_another_thing(exchange, place):
        return f"gives '{exchange.answer.folded[slice(*place)]}' for another thing"
    role = role_of(exchange.answer, exchange.question, exchange.wanted, place)
    return role and f"gives '{exchange.answer.folded[slice(*place)]}' only as {role}"


def _is_figure(exchange: Exchange) -> bool:
    """Whether one number is wanted, which has no bound itself."""
    shape = exchange.shape
    if shape.kind is not Kind.PROSE or shape.value is not Value.AMOUNT:
        return False
    if shape.bare_number and (is_number(exchange.wanted) or exchange.wanted.tokens[0].spelled):
        return False
    start = next((token.start for token in exchange.wanted.tokens if token.value is not None), 0)
    return exchange.language.roles.strict.search(exchange.wanted.folded[:start]) is None


OTHER_ROLE = Guard(
    option="other_role",
    rejects=_in_other_role,
    examples=(
        Example("How many boats has it?", "12 boats", "more than 12 boats", False),
        Example("How many boats has it?", "12 boats", "just over 12 boats", True),
        Example("How many boats has it?", "12 boats", "no fewer than 12 boats", True),
        Example("How many boats has it?", "12 boats", "It had 12 boats in 2012.", True),
        Example("How long is it?", "43 metres", "over 43 metres", False),
        Example("How many boats has Tarsk?", "12 boats", "Ellery has 12 boats, Tarsk 15 boats.", False),
        Example("What was the revenue?", "$5 million", "a profit of $5 million on a revenue of $9 million", False),
        Example("What was the revenue?", "$5 million", "$9 million, of which $5 million came from exports", False),
        Example("What was the revenue?", "$5 million", "$5 million per month", False),
        Example("How long is the bridge?", "43 metres", "It is 300 metres long and 43 metres wide.", False),
        Example("How long is the bridge?", "43 metres", "It is 12 metres wide and 43 metres long.", True),
        Example("How many grams are 5 kg?", "5000 grams", "To convert 5 kg to grams, multiply.", False),
        Example("How many grams are 5 kg?", "5000 grams", "5 kg are 5000 g.", True),
    ),
)
