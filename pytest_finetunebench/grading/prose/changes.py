"""Which way something changed: `It rose by 12%` is neither `It fell by 12%` nor `It rose to 12%`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.amounts import says_quantity
from pytest_finetunebench.grading.values.quantities import quantities

_SIGNED = re.compile(r"(?:^|[\s(~])([-+])\s?[$£€¥]?$")


@once_per_text
def rises(text: Text) -> bool | None:
    """Return whether a text says that something rose, or that it fell; None where it says neither, or both."""
    words = text.language.directions
    up, down = (not text.words.isdisjoint(side) for side in (words.rising, words.falling))
    return None if up is down else up


def is_opposite_change(exchange: Exchange) -> bool:
    """Whether the answer says that something fell, of which the reference says that it rose, or the other way round.

    A sign before the figure tells it too (`-12%`). Where the question says which way, the answer may not say the other.
    """
    if not exchange.wanted.has_value:
        return False
    wanted, asked = rises(exchange.wanted), rises(exchange.question)
    if wanted is None and exchange.question.raw[:1].isupper():
        wanted, asked = asked, None
    if wanted is None or asked is not None:
        return False
    said = _said(exchange.answer)
    return said is not None and said is not wanted


def _said(answer: Text) -> bool | None:
    """Return which way an answer says that it went, by its words, or by the sign before its first figure."""
    if (by_words := rises(answer)) is not None:
        return by_words
    first = next((token for token in answer.tokens if token.value is not None), None)
    sign = None if first is None else _SIGNED.search(answer.folded[max(0, first.start - 4) : first.start])
    return None if sign is None else sign[1] == "+"


def is_level_for_step(exchange: Exchange) -> bool:
    """Whether the reference gives by how much something changed, and the answer to what, or the other way round."""
    words = exchange.language.directions
    if not exchange.wanted.has_value or rises(exchange.answer) is None:
        return False
    if words.asks_by.search(exchange.question.folded):
        by, to = (one.search(exchange.answer.folded) is not None for one in (words.by_figure, words.to_figure))
        return to and not by and words.with_from.search(exchange.answer.folded) is None
    if rises(exchange.wanted) is None:
        return False
    wanted, said = (
        (words.by_figure.search(text.folded) is not None, words.to_figure.search(text.folded) is not None)
        for text in (exchange.wanted, exchange.answer)
    )
    return wanted[0] is not wanted[1] and said == (wanted[1], wanted[0])


def is_change(exchange: Exchange) -> bool:
    """Whether the reference says which way something changed, and how far, and nothing more."""
    wanted = exchange.wanted
    return (
        wanted.has_value and rises(wanted) is not None and len(wanted.content) <= _MOST and len(quantities(wanted)) == 1
    )


_MOST = 4


def says_change(exchange: Exchange) -> Iterator[Span]:
    """Yield where the answer gives the change of the reference: as much, and the same way."""
    answer, wanted = exchange.answer, exchange.wanted
    if not answer.has_value or _said(answer) is not rises(wanted):
        return
    yield from says_quantity(answer, quantities(wanted)[0], exchange.question)
