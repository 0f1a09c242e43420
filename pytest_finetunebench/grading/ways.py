"""Which texts may hold a match of a pattern with many alternatives: all words that one of them needs must be there.

A cue (`cues.py`) asks for one word of a pattern. Of a hundred alternatives nearly any text has such a word (`know`,
`name`), but seldom the others of the same alternative as well (`not known`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pytest_finetunebench.grading.beginnings import parts


class Ways:
    """What each alternative of a pattern needs (`beginnings.needed_by_way`)."""

    def __init__(self, ways: Iterable[list[frozenset[str]]]) -> None:
        self._others: dict[str, list[list[frozenset[str]]]] = {}
        """Beginning → what else the alternatives need that are known by it."""
        self._is_known = True
        for way in ways:
            # what needs `know` needs one of `know` and `name` anyway
            least = [one for index, one in enumerate(way) if not any(other <= one for other in way[:index])]
            self._is_known = self._is_known and bool(least)
            for beginning in least[0] if least else ():
                self._others.setdefault(beginning, []).append(least[1:])

    def allow(self, text: str) -> bool:
        """Whether a text may hold a match."""
        if not self._is_known:
            return True
        found, ways = _found_in(text), self._others
        return any(not any(map(found.isdisjoint, others)) for one in ways.keys() & found for others in ways[one])


@lru_cache(maxsize=4)
def _found_in(text: str) -> frozenset[str]:
    # several patterns are asked for one after the other
    return frozenset(parts(text))
