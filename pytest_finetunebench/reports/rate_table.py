"""The pass rates as a table of plain lines: a line for each category, or one for each kind of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.reports.columns import columns, left, right, wrapped
from pytest_finetunebench.reports.figures import interval, percent, points, wide_interval
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.rates import GENERALIZATION, Rate, Row

NOTHING = "-"
_SPACE = 2
_SHORTEST_LABEL = 16
_LONGEST_LABEL = 40
_ROOM_FOR_CONTROL = 56


class _Style(NamedTuple):
    """How cells are written; the widest that fits is taken."""

    interval: str
    """The pattern of an interval."""
    decimals: bool
    """Whether an interval's ends have a decimal."""
    gap: bool
    """Whether the gap has its interval."""


_STYLES = (
    _Style("[{}, {}]", decimals=True, gap=True),
    _Style("[{}, {}]", decimals=True, gap=False),
    _Style("[{}, {}]", decimals=False, gap=False),
    _Style("{}-{}", decimals=False, gap=False),
)


def brief_table(summary: Summary, width: int) -> Iterator[str]:
    """Yield a line for each category: memorization, generalization, gap, other kinds, and how many were measured."""
    rows = _rows(summary)
    for style in _STYLES:
        head, lines = _head(summary), [*(_cells(summary, row, style) for row in rows), *_control(summary)]
        widths = [max(map(columns, cells)) for cells in zip(head, *lines, strict=True)]
        label = width - sum(widths[1:]) - _SPACE * (len(widths) - 1)
        if label >= min(widths[0], _SHORTEST_LABEL):
            break
    else:
        yield from full_table(summary, width, kinds=False)
        return
    widths[0] = min(widths[0], label, _LONGEST_LABEL)
    yield from _legend(
        summary, width, "interval by item, rounded outward" if not style.decimals else "interval by item"
    )
    yield ""
    for cells in (head, *lines):
        yield (
            (" " * _SPACE)
            .join([left(cells[0], widths[0]), *(right(*pair) for pair in zip(cells[1:], widths[1:], strict=True))])
            .rstrip()
        )


def full_table(summary: Summary, width: int, *, kinds: bool = True) -> Iterator[str]:
    """Yield for each category a line for each kind, for generalization and for the gap."""
    yield from _legend(summary, width, "interval by item")
    figures = "{:>6}  {:>13}  {:>6}" + ("" if summary.is_control or width < _ROOM_FOR_CONTROL else "  {:>7}")
    head = figures.format("%", "95% interval", "n", "control")
    label = max(min(width - len(head) - 1, _LONGEST_LABEL), 10)
    yield ""
    yield left("category, kind", label) + head
    for row in _rows(summary):
        yield from wrapped(row.category, width)
        for name, cells in _kind_lines(summary, row, kinds=kinds):
            first, *rest = wrapped(name, label - 1, "  ", "  ") or [""]
            yield (left(first, label) + figures.format(*cells)).rstrip()
            yield from rest


def _rows(summary: Summary) -> Sequence[Row]:
    return [*summary.rows, summary.total] if len(summary.rows) > 1 else summary.rows


def _legend(summary: Summary, width: int, ends: str) -> Iterator[str]:
    n, mean = ("items", ", mean over items") if summary.weight == "items" else ("probes", "")
    sampled = f", {summary.repeat} samples of each" if summary.repeat > 1 else ""
    yield from wrapped(f"% right{mean} [95% {ends}], n {n} measured{sampled}", width)


def _shown(rate: Rate) -> bool:
    return bool(rate.n or rate.unmeasured)


def _has(summary: Summary) -> tuple[bool, bool, bool]:
    """Whether there is generalization, a gap, and another kind to show."""
    rows = [*summary.rows, summary.total]
    return (
        any(_shown(row.generalization) for row in rows),
        any(row.gap is not None for row in rows),
        any(_shown(row.others) for row in rows),
    )


def _picked(summary: Summary, cells: Sequence[str]) -> list[str]:
    """Leave out the columns that no category has."""
    general, gap, others = _has(summary)
    memorization = any(_shown(row.memorization) for row in summary.rows)
    return [cell for cell, has in zip(cells, (True, memorization, general, gap, others, True), strict=True) if has]


def _head(summary: Summary) -> list[str]:
    other_kinds = [kind for kind in summary.kinds if kind != MEMORIZATION and kind not in summary.general_kinds]
    others = other_kinds[0] if len(other_kinds) == 1 else "other kinds"
    return _picked(summary, ["category", MEMORIZATION, GENERALIZATION, "gap", others, "n"])


def _cells(summary: Summary, row: Row, style: _Style) -> list[str]:
    sides = (row.memorization, row.generalization, row.others)
    memorization, generalization, others = (_rate_cell(rate, style) for rate in sides)
    gap = NOTHING if row.gap is None else points(row.gap)
    if style.gap and row.gap_interval is not None:
        gap += " [{}, {}]".format(*map(points, row.gap_interval))
    unmeasured = sum(rate.unmeasured for rate in sides)
    # an item has probes of several sides
    n = (max if summary.weight == "items" else sum)(rate.n for rate in sides)
    of_all = f" of {n + unmeasured:,}" if unmeasured and summary.weight == "probes" else ""
    return _picked(summary, [row.category, memorization, generalization, gap, others, f"{n:,}{of_all}"])


def _rate_cell(rate: Rate, style: _Style) -> str:
    if rate.value is None or rate.interval is None:
        return "unmeasured" if rate.unmeasured else NOTHING
    ends = (interval if style.decimals else wide_interval)(*rate.interval, style.interval)
    return f"{percent(rate.value)} {ends}"


def _control(summary: Summary) -> list[list[str]]:
    """Return the control's line, over all categories; none where the control itself is under test."""
    total = summary.total
    rates = [rate.control for rate in (total.memorization, total.generalization, total.others)]
    if summary.is_control or not any(rate is not None for rate in rates):
        return []
    memorization, generalization, others = (NOTHING if rate is None else percent(rate) for rate in rates)
    gap = NOTHING if total.control_gap is None else points(total.control_gap)
    return [_picked(summary, ["control", memorization, generalization, gap, others, ""])]


def _kind_lines(summary: Summary, row: Row, *, kinds: bool) -> Iterator[tuple[str, list[str]]]:
    named = list(row.kinds.items()) if kinds else [(MEMORIZATION, row.memorization)]
    general = [kind for kind, rate in named if kind in summary.general_kinds and _shown(rate)]
    if not kinds or len(general) > 1:
        named.append((GENERALIZATION, row.generalization))
    if not kinds:
        named.append(("other kinds", row.others))
    for name, rate in named:
        if _shown(rate):
            yield name, _full_cells(rate)
    if row.kind_mean is not None and len(general) > 1:
        yield "generalization, mean of kinds", [percent(row.kind_mean), "", "", ""]
    if row.gap is not None:
        ends = "{}, {}".format(*map(points, row.gap_interval)) if row.gap_interval else ""
        control = "" if row.control_gap is None else points(row.control_gap)
        yield "gap, points", [points(row.gap), ends, "", control]


def _full_cells(rate: Rate) -> list[str]:
    if rate.value is None or rate.interval is None:
        return ["?", "unmeasured", f"0/{rate.unmeasured:,}", ""]
    control = NOTHING if rate.control is None else percent(rate.control)
    n = f"{rate.n:,}" + (f"/{rate.n + rate.unmeasured:,}" if rate.unmeasured else "")
    return [percent(rate.value), interval(*rate.interval, "{}-{}"), n, control]
