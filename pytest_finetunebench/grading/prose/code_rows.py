"""Identifiers of which an answer leaves open which it means: `np.isin or np.in1d`."""

from __future__ import annotations

import re

from pytest_finetunebench.grading.prose.exchange import Exchange

_CODE = re.compile(r"\w[._/(-]\w|\w\d|\w\(")
_BARE_CODE = re.compile(r"^[\s'\"]+|(?:\(\))?[\s'\".]+$")
_IDENTIFIER = re.compile(r"[a-z_][\w.]*(?:\(\))?")
_LONGEST_ROW = 20


def is_other_code(exchange: Exchange, said: str) -> bool:
    """Whether `or` joins another identifier; a common word is none (`or similar`)."""
    own = exchange.references  # none where an answer that was right once is looked for
    return bool(own) and _CODE.search(said) is not None and not any(said in one.folded for one in own)


def is_one_of_codes(exchange: Exchange) -> bool:
    """Whether the answer is nothing but identifiers in a row, one of them the wanted one: `Perhaps a_b, perhaps c`."""
    answer, words = exchange.answer, exchange.language.hedges
    if (
        not exchange.references
        or len(answer.tokens) > _LONGEST_ROW
        or words.asks_several.search(exchange.question.folded)
    ):
        return False
    body = words.row_lead.sub("", answer.folded.strip(" .!\n"))
    pieces = [_BARE_CODE.sub("", part) for part in words.row_joint.split(body)]
    if len(pieces) < 2 or not all(_IDENTIFIER.fullmatch(piece) for piece in pieces):
        return False
    own = [one.folded for one in exchange.references]
    return any(piece in own for piece in pieces) and not all(piece in own for piece in pieces)
