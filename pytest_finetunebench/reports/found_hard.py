"""Probes that were found hard, as lines, JUnit pairs and plain values: apart from every rate, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_finetunebench.reports.figures import percent
from pytest_finetunebench.runs.found_hard import FoundHard
from pytest_finetunebench.runs.rates import Rate

NAME = "found hard"
_BIAS = "chosen because a model failed them: a test set chosen against a model is biased"


def found_hard_text(found: FoundHard) -> str:
    """Say how the run does on them, whether they count, and why they should not."""
    arms = "".join(f"; {name} {_rate(rate)}" for name, rate in found.arms)
    counted = "COUNTED in rates and gates (--ft-found-hard=count)" if found.counts else "not counted"
    return f"{_rate(found.rate)} right{arms}; {counted}; {_BIAS}"


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return f"unmeasured: {rate.unmeasured:,}"
    low, high = rate.interval
    lost = f", {rate.unmeasured:,} unmeasured" * bool(rate.unmeasured)
    return f"{percent(rate.value)}% [{100 * low:.1f}, {100 * high:.1f}] n={rate.n}{lost}"


def found_hard_pairs(found: FoundHard) -> Iterator[tuple[str, str]]:
    """Yield JUnit properties: the rate (0..1, empty where n is 0), n, and whether they count."""
    yield "ft.found_hard", "" if found.rate.value is None else f"{found.rate.value:.4f}"
    yield "ft.found_hard.n", str(found.rate.n)
    yield "ft.found_hard.counted", str(found.counts).lower()


def found_hard_as_plain(found: FoundHard) -> dict[str, Any]:
    """Return the same as JSON values; rates are within 0..1."""
    low, high = found.rate.interval or (None, None)
    return {
        "rate": found.rate.value,
        "low": low,
        "high": high,
        "n": found.rate.n,
        "unmeasured": found.rate.unmeasured,
        "arms": {name: rate.value for name, rate in found.arms},
        "counted": found.counts,
        "note": _BIAS,
    }
