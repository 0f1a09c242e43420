"""Combinations of graders: which part tells what a miss is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.form_options import PythonGrader, StyleGrader
from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, Grader
from pytest_finetunebench.cases.grader_options import ExactGrader, JudgeGrader
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.combined import compare
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from tests.support.results import result

BRIEF, LONG = StyleGrader(max_words=2), StyleGrader(min_words=50)
OLD_CODE = PythonGrader(forbidden=("df.append",))
PARTS = tuple(JudgeGrader(criteria=str(number)) for number in range(6))
FOUND = st.builds(
    Finding,
    st.sampled_from([True, False, None]),
    st.none(),
    st.just("so"),
    outcome=st.sampled_from([None, Outcome.STALE, Outcome.ABSTAINED]),
)


def graded(grader: Grader, text: str, verdict: str = "incorrect") -> Verdict:
    def judge(probe: Probe, answer: str, criteria: str | None) -> Opinion:
        return Opinion.model_validate({"verdict": verdict, "reason": "so", "model": "j", "criteria": criteria})

    probe = result(kind="rephrased", expected="pd.concat", superseded_answers=("append",), grader_options=grader).probe
    return grade(probe, Completion(text=text), judge=judge)


@pytest.mark.parametrize(
    ("grader", "outcome"),
    [
        (AllGrader(of=(BRIEF, JudgeGrader())), Outcome.WRONG),
        (AllGrader(of=(JudgeGrader(), BRIEF)), Outcome.ABSTAINED),
        (AnyGrader(of=(BRIEF, JudgeGrader())), Outcome.ABSTAINED),
        (AnyGrader(of=(LONG, ExactGrader())), Outcome.WRONG),
        (AllGrader(of=(StyleGrader(max_words=20), AnyGrader(of=(BRIEF, JudgeGrader())))), Outcome.ABSTAINED),
    ],
    ids=lambda part: part.title if isinstance(part, AllGrader | AnyGrader) else part,
)
def test_a_judge_that_says_declined_says_so_within_a_combination(grader: Grader, outcome: Outcome) -> None:
    assert graded(grader, "That is best asked in the forum.", "declined").outcome is outcome


@pytest.mark.parametrize("grader", [AllGrader(of=(OLD_CODE, BRIEF)), AnyGrader(of=(LONG, OLD_CODE))])
def test_outdated_code_is_stale_within_a_combination(grader: Grader) -> None:
    found = graded(grader, "df = df.append(row)")
    assert (found.outcome, "uses 'df.append', which it must not" in found.reason) == (Outcome.STALE, True)


@given(st.lists(FOUND, min_size=1, max_size=6))
def test_the_part_that_decided_tells_what_the_miss_is(found: list[Finding]) -> None:
    parts = PARTS[: len(found)]
    results = dict(zip(parts, found, strict=True))
    misses = [one for one in found if one.met is False]
    every = compare(AllGrader(of=parts), lambda part: results[part])  # type: ignore[index]
    if every.met is False:
        assert every.outcome is misses[0].outcome
    some = compare(AnyGrader(of=parts), lambda part: results[part])  # type: ignore[index]
    if some.met is False:
        assert some.outcome is next((one.outcome for one in misses if one.outcome is not None), None)
