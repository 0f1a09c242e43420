"""Pictures of a run for READMEs and chats: a badge, and a card with the rates. SVG without script or link."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pytest_finetunebench.reports.columns import fitted
from pytest_finetunebench.reports.figures import percent, points
from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.rates import Rate, Row

_FONT = "Verdana,Geneva,DejaVu Sans,sans-serif"
_LINE = 24
_MOST_CATEGORIES = 12


def badge(summary: Summary) -> str:
    """Return a badge: `generalization 73%`, or the rate of all probes where none is about generalization."""
    rate, name = summary.total.generalization, "generalization"
    if rate.value is None:
        right = summary.outcomes.get("correct", 0)  # type: ignore[call-overload]
        measured = sum(count for outcome, count in summary.outcomes.items() if outcome != "unmeasured")
        rate, name = Rate(correct=right, n=measured), "right"
    value = "unmeasured" if rate.value is None else f"{percent(rate.value).partition('.')[0]}%"
    left, right_ = 8 * len(name) + 12, 8 * len(value) + 14
    width = left + right_
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{name}: {value}">'
        f'<title>{name}: {value}</title><rect width="{left}" height="20" fill="#444a52"/>'
        f'<rect x="{left}" width="{right_}" height="20" fill="#1d5fa6"/><g fill="#fff" font-family="{_FONT}" '
        f'font-size="11" text-anchor="middle"><text x="{left / 2}" y="14">{name}</text>'
        f'<text x="{left + right_ / 2}" y="14">{value}</text></g></svg>\n'
    )


def card(summary: Summary, verdict: str) -> str:
    """Return a card: the model, the verdict, and memorization and generalization of each category."""
    rows = [*summary.rows[:_MOST_CATEGORIES], summary.total] if len(summary.rows) > 1 else list(summary.rows)
    height = 108 + _LINE * len(rows)
    more = len(summary.rows) - _MOST_CATEGORIES
    foot = f"and {more} more categories" if more > 0 else "% right with 95% interval by item"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {height}" width="800" height="{height}" '
            f'font-family="{_FONT}" font-size="12" role="img" aria-label="{_text(verdict, 200)}">',
            "<style>.b{fill:#fbfbf9}.i{fill:#1c1e21}.s{fill:#555b63}.l{stroke:#e1e0da}.g{fill:#1d5fa6;stroke:#1d5fa6}"
            "@media (prefers-color-scheme:dark){.b{fill:#131518}.i{fill:#e8e8e4}.s{fill:#a9afb7}.l{stroke:#30353b}"
            ".g{fill:#82b6ef;stroke:#82b6ef}}</style>",
            f'<rect class="b" width="800" height="{height}" rx="8"/>',
            f'<text class="i" x="24" y="32" font-size="16" font-weight="bold">{_text(summary.model, 80)}</text>',
            f'<text class="s" x="24" y="54">{_text(verdict, 110)}</text>',
            *(line for number, row in enumerate(rows) for line in _row(row, 84 + _LINE * number)),
            f'<text class="s" x="24" y="{height - 14}" font-size="11">{foot}; black: memorization, blue: '
            "generalization</text>",
            "</svg>",
            "",
        ]
    )


def _row(row: Row, y: int) -> Iterator[str]:
    yield f'<text class="i" x="24" y="{y}">{_text(row.category, 24)}</text>'
    yield f'<path class="l" d="M220 {y - 4}H600" stroke-width="1"/>'
    for rate, style in ((row.memorization, "i"), (row.generalization, "g")):
        if rate.value is None or rate.interval is None:
            continue
        low, high = (220 + 380 * end for end in rate.interval)
        yield f'<rect class="{style}" x="{low:.1f}" y="{y - 5}" width="{high - low:.1f}" height="2" opacity=".4"/>'
        yield f'<circle class="{style}" cx="{220 + 380 * rate.value:.1f}" cy="{y - 4}" r="5" stroke="none"/>'
    figures = [percent(rate.value) for rate in (row.memorization, row.generalization) if rate.value is not None]
    gap = "" if row.gap is None else f"  gap {points(row.gap)}"
    yield f'<text class="i" x="616" y="{y}">{" → ".join(figures)}{gap}</text>'


def _text(words: str, width: int) -> str:
    clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in words)
    return escape(fitted(clean, width))
