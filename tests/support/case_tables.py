"""Tables of cases that stand beside their tests as JSON Lines, so that they can be read and added to as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GRADING = Path(__file__).resolve().parents[1] / "grading" / "cases"


def cases(name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table in `tests/grading/cases`: the values of each line in order."""
    lines = (GRADING / name).read_text(encoding="utf-8").splitlines()
    return [tuple(json.loads(line).values()) for line in lines]
