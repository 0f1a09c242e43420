"""Spare the garbage collector objects that stay to the end of a run."""

from __future__ import annotations

import gc
from functools import cache
from typing import Literal


@cache
def freeze_garbage(what: Literal["the modules", "the tests", "the SDK", "the results"]) -> None:
    """Exclude all live objects from garbage collection (`gc.freeze`). Dropping their last reference still frees them.

    Without it, full collections take a tenth of a run. Each of the four happens once in a process: a second run in
    the same process would freeze the first one's garbage.
    """
    del what
    gc.freeze()
