"""Say what a process waits for, and whom, once a wait takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from pytest_finetunebench.models.cache.folder import DATABASE_FILES

TOLD_AFTER = 15.0
"""Seconds of waiting after which a run says what for."""
_LOCK_TABLE = Path("/proc/locks")

Tell = Callable[[str], object]
"""Shows one line to the person who waits. May be called from any thread."""


def tell_on_stderr(words: str) -> None:
    """Show a line on stderr at once."""
    print(f"finetunebench: {words}", file=sys.stderr, flush=True)


def waits_for(what: str, holder: str) -> str:
    """Return the line that says what a process has been waiting for, and whom."""
    return f"waiting for more than {TOLD_AFTER:.0f} s {what}: {holder}"


def database_holder(folder: Path) -> str:
    """Say who locks a cache's database, as far as the system tells: Linux lists locks with their processes."""
    try:
        files = {str((folder / name).stat().st_ino) for name in DATABASE_FILES if (folder / name).exists()}
        rows = [line.split() for line in _LOCK_TABLE.read_text(encoding="ascii").splitlines()]
    except (OSError, ValueError):
        return "another process holds it"
    # 7: POSIX  ADVISORY  WRITE 4711 fe:00:131 120 120
    held = {row[4] for row in rows if len(row) == 8 and row[3] == "WRITE" and row[5].rpartition(":")[2] in files}
    others = sorted(held - {str(os.getpid())}, key=int)
    return f"process {', '.join(others)} holds it" if others else "another process holds it"
