"""The study's table: every line compares its models on the same probes."""

from __future__ import annotations

from typing import Any

from benchmarks.study_table import study_table
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.arms.answer import ArmAnswer
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.record import ArmEntry
from tests.support.records import probe, record

RIGHT, WRONG = Outcome.CORRECT, Outcome.WRONG


def given(name: str, outcome: Outcome, base: Outcome, arm: Outcome | None = None, **parts: Any) -> Any:
    arms = {} if arm is None else {"retrieve:3": ArmAnswer(outcome=arm, reason="because")}
    return probe(name, outcome, base=GradedAnswer(outcome=base, reason="because"), arms=arms, **parts)


def test_lines_of_one_table() -> None:
    entry = ArmEntry(name="retrieve:3", spec="retrieve:3", model="m")
    facts = record(given("a/retention-1", WRONG, RIGHT), given("b/retention-1", WRONG, WRONG))
    arms = record(
        given("a/memorization-1", RIGHT, WRONG, RIGHT),
        given("a/rephrased-1", RIGHT, WRONG, RIGHT),
        given("b/rephrased-1", WRONG, WRONG, RIGHT),
        given("b/rephrased-2", WRONG, WRONG),  # not put to the arms: it would compare unlike probes
        given("a/secondary-1", WRONG, RIGHT, RIGHT),
        given("a/comparison-1", WRONG, WRONG, WRONG),
        arms=(entry,),
    )
    form = record(given("a/memorization-1", RIGHT, WRONG), given("a/form-1", RIGHT, WRONG))
    lines = list(study_table(facts, arms, form))
    assert [line.split()[-4:] for line in lines[:4]] == [
        ["n", "base", "fine-tune", "retrieve"],
        ["1", "0", "100", "100"],
        ["2", "0", "50", "100"],
        ["2", "50", "0", "50"],
    ]
    assert [line.split()[-3:] for line in lines[4:7]] == [["1", "0", "100"], ["1", "0", "100"], ["2", "50", "0"]]
    assert lines[6].startswith("common knowledge")
