"""Roman numerals."""

from __future__ import annotations

_ROMAN = {
    tens + ones: 10 * ten + one
    for ten, tens in enumerate(("", "x", "xx", "xxx"))
    for one, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
}
_AMBIGUOUS = {"", "i", "v", "x"}
"""Single letters are words, initials and signs more often than numerals."""


def read_roman(word: str) -> str | None:
    """Return the digits of a roman numeral from II to XXXIX, as regnal and chapter numbers are written."""
    return str(_ROMAN[word]) if word in _ROMAN and word not in _AMBIGUOUS else None
