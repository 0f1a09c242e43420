"""Numbers written as words or roman numerals."""

from __future__ import annotations

from pytest_finetunebench.grading.text.wordlists import word_list

_UNITS = word_list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = word_list("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = word_list(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth"
)
_TENTHS = word_list("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth")

WORDS: dict[str, int] = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: value * 10 for value, word in enumerate(_TENS, start=2)},
    **{word: value for value, word in enumerate(_ORDINALS, start=1)},
    **{word: value * 10 for value, word in enumerate(_TENTHS, start=2)},
    "twice": 2,
    "dozen": 12,
}
"""Cardinal and ordinal number words below a hundred; larger ones are joined from these and `SCALES`."""
ORDINAL_WORDS = frozenset((*_ORDINALS, *_TENTHS))
DIGITS = frozenset(_UNITS[:10])
"""The words that stand behind a spoken decimal point."""

SCALES: dict[str, int] = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
    "crore": 10**7,
    "lakh": 10**5,
}
"""Words that multiply the number in front of them."""
MONEY_SCALES: dict[str, int] = {"k": 1000, "m": 10**6, "mm": 10**6, "b": 10**9, "t": 10**12}
"""Letters that do so behind an amount of money: `$400M`."""

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
