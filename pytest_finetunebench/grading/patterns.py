"""Patterns that are compiled at their first use: the long ones take milliseconds each, and most runs need few."""

from __future__ import annotations

import re
from typing import Any, cast

from pytest_finetunebench.grading.beginnings import Needs, needed
from pytest_finetunebench.grading.memo import lazy


class _Deferred:
    def __init__(self, pattern: str, flags: int) -> None:
        self._pattern, self._flags = pattern, flags

    @lazy
    def needs(self) -> Needs | None:
        """What every text that it matches has one of; None where that cannot be told."""
        return needed(self._pattern, self._flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._pattern, self._flags), name)
        # from now on the attribute is the compiled pattern's own
        setattr(self, name, found)
        return found


def deferred(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what does all that `re.compile(pattern, flags)` does; a pattern that is wrong raises at its first use."""
    return cast("re.Pattern[str]", _Deferred(pattern, flags))


def needs_of(pattern: re.Pattern[str]) -> Needs | None:
    """Return what every text that a pattern matches has one of; None where that cannot be told."""
    return getattr(pattern, "needs", None)


NEVER = deferred(r"(?!)")
"""Matches nothing: a part that a language leaves blank."""
