"""Gates that ask for more than the control or the base model knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.gate_results import Coverage, GateResult, GateRules
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.rival_gates import parse_rival_gate
from tests.support.records import RIGHT, UNMEASURED, WRONG, probe

WHOLE = Coverage()
RULES = GateRules()
Pair = tuple[Outcome, Outcome | None]


def decide(text: str, *pairs: Pair, rules: GateRules = RULES, kind: str = "rephrased") -> GateResult:
    """Decide over one probe an item: the model's outcome and its rival's."""
    return parse_rival_gate(text, f"--ft-must-beat={text}").evaluate(results(*pairs, kind=kind), WHOLE, rules)


def results(*pairs: Pair, kind: str = "rephrased") -> list[ProbeResult]:
    return [
        one
        for n, (ours, theirs) in enumerate(pairs)
        for one in probe(
            f"i{n}/{kind}-1",
            ours,
            control=theirs,
            base=None if theirs is None else GradedAnswer(outcome=theirs, reason="because"),
        )
    ]


AHEAD, BEHIND, BOTH, NEITHER = (RIGHT, WRONG), (WRONG, RIGHT), (RIGHT, RIGHT), (WRONG, WRONG)


@pytest.mark.parametrize("rival", ["control", "base"])
@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ([AHEAD] * 5, "passed"),
        ([AHEAD] * 5 + [BOTH] * 9, "passed"),
        ([BOTH] * 9 + [NEITHER] * 9, "failed"),
        ([AHEAD] * 6 + [BEHIND] * 6, "failed"),
        ([BEHIND] * 9, "cannot be decided"),
        ([AHEAD] * 4, "cannot be decided"),
        ([BOTH] * 30, "cannot be decided"),
    ],
)
def test_only_what_beats_its_rival_passes(rival: str, pairs: list[Pair], status: str) -> None:
    found = decide(rival, *pairs)
    assert (found.id, found.status, found.blocks) == (f"beats-{rival}", status, status != "passed")


def test_the_reason_holds_both_rates_and_the_items_needed() -> None:
    found = decide("generalization=control", *[AHEAD] * 12, *[BOTH] * 8)
    assert found.id == "generalization:beats-control"
    assert found.reason.startswith("100.0% against 40.0% of the control, +60.0 points [")
    assert found.reason.endswith("] n=20, p<0.001")
    found = decide("control", *[AHEAD] * 3, BOTH)
    assert found.reason.endswith("p=0.125; the control is wrong on 3 items: 5 are needed to beat it")
    assert found.needed == 5
    assert decide("base", *[BOTH] * 6).reason.endswith("the base is wrong on no item: 5 are needed to beat it")
    assert not decide("control", *[AHEAD] * 3, rules=GateRules(allow_undecided=True)).blocks


def test_what_is_missing_never_passes() -> None:
    found = decide("control", *[(RIGHT, None)] * 9)
    assert (found.status, found.reason) == ("failed", "cannot be evaluated: the control answered none of these probes")
    found = decide("base", *[AHEAD] * 8, *[(RIGHT, UNMEASURED)] * 2)
    told = "of the base, 2 of 10 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)"
    assert (found.status, found.reason) == ("failed", f"cannot be evaluated: {told}")
    found = decide("base", *[AHEAD] * 8, *[(UNMEASURED, WRONG)] * 2)
    assert found.reason.startswith("cannot be evaluated: 2 of 10 answers are unmeasured")
    found = decide("form=base", *[AHEAD] * 8)
    assert found.reason == "cannot be evaluated: no such probe was run"
    found = parse_rival_gate("control", "").evaluate(results(*[AHEAD] * 8), Coverage(not_selected=1), RULES)
    assert (found.status, found.blocks) == ("not evaluated", False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contrl", "'contrl' is no rival (did you mean 'control'?): write [SELECTOR=]control or base"),
        ("", "'' is no rival: write [SELECTOR=]control or base"),
        ("=base", "names nothing before '='"),
        ("a=b=base", "'a=b' is no selector"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(SettingsError, match="--ft-must-beat") as caught:
        parse_rival_gate(text, f"--ft-must-beat={text}")
    assert message in str(caught.value)


@given(st.lists(st.sampled_from([AHEAD, BEHIND, BOTH, NEITHER]), min_size=1, max_size=40))
def test_one_more_item_ahead_never_turns_a_pass_into_a_failure(pairs: list[Pair]) -> None:
    before, after = decide("control", *pairs), decide("control", *pairs, AHEAD)
    if before.status == "passed":
        assert after.status == "passed"
        assert before.value is not None
        assert before.value > 0
