"""A mention told as past, and one that only stands behind a word of time or comparison."""

from __future__ import annotations

import pytest

from pytest_finetunebench.grading.prose.past import is_past
from tests.support.prose import text as read


def told_as_past(text: str, mention: str) -> bool:
    answer, wanted = read(text), read(mention).folded
    start = answer.folded.index(wanted)
    return is_past(answer, (start, start + len(wanted)))


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("130/80 compared with the previous threshold of 140/90", "140/90"),
        ("In contrast to the former target of 130 it is 120", "130"),
        ("≥130/80 mm Hg (formerly ≥140/90 mm Hg)", "140/90"),
        ("10% or greater (previously 20%)", "20%"),
        ("eight contacts, replacing the four-visit model", "four"),
        ("lowered from 50 to 45", "50"),
        ("The age went from 50 years to 45", "50"),
        ("45, down from 50", "50"),
        ("It was changed: 50 to 45", "50"),
        ("it was 50 until 2021", "50"),
        ("until 2018, 140/90", "140/90"),
        ("130/80 rather than 140/90", "140/90"),
        ("now 130/80; before it was 140/90", "140/90"),
        ("dict() was replaced by model_dump()", "dict()"),
        ("Migrate from dict() to model_dump()", "dict()"),
        ("the older dict()", "dict()"),
        ("PCV20 after a switch from PCV13", "PCV13"),
    ],
)
def test_past(text: str, mention: str) -> None:
    assert told_as_past(text, mention)


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("less than 140/90", "140/90"),
        ("a saturation lower than 95%", "95%"),
        ("From 6 months on", "6 months"),
        ("from 40 to 70 years", "40"),
        ("from 40 to 70 years", "70"),
        ("aged 50 to 75 years", "50"),
        ("from age 50", "50"),
        ("Screening goes on until age 75", "75"),
        ("born before 1965", "1965"),
        ("lowered from 50 to 45", "45"),
        ("changed from 130/80 to 140/90", "140/90"),
        ("patients with a previous stroke: 130", "130"),
        ("Adults 65 years or older get 250 mg", "250 mg"),
        ("It helps the older adults: 250 mg", "250 mg"),
        ("model_dump was replaced by dict()", "dict()"),
        ("Switch to dict()", "dict()"),
    ],
)
def test_not_past(text: str, mention: str) -> None:
    assert not told_as_past(text, mention)
