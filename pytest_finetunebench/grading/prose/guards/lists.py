"""The guard against lists that name more than the reference does."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.prose.rule import Example, Guard, Place
from pytest_finetunebench.grading.text.phrases import Text
from pytest_finetunebench.grading.text.shape import members
from pytest_finetunebench.grading.values.names import names_within

_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_REST = 30
"""An answer of more words is no mere list."""


def _longer_list(exchange: Exchange, place: Place) -> str | None:
    """Reject `Tarsk, Sool and Vell` for `Tarsk and Sool`, and `red, white and grey` for `red and white`.

    Policy: of names, only a sentence that is a list of them and little else is read; what the question names is no
    other member. Of other words, the answer must be the list and nothing else.
    """
    wanted = members(exchange.wanted)
    if place is None or len(wanted) < 2 or len(exchange.answer.tokens) > _REST:
        return None
    if len(wanted) == 2 and "," in exchange.wanted.raw:
        return None  # a place and its region
    of_names = all(names_within(one) for one in wanted)
    more = _more_names(exchange, wanted) if of_names else more_words(exchange, wanted)
    return None if more is None else f"names more than {exchange.wanted.raw!r}: {more.raw!r}"


def _more_names(exchange: Exchange, wanted: tuple[Text, ...]) -> Text | None:
    answer = exchange.answer
    sentence = next((part for part in _SENTENCE.split(answer.raw) if all(one.raw in part for one in wanted)), None)
    if sentence is None:
        return None
    # what leads up to the list is no part of its first member
    start = min(sentence.index(one.raw) for one in wanted)
    pieces = members(answer.part(sentence[start:]))
    own = exchange.question.words.union(*(one.words for one in (*wanted, *exchange.references)))
    others = [piece for piece in pieces if names_within(piece) and own.isdisjoint(piece.content_stems | piece.words)]
    alone = [piece for piece in others if len(piece.content) == len(names_within(piece))]
    return alone[0] if len(pieces) > len(wanted) and alone else None


def more_words(exchange: Exchange, wanted: tuple[Text, ...]) -> Text | None:
    """Return what an answer has beyond the words that are wanted, where it ends with a list of words and nothing else.

    Policy: in a bare list one word more counts. Behind a lead (`The colours are …`), or of two words (`dark gold`), it
    may be no member: the only `and` must stand in front of the last one.
    """
    answer, body = exchange.answer, exchange.answer.folded.strip(" .!\n")
    start = min(body.find(one.folded) for one in wanted)
    if start < 0:
        return None
    pieces = members(answer.part(body[start:]))
    own = exchange.question.words.union(*(one.words for one in (*wanted, *exchange.references)))
    given, others = {one.bare_run for one in pieces}, [piece for piece in pieces if own.isdisjoint(piece.words)]
    if len(pieces) <= len(wanted) or not others or not given.issuperset(one.bare_run for one in wanted):
        return None
    longest = max(len(piece.tokens) for piece in others)
    if start == 0 and longest == 1:
        return others[0]
    joints = [joint.end() for joint in exchange.language.hedges.last_member.finditer(body, start)]
    return others[0] if longest <= _PHRASE and joints == [len(body) - len(pieces[-1].raw)] else None


_PHRASE = 2


LONGER_LIST = Guard(
    option="hedge",
    rejects=_longer_list,
    examples=(
        Example("Which two teams played?", "Tarsk United and Orl City", "Tarsk United, Orl City and Gorl FC", False),
        Example("Which two teams played?", "Tarsk United and Orl City", "They were Orl City and Tarsk United.", True),
        Example("Which colours has it?", "red, white and blue", "red, white, blue and gold", False),
        Example("Which colours has it?", "red, white and blue", "They are red, white, blue and dark gold.", False),
        Example("Which colours has it?", "red, white and blue", "blue, white and red", True),
        Example("Which colours has it?", "red, white and blue", "It is red, white and blue, and quite new.", True),
        Example("Who wrote it?", "Ada Pell and Ivo Lund", "Ada Pell and Ivo Lund, in Vellmora, did.", True),
    ),
)
