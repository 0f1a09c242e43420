"""The terminal lines of a comparison."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_finetunebench.compare import RunComparison


def comparison_lines(comparison: RunComparison, heading: str, width: int = 80) -> Iterator[str]:
    yield f"{heading}: {comparison.counts}"
