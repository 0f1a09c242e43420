"""Names that are nearly an option's: what they were to set would be ignored, gates among it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pytest_finetunebench.options.table import OPTIONS

_OTHER_VARIABLES = ("FT_DRAFT_MODEL",)


def unknown_variables() -> list[tuple[str, str | None]]:
    """Return variables `FT_…` that are no option's, each with the nearest known one."""
    given = [name for name, value in os.environ.items() if name.startswith("FT_") and value]
    if not given:
        return []  # as at most pytest starts
    known = {option.variable for option in OPTIONS}.union(_OTHER_VARIABLES)
    return [(name, nearest_name(name, known)) for name in sorted(set(given) - known)]


def misspelt_variable(name: str, close: str) -> str:
    """Return the message for a variable that is nearly an option's."""
    return f"{name}: is no option's variable: did you mean {close}?"


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` is nearly, or None."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), 1, 0.8)), None)
