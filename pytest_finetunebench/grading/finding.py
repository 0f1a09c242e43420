"""What one comparison of an answer with its references found, and how texts are shown in its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.outcome import Outcome

_SHOWN = 200
_READ = 1000
"""A text may be a megabyte: its beginning is enough to show."""


class Finding(NamedTuple):
    """What one comparison found: whether the reference is met (None: could not decide), in which text, and why."""

    met: bool | None
    extracted: str | None
    reason: str
    well_formed: bool = False
    """Of a miss: the structure asked for is in order, so that the content is at fault."""
    outcome: Outcome | None = None
    """Of a miss: what the grader itself tells it to be."""


def either(texts: Sequence[str]) -> str:
    """Show a few texts as alternatives."""
    return " or ".join(quoted(text) for text in texts[:4]) + (" or …" if len(texts) > 4 else "")


def quoted(text: str) -> str:
    """Show a text in one short line between quotes."""
    return f"'{_in_one_line(text[:_READ], 80)}'"


def shown(text: str) -> str:
    """Show an answer in one line."""
    return _in_one_line(text[:_READ], _SHOWN)


def _in_one_line(text: str, limit: int) -> str:
    # of printable characters only the space is white
    clean = len(text) <= limit and text.isprintable() and "  " not in text and text == text.strip(" ")
    return text if clean else one_line(text, limit)
