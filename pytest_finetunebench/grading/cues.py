"""Which patterns may match a text: each of its words is looked up once, however many patterns are asked for.

Each pattern has a bit of its own, its cue. What a pattern needs (`beginnings.py`) stands here once for all patterns, as
word → the cues of the patterns that need it, so that a text's own bits are all that a question about a pattern takes.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from threading import Lock

from pytest_finetunebench.grading.beginnings import FIGURE, KEY, OPEN, Needs, words_and_marks

ANY = 1
"""The cue of patterns that may match any text."""
_MOST_WORDS, _LONGEST = 20_000, 40
"""So many words are kept, and none that is longer."""


class _Index(dict[str, int]):
    """Word or mark → the cues of the patterns that need it; it grows as patterns are used, and keeps what it joined."""

    def __init__(self) -> None:
        super().__init__()
        self._by_beginning: dict[str, int] = {}
        self._by_opening: dict[str, int] = {}
        self._lock = Lock()
        self.unknown = -ANY << 1
        """The cues that are not given yet: a text may match their patterns, for all that is known."""

    def __missing__(self, word: str) -> int:
        with self._lock:
            if len(self) > _MOST_WORDS:
                self.clear()
            found = self._by_beginning.get(word[:KEY], 0) | self._by_opening.get(word[:OPEN], 0)
            if not word.isalpha() and any(map(str.isdecimal, word)):
                found |= self._by_beginning.get(FIGURE, 0)
            if len(word) <= _LONGEST:
                self[word] = found
        return found

    def add(self, needs: Needs) -> int:
        """Return a cue for a pattern with such needs."""
        with self._lock:
            cue = -self.unknown
            for words, index in ((needs.beginnings, self._by_beginning), (needs.openings, self._by_opening)):
                index.update({word: index.get(word, 0) | cue for word in words})
            self.clear()
            self.unknown <<= 1  # last, for other threads read texts meanwhile
        return cue


_INDEX = _Index()


def cue_of(needs: Needs | None) -> int:
    """Return the bit by which a pattern is known from now on, by what it needs."""
    return ANY if needs is None else _INDEX.add(needs)


def cues(folded: str) -> int:
    """Return the bits of all patterns that may match a text, or a piece of it."""
    unknown = _INDEX.unknown  # first, for another thread may give a cue meanwhile
    return reduce(or_, map(_INDEX.__getitem__, words_and_marks(folded)), ANY) | unknown
