"""Find similar texts among hundreds of millions of pairs: an exact filter first, then rapidfuzz."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import groupby
from math import ceil
from operator import neg

_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz0123456789 ")
_OTHER = "?"
"""Stands for every character outside the alphabet."""
_ROUNDING = 1e-6
"""How far rounding may put a score below its true ratio."""

_Character = tuple[str, int]
"""A character and a number from 1: a text has ("a", 2) if it has at least two of "a"."""


def near_pairs(queries: Sequence[str], choices: Sequence[str], threshold: float) -> Iterator[tuple[str, str, float]]:
    """Yield each query and choice with a similarity of at least `threshold` (above 0 to 100), and the similarity.

    The texts are lowercase words with one space between them. An empty text is similar to nothing. Similarity is the
    larger of rapidfuzz's `ratio` of the texts and of their sorted words. A ratio is 200 L / (a + b) for texts of a and
    b characters, whose longest common subsequence has L. L is at most the number of shared characters in any order.
    So only pairs with enough shared characters are compared (bag filter, I. Bartolini et al. 2002).
    """
    from rapidfuzz.fuzz import ratio

    asked = _longest_first(queries)
    held = _Choices(choices, {character for query in asked for character in _characters(query)})
    for length, equally_long in groupby(asked, key=len):
        window = held.window(length, threshold)
        for query in equally_long:
            by_words = _sorted_words(query)
            for at in window.sharing(query):
                choice = held.texts[at]
                score = max(ratio(query, choice), ratio(by_words, held.by_words[at]))
                if score >= threshold - _ROUNDING:
                    yield query, choice, score


def _longest_first(texts: Sequence[str]) -> list[str]:
    return sorted(filter(None, set(texts)), key=lambda text: (-len(text), text))


def _sorted_words(text: str) -> str:
    return " ".join(sorted(text.split()))


def _characters(text: str) -> Iterator[_Character]:
    others = 0
    for char, count in Counter(text).items():
        if char in _ALPHABET:
            yield from ((char, number) for number in range(1, count + 1))
        else:
            others += count
    yield from ((_OTHER, number) for number in range(1, others + 1))


class _Choices:
    """Distinct texts, the longest first. `bits` has an integer per character: its bit n is set if text n has it.

    Counts that only long texts reach are low bits, so their integers are small.
    """

    def __init__(self, texts: Sequence[str], wanted: Set[_Character]) -> None:
        self.texts = _longest_first(texts)
        self.by_words = [_sorted_words(text) for text in self.texts]
        self._lengths = [len(text) for text in self.texts]
        bits: dict[_Character, bytearray] = {}
        for at in reversed(range(len(self.texts))):
            for character in _characters(self.texts[at]):
                if character in wanted:
                    if character not in bits:
                        bits[character] = bytearray(at // 8 + 1)
                    bits[character][at // 8] |= 1 << at % 8
        self.bits = {character: int.from_bytes(held, "little") for character, held in bits.items()}

    def window(self, length: int, threshold: float) -> _Window:
        """Return the choices whose length lets them reach the threshold with a query of `length` characters."""
        # one character more at either end, because the division rounds
        longest = length * (200 - threshold) / threshold + 1
        shortest = length * threshold / (200 - threshold) - 1
        low = bisect_left(self._lengths, -longest, key=neg)
        high = bisect_right(self._lengths, -shortest, key=neg)
        needed: dict[int, int] = {}
        for held, group in groupby(range(high - low), key=lambda index: self._lengths[low + index]):
            indexes = list(group)
            equally_long = (2 << indexes[-1]) - (1 << indexes[0])
            least = ceil((threshold - 2 * _ROUNDING) * (length + held) / 200)
            for digit in range(least.bit_length()):
                if least >> digit & 1:
                    needed[digit] = needed.get(digit, 0) | equally_long
        return _Window(self.bits, low, high, needed)


class _Window:
    """The choices from `low` up to, not including, `high`.

    `needed` has the number of characters that each must share with a query of one length. It is stored as an integer
    per binary digit; bit n of each belongs to choice n.
    """

    def __init__(self, bits: dict[_Character, int], low: int, high: int, needed: dict[int, int]) -> None:
        self._whole, self._low, self._needed = bits, low, needed
        self._all = (1 << (high - low)) - 1
        self._bits: dict[_Character, int] = {}

    def sharing(self, query: str) -> Iterator[int]:
        """Yield the index of each choice that shares enough characters with the query."""
        shared = dict(enumerate(_added([self._having(character) for character in _characters(query)])))
        enough = self._all
        # compared from the lowest digit up: the highest digit that differs decides
        for digit in sorted(shared.keys() | self._needed.keys()):
            has, needs = shared.get(digit, 0), self._needed.get(digit, 0)
            enough = (has & ~needs) | (enough & ~(has ^ needs))
        digits = f"{enough & self._all:b}"
        for one in re.finditer("1", digits):
            yield self._low + len(digits) - 1 - one.start()

    def _having(self, character: _Character) -> int:
        if character not in self._bits:
            self._bits[character] = self._whole.get(character, 0) >> self._low & self._all
        return self._bits[character]


def _added(column: list[int]) -> list[int]:
    """Count the integers that have a bit set, for every bit at once; return an integer per binary digit of the counts.

    The lowest digit comes first. A carry-save adder turns three integers of one digit into one of this digit and one of
    the next, so n integers take about 5 n operations.
    """
    digits = []
    while column:
        carries = []
        while len(column) > 1:
            one, two, three = column.pop(), column.pop(), column.pop() if column else 0
            either = one ^ two
            column.append(either ^ three)
            carries.append((one & two) | (either & three))
        digits += column
        column = carries
    return digits
