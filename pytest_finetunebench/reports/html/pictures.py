"""Pictures as SVG: rates with their intervals, gates with their limits, and the trend over stored runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from pytest_finetunebench.cases.suite import MEMORIZATION
from pytest_finetunebench.reports.columns import fitted
from pytest_finetunebench.reports.figures import percent
from pytest_finetunebench.runs.rates import GENERALIZATION, Rate, Row

_LINE = 22
_LABEL = 30
"""Columns of text that a row's name may take."""


@dataclass(frozen=True)
class Layout:
    """Where the picture's parts stand, in pixels."""

    width: int
    left: int
    right: int

    def x(self, share: float) -> float:
        """Return where a rate, 0..1, stands."""
        return round(self.left + share * (self.width - self.left - self.right), 1)


WIDE = Layout(960, 230, 190)
SMALL = Layout(360, 14, 14)


def rates_picture(rows: Sequence[Row], base: dict[str, Row], layout: Layout, *, control: bool = True) -> Markup:
    """Draw a line for each category and kind: the rate's dot on its interval, the control and the base beside it."""
    small = layout is SMALL
    parts: list[Markup] = []
    y = 30
    for row in rows:
        parts.append(_text(0, y, fitted(row.category, 40), "head"))
        y += _LINE if not small else 18
        for name, rate in _lines(row):
            other = base.get(row.category)
            of_base = None if other is None else dict(_lines(other)).get(name)
            if small:
                parts.append(_text(0, y, f"{fitted(name, _LABEL)}  {_figure(rate)}", "dim"))
                y += 15
            else:
                parts.append(_text(14, y, fitted(name, _LABEL), "dim"))
                parts.append(_text(layout.width - layout.right + 16, y, _figure(rate), ""))
            parts += _dots(name, rate if control else replace(rate, control_n=0), of_base, y - 4, layout)
            y += _LINE
        y += 8
    axis = Markup().join(_axis(layout, y - 12))
    told = "Pass rates from 0 to 100% with 95% intervals; the table below has the same figures."
    return Markup('<svg class="picture {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        "small" if small else "large", layout.width, y, told, axis, Markup().join(parts)
    )


def gate_bar(value: float | None, low: float, high: float, limit: float, *, good: bool) -> Markup:
    """Draw a gate's interval, its figure and its limit, on a scale from 0 to 1, or from -1 for what is below 0."""
    return _bar(value, low, high, limit, "good" if good else "bad", -1.0 if min(low, limit, value or 0.0) < 0 else 0.0)


def difference_bar(value: float, low: float, high: float) -> Markup:
    """Draw a difference of rates with its interval on a scale from -1 to 1; the upright line is 0."""
    return _bar(value, low, high, 0.0, "good" if value >= 0 else "bad", -1.0)


def _bar(value: float | None, low: float, high: float, limit: float, fill: str, first: float) -> Markup:
    def x(share: float) -> float:
        return round(4 + (share - first) / (1 - first) * 192, 1)

    dot = "" if value is None else Markup('<circle class="{}fill" cx="{}" cy="10" r="4.5"/>').format(fill, x(value))
    return Markup(
        '<svg width="200" height="20" viewBox="0 0 200 20" aria-hidden="true"><path class="axis" d="M4 10H196"/>'
        '<path class="{}line" stroke-width="3" stroke-linecap="round" opacity=".45" d="M{} 10H{}"/>{}'
        '<path class="limit" d="M{} 2V18"/></svg>'
    ).format(fill, x(low), x(high), dot, x(limit))


def trend_picture(points: Sequence[tuple[str, float | None, float | None, bool]]) -> Markup:
    """Draw the rates of stored runs, oldest first: name, memorization, generalization, and whether it is a baseline."""
    width, height, left, top, bottom = 960, 250, 44, 16, 34
    step = (width - left - 20) / max(len(points) - 1, 1)

    def at(number: int) -> float:
        return round(left + number * step, 1)

    def y(share: float) -> float:
        return round(top + (1 - share) * (height - top - bottom), 1)

    parts = [Markup('<path class="axis" d="M{} {}H{}"/>').format(left, y(s), width - 20) for s in (0, 0.5, 1)]
    parts += [_text(0, int(y(share)) + 4, f"{share:.0%}", "dim") for share in (0, 0.5, 1)]
    for style, place in (("trendmem", 1), ("trend", 2)):
        known = [(at(n), y(one[place])) for n, one in enumerate(points) if one[place] is not None]  # type: ignore[arg-type]
        path = "M" + " L".join(f"{x} {y_}" for x, y_ in known)
        parts.append(Markup('<path class="{}" d="{}"/>').format(style, path) if len(known) > 1 else Markup())
        dot = "mem" if place == 1 else "dot"
        parts += [Markup('<circle class="{}" cx="{}" cy="{}" r="3.5"/>').format(dot, x, y_) for x, y_ in known]
    every = max(1, len(points) // 12)
    for number, (name, _, general, accepted) in enumerate(points):
        if number % every == 0 or number == len(points) - 1:
            parts.append(_text(at(number), height - 14, name, "dim", "middle"))
        if accepted and general is not None:
            ring = '<circle class="ring" cx="{}" cy="{}" r="8"/>'
            parts.append(Markup(ring).format(at(number), y(general)))  # noqa: S704 - numbers
    told = "Pass rates of the stored runs, oldest first; the table below has the same figures."
    return Markup('<svg class="picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, told, Markup().join(parts)
    )


def _lines(row: Row) -> Iterator[tuple[str, Rate]]:
    for name, rate in [*row.kinds.items(), (GENERALIZATION, row.generalization)]:
        if rate.n and not (name == GENERALIZATION and row.generalization in row.kinds.values()):
            yield name, rate


def _figure(rate: Rate) -> str:
    low, high = rate.interval or (0.0, 1.0)
    return f"{percent(rate.value or 0)} [{100 * low:.0f}, {100 * high:.0f}]  n={rate.n:,}"


def _dots(name: str, rate: Rate, base: Rate | None, y: int, layout: Layout) -> Iterator[Markup]:
    low, high = rate.interval or (0.0, 1.0)
    memorized = name == MEMORIZATION
    span = '<path class="{}" d="M{} {}H{}"/>'
    yield Markup(span).format("memspan" if memorized else "span", layout.x(low), y, layout.x(high))  # noqa: S704
    if rate.control is not None:
        x = layout.x(rate.control)
        diamond = '<path class="control" d="M{} {}l5 5-5 5-5-5z"/>'
        yield Markup(diamond).format(x, y - 5)  # noqa: S704 - numbers
    if base is not None and base.value is not None:
        square = '<rect class="base" x="{}" y="{}" width="8" height="8"/>'
        yield Markup(square).format(layout.x(base.value) - 4, y - 4)  # noqa: S704 - numbers
    dot = '<circle class="{}" cx="{}" cy="{}" r="{}"/>'
    size = 6 if name == GENERALIZATION else 4.5
    yield Markup(dot).format("mem" if memorized else "dot", layout.x(rate.value or 0), y, size)  # noqa: S704


def _axis(layout: Layout, bottom: int) -> Iterator[Markup]:
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = layout.x(share)
        yield Markup('<path class="axis" d="M{} 18V{}"/>').format(x, bottom)
        anchor = "middle" if layout is WIDE else "start" if share == 0 else "end" if share == 1 else "middle"
        yield _text(x, 11, f"{share:.0%}", "dim", anchor)


def _text(x: float, y: int, words: str, style: str, anchor: str = "start") -> Markup:
    text = '<text x="{}" y="{}" class="{}" text-anchor="{}">{}</text>'
    return Markup(text).format(x, y, style, anchor, escape(words))  # noqa: S704 - every value is escaped
