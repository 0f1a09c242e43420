"""Tables of the command line, laid out by rich as plain lines."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence


def table_lines(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    width: int,
    *,
    right: Collection[str] = (),
    folded: Collection[str] = (),
) -> list[str]:
    """Lay out a table within `width`. Columns in `right` are right-aligned; columns in `folded` wrap."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pytest_finetunebench.errors import one_line

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in head:
        justify, wraps = "right" if name in right else "left", name in folded
        table.add_column(Text(name), justify=justify, no_wrap=not wraps, overflow="fold")  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]
