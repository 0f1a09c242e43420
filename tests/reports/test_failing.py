"""The text of a failing probe: exact words, whatever was answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports.failing import failure_text, printable, unmeasured_text
from tests.support.results import result

WRONG, UNMEASURED = Outcome.WRONG, Outcome.UNMEASURED


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
