"""What decides verdicts, as one short hash: it cannot be forgotten when a grader changes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

OPTIONS = ("built_in_graders.py", "grading_options.py")
"""The modules beside the graders that hold their options."""


@cache
def grading_version() -> str:
    """Return 12 hex digits of the SHA-256 of the graders' source; equal ones grade alike."""
    folder = Path(__file__).parent
    options = [folder.parent / name for name in OPTIONS]
    files = [*sorted(folder.glob("*.py")), *options]
    digest = hashlib.sha256()
    for file in files:
        # line ends differ between checkouts
        digest.update(file.name.encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
