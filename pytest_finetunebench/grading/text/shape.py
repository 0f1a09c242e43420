"""What a reference is: its alternatives, its members if it is a list, and which comparison its shape asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pytest_finetunebench.grading.text.memo import MEMO_SIZE
from pytest_finetunebench.grading.text.phrases import reading

_PARENTHESIS = re.compile(r"(?:^|\s+)[(\[]([^()\[\]]{1,200})[)\]]")
_ALTERNATIVES = re.compile(
    r"\s*(?:\bor\b|\balso known as\b|\baka\b|\ba\.k\.a\.|\bi\.e\.|\bformerly\b|;|\s/\s)\s*", re.IGNORECASE
)
_INTRODUCTION = re.compile(
    r"^(?:accept|also|or|prompt on|allow|aka|a\.k\.a\.|now|formerly|i\.e\.)[:\s]+", re.IGNORECASE
)
_LIST = re.compile(r"\s*(?:,\s*(?:and|&)\s|\band\b|&|,|;|\n)\s*", re.IGNORECASE)
_RELATIVE = re.compile(r",\s(?:who|which|whose|whom)\b|\bErrata:")
_DESCRIBED = re.compile(r"(?:[a-z-]+\s){1,3}((?:[A-Z][\w'’.-]*\s?)+)")
"""A name after what it is: `the drama series Gunsmoke`, `lyrics by Xavier Atencio`."""
_OF_CLASS = re.compile(
    r"(?:(?:in|on|at|from)\s)?(?:the\s)?(?:(?:[A-Z][\w'’]*\s){0,2}(?:republic|kingdom|commonwealth)|city|town|village|state|province|county|"
    r"duchy|principality|isle|island|gospel)\sof\s(?:the\s)?((?-i:[A-Z])[^,]*)",
    re.IGNORECASE,
)
"""A place or book after its class: `the Republic of Chile`, `the Gospel of Luke`."""
_COMPANY = re.compile(
    r"([A-Z].{1,100}?),?\s(?i:inc|incorporated|ltd|limited|llc|llp|corp|corporation|co|company|plc|ag|gmbh|nv|sa)\.?"
)
"""A company before its legal form."""
_CODE = re.compile(r"\w\(|\w_\w|[a-z]\.[a-z]|\b[a-z]{2,}[A-Z][a-z]|[=@{}]|::|->")
_FEW = 5
"""Longer parts are clauses, not alternatives or members."""
_NOTES = frozenset(
    (
        "disambiguation",
        "film",
        "movie",
        "book",
        "novel",
        "song",
        "album",
        "band",
        "magazine",
        "tv",
        "game",
        "single",
        "medley",
    )
)


@lru_cache(maxsize=MEMO_SIZE)
def alternatives(reference: str) -> tuple[str, ...]:
    """Return the ways to give a reference: `X or Y` and `X (Y)` are X as well as Y; the whole comes first.

    A single letter, a bare number, or a note on the kind of thing (`(film)`) in parentheses is no answer of its own.
    """
    if reference.isalnum():
        return (reference,)
    found = [reference]
    outside, within = reference.strip(), []
    if "(" in reference or "[" in reference:
        outside, within = _PARENTHESIS.sub(" ", reference).strip(), _PARENTHESIS.findall(reference)
    for inside in within:
        inside = _INTRODUCTION.sub("", inside).strip()
        tokens = reading(inside).tokens
        note = {token.text for token in tokens} & _NOTES or (inside[:1].islower() and outside[:1].isupper())
        if outside and len(inside) > 1 and not note and any(token.value is None for token in tokens):
            found.append(inside)
    if outside and outside != reference:
        found.append(outside)
    head = _RELATIVE.split(found[-1])[0] if "," in found[-1] or ":" in found[-1] else found[-1]
    if head := head.strip():
        found.append(head)
    if described := _DESCRIBED.fullmatch(found[-1]):
        found.append(described[1])
    if company := _COMPANY.fullmatch(found[-1]):
        found.append(company[1])
    if "of" in found[-1].lower() and (of_class := _OF_CLASS.fullmatch(found[-1])):
        found.append(of_class[1])
    if _may_part(found[-1], _PARTS_ALTERNATIVES):
        pieces = [piece.strip() for piece in _ALTERNATIVES.split(found[-1])]
        if len(pieces) > 1 and all(1 <= len(reading(piece).tokens) <= _FEW for piece in pieces):
            found.extend(pieces)
    return tuple(dict.fromkeys(found))


def _may_part(text: str, words: Sequence[str]) -> bool:
    """Whether a text may hold one of the words that part it: patterns that ignore letter case are slow to say no."""
    if not text.isascii():
        return True
    return any(map(text.lower().__contains__, words))


_PARTS_ALTERNATIVES = ("or", "also known as", "aka", "a.k.a.", "i.e.", ";", "/")
_PARTS_LIST = ("and", "&", ",", ";", "\n")


@lru_cache(maxsize=MEMO_SIZE)
def members(reference: str) -> tuple[str, ...]:
    """Return the members of a reference that is a list (`A, B and C`), else nothing.

    Thousands separators and dates hold commas too: a part that is only a number ends the reading as a list.
    """
    if not _may_part(reference, _PARTS_LIST):
        return ()
    pieces = tuple(piece.strip() for piece in _LIST.split(reference) if piece.strip())
    if len(pieces) < 2 or any(len(reading(piece).tokens) > _FEW or _is_figure(piece) for piece in pieces):
        return ()
    return pieces


@lru_cache(maxsize=MEMO_SIZE)
def is_list(reference: str) -> bool:
    """Whether every member counts: with `and`, or three members. `Dodger Stadium, Los Angeles` is one place."""
    return len(members(reference)) > (1 if _AND.search(reference) else 2)


_AND = re.compile(r"\band\b|&|;", re.IGNORECASE)


def _is_figure(piece: str) -> bool:
    tokens = reading(piece).tokens
    return not tokens or all(token.value is not None and not token.spelled for token in tokens)


@lru_cache(maxsize=MEMO_SIZE)
def is_code(reference: str) -> bool:
    """Whether a reference reads as code: an identifier or expression, where each letter counts."""
    if (reference.islower() or reference.istitle()) and reference.replace(" ", "").isalpha():
        return False
    return bool(_CODE.search(reference))
