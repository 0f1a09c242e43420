"""`finetunebench runs trend`: pass rates over the stored runs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.stored import json_option, print_json, print_lines, runs_dir_option, width

if TYPE_CHECKING:
    from pytest_finetunebench.runs.files import StoredRun
    from pytest_finetunebench.runs.index import RunHead
    from pytest_finetunebench.runs.selectors import Selector

_BARS = "▁▂▃▄▅▆▇█"
_COLUMN = 7
_LABEL = 22
_LAST = 8
_LONGEST_SPARKLINE = 12


@dataclass(frozen=True)
class _Line:
    """A selector's pass rate in each run, 0..1; None if nothing was measured."""

    name: str
    rates: tuple[float | None, ...]
    counts: tuple[int, ...]

    @property
    def change(self) -> float | None:
        """Last measured run minus the one before it, -1..1."""
        measured = [rate for rate in self.rates if rate is not None]
        return measured[-1] - measured[-2] if len(measured) > 1 else None


@click.command()
@renamed_option(
    "--only-category",
    "category",
    former="--category",
    metavar="CATEGORY",
    show_default="all",
    help="Show this category alone, a row per kind.",
)
@renamed_option(
    "--only-kind",
    "kind",
    former="--kind",
    metavar="KIND",
    show_default="all",
    help="Show probes of this kind alone, or generalization.",
)
@runs_dir_option
@json_option
def trend(folder: Path, category: str | None, kind: str | None, as_json: bool) -> None:
    """Show pass rates over the stored runs: a row per category, a column per run, oldest first.

    Partial runs are left out. --json prints runs (number, created, model, name, commit, suite_hash, …), left_out
    (numbers of partial runs), and rows (name, rates within 0..1 and n, one per run; null where nothing was measured).
    """
    from pytest_finetunebench.cli import as_json as forms
    from pytest_finetunebench.runs.files import RunFolder
    from pytest_finetunebench.runs.listing import listed

    read = [(one.run, one.head) for one in listed(RunFolder(folder))]
    whole = [(run, record) for run, record in read if not record.partial]
    left_out = [run.number for run, record in read if record.partial]
    lines = _lines([record for _, record in whole], category, kind) if whole else []
    if as_json:
        named = [forms.naming(record) | {"number": run.number} for run, record in whole]
        rows = [{"name": line.name, "rates": line.rates, "n": line.counts} for line in lines]
        print_json({"runs": named, "left_out": left_out, "rows": rows})
    else:
        print_lines(_told(whole, left_out, lines, folder))


def _lines(records: Sequence[RunHead], category: str | None, kind: str | None) -> list[_Line]:
    from pytest_finetunebench.runs.index import rate_over
    from pytest_finetunebench.runs.rates import ALL

    lines = []
    for selector in _selectors(records, category, kind):
        values, counts = zip(*(rate_over(filter(selector.selects, record.cells)) for record in records), strict=True)
        if any(counts):
            lines.append(_Line(selector.text.removesuffix(f"/{ALL}"), values, counts))
    return lines


def _selectors(records: Sequence[RunHead], category: str | None, kind: str | None) -> Iterator[Selector]:
    """Yield one per category, or per kind of one category, then one over all of them.

    Raises:
        click.UsageError: no run has such probes.
    """
    from pytest_finetunebench.cli.gating import usage_errors
    from pytest_finetunebench.runs.rates import ALL, GENERALIZATION, ordered_kinds
    from pytest_finetunebench.runs.selectors import Selector

    results = [cell for record in records for cell in record.cells]
    with usage_errors():
        Selector(f"{category or ALL}/{kind or ALL}").check(results, "runs trend")
    if category is not None and kind is None:
        kinds = ordered_kinds({result.kind for result in results if result.category == category})
        yield from (Selector(f"{category}/{one}") for one in (*kinds, GENERALIZATION, ALL))
    elif category is not None:
        yield Selector(f"{category}/{kind}")
    else:
        yield from (Selector(f"{one}/{kind or ALL}") for one in sorted({result.category for result in results}))
        yield Selector(f"{ALL}/{kind or ALL}")


def _told(
    whole: Sequence[tuple[StoredRun, RunHead]], left_out: Sequence[int], lines: Sequence[_Line], folder: Path
) -> Iterator[str]:
    from pytest_finetunebench.cli.tables import table_lines
    from pytest_finetunebench.errors import one_line
    from pytest_finetunebench.files.reading import shown

    if not whole:
        yield f"{shown(folder)} holds no run of a whole suite: `pytest --ft-model=SPEC --ft-save` stores one"
        return
    fits = max((width() - _LABEL - _LONGEST_SPARKLINE - 2 - _LAST) // _COLUMN, 1)
    columns = [f"#{run.number}" for run, _ in whole[-fits:]]
    trends = ("trend", "last")
    rows = [
        (
            line.name,
            *map(_percent, line.rates[-fits:]),
            sparkline(line.rates[-_LONGEST_SPARKLINE:]),
            _arrow(line.change),
        )
        for line in lines
    ]
    head = ("% right", *columns, *trends)
    yield from table_lines(head, rows, width(), right=(*columns, "last"), folded=("% right",))
    yield ""
    for run, record in whole[-fits:]:
        name = f" '{record.name}'" if record.name else ""
        yield f"#{run.number} {record.created[:10]} {one_line(record.model, 80)}{name}"
    if len(whole) > fits:
        yield f"… and {len(whole) - fits:,} older ones (--json lists all)"
    if len({record.suite_hash for _, record in whole}) > 1:
        yield "the suites differ: `finetunebench compare` takes the probes that two share"
    if left_out:
        yield from textwrap.wrap(f"left out as partial: {', '.join(f'#{number}' for number in left_out)}", width())


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{100 * rate:.1f}"


def _arrow(change: float | None) -> str:
    if change is None:
        return ""
    points = f"{100 * change:+.1f}"
    return "→ 0.0" if points in ("+0.0", "-0.0") else f"{'↑' if change > 0 else '↓'} {points}"


def sparkline(rates: Sequence[float | None]) -> str:
    """Return a bar for each rate, 0..1, on one scale for all rows; a space for no rate."""
    return "".join(" " if rate is None else _BARS[round(rate * (len(_BARS) - 1))] for rate in rates)
