"""Roman numerals."""

from __future__ import annotations

_ROMAN = {
    tens + ones: 10 * ten + one
    for ten, tens in enumerate(("", "x", "xx", "xxx"))
    for one, ones in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
}
_AMBIGUOUS = {"", "i", "v", "x"}
"""Single letters are words, initials and signs more often than numerals."""
ROMAN_FIGURES = {word: str(value) for word, value in _ROMAN.items() if word not in _AMBIGUOUS}
"""Roman numeral from II to XXXIX, as regnal and chapter numbers are written → its figures."""
