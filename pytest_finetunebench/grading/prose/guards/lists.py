"""The guard against lists that name more than the reference does."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.shape import members
from pytest_finetunebench.grading.values.names import names_within

_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_REST = 30
"""An answer of more words is no mere list."""


def _longer_list(exchange: Exchange, place: Place) -> str | None:
    """Reject `Tarsk, Sool and Vell` for `Tarsk and Sool`: the members are names, and one of them is another name.

    Policy: only a sentence that is a list of names and little else is read; what the question names is no other member.
    """
    wanted, answer = members(exchange.wanted), exchange.answer
    if place is None or len(wanted) < 2 or len(answer.tokens) > _REST:
        return None
    place_and_region = len(wanted) == 2 and "," in exchange.wanted.raw
    if place_and_region or not all(names_within(one) for one in wanted):
        return None
    sentence = next((part for part in _SENTENCE.split(answer.raw) if all(one.raw in part for one in wanted)), None)
    if sentence is None:
        return None
    # what leads up to the list is no part of its first member
    start = min(sentence.index(one.raw) for one in wanted)
    pieces = members(answer.part(sentence[start:]))
    own = exchange.question.words.union(*(one.words for one in (*wanted, *exchange.references)))
    others = [piece for piece in pieces if names_within(piece) and own.isdisjoint(piece.content_stems | piece.words)]
    alone = [piece for piece in others if len(piece.content) == len(names_within(piece))]
    if len(pieces) <= len(wanted) or not alone:
        return None
    return f"names more than {exchange.wanted.raw!r}: {alone[0].raw!r}"


LONGER_LIST = Guard(
    option="hedge",
    rejects=_longer_list,
    examples=(
        Example("Which two teams played?", "Tarsk United and Orl City", "Tarsk United, Orl City and Gorl FC", False),
        Example("Which two teams played?", "Tarsk United and Orl City", "They were Orl City and Tarsk United.", True),
        Example("Who wrote it?", "Ada Pell and Ivo Lund", "Ada Pell and Ivo Lund, in Vellmora, did.", True),
    ),
)
