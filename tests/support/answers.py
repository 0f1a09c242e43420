"""Texts that break careless pattern matching."""

from __future__ import annotations

import time
from collections.abc import Callable

ATTACKS = (
    "a",
    "a ",
    "1",
    "1,",
    "1 or ",
    "1-",
    "not ",
    "no ",
    "yes ",
    "no, ",
    "i ",
    "i do not ",
    "there is no ",
    "\n",
    " ",
    "A ",
    "(A",
    "A) ",
    "the answer is ",
    "than ",
    "between 1 and ",
    "'s ",
    "C+",
    "operator ",
    "operator::",
    ".",
    "a.",
    "::",
    "`",
    "well, ",
    "wait, ",
    "no doubt about it ",
    "i have a-a ",
    "\u0301",
    "\u202e\ufdfa",
    "ß",
    "🙂",
    "\x00",
)
"""Pieces to repeat."""


MOMENT = 8
"""Seconds of processor time: what takes no more than in proportion is far below it, also on a busy machine."""


def seconds(function: Callable[[str], object], piece: str, size: int = 200_000) -> float:
    """Return the processor time that `function` takes for a text of so many characters made of one piece."""
    text = piece * (size // len(piece)) + "!"
    start = time.process_time()
    function(text)
    return time.process_time() - start
