"""Work on many objects that stay: without the garbage collector, which would search them again and again."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """Exclude what lives now from garbage collection (`gc.freeze`), where no one has frozen anything yet."""
    mine = gc.get_freeze_count() == 0
    if mine:
        gc.freeze()
    try:
        yield
    finally:
        if mine:
            gc.unfreeze()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Pause garbage collection. What nothing refers to is freed all the same, but for circles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
