"""Gates between arms: how they are written, and the four results that they have."""

from __future__ import annotations

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.arms.answer import ArmAnswer
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.arm_gates import ArmGate, parse_arm_gate
from pytest_finetunebench.runs.gate_results import Coverage, GateResult, GateRules
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, UNMEASURED, WRONG
from tests.support.results import result

ARMS = ("retrieve:5", "few-shot:4", "few-shot:8", "strict")


def parse(text: str) -> ArmGate:
    return parse_arm_gate(text, f"--ft-arm-fail={text}", ARMS)


@pytest.mark.parametrize(
    ("text", "gate_id"),
    [
        ("retrieve>model", "arms:retrieve:5>model"),
        ("retrieve:5 > model", "arms:retrieve:5>model"),
        ("model>=strict", "arms:model>=strict"),
        ("all:model>=strict", "arms:all:model>=strict"),
        ("generalization:retrieve:5>=model", "arms:generalization:retrieve:5>=model"),
        ("people/rephrased : retrieve > base", "arms:people/rephrased:retrieve:5>base"),
        ("each-kind:few-shot:8>few-shot:4", "arms:each-kind:few-shot:8>few-shot:4"),
    ],
)
def test_a_gate_is_read(text: str, gate_id: str) -> None:
    assert parse(text).id == gate_id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("retrieve", "cannot be read: write [SELECTOR:]A>B or [SELECTOR:]A>=B, for example retrieve:5>model"),
        (">model", "cannot be read"),
        ("retrieve>", "cannot be read"),
        ("retrive>model", "'retrive' is no arm (did you mean 'retrieve'?): there are model, base, retrieve:5"),
        ("few-shot>model", "'few-shot' is no arm"),
        ("model>oracle", "'oracle' is no arm"),
        ("retrieve>retrieve:5", "compares retrieve:5 with itself"),
        ("a=b:retrieve>model", "'a=b' is no selector"),
    ],
)
def test_a_wrong_gate_is_told_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(text)
    assert str(error.value).startswith(f"--ft-arm-fail={text}: ")
    assert told in str(error.value)


def probes(*pairs: tuple[Outcome, Outcome], kind: str = "rephrased") -> list[ProbeResult]:
    """Results of items of their own: the model's outcome, and the arm's."""
    return [
        result(
            model,
            id=f"people/i{number}/{kind}-1",
            item=f"i{number}",
            kind=kind,
            arms={"retrieve:5": ArmAnswer(outcome=arm, reason="r")},
            base=GradedAnswer(outcome=WRONG, reason="r"),
        )
        for number, (model, arm) in enumerate(pairs)
    ]


def decide(text: str, results: list[ProbeResult], rules: GateRules | None = None) -> GateResult:
    return parse(text).evaluate(results, Coverage(probes=len(results)), rules or GateRules())


BETTER, WORSE, ALIKE = (WRONG, RIGHT), (RIGHT, WRONG), (RIGHT, RIGHT)


@pytest.mark.parametrize(
    ("text", "results", "status"),
    [
        ("retrieve>model", probes(*[BETTER] * 6, *[ALIKE] * 6), "failed"),
        ("retrieve>model", probes(*[WORSE] * 6, *[ALIKE] * 6), "passed"),
        ("retrieve>model", probes(*[BETTER, WORSE] * 6), "passed"),
        ("retrieve>model", probes(*[BETTER] * 4), "cannot be decided"),
        ("retrieve>model", probes(*[ALIKE] * 4), "cannot be decided"),
        ("retrieve>model", probes(*[ALIKE] * 200), "passed"),
        ("retrieve>=model", probes(*[WORSE] * 6, *[ALIKE] * 6), "passed"),
        ("retrieve>=model", probes(*[BETTER] * 6, *[WORSE] * 6), "failed"),
        ("retrieve>=model", probes(*[ALIKE] * 200), "cannot be decided"),
        ("base>=model", probes(*[WORSE] * 6), "passed"),
    ],
)
def test_a_gate_passes_fails_or_cannot_be_decided(text: str, results: list[ProbeResult], status: str) -> None:
    found = decide(text, results)
    assert (found.status, found.blocks) == (status, status != "passed")


def test_its_line_has_both_rates_and_what_is_needed() -> None:
    failed = decide("retrieve>model", probes(*[BETTER] * 6, *[ALIKE] * 6))
    assert failed.reason.startswith("100.0% of retrieve:5 against 50.0% of model, +50.0 points [")
    assert failed.reason.endswith("] n=12, p=0.016")
    undecided = decide("retrieve>model", probes(*[BETTER] * 4))
    assert undecided.reason.endswith("; model is wrong on 4 items: 5 are needed to find retrieve:5 better")
    assert undecided.needed == 5
    assert not decide("retrieve>model", probes(*[BETTER] * 4), GateRules(allow_undecided=True)).blocks


def test_missing_answers_never_pass() -> None:
    lost = decide("retrieve>model", probes((RIGHT, UNMEASURED), *[WORSE] * 9))
    assert (lost.status, lost.reason) == (
        "failed",
        "cannot be evaluated: of retrieve:5, 1 of 10 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)",
    )
    unasked = [result(RIGHT, kind="rephrased"), *probes(*[WORSE] * 9)]
    assert "of retrieve:5, 1 of 10 answers were not asked for" in decide("retrieve>model", unasked).reason
    partial = parse("retrieve>model").evaluate([], Coverage(not_selected=3, probes=5), GateRules())
    assert partial.status == "not evaluated"


def test_without_a_selector_it_is_about_what_was_not_trained() -> None:
    mixed = [*probes(*[BETTER] * 9, kind="memorization"), *probes(*[WORSE] * 9)]
    assert decide("retrieve>model", mixed).status == "passed"
    assert decide("memorization:retrieve>model", mixed).status == "failed"
    gate = parse("retrieve>model")
    assert [gate.covers(one, one.outcome) for one in (mixed[0], mixed[-1])] == [False, True]
