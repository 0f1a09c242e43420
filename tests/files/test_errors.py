"""The errors' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import (
    CaseError,
    Problem,
    TransientError,
    counted,
    nearest,
    one_line,
)


@pytest.mark.parametrize(
    ("line", "field", "shown"),
    [
        (3, "items[0].answer", "a.yaml:3: items[0].answer: missing"),
        (3, None, "a.yaml:3: missing"),
        (None, "items", "a.yaml: items: missing"),
        (None, None, "a.yaml: missing"),
    ],
)
def test_a_problem_names_its_place(line: int | None, field: str | None, shown: str) -> None:
    assert str(Problem("a.yaml", line, field, "missing")) == shown


@pytest.mark.parametrize(
    ("count", "first", "last"),
    [
        (1, "1 problem in the knowledge cases:", "  a.yaml:1: wrong"),
        (20, "20 problems in the knowledge cases:", "  a.yaml:20: wrong"),
        (21, "21 problems in the knowledge cases:", "  … and 1 more: `finetunebench validate PATH` lists them all"),
        (100, "100 problems in the knowledge cases:", "  … and 80 more: `finetunebench validate PATH` lists them all"),
    ],
)
def test_the_first_20_problems_are_shown_and_all_kept(count: int, first: str, last: str) -> None:
    error = CaseError(Problem("a.yaml", line, None, "wrong") for line in range(1, count + 1))
    lines = str(error).splitlines()
    assert (lines[0], lines[-1]) == (first, last)
    assert len(lines) == min(count, 21) + 1
    assert len(error.problems) == count


def test_what_a_failed_call_carries() -> None:
    error = TransientError("busy", status=429, retry_after=3)
    assert (str(error), error.status, error.retry_after, error.hopeless) == ("busy", 429, 3, False)


def test_nearest() -> None:
    assert nearest("anwser", ["answer", "aliases"]) == " (did you mean 'answer'?)"
    assert nearest("zzz", ["answer", "aliases"]) == ""
    assert nearest("answer", []) == ""


@pytest.mark.parametrize(("count", "text"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls"), (1200, "1,200 calls")])
def test_counted(count: int, text: str) -> None:
    assert counted(count, "call") == text


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 50))
def test_one_line_is_one_printable_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert line.isprintable()
    assert len(line) <= limit


def test_one_line_folds_and_cuts() -> None:
    assert one_line(" a\n\tb\x00c ") == "a b\N{REPLACEMENT CHARACTER}c"
    assert one_line("x" * 500, 5) == "xxxx…"
    assert one_line(ValueError("no\nway")) == "no way"
