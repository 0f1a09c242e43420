"""What a reference is: its alternatives, its members if it is a list, and which comparison its shape asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_finetunebench.grading.memo import once_per_text
from pytest_finetunebench.grading.text.bounds import has_end_behind
from pytest_finetunebench.grading.text.phrases import Text

_PARENTHESIS = re.compile(r"(?:^|\s+)[(\[]([^()\[\]]{1,200})[)\]]")
_DESCRIBED = re.compile(r"((?:[a-z-]+\s){1,3})((?:[A-Z][\w'’.-]*\s?)+)")
"""A name after what it is: `the drama series Gunsmoke`, `lyrics by Xavier Atencio`."""
_CODE = re.compile(r"\w\(|\w_\w|[a-z]\.[a-z]|\b[a-z]{2,}[A-Z][a-z]|[=@{}]|::|->|^--[a-z]")
_SIGN_OF_CODE = re.compile(r"[(_.=@{}:>A-Z-](?<![^a-z][A-Z])(?<!^[A-Z])")
"""One of these stands wherever `_CODE` matches: a mark, or a capital behind a small letter."""
_FORMULA = re.compile(r"(?:\(?[A-Z][a-z]?\)?(?:_?\{?\d{1,3}\}?)?){1,12}")
"""A chemical formula with its indexes: `CO_2`."""
_ALIASES = {
    "np": "numpy",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
    "sns": "seaborn",
    "tf": "tensorflow",
    "nn": "torch.nn",
}
"""What these libraries' own documents import them as."""
_ALIASES |= {name: alias for alias, name in _ALIASES.items() if "." not in name}
_FEW = 5
"""Longer parts are clauses, not alternatives or members."""


def alternatives(reference: Text) -> tuple[Text, ...]:
    """Return the ways to give a reference: `X or Y` and `X (Y)` are X as well as Y; the whole comes first.

    A single letter, a bare number, or a note on the kind of thing (`(film)`) in parentheses is no answer of its own.
    """
    return reference, *_further(reference)


@once_per_text
def _further(reference: Text) -> tuple[Text, ...]:
    """Return the alternatives of a reference but for the whole."""
    raw = reference.raw
    if raw.isalnum():
        return ()
    words = reference.language.references
    found = [raw, *_in_parentheses(reference)]
    head = words.relative.split(found[-1])[0] if "," in found[-1] or ":" in found[-1] else found[-1]
    if head := head.strip():
        found.append(head)
    described = None if found[-1][:1].isupper() else _DESCRIBED.fullmatch(found[-1])
    # the mayor of Orvath is not Orvath
    if described and described[1].split()[-1] != words.class_marker:
        found.append(described[2])
    if company := words.company.fullmatch(found[-1]):
        found.append(company[1])
    if words.class_marker in found[-1].lower() and (of_class := words.of_class.fullmatch(found[-1])):
        found.append(of_class[1])
    # `15 or more` is one bound
    if _may_part(found[-1], words.parts_alternatives) and not has_end_behind(reference):
        pieces = [piece.strip() for piece in words.alternatives.split(found[-1])]
        if len(pieces) > 1 and all(1 <= len(reference.like(piece).said) <= _FEW for piece in pieces):
            found.extend(pieces)
    if (imported := _ALIASES.get(raw.partition(".")[0])) and "." in raw:
        found.append(f"{imported}.{raw.partition('.')[2]}")
    return tuple([reference.like(one) for one in dict.fromkeys(found) if one != raw])


def _in_parentheses(reference: Text) -> list[str]:
    """Return what stands in parentheses, where that is an answer of its own, and then the reference without them."""
    raw, words = reference.raw, reference.language.references
    outside, within, found = raw.strip(), [], []
    if "(" in raw or "[" in raw:
        outside, within = _PARENTHESIS.sub(" ", raw).strip(), _PARENTHESIS.findall(raw)
    for inside in within:
        inside = words.introduction.sub("", inside).strip()
        read = reference.like(inside)
        note = read.words & words.notes or (inside[:1].islower() and outside[:1].isupper())
        if outside and len(inside) > 1 and not note and not read.is_all_numbers:
            found.append(inside)
    return [*found, outside] if outside and outside != raw else found


def _may_part(text: str, words: Sequence[str]) -> bool:
    """Whether a text may hold one of the words that part it: patterns that ignore letter case are slow to say no."""
    if not text.isascii():
        return True
    return any(map(text.lower().__contains__, words))


@once_per_text
def members(reference: Text) -> tuple[Text, ...]:
    """Return the members of a reference that is a list (`A, B and C`), else nothing.

    Thousands separators and dates hold commas too: a part that is only a number ends the reading as a list.
    """
    words = reference.language.references
    if not _may_part(reference.raw, words.parts_list):
        return ()
    pieces = tuple(reference.like(piece.strip()) for piece in words.list_joint.split(reference.raw) if piece.strip())
    if len(pieces) < 2 or any(len(piece.said) > _FEW or _is_figure(piece) for piece in pieces):
        return ()
    return pieces


@once_per_text
def is_list(reference: Text) -> bool:
    """Whether every member counts: with `and`, or three members. `Dodger Stadium, Los Angeles` is one place."""
    several = len(members(reference))
    return several > 2 or (several > 1 and bool(reference.language.references.joint_of_all.search(reference.raw)))


def _is_figure(piece: Text) -> bool:
    return piece.is_all_numbers and not any(token.spelled for token in piece.tokens)


_ONE_WORD = re.compile(r"\W*(\w+)\W*")


def says_plainly(reference: Text, forms: Sequence[str]) -> bool:
    """Whether a reference is one of the forms, which are words, and nothing else."""
    alone = reference.words_alone
    if alone is not None:
        return len(alone) == 1 and alone[0] in forms
    word = _ONE_WORD.fullmatch(reference.plain)
    return word is not None and word[1] in forms


@once_per_text
def is_yes_no(reference: Text) -> bool:
    """Whether a reference is a plain Yes or No."""
    words = reference.language.yes_no
    return says_plainly(reference, (*words.yes, *words.no))


@once_per_text
def is_code(reference: Text) -> bool:
    """Whether a reference reads as code: an identifier or expression, where each letter counts."""
    raw = reference.raw
    if "_" in raw and _FORMULA.fullmatch(raw):
        return False
    if (raw.islower() or raw.istitle()) and raw.replace(" ", "").isalpha():
        return False
    return _SIGN_OF_CODE.search(raw) is not None and _CODE.search(raw) is not None
