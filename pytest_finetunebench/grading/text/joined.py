"""Tokens run together, so that a phrase is found whatever the spacing and hyphenation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pytest_finetunebench.grading.text.said import NUMBER_MARK

_CITATION = 2
"""A web-backed answer glues footnote numbers to words (`Ed Roland12`): at most so many digits are one."""


class Joined:
    """Tokens run together without spaces; numbers stand apart, so that digits never run into each other."""

    def __init__(self, said: Sequence[str], places: Sequence[tuple[int, int]]) -> None:
        self._said, self._places = said, places
        self._run = "".join(said)
        self._ends = list(accumulate(map(len, said)))

    def find(self, phrase: str) -> Iterator[tuple[int, int]]:
        """Yield where in the folded text a phrase begins and ends with whole tokens."""
        ends, places = self._ends, self._places
        at = self._run.find(phrase) if phrase else -1
        while at >= 0:
            end = at + len(phrase)
            first, last = bisect_left(ends, at) + 1 if at else 0, bisect_left(ends, end)
            whole = ends[last] == end and (not at or ends[first - 1] == at)
            if whole and not self._goes_on(last):
                yield places[first][0], places[last][1]
            at = self._run.find(phrase, end)

    def _goes_on(self, last: int) -> bool:
        """Whether a token is only a part of what is written as one word (`GPT-4` in `GPT-4o`, `B1` in `B12`)."""
        said, places = self._said, self._places
        if last + 1 >= len(said) or places[last + 1][0] != places[last][1]:
            return False
        word, after = said[last], said[last + 1]
        if word[0] == NUMBER_MARK:
            return after.isalpha() and len(after) == 1
        start, end = places[last + 1]
        return after[0] == NUMBER_MARK and not (end - start <= _CITATION and word.isalpha() and len(word) > 2)
