"""Dates in free answers: each has its place, so that what is said around it counts."""

from __future__ import annotations

import pytest

from pytest_finetunebench.grading.prose.exchange import read_text, read_texts
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.grading.values.dates import Date, dates_said

OPENED = "When did the bridge open?"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("on 4 May 1902", [(Date(1902, 5, 4), "4 may 1902")]),
        ("May 4, 1902", [(Date(1902, 5, 4), "may 4, 1902")]),
        ("between 4 and 6 May 1902", [(Date(1902, 5, 6), "6 may 1902"), (Date(1902, 5, 4), "4")]),
        ("May 4 and 6, 1902", [(Date(1902, 5, 4), "may 4"), (Date(1902, 5, 6), "6")]),
        ("the fourth of May nineteen hundred and two", [(Date(1902, 5, 4), "fourth of may nineteen hundred and two")]),
        ("1902-05-04", [(Date(1902, 5, 4), "1902-05-04")]),
        ("in 1902", [(Date(1902, None, None), "1902")]),
    ],
)
def test_each_date_has_the_place_where_it_stands(said: str, expected: list[tuple[Date, str]]) -> None:
    text = read_text(said)
    assert [(one.date, text.folded[slice(*one.span)]) for one in dates_said(text)] == expected


@pytest.mark.parametrize(
    ("reference", "answer", "right"),
    [
        ("4 May 1902", "It opened not on 3 May 1902 but on 4 May 1902.", True),
        ("4 May 1902", "It did not open on 4 May 1902.", False),
        ("4 May 1902", "3 May 1902 or 4 May 1902", False),
        ("4 May 1902", "4 May 1902. Wait, actually 5 May 1902.", False),
        ("4 May 1902", "4 May 1902, sorry, I mean 14 May 1902.", False),
        ("4 May 1902", "It opened on 1 June 1905; the ceremony had been planned for 4 May 1902.", False),
        ("4 May 1902", "The answer is 3 June 1902. It was begun on 4 May 1902.", False),
        ("4 May 1902", "after 4 May 1902", False),
        ("May 1902", "05/1902", True),
        ("May 1902", "1902-05", True),
        ("May 1902", "06/1902", False),
        ("May 1902", "In June, not May 1902.", False),
        ("the 1960s", "in the sixties", True),
        ("the 12th century", "in the 1100s", True),
        ("1951-52", "They were held in 1951-1952.", True),
    ],
)
def test_what_is_said_around_a_date_counts(reference: str, answer: str, right: bool) -> None:
    exchange = read_texts(question=OPENED, references=(reference,), answer=answer)
    assert compare_answer(exchange).met is right
