"""The ladder: every rule and guard of the text grader, in the order in which they are tried.

To add a rule or guard, write it in the module of its subject (`rules`, `guards`), with examples, and give it its place
here. `finetunebench explain` shows what each of them makes of an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.guards.dates import DATE_ROLE, OPEN_DATE
from pytest_finetunebench.grading.prose.guards.declining import ECHO, REFUSAL
from pytest_finetunebench.grading.prose.guards.denial import NEGATION
from pytest_finetunebench.grading.prose.guards.direction import DIRECTION
from pytest_finetunebench.grading.prose.guards.entities import OTHER_ENTITY
from pytest_finetunebench.grading.prose.guards.figures import ADDITION, PAST_FIGURE
from pytest_finetunebench.grading.prose.guards.hedging import HEDGE
from pytest_finetunebench.grading.prose.guards.lists import LONGER_LIST
from pytest_finetunebench.grading.prose.guards.loops import LOOP
from pytest_finetunebench.grading.prose.guards.rivals import OTHER_ANSWER
from pytest_finetunebench.grading.prose.guards.roles import OTHER_ROLE
from pytest_finetunebench.grading.prose.rule import Guard, Place, Rule
from pytest_finetunebench.grading.prose.rules.names import FAMILY_NAME, INITIALS, PERSON, UNTITLED
from pytest_finetunebench.grading.prose.rules.values import (
    AMOUNT,
    BOUND,
    CHANGE,
    DATE,
    FIGURES,
    FIGURES_OF_AMOUNT,
    FREQUENCY,
    NOTED_YEAR,
    PART_OF_PERIOD,
    REGIMEN,
    TIME,
    YEAR_WITHIN,
)
from pytest_finetunebench.grading.prose.rules.wording import ESSENCE, EVERY_WORD
from pytest_finetunebench.grading.prose.rules.words import CODE, LEFT_OUT, NONE, PHRASE, SIGN, UNKNOWN, YES_NO
from pytest_finetunebench.grading.prose.shapes import Kind, Shape, Value

RULES: tuple[Rule, ...] = (
    SIGN,
    YES_NO,
    CODE,
    TIME,
    PHRASE,
    NONE,
    UNKNOWN,
    LEFT_OUT,
    PART_OF_PERIOD,
    YEAR_WITHIN,
    NOTED_YEAR,
    DATE,
    FREQUENCY,
    AMOUNT,
    FIGURES_OF_AMOUNT,
    REGIMEN,
    BOUND,
    CHANGE,
    FIGURES,
    UNTITLED,
    PERSON,
    FAMILY_NAME,
    INITIALS,
    EVERY_WORD,
    ESSENCE,
)
"""The surest first. Which of them may look for a reference, its shape decides (`shapes.py`)."""

GUARDS: tuple[Guard, ...] = (
    REFUSAL,
    ECHO,
    NEGATION,
    OTHER_ANSWER,
    OTHER_ENTITY,
    DIRECTION,
    HEDGE,
    LONGER_LIST,
    LOOP,
    ADDITION,
    PAST_FIGURE,
    OTHER_ROLE,
    OPEN_DATE,
    DATE_ROLE,
)
"""The first that rejects a finding gives the reason. (The option `coarse_date` is read by the rule of dates.)"""

_Condition = Callable[[Exchange], bool]


def _tried(kind: Kind, value: Value, *, words: bool, exact: bool) -> tuple[tuple[Rule, _Condition | None], ...]:
    """Return the rules for references of such a shape, each with what else must hold.

    `words`: they are nothing but words, so that other words may give them; `exact`: only exact rules count.
    """
    rules = (one for one in RULES if one.kind in (None, kind) and one.value in (None, value))
    fitting = [one for one in rules if not (words and one.of_value) and not (exact and not one.exact)]
    return tuple([(one, _may_be_other if one.other_words and not words else one.applies) for one in fitting])


def _may_be_other(exchange: Exchange) -> bool:
    return exchange.shape.other_words


_OF_WORDS = [_tried(Kind.PROSE, Value.NONE, words=True, exact=exact) for exact in (False, True)]
_OF_OTHERS = {
    (kind, value, exact): _tried(kind, value, words=False, exact=exact)
    for kind in Kind
    for value in Value
    for exact in (False, True)
}


def rules_for(shape: Shape, *, exact: bool = False) -> Sequence[tuple[Rule, _Condition | None]]:
    """Return the rules that may look for a reference of such a shape, each with what else must hold."""
    if shape.kind is Kind.PROSE and shape.is_words:
        return _OF_WORDS[exact]
    return _OF_OTHERS[shape.kind, shape.value, exact]


def findings(exchange: Exchange, *, exact: bool = False) -> Iterator[tuple[Rule, Place]]:
    """Yield each way and place in which the answer gives the wanted text, the surest first."""
    for rule, applies in rules_for(exchange.shape, exact=exact):
        if applies is None or applies(exchange):
            for place in rule.find(exchange):
                yield rule, place


def veto(exchange: Exchange, place: Place) -> tuple[Guard, str] | None:
    """Return the guard that rejects a finding, with its reason; None where none does.

    An answer that is nothing but the wanted text is never rejected.
    """
    if exchange.is_whole_answer:
        return None
    for guard in GUARDS:
        if getattr(exchange.guards, guard.option) and (reason := guard.rejects(exchange, place)) is not None:
            return guard, reason
    return None
