"""What stays to the end of a run: the garbage collector need not search it again and again."""

from __future__ import annotations

import gc
from functools import cache
from typing import Literal


@cache
def freeze_garbage(what: Literal["the modules", "the tests", "the SDK"]) -> None:
    """Keep the collector from all objects that are alive now; references still free them (`gc.freeze`).

    Full collections, those at the interpreter's exit included, are a tenth of a run otherwise. Once in a process for
    each of the three: at a later run's, an earlier run's garbage would be kept too.
    """
    del what
    gc.freeze()
