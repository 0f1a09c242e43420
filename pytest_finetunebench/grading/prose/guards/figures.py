"""Guards against answers that give other figures beside the right one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.prose.shapes import Value
from pytest_finetunebench.grading.text.phrases import Span
from pytest_finetunebench.grading.values.amounts import same_amount
from pytest_finetunebench.grading.values.compounds import may_count
from pytest_finetunebench.grading.values.quantities import Quantity, quantities
from pytest_finetunebench.grading.values.roles import was_before

_REACH = 60
_SENTENCE = 160
"""The verb of what moved may stand farther off: `raised the single dose of … from`."""
"""So many characters around a mention are read for what is said of it."""


def adds_figure(exchange: Exchange, span: Place) -> bool:
    """Whether an answer hedges between figures: `61 or 64` for 61.

    Policy: `or` stands between the mention and another figure in the same unit, at most a few words and no comma apart,
    that is neither the reference's nor the question's. A conversion (`5 km or 3.1 miles`), an aside (`$345M, or $1.20 a
    share`) and a range (`61 to 64`) are no hedges. Words beside the reference (`New York City` for `New York`) are no
    addition: they are right more often than wrong.
    """
    answer, words = exchange.answer, exchange.language.hedges
    if words.either_word not in answer.words:
        return False
    known = {token.value for token in (*exchange.wanted.tokens, *exchange.question.tokens)}
    said = list({figure.start: figure for figure in quantities(answer)}.values())
    for before, after in pairwise(said):
        if before.unit != after.unit and None not in (before.unit, after.unit):
            continue
        if (
            before.counts
            or after.counts
            or not words.between_figures.fullmatch(answer.folded[before.end : after.start])
        ):
            continue
        if same_amount(before, after, exchange.question, answer.folded) or same_amount(
            after, before, exchange.question, answer.folded
        ):
            continue
        mentioned = [one for one in (before, after) if span is None or (one.start < span[1] and span[0] < one.end)]
        if mentioned and any(one.value not in known for one in (before, after)):
            return True
    return False


def is_end_of_range(exchange: Exchange, span: Place) -> bool:
    """Whether an amount is one end of a range of amounts in one unit: `$5 million to $6 million`.

    Policy: where something moved from one to the other, or the question or reference has both, nothing is left open.
    """
    answer, words = exchange.answer, exchange.language
    if span is None or exchange.shape.value is not Value.AMOUNT or not answer.has_value:
        return False
    known = {token.value for token in (*exchange.wanted.tokens, *exchange.question.tokens)}
    said = [one for one in quantities(answer) if not one.is_part]
    for low, high in pairwise(said):
        # `60-90 minutes`; of an old and a new figure, `stale.py` tells which is given as current
        bare = low.unit is None and not exchange.superseded
        if high.unit is None or not (bare or low.unit == high.unit) or abs(low.value) >= abs(high.value):
            continue
        if words.past.moved.search(answer.folded) or words.hedges.score.search(answer.folded):
            continue
        mentioned = any(one.start < span[1] and span[0] < one.end for one in (low, high))
        joined = words.hedges.to.fullmatch(answer.folded[low.end : high.start]) is not None
        if mentioned and joined and not {low.value, high.value} <= known:
            return True
    return False


def is_one_of_several(exchange: Exchange, span: Span, points: Collection[Quantity]) -> bool:
    """Whether a figure is one end of a range, or one of two joined by `or`: `5 to 7 days` does not say 7 days.

    Policy: nothing is left open where the other figure is one of the `points`, or the same amount in another unit. A
    range may also begin or end with a figure of the question, and be that from which something moved.
    """
    answer, words, question = exchange.answer, exchange.language.hedges, exchange.question
    said = list({figure.start: figure for figure in quantities(answer)}.values())
    for one, other in pairwise(said):
        mentioned = [span[0] < figure.end and figure.start < span[1] for figure in (one, other)]
        if mentioned.count(True) != 1 or not _in_one_unit(one, other):
            continue
        beside = other if mentioned[0] else one
        if _is_among(beside, points) or same_amount(one, other, question, answer.folded):
            continue
        gap, before = answer.folded[one.end : other.start], answer.folded[max(0, one.start - _REACH) : one.start]
        if words.between_figures.fullmatch(gap):
            return True
        joined = words.to.fullmatch(gap) or (words.both.fullmatch(gap) and words.between.search(before))
        earlier = answer.folded[max(0, one.start - _SENTENCE) : one.start]
        moved = words.from_.search(before) and exchange.language.past.moved.search(earlier)
        if joined and one.value < other.value and not moved and not _is_among(beside, quantities(question)):
            return True
    return False


def _in_one_unit(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit or None in (one.unit, other.unit)


def _is_among(one: Quantity, known: Iterable[Quantity]) -> bool:
    return any(one.value == other.value and _in_one_unit(one, other) for other in known)


def _hedges(exchange: Exchange, place: Place) -> str | None:
    if adds_figure(exchange, place):
        return "gives several figures for one"
    return "gives a range for one figure" if is_end_of_range(exchange, place) else None


ADDITION = Guard(
    option="addition",
    rejects=_hedges,
    examples=(
        Example("How many kilograms does she weigh?", "61 kg", "61 or 64 kg", False),
        Example("How long is it?", "5 km", "5 km or 3.1 miles", True),
        Example("What was the revenue?", "$5 million", "$5 million to $6 million", False),
        Example("What was the revenue?", "$6 million", "It rose from $5 million to $6 million.", True),
    ),
)


def is_past_figure(exchange: Exchange, span: Span) -> bool:
    """Whether an amount is given as what it was, beside the amount that it is: `4.25%, up from 4%` says 4.25%.

    Policy: the mention stands right behind `from`, `compared with`, `versus`, `against` or `previously`, and the answer
    has another amount in the same unit; bare numbers (`from 1985 to 1993`) are no amounts. Nothing is taken back where
    the question asks for what was (`from`, `before`, `previous`), or names a number or year that follows the mention.
    """
    answer, question, words = exchange.answer, exchange.question, exchange.language.past
    if words.figure_given.search(answer.folded[max(0, span[0] - _REACH) : span[0]]) is None:
        return False
    said = list(quantities(answer))
    here = next((one for one in said if span[0] <= one.start < span[1]), None)
    if here is None or here.unit is None or words.asked.search(question.folded):
        return False
    asked = {token.value for token in question.tokens if token.value is not None}
    behind = answer.folded[span[1] : span[1] + _REACH]
    clause = answer.part(answer.language.denials.clause_end.split(behind)[0])
    if any(token.value in asked for token in clause.tokens if token.value is not None):
        return False
    return any(one.unit == here.unit and one.value != here.value for one in said)


def _was(exchange: Exchange, place: Place) -> str | None:
    if place is None or not may_count(exchange.answer):
        return None
    if not is_past_figure(exchange, place) and not was_before(exchange.answer, exchange.question, place):
        return None
    return f"gives '{exchange.answer.folded[slice(*place)]}' as what it was before, beside another figure"


PAST_FIGURE = Guard(
    option="past_figure",
    rejects=_was,
    examples=(
        Example("What is the rate?", "4%", "It is 4.25%, up from 4%.", False),
        Example("What is the rate?", "4.25%", "It is 4.25%, up from 4%.", True),
    ),
)
