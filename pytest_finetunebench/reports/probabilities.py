"""The probabilities of the references' first tokens, as a table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_finetunebench.reports.columns import columns, left, wrapped
from pytest_finetunebench.runs.probabilities import LUCKY, KindProbability

TITLE = "mean probability of the reference's first tokens"
HEAD = ("kind", "n", "model", "base", f"right, under {LUCKY:g}")
_LONGEST_KIND = 40


def probability_cells(row: KindProbability) -> tuple[str, ...]:
    """Return the cells of one kind, in the order of `HEAD`."""
    return (row.kind, f"{row.n:,}", _shown(row.mean), "-" if row.base is None else _shown(row.base), f"{row.lucky:,}")


def probability_lines(rows: Sequence[KindProbability], width: int) -> Iterator[str]:
    """Yield the table of the terminal; nothing without rows."""
    if not rows:
        return
    cells = [HEAD, *map(probability_cells, rows)]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    label = max(min(widths[0], width - sum(widths[1:]) - 2 * len(widths), _LONGEST_KIND), 8)
    yield from wrapped(TITLE, width)
    for kind, *figures in cells:
        yield left(kind, label) + "".join(f"  {one:>{size}}" for one, size in zip(figures, widths[1:], strict=True))
    yield ""


def probabilities_as_plain(rows: Sequence[KindProbability]) -> list[dict[str, Any]] | None:
    """Return the rows as plain JSON values; None without rows."""
    return [dataclasses.asdict(row) for row in rows] or None


def _shown(value: float) -> str:
    # a model that has learned nothing yet has tiny ones, and they are what tells progress
    return f"{value:.3f}" if value >= 0.001 or value == 0 else f"{value:.0e}"
