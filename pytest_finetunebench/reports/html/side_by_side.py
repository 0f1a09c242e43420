"""Several runs as columns of one table: checkpoints of a model, arms, earlier versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_finetunebench.reports.figures import percent, points
from pytest_finetunebench.reports.html.explorer import shown
from pytest_finetunebench.runs.comparison import RunComparison
from pytest_finetunebench.runs.paired_rows import PairedRow

FEWEST = 2
"""Compared runs from which on a table beside their own tables helps."""


def side_by_side(comparisons: Sequence[tuple[str, RunComparison]]) -> dict[str, Any] | None:
    """Return the heads and rows of the table, its last column being the run itself; None for fewer than two others."""
    if len(comparisons) < FEWEST:
        return None
    tables = [{row.name: row for row in _rows(comparison)} for _, comparison in comparisons]
    names = dict.fromkeys(name for table in tables for name in table)
    return {
        "heads": [shown(heading) for heading, _ in comparisons],
        "run": shown(comparisons[0][1].after.title),
        "rows": [(name, [_cell(table.get(name)) for table in tables], _own(name, tables)) for name in names],
    }


def _rows(comparison: RunComparison) -> Iterator[PairedRow]:
    yield from comparison.rows
    if comparison.total is not None:
        yield comparison.total


def _cell(row: PairedRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    difference = row.difference
    return {
        "rate": percent(row.before),
        "difference": points(difference.value),
        "ends": f"{points(difference.low)} to {points(difference.high)}",
        "significant": row.significant,
    }


def _own(name: str, tables: Sequence[dict[str, PairedRow]]) -> str:
    """Return the rate of the run itself: several, of most probes first, where the others share other probes with it."""
    rates = {(table[name].n, percent(table[name].after)) for table in tables if name in table}
    return " / ".join(dict.fromkeys(rate for _, rate in sorted(rates, reverse=True)))
