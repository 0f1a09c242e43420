"""Name-value pairs for JUnit XML: what a testcase and what the suite carries."""

from __future__ import annotations

from functools import lru_cache

from pytest_finetunebench.reports.summary import Summary
from pytest_finetunebench.runs.results import ProbeResult


def testcase_properties(result: ProbeResult, model: str) -> list[tuple[str, str]]:
    """Return the properties of one testcase."""
    return [
        _pair("category", result.category),
        _pair("kind", result.kind),
        _pair("item", result.item),
        _pair("outcome", str(result.outcome)),
        _pair("model", model),
        *([_pair("found_hard", "true")] if result.found_hard else []),
    ]


@lru_cache(maxsize=256)
def _pair(name: str, value: str) -> tuple[str, str]:
    # pytest keeps every report to the end: equal pairs are one
    return name, value


def suite_properties(summary: Summary) -> list[tuple[str, str]]:
    """Return the suite's properties: `ft.pass_rate:CATEGORY/KIND` (0..1, empty where n is 0) `ft.n:CATEGORY/KIND`.

    Where n is above 0 `ft.interval:…` holds the two ends of the 95% interval by knowledge item; of generalization,
    `ft.kind_mean:…` holds the mean over kinds.
    CATEGORY is `all` over all categories; KIND may be `generalization`.
    """
    pairs = [("ft.model", summary.model)]
    for stored in summary.pass_rates:
        name = f"{stored.category or 'all'}/{stored.kind}"
        pairs.append((f"ft.pass_rate:{name}", "" if stored.rate is None else f"{stored.rate:.4f}"))
        pairs.append((f"ft.n:{name}", str(stored.n)))
        if stored.low is not None and stored.high is not None:
            pairs.append((f"ft.interval:{name}", f"{stored.low:.4f} {stored.high:.4f}"))
        if stored.kind_mean is not None:
            pairs.append((f"ft.kind_mean:{name}", f"{stored.kind_mean:.4f}"))
    if summary.found_hard is not None:
        from pytest_finetunebench.reports.found_hard import found_hard_pairs

        pairs += found_hard_pairs(summary.found_hard)
    if summary.arms is not None:
        from pytest_finetunebench.reports.arms import arm_pairs

        pairs += arm_pairs(summary.arms)
    return pairs
