"""A comparison of two runs as plain lines, readable at 80 columns and without colour."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from pytest_finetunebench.errors import counted, one_line
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports.columns import left, named, wrapped
from pytest_finetunebench.reports.figures import points
from pytest_finetunebench.runs.comparison import Drift, RunComparison
from pytest_finetunebench.runs.figures import p_text
from pytest_finetunebench.runs.paired_rows import ALPHA, Kind, PairedRow, ProbeChange
from pytest_finetunebench.runs.rates import share
from pytest_finetunebench.runs.results import ProbeResult

SHOWN = 10
"""Regressions, and probes that are still stale."""
FEWEST_ITEMS = math.ceil(1 - math.log2(ALPHA))
"""Fewer items differ by chance more often than 5%, even where all of them change alike: 2 · 2⁻ⁿ."""
FEW = "few"
_LONGEST_TEXT = 160
_FIGURES = "{:>5}  {:>16}  {:>23}  {:>6} {:1}"
_FIGURES_WIDTH = 58
_KINDS: tuple[Kind, ...] = ("fixed", "broke", "still stale", "still right", "still wrong", "new", "gone", "unmeasured")
_OF_BASE: dict[Kind, str] = {"fixed": "added by the fine-tune", "broke": "lost by it"}


def comparison_lines(comparison: RunComparison, heading: str = "", width: int = 80) -> Iterator[str]:
    """Yield what is compared, the verdict, a table of paired rates, the counts and the regressions.

    `heading` says what the run is compared with, such as `baseline`. If the first run is the base model's part of the
    second, the words are those of a base and its fine-tune.
    """
    of_base = is_of_base(comparison)
    if heading:
        yield f"compared with the {heading}"
    first, second = ("base", "fine-tune") if of_base else ("before", "after")
    yield from named(first, comparison.before.title, width)
    yield from named(second, comparison.after.title, width)
    yield from named("result", verdict(comparison), width)
    for notice in comparison.notices:
        yield from named("note", notice, width)
    if comparison.total is not None:
        yield ""
        yield from _table(comparison, (first, second), width)
        yield ""
    yield from named("probes", counts(comparison), width)
    if comparison.drift is not None:
        yield from named("drift", drift_text(comparison.drift), width)
    if of_base:
        yield from named("updates", held_updates(comparison), width)
    if too_small := _too_small(comparison):
        yield from named("size", too_small, width)
    yield from _regressions(comparison, width, of_base=of_base)
    yield from _still_stale(comparison, width)


def drift_text(drift: Drift) -> str:
    """Say how far a run is from the oldest accepted one."""
    change = 100 * (drift.after - drift.before)
    return f"since #{drift.since}: {change:+.1f} points ({drift.before:.1%} → {drift.after:.1%}, n={drift.n})"


def verdict(comparison: RunComparison) -> str:
    """Say in one sentence whether the second run is better, worse, or not to be told from the first."""
    total = comparison.total
    if total is None:
        return "nothing was measured in both"
    figures = f"{_rates(total)} % right, {points(total.difference.value)} points, p{p_text(total.p_value, '=')}"
    apart = [row for row in comparison.rows if row.significant]
    if comparison.apart:
        return f"{'better' if total.difference.value > 0 else 'worse'} over all: {figures}"
    if apart:
        told = ", ".join(f"{row.name} {points(row.difference.value)}" for row in apart)
        return f"no difference over all ({figures}), but in parts: {told}"
    if total.items < FEWEST_ITEMS:
        return f"too few items to tell: {total.items} of at least {FEWEST_ITEMS} ({figures})"
    if is_of_base(comparison):
        return f"the fine-tune did nothing that this suite can see ({figures})"
    return f"no difference that this suite can see ({figures})"


def is_of_base(comparison: RunComparison) -> bool:
    """Whether the first run is the base model's part of the second."""
    before, after = comparison.before, comparison.after
    return (before.created, before.model) == (after.created, after.base_model)


def counts(comparison: RunComparison) -> str:
    """Say how many probes changed in which way: `3 fixed, 1 broke, 96 still right`."""
    words = _OF_BASE if is_of_base(comparison) else {}
    found = comparison.counts
    return ", ".join(f"{found[kind]:,} {words.get(kind, kind)}" for kind in _KINDS if found[kind])


def held_updates(comparison: RunComparison) -> str:
    """Say what became of the updates to which the base model gave a superseded answer."""
    held = comparison.held_updates
    if not held:
        return "the base model gave no superseded answer"
    now = Counter(map(_became, held))
    told = ", ".join(f"{now[word]:,} {word}" for word in ("now correct", "still stale", "other"))
    return f"the base model gave a superseded answer to {counted(len(held), 'probe')}; by the fine-tune {told}"


def answers(change: ProbeChange) -> tuple[ProbeResult, ProbeResult]:
    """Return the two samples that show a regression best: one that was right, one that is not; both sides must be."""
    right = next((result for result in change.before if result.correct), change.before[0])
    wrong = next((result for result in change.after if result.measured and not result.correct), change.after[0])
    return right, wrong


def row_p(row: PairedRow) -> str:
    """Write a row's p-value, or `few` where so few items changed nothing could be below 5%."""
    return p_text(row.p_value) if row.items >= FEWEST_ITEMS else FEW


def excludes_zero(row: PairedRow) -> bool:
    """Whether a row's interval leaves 0 out although its p-value, as adjusted, does not tell the runs apart."""
    return not (row.significant or row.difference.low <= 0 <= row.difference.high)


def row_notes(comparison: RunComparison) -> list[str]:
    """Return what explains rows whose interval and p-value seem to contradict each other."""
    rows = comparison.rows if comparison.total is None else (*comparison.rows, comparison.total)
    notes = []
    if any(row.items < FEWEST_ITEMS for row in rows):
        notes.append(f"{FEW}: fewer than {FEWEST_ITEMS} items, of which no test tells anything")
    if any(map(excludes_zero, rows)):
        notes.append("† the interval alone leaves 0 out; p says more, as it allows for the number of rows and items")
    return notes


def _became(change: ProbeChange) -> str:
    if (share(change.after) or 0) > 0.5:
        return "now correct"
    return "still stale" if any(result.outcome is Outcome.STALE for result in change.after) else "other"


def _table(comparison: RunComparison, sides: tuple[str, str], width: int) -> Iterator[str]:
    """Yield a row per category and kind below their category, then those over all categories."""
    label = max(width - _FIGURES_WIDTH, 12)
    head = _FIGURES.format("n", "{} → {}".format(*sides), "points, 95% interval", "p", "")
    yield f"{'% right':<{label}}{head}".rstrip()
    category = None
    for row in comparison.rows:
        below, slash, kind = row.name.rpartition("/")
        if not slash and category is not None:
            yield ""
            category = None
        if slash and below != category:
            category = below
            yield from wrapped(below, width)
        yield from _row(f"  {kind}" if slash else row.name, row, label, significant=row.significant)
    if comparison.total is not None:
        yield from _row("all", comparison.total, label, significant=bool(comparison.apart))
    tests = f"Westfall-Young for {counted(len(comparison.rows), 'row')}, of all by itself"
    yield from wrapped(f"p: permutation by item, {tests}; * p ≤ {ALPHA}", width)
    for note in row_notes(comparison):
        yield from wrapped(note, width)


def _row(name: str, row: PairedRow, label: int, *, significant: bool) -> Iterator[str]:
    indent = " " * (len(name) - len(name.lstrip()))
    first, *rest = wrapped(name.strip(), label - 1, indent, indent)
    low, high = row.difference.low, row.difference.high
    moved = f"{points(row.difference.value)} [{points(low)}, {points(high)}]"
    mark = "*" if significant else "†" if excludes_zero(row) else ""
    figures = _FIGURES.format(row.n, _rates(row), moved, row_p(row), mark)
    yield (left(first, label) + figures).rstrip()
    yield from rest


def _rates(row: PairedRow) -> str:
    return f"{100 * row.before:.1f} → {100 * row.after:.1f}"


def _too_small(comparison: RunComparison) -> str:
    rows = [*comparison.rows, *([comparison.total] if comparison.total else [])]
    small = [f"{row.name} has {row.items:,} of {row.needed:,}" for row in rows if row.needed and row.items < row.needed]
    return f"items that would find a drop of 10 points in 9 of 10 runs: {', '.join(small)}" if small else ""


def _regressions(comparison: RunComparison, width: int, *, of_base: bool) -> Iterator[str]:
    broke = comparison.of("broke")
    if not broke:
        return
    yield ""
    yield f"{'lost by the fine-tune' if of_base else 'regressions'} ({len(broke):,})"
    for change in broke[:SHOWN]:
        old, new = answers(change)
        yield f"  {change.id}"
        fields = [
            ("question", _text(new.prompt)),
            ("expected", _text(new.probe.expected)),
            ("answer", f"{_text(old.answer or '')} → {_text(new.answer or '')} ({new.outcome})"),
        ]
        for name, text in fields:
            yield from wrapped(text, width, f"    {name:<10}", " " * 14)
        yield f"    case      {one_line(new.place)}"  # in one piece, to click on
    if len(broke) > SHOWN:
        yield f"  … and {len(broke) - SHOWN:,} more"


def _still_stale(comparison: RunComparison, width: int) -> Iterator[str]:
    stale = [change.id for change in comparison.of("still stale")]
    if stale:
        more = f" and {len(stale) - SHOWN:,} more" if len(stale) > SHOWN else ""
        yield ""
        yield f"still stale ({len(stale):,})"
        yield from wrapped(", ".join(stale[:SHOWN]) + more, width, "  ", "  ")


def _text(text: str) -> str:
    return one_line(text, _LONGEST_TEXT) or "(empty)"
