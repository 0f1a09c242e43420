"""Which commit a run was made at."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git_revision(folder: Path) -> str | None:
    """Return the commit checked out at a folder, with `+` where tracked files were changed; None outside of git."""
    try:
        head = _git(folder, "rev-parse", "HEAD").decode("ascii", "replace").strip()
        return head + "+" * bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *words: str) -> bytes:
    # a look at the tree must not take the lock that somebody's commit waits for
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, check=True, timeout=10).stdout  # noqa: S603
