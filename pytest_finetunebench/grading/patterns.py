"""Patterns that are compiled at their first use: the long ones take milliseconds each, and most runs need few."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Any, cast

from propcache.api import cached_property

from pytest_finetunebench.grading.beginnings import Needs, needed, needed_by_way
from pytest_finetunebench.grading.cues import ANY, cue_of
from pytest_finetunebench.grading.pattern_items import Parsed
from pytest_finetunebench.grading.ways import Ways


class _Deferred:
    def __init__(self, pattern: str, flags: int) -> None:
        self._pattern, self._flags = pattern, flags

    @cached_property
    def _parsed(self) -> Parsed:
        return Parsed(self._pattern, self._flags)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        found = self._parsed.compiled()
        # no longer needed; another thread may have thrown it away
        self.__dict__.pop("_parsed", None)
        return found

    @cached_property
    def needs(self) -> Needs | None:
        """What every text that it matches has one of; None where that cannot be told."""
        return needed(self._parsed.items())

    @cached_property
    def cue(self) -> int:
        """The bit by which it is known (`cues.py`)."""
        return cue_of(self.needs)

    @cached_property
    def ways(self) -> Ways:
        """What each of its alternatives needs."""
        return Ways(needed_by_way(self._parsed.items() or []))

    def __getattr__(self, name: str) -> Any:
        found = self._pattern if name == "pattern" else getattr(self._compiled, name)
        # from now on the attribute is the compiled pattern's own
        setattr(self, name, found)
        return found


def deferred(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what does all that `re.compile(pattern, flags)` does; a pattern that is wrong raises at its first use."""
    return cast("re.Pattern[str]", _Deferred(pattern, flags))


class _Cues(dict[tuple[re.Pattern[str], ...], int]):
    """Patterns that are asked for together → their cues; the languages have so many, and no text adds any."""

    def __missing__(self, patterns: tuple[re.Pattern[str], ...]) -> int:
        cues: list[int] = [getattr(pattern, "cue", ANY) for pattern in patterns]
        found = self[patterns] = reduce(or_, cues)
        return found


CUES = _Cues()
"""A text with none of the cues of some patterns (`cues.py`) matches none of them."""


def may_hold(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether a text may hold a match of a pattern, by all words that each of its alternatives needs.

    It costs more than to ask for `CUES`, and pays for a pattern of many alternatives.
    """
    return not isinstance(pattern, _Deferred) or pattern.ways.allow(text)


NEVER = deferred(r"(?!)")
"""Matches nothing: a part that a language leaves blank."""
