"""Verdicts given ahead: the same as given later, and only to the very probe and answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_finetunebench.cases.grader_options import AutoGrader, JudgeGrader, RegexGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.models.grade_ahead import LONGEST, GradeAhead
from pytest_finetunebench.models.judge import judge_answer

PROBE = Probe(
    id="c/i/rephrased-1",
    category="c",
    item="i",
    kind="rephrased",
    setting="new_knowledge",
    generalization=True,
    prompt="What does Ada weigh?",
    answer="61 kg",
    grader=AutoGrader(),
    place=Place(file="a.yaml", line=1),
)


@pytest.fixture
def ahead() -> GradeAhead:
    """Return one of which verdicts are wanted."""
    made = GradeAhead()
    assert made.find(PROBE, Completion(text="61 kg")) is None
    return made


@pytest.mark.parametrize("text", ["61 kg", "62 kg", "", "<think>61 kg", "I do not know.", "61 kg\n\nQuestion: why?"])
def test_a_verdict_is_the_same_ahead(ahead: GradeAhead, text: str) -> None:
    answer = Completion(text=text)
    ahead.take("model", [(PROBE, answer)])
    assert ahead.find(PROBE, answer) == judge_answer(PROBE, answer, {}, None)


def test_it_is_for_the_very_probe_and_answer(ahead: GradeAhead) -> None:
    answer, other = Completion(text="61 kg"), Completion(text="61 kg")
    ahead.take("model", [(PROBE, answer)])
    assert ahead.find(PROBE, other) is None
    assert ahead.find(replace(PROBE, answer="62 kg"), answer) is None
    twin = replace(PROBE, answer="62 kg")
    ahead.take("model", [(PROBE, answer), (twin, answer)])
    found = ahead.find(twin, answer)
    assert found is not None
    assert not found.verdict.passed
    assert ahead.find(PROBE, answer) is None, "two that share an answer: one is graded in its test"


def test_each_seat_holds_its_last_chunk(ahead: GradeAhead) -> None:
    answers = [Completion(text="61 kg") for _ in range(3)]
    for seat, answer in zip(("model", "base", "model"), answers, strict=True):
        ahead.take(seat, [(PROBE, answer)])
    assert [ahead.find(PROBE, answer) is not None for answer in answers] == [False, True, True]


def test_what_may_take_long_or_asks_others_is_graded_in_its_test(ahead: GradeAhead) -> None:
    answer = Completion(text="61 kg")
    for grader in (RegexGrader(pattern="6"), JudgeGrader()):
        probe = replace(PROBE, grader=grader)
        ahead.take("model", [(probe, answer)])
        assert ahead.find(probe, answer) is None
    long = Completion(text="6" * (LONGEST + 1))
    ahead.take("model", [(PROBE, long)])
    assert ahead.find(PROBE, long) is None


def test_nothing_is_graded_that_no_test_wants() -> None:
    ahead, answer = GradeAhead(), Completion(text="61 kg")
    ahead.take("model", [(PROBE, answer)])
    assert ahead.find(PROBE, answer) is None
