"""The terminal section and the text of a failing probe: exact words, at any width."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.completions import Usage
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports.summary import summarise
from pytest_finetunebench.reports.terminal import failure_text, printable, summary_lines, unmeasured_text
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import any_results, result

CORRECT, WRONG, UNMEASURED = Outcome.CORRECT, Outcome.WRONG, Outcome.UNMEASURED
LONG_KIND = "asked-by-someone-who-forgot-half_of_it"
SLUGS = st.text("abc-_0", min_size=1, max_size=60)


def lines(results: list[ProbeResult], width: int = 80, model: str = "ft:m", notices: tuple[str, ...] = ()) -> list[str]:
    return list(summary_lines(summarise(results, model, notices=notices), width))


def test_the_whole_section() -> None:
    results = [result(source="provider", calls=1, control=CORRECT, usage=Usage(input_tokens=9)) for _ in range(3)]
    results += [result(WRONG, kind="rephrased", source="cache", control=CORRECT), result(UNMEASURED, kind="secondary")]
    assert lines(results) == [
        "model ft:m",
        "cells: pass rate and n, its 95% interval by item, the control on the same probes",
        "",
        "category memorization   rephrased      secondary",
        "people   100.0% n=3     0.0% n=1       ? n=0 of 1",
        "         20.7-100.0     0.0-79.3       unmeasured",
        "         control 100.0% control 100.0%",
        "",
        "category memorization   generalization gap",
        "people   100.0% n=3     0.0% n=1       +100.0 points",
        "         20.7-100.0     0.0-79.3       -12.2, +100.0",
        "         control 100.0% control 100.0% control +0.0",
        "",
        "outcomes    3 correct, 1 wrong, 1 unmeasured",
        "answers     3 calls made, 1 cache hit, 27 tokens in, 0 out",
        "unmeasured  1 × because",
    ]


def test_the_control_is_not_shown_beside_itself() -> None:
    assert lines([result(control=CORRECT, source="local")], model="control:memorizer") == [
        "model control:memorizer",
        "cells: pass rate and n, its 95% interval by item",
        "",
        "category memorization",
        "people   100.0% n=1",
        "         20.7-100.0",
        "",
        "outcomes    1 correct",
        "answers     0 calls made, 0 cache hits, 1 without a network",
    ]


def test_where_nothing_was_trained_the_control_has_no_rate() -> None:
    assert "         control -" in lines([result(control=None)])


def test_several_categories_have_a_total_and_one_has_none() -> None:
    found = lines([result(category="a"), result(WRONG, category="b")])
    assert [line[:22] for line in found if "n=" in line] == [
        "a        100.0% n=1",
        "b        0.0% n=1",
        "all      50.0% n=2",
    ]
    assert not any(line.startswith("all") for line in lines([result(), result()]))


def test_a_kind_that_a_category_lacks_is_a_dash() -> None:
    found = lines([result(category="a"), result(category="b", kind="rephrased")])
    assert [line.split()[:2] for line in found if line.startswith("b ")] == [["b", "-"], ["b", "-"]]


def test_the_mean_over_kinds_stands_beside_the_mean_over_probes() -> None:
    many = [result(kind="rephrased", item=f"i{n}") for n in range(9)]
    found = lines([*many, result(WRONG, kind="secondary", item="i0")])
    row = next(line for line in found if "mean of kinds" in line)
    assert row.split() == ["category", "memorization", "generalization", "mean", "of", "kinds", "gap"]
    assert "90.0% n=10     50.0%" in found[found.index(row) + 1]
    assert not any("mean of kinds" in line for line in lines(many))


def test_one_item_that_most_probes_are_of_is_named() -> None:
    few = [result(item=f"i{n}") for n in range(3)]
    found = " ".join(lines([*[result(item="large") for _ in range(4)], *few], width=200))
    words = "one knowledge item has most of the probes, which makes the rate less certain: people/memorization (57%)"
    assert words in found
    assert "one knowledge item" not in " ".join(lines([result(item="large"), *few], width=200))


def test_long_names_are_folded() -> None:
    found = lines([result(category="people-of-the-long-and-winding-road", kind=LONG_KIND)], width=60)
    start = found.index("") + 1
    assert found[start : start + 7] == [
        "category                 asked-by-",
        "                         someone-who-",
        "                         forgot-",
        "                         half_of_it",
        "people-of-the-long-and-  100.0% n=1",
        "winding-road             20.7-100.0",
        "                         control -",
    ]


@pytest.mark.parametrize("width", [60, 80])
def test_many_kinds_fold_into_blocks(width: int) -> None:
    found = lines([result(kind=kind) for kind in (*KINDS, LONG_KIND)], width)
    heads = [line.split()[1:] for line in found if line.startswith("category")]
    assert len(heads) == {60: 6, 80: 4}[width], heads
    assert heads[0][:3] == ["memorization", "rephrased", "date_changed"]
    assert heads[-1][-1] == "gap"
    assert max(map(len, found)) <= width


@given(any_results(SLUGS, SLUGS), st.sampled_from([40, 60, 80, 120]), st.lists(st.text()))
def test_no_line_is_wider_than_the_terminal(results: list[ProbeResult], width: int, notices: list[str]) -> None:
    found = lines(results, width, notices=tuple(notices))
    assert max(map(len, found)) <= width
    assert not any("\n" in line for line in found)


@given(any_results(st.text(), st.text()), st.integers(1, 100))
def test_no_name_and_no_width_is_too_odd(results: list[ProbeResult], width: int) -> None:
    assert lines(results, width)[0] == "model ft:m"


@given(any_results(SLUGS, st.sampled_from([*KINDS, LONG_KIND])))
def test_every_measured_kind_shows_its_n(results: list[ProbeResult]) -> None:
    text = "\n".join(lines(results))
    shown = [int(n) for n in re.findall(r"%\s+n=(\d+)", text)]
    summary = summarise(results, "ft:m")
    rows = [*summary.rows, summary.total] if len(summary.rows) > 1 else summary.rows
    expected = [rate.n for row in rows for rate in row.kinds.values() if rate.n]
    if any(row.generalization.n for row in summary.rows):
        expected += [rate.n for row in rows for rate in (row.memorization, row.generalization) if rate.n]
    assert sorted(shown) == sorted(expected)


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


def test_a_failing_probe_explains_itself() -> None:
    text = failure_text(
        result(WRONG, id="people/ada/x-1", system="Be brief.", response="64\r\nkg", grader="number", reason="says 64")
    )
    assert text.splitlines() == [
        "wrong: says 64",
        "  system    Be brief.",
        "  question  How heavy?",
        "  expected  61",
        "  answer    64",
        "            kg",
        "  grader    number",
        "  case      a.yaml:3 (people/ada/x-1)",
    ]


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"expected": None}, "  expected  the model declines (no answer exists)"),
        ({"response": None}, "  answer"),
        ({"response": "a\x1b[31m\0"}, "  answer    a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}"),
        ({"response": "x" * 3000}, f"  answer    {'x' * 2000} … (3,000 characters in all)"),
    ],
)
def test_odd_answers(parts: dict[str, Any], line: str) -> None:
    assert line in failure_text(result(WRONG, **parts)).splitlines()


def test_an_unmeasured_probe_is_one_line() -> None:
    assert unmeasured_text(result(UNMEASURED, reason="no recording")) == "unmeasured: no recording (a.yaml:3)"


@given(st.text(st.characters(exclude_categories=())))
def test_printable_text_has_no_control_characters(text: str) -> None:
    assert all(char.isprintable() or char in "\n\t" for char in printable(text))
