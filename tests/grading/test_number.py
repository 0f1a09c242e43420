"""The number grader: which number an answer gives, and when it hedges."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.grading.finding import Finding
from tests.support.answers import ATTACKS, MOMENT, seconds
from tests.support.prose import compare_number

WEIGHS = "Ada weighs 43 kg."


def compare(reference: str, text: str, **options: Any) -> Finding:
    return compare_number(
        text, [reference], **{"question": "How heavy is it?", "fact": None, "tolerance": 0, **options}
    )


@pytest.mark.parametrize(
    ("reference", "text", "fact", "met"),
    [
        ("43", "not 43 but 50", None, False),
        ("50", "not 43 but 50", None, True),
        ("43", "43 or 44", None, False),
        ("44", "43 or 44", None, False),
        ("43", "between 40 and 50", None, False),
        ("40", "between 40 and 50", None, False),
        ("43", "43 (not 44)", None, True),
        ("43", "It has 43 doors and weighs 50 kg", WEIGHS, False),
        ("43", "It weighs 43 kg and has 50 doors", WEIGHS, True),
        ("43", "43", WEIGHS, True),
        ("43", "43 kg or 95 lb", WEIGHS, True),
        ("43", "94.8 lb or 43 kg", WEIGHS, True),
        ("43 kg", "It is 43 kg (94.8 lb).", None, True),
        ("43", "I do not know whether it is 43.", None, False),
        ("43", "40-50", None, False),
        ("40", "40-50", None, False),
        ("40", "40 to 50 kg", WEIGHS, False),
        ("7", "They won 7 to 2", None, True),
        ("7", "7-2", None, True),
        ("1985", "1985–1993", None, True),
        ("1985", "from 1985 to 1993", None, True),
        ("1985", "1985 or 1986", None, False),
        ("43", "43, 44 or 45", None, False),
        ("45", "43, 44 or 45", None, False),
        ("43", "43, 50 and 60", None, False),
        ("43", "The answer is 50, not 43", None, False),
        ("43", "Some say 43. The answer is 50.", None, False),
        ("50", "Some say 43. The answer is 50.", None, True),
        ("21", "21 + 22 = 43", None, False),
        ("43", "21 + 22 = 43", None, True),
        ("43", "43 in 1990 or 1991", None, True),
        ("43", "It is not 43.", None, False),
        ("43", "It isn't 43, it's 50", None, False),
        ("43", "forty-three", None, True),
        ("43", "43 or so", None, True),
        ("43", "43 or more", None, True),
        ("1,200", "1200 or 1300", None, False),
        ("43%", "43% or 44%", None, False),
        ("$43", "$43 or $44", None, False),
        ("43", "maybe 43 or maybe 44", None, False),
        ("43", "43 in 1990 and 50 in 1995", None, True),
        ("173", "1.73 m or 5'8\"", "Ada is 173 cm.", True),
        ("173", "6'1\" (173 cm)", "Ada is 173 cm.", True),
        ("43", "The answer is 43 (in 1990).", None, True),
        ("43", "The answer is: 43.\nIn 1990 it was 50.", None, True),
        ("43", "-43", None, False),
        ("43", "Answer: 43 kg", WEIGHS, True),
        ("43", "weight = 43 kg (94.8 lb)", WEIGHS, True),
        ("43", "1 + 1 = 2. So 43.", None, True),
        ("43", "43/44", None, False),
        ("43", "from 43 to 50", None, False),
    ],
)
def test_which_number_is_given(reference: str, text: str, fact: str | None, met: bool) -> None:
    found = compare(reference, text, fact=fact)
    assert found.met is met, found.reason


def test_the_reason_says_why() -> None:
    assert compare("43", "43 or 44").reason == "hedges between 43, 44, not '43'"
    assert compare("43", "50").reason == "says 50, not '43'"
    assert compare("43", "I don't know if it is 43.").reason == "declines; a number is only mentioned"
    assert compare("43", "heavy").reason == "holds no number; expected '43'"


@pytest.mark.parametrize(
    ("reference", "text", "tolerance", "met"),
    [
        ("173 cm", "1.74 m", 1, True),
        ("173 cm", "1.75 m", 1, False),
        ("173 cm", "174", 1, True),
        ("173 cm", "5'8\"", 1, True),
        ("43", "43 or 44", 1, True),
        ("43", "43 or 45", 1, False),
        ("0.5", "0.52", 0.05, True),
        ("0.5", "0.56", 0.05, False),
        ("43", "not 44", 1, False),
    ],
)
def test_tolerance_is_in_the_unit_of_the_reference(reference: str, text: str, tolerance: float, met: bool) -> None:
    assert compare(reference, text, tolerance=tolerance).met is met


@settings(deadline=None)
@given(
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.sampled_from(["{0} or {1}", "{1} or {0}", "not {0} but {1}", "between {0} and {1}", "{1}, not {0}"]),
)
def test_a_hedge_or_denial_never_gives_the_number(wanted: int, other: int, frame: str) -> None:
    found = compare(str(wanted), frame.format(wanted, other))
    if wanted != other:
        assert found.met is False


@settings(deadline=None)
@given(st.text(), st.sampled_from(["43", "1.5 million", "173 cm", "-7", "20%"]), st.sampled_from([None, WEIGHS]))
def test_comparing_never_raises(text: str, reference: str, fact: str | None) -> None:
    assert compare(reference, text, fact=fact).reason


@pytest.mark.parametrize("attack", [*ATTACKS, "43 or ", "43, ", "between 43 and ", "= 43 ", "43 kg or ", "answer: 43 "])
def test_comparing_takes_a_moment(attack: str) -> None:
    assert seconds(lambda text: compare("43", text, fact=WEIGHS), attack) < MOMENT
