"""Answers that are common words in a row, of which the mention is one: `a midwife or a plumber`."""

from __future__ import annotations

from pytest_finetunebench.grading.prose.exchange import Exchange
from pytest_finetunebench.grading.text.phrases import Span, Text
from pytest_finetunebench.grading.values.names import names_within
from pytest_finetunebench.grading.values.shortened import asks_for_title

_KIN = 3
"""Words with so many first letters alike may be two forms of one."""
_ROW = 5
"""So many common words in a row are members of one."""


def is_one_of_words(exchange: Exchange, span: Span) -> bool:
    """Whether the answer is nothing but common words in a row, of which the mention is one: `a midwife or a plumber`.

    Policy: only beside a question that is a sentence and asks for one thing; a word that the question has too, or
    another way to give a reference, is no other thing.
    """
    question, answer, words = exchange.question, exchange.answer, exchange.language.hedges
    asked = question.raw.strip()
    if not (asked[:1].isupper() and asked.endswith("?")) or len(answer.content_said) > _ROW:
        return False
    if names_within(exchange.wanted) or not exchange.references or answer.lacks(words.row_joint):
        return False
    if question.search(words.asks_several) or asks_for_title(question):
        return False
    body = words.row_lead.sub("", answer.folded.strip(" .!\n"))
    pieces = [answer.part(part) for part in words.row_joint.split(body) if part.strip()]
    mention = {exchange.wanted.bare_run, answer.part(answer.folded[slice(*span)]).bare_run}
    # `light green` is a green
    shades = mention & answer.language.entities.colours
    others = [
        piece
        for piece in pieces
        if piece.bare_run not in mention and not (len(piece.bare) == 2 and piece.bare[1].text in shades)
    ]
    if not 2 <= len(pieces) <= _ROW or len(others) == len(pieces):
        return False
    own = question.like(" ".join(one.raw for one in exchange.references)).stems | question.stems
    return bool(others) and all(_is_other_word(piece, exchange.wanted, own) for piece in others)


def _is_other_word(piece: Text, wanted: Text, own: frozenset[str]) -> bool:
    """Whether a piece is a word or two, none of them small, and no kin of the wanted one: `choir or chorus`."""
    small = piece.language.words.stop | piece.language.words.negations
    bare = {one.text for one in piece.bare}
    if (
        not 1 <= len(piece.bare) <= 2
        or not bare.isdisjoint(small)
        or not piece.part(piece.bare_run).stems.isdisjoint(own)
    ):
        return False
    if any(one.value is not None for one in piece.bare):  # figures have guards of their own; `a good one` is no name
        return False
    said = piece.folded.removesuffix(piece.bare[-1].text)
    was = piece.language.past.before.search(said) is not None
    if was:
        return False
    colours = piece.language.entities.colours
    return piece.bare_run[:_KIN] != wanted.bare_run[:_KIN] or {piece.bare_run, wanted.bare_run} <= colours
