"""The terminal section: exact words, at any width."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.completions import Usage
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.reports.terminal import summary_lines
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import any_results, result

CORRECT, WRONG, UNMEASURED = Outcome.CORRECT, Outcome.WRONG, Outcome.UNMEASURED
LONG_KIND = "asked-by-someone-who-forgot-half_of_it"
INTERVAL = re.compile(r"[0-9]-[0-9.]+ +[0-9]+(/[0-9]+)? ")
WIDTHS = (60, 64, 80, 100)
SLUGS = st.text("abc-_0", min_size=1, max_size=60)


def lines(
    results: list[ProbeResult],
    width: int = 80,
    model: str = "ft:m",
    notices: tuple[str, ...] = (),
    *,
    full: bool = False,
) -> list[str]:
    return list(summary_lines(summarise(results, model, notices=notices), width, full=full))


def test_the_whole_section() -> None:
    results = [result(source="provider", calls=1, control=CORRECT, usage=Usage(input_tokens=9)) for _ in range(3)]
    results += [result(WRONG, kind="rephrased", source="cache", control=CORRECT), result(UNMEASURED, kind="secondary")]
    assert lines(results) == [
        "model ft:m",
        "",
        "% right [95% interval by item], n probes measured",
        "",
        "category        memorization   generalization                     gap       n",
        "people    100.0 [5.0, 100.0]  0.0 [0.0, 95.0]  +100.0 [-34.4, +100.0]  4 of 5",
        "control                100.0            100.0                     0.0",
        "",
        "outcomes    3 correct, 1 wrong, 1 unmeasured",
        "answers     3 calls made, 1 cache hit, 27 tokens in, 0 out",
        "unmeasured  1 × because",
    ]


def test_in_full_there_is_a_line_for_each_kind() -> None:
    results = [result(control=CORRECT) for _ in range(3)]
    results += [result(WRONG, kind="rephrased", control=CORRECT), result(UNMEASURED, kind="secondary")]
    results += [result(kind="secondary"), result(category="x", kind="retention")]
    assert lines(results, full=True)[2:-4] == [
        "% right [95% interval by item], n probes measured",
        "",
        "category, kind                               %   95% interval       n  control",
        "people",
        "  memorization                           100.0      5.0-100.0       3    100.0",
        "  rephrased                                0.0       0.0-95.0       1    100.0",
        "  secondary                              100.0      5.0-100.0     1/2        -",
        "  generalization                          50.0       5.0-95.0     2/3    100.0",
        "  generalization, mean of kinds           50.0",
        "  gap, points                            +50.0   -55.1, +95.0              0.0",
        "x",
        "  retention                              100.0      5.0-100.0       1        -",
        "all",
        "  memorization                           100.0      5.0-100.0       3    100.0",
        "  rephrased                                0.0       0.0-95.0       1    100.0",
        "  secondary                              100.0      5.0-100.0     1/2        -",
        "  retention                              100.0      5.0-100.0       1        -",
        "  generalization                          50.0       5.0-95.0     2/3    100.0",
        "  generalization, mean of kinds           50.0",
        "  gap, points                            +50.0   -55.1, +95.0              0.0",
    ]


def test_the_control_is_not_shown_beside_itself() -> None:
    found = lines([result(control=CORRECT, source="local")], model="control:memorizer")
    assert not any(line.startswith("control") for line in found)


def test_where_nothing_was_trained_the_control_has_no_line() -> None:
    assert not any(line.startswith("control") for line in lines([result(control=None)]))


def test_several_categories_have_a_total_and_one_has_none() -> None:
    found = lines([result(category="a"), result(WRONG, category="b")])
    assert [line.split() for line in found if "[" in line and "%" not in line] == [
        ["a", "100.0", "[5.0,", "100.0]", "1"],
        ["b", "0.0", "[0.0,", "95.0]", "1"],
        ["all", "50.0", "[6.1,", "93.9]", "2"],
    ]
    assert not any(line.startswith("all") for line in lines([result(), result()]))


def test_other_kinds_have_a_column_named_after_the_only_one() -> None:
    found = lines([result(category="a"), result(category="b", kind="retention")])
    assert [line.split() for line in found if line.startswith(("category", "b "))] == [
        ["category", "memorization", "retention", "n"],
        ["b", "-", "100.0", "[5.0,", "100.0]", "1"],
    ]
    two = lines([result(kind="retention"), result(kind="abstention")])
    assert ["category", "other", "kinds", "n"] in [line.split() for line in two]


def test_wider_terminals_show_more_of_the_intervals() -> None:
    results = [result(), result(WRONG), result(kind="rephrased"), result(WRONG, kind="retention")]
    rows = {width: next(line for line in lines(results, width) if line.startswith("people")) for width in WIDTHS}
    assert list(rows.values()) == [
        "people       50.0 5-95     100.0 5-100  -50.0   0.0 0-95  4",
        "people    50.0 [5, 95]  100.0 [5, 100]  -50.0  0.0 [0, 95]  4",
        "people    50.0 [5.0, 95.0]  100.0 [5.0, 100.0]  -50.0  0.0 [0.0, 95.0]  4",
        "people    50.0 [5.0, 95.0]  100.0 [5.0, 100.0]  -50.0 [-95.0, +55.1]  0.0 [0.0, 95.0]  4",
    ]
    assert "rounded outward" in " ".join(lines(results, 70))


def test_a_narrow_terminal_gets_a_line_for_each_rate() -> None:
    found = lines([result(), result(kind="rephrased"), result(kind="retention")], 48)
    assert [line.split()[:2] for line in found[6:11]] == [
        ["people"],
        ["memorization", "100.0"],
        ["generalization", "100.0"],
        ["other", "kinds"],
        ["gap,", "points"],
    ]


def test_a_rate_never_rounds_to_what_it_is_not() -> None:
    found = lines([*(result() for _ in range(2999)), result(WRONG)], 200)
    assert any("99.97 [" in line for line in found)


def test_one_item_that_most_probes_are_of_is_named() -> None:
    few = [result(item=f"i{n}") for n in range(3)]
    found = " ".join(lines([*[result(item="large") for _ in range(4)], *few], width=200))
    words = "one knowledge item has most of the probes, which makes the rate less certain: people/memorization (57%)"
    assert words in found
    assert "one knowledge item" not in " ".join(lines([result(item="large"), *few], width=200))


@pytest.mark.parametrize(("name", "shown"), [("people-of-the-long-and-winding-road" * 2, "…"), ("日本の地理" * 9, "…")])
def test_long_names_are_cut_by_columns(name: str, shown: str) -> None:
    found = lines([result(category=name), result(category="b", kind="rephrased")], width=80)
    (row,) = (line for line in found if line.startswith(name[:3]))
    assert shown in row
    assert cell_len(row) <= 80
    assert max(map(cell_len, lines([result(category=name, kind=name)], 80, full=True))) <= 80


@settings(max_examples=15)
@given(any_results(SLUGS, SLUGS), st.sampled_from([40, 60, 80, 120]), st.lists(st.text()), st.booleans())
def test_no_line_is_wider_than_the_terminal(
    results: list[ProbeResult], width: int, notices: list[str], full: bool
) -> None:
    found = lines(results, width, notices=tuple(notices), full=full)
    assert max(map(cell_len, found)) <= width
    assert not any("\n" in line for line in found)


@settings(max_examples=15)
@given(any_results(st.text(), st.text()), st.integers(1, 100), st.booleans())
def test_no_name_and_no_width_is_too_odd(results: list[ProbeResult], width: int, full: bool) -> None:
    assert "".join(lines(results, width, full=full)).startswith("m")


@settings(max_examples=15)
@given(any_results(SLUGS, st.sampled_from([*KINDS, LONG_KIND])))
def test_every_measured_kind_shows_its_n(results: list[ProbeResult]) -> None:
    shown = [line.split()[-2].partition("/")[0] for line in lines(results, 200, full=True) if INTERVAL.search(line)]
    summary = summarise(results, "ft:m")
    rows = [*summary.rows, summary.total] if len(summary.rows) > 1 else summary.rows
    expected = [rate.n for row in rows for rate in row.kinds.values() if rate.n]
    for row in rows:
        general = [
            kind for kind, rate in row.kinds.items() if kind in summary.general_kinds and rate.n + rate.unmeasured
        ]
        expected += [row.generalization.n] * (len(general) > 1 and row.generalization.n > 0)
    assert sorted(map(int, shown)) == sorted(expected)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([result(source="provider", calls=1)], "1 call made, 0 cache hits, 0 tokens in, 0 out, 1 answer without"),
        ([result(source="provider", calls=2)] * 2, "4 calls made, 2 of them retries, 0 cache hits, 0 tokens in"),
        ([result(UNMEASURED, calls=2)], "2 calls made, 1 of them a retry, 0 cache hits, 0 tokens in, 0 out"),
        ([result(source="cache")] * 1234, "0 calls made, 1,234 cache hits"),
        ([result(source="provider", calls=1, usage=Usage(input_tokens=1))], "0 cache hits, 1 token in, 0 out"),
    ],
)
def test_costs_in_words(results: list[ProbeResult], told: str) -> None:
    text = " ".join(" ".join(lines(results)).split())
    assert told in text


@pytest.mark.parametrize(("more", "told"), [(1, "1 more reason:"), (995, "995 more reasons:")])
def test_the_commonest_reasons_are_shown_and_the_others_counted(more: int, told: str) -> None:
    common = [result(UNMEASURED, reason="no recording") for _ in range(3)]
    found = lines(common + [result(UNMEASURED, reason=f"reason {n}") for n in range(4 + more)])
    reasons = [line for line in found if line.startswith("unmeasured  ")]
    assert reasons[0] == "unmeasured  3 × no recording"
    assert reasons[-1] == f"unmeasured  … and {told} see the errors above"
    assert len(reasons) == 6


def test_notices_are_wrapped_and_told_once() -> None:
    notice = "the completion cache .finetunebench/cache cannot be used: No space left on device; the run went on"
    assert lines([result()], notices=(notice, notice))[-2:] == [
        "note        the completion cache .finetunebench/cache cannot be used: No space",
        "            left on device; the run went on",
    ]
