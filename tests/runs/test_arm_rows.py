"""What arms come to: paired by item, told in words, and never told where answers are missing."""

from __future__ import annotations

import pytest

from pytest_finetunebench.completions import Usage
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.arms.answer import ArmAnswer
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.arm_changes import arm_changes
from pytest_finetunebench.runs.arm_rows import ArmRow, ArmStudy, study_of
from pytest_finetunebench.runs.arm_verdicts import row_verdict, study_verdict
from pytest_finetunebench.runs.record import ArmEntry, RunRecord
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, STALE, UNMEASURED, WRONG, record
from tests.support.results import result

ARM = "retrieve:2"


def arm_answer(outcome: Outcome, rank: int | None = 1, tokens: tuple[int, int] = (40, 5)) -> ArmAnswer:
    usage = Usage(input_tokens=tokens[0], output_tokens=tokens[1])
    return ArmAnswer(outcome=outcome, reason="r", usage=usage, seconds=0.5, context=("one", "two"), needed=1, rank=rank)


def probe(number: int, model: Outcome, arm: Outcome, rank: int | None = 1, kind: str = "rephrased") -> ProbeResult:
    usage = Usage(input_tokens=10, output_tokens=5)
    return result(
        model,
        id=f"people/i{number}/{kind}-1",
        item=f"i{number}",
        kind=kind,
        usage=usage,
        seconds=0.25,
        arms={ARM: arm_answer(arm, rank)},
        base=GradedAnswer(outcome=WRONG, reason="r"),
    )


def run(*results: ProbeResult, **parts: object) -> RunRecord:
    entry = ArmEntry(name=ARM, spec=ARM, model="b", note="2 passages")
    prices = {"model": (3.0, 6.0), "base": (1.0, 2.0)}
    base: dict[str, object] = {"arms": (entry,), "base_model": "b", "prices": prices}
    return record(results, **base | parts)


def study(*results: ProbeResult, **parts: object) -> ArmStudy:
    found = study_of(run(*results, **parts))
    assert found is not None
    return found


def row(found: ArmStudy, name: str = ARM) -> ArmRow:
    return next(one for one in found.rows if one.name == name)


def many(count: int, model: Outcome, arm: Outcome) -> list[ProbeResult]:
    return [probe(number, model, arm) for number in range(count)]


def test_a_run_without_arms_has_no_study() -> None:
    assert study_of(run(*many(3, RIGHT, RIGHT), arms=())) is None


def test_rates_tokens_seconds_and_costs_are_those_of_the_probes_that_decide() -> None:
    trained = probe(0, RIGHT, WRONG, kind="memorization")
    found = study(trained, *many(8, RIGHT, RIGHT), *(probe(n, WRONG, STALE) for n in (8, 9)), train_cost=2.0)
    assert [one.name for one in found.rows] == ["model", "base", ARM]
    assert found.basis == "probes that were not trained"
    model, arm = found.rows[0], row(found)
    assert (model.memorized.value, arm.memorized.value) == (1.0, 0.0)
    assert (arm.decided.value, arm.decided.n, arm.stale.n) == (0.8, 10, 11)
    assert (arm.input_tokens, arm.output_tokens, arm.seconds) == (40, 5, 0.5)
    assert model.cost is not None
    assert arm.cost is not None
    assert model.cost.per_answer == pytest.approx((10 * 3 + 5 * 6) / 1e6)
    assert arm.cost.per_answer == pytest.approx((40 * 1 + 5 * 2) / 1e6)
    low, high = arm.decided.interval or (0, 0)
    assert (arm.cost.per_correct, arm.cost.low, arm.cost.high) == pytest.approx(
        (arm.cost.per_answer / 0.8, arm.cost.per_answer / high, arm.cost.per_answer / low)
    )
    assert arm.pays_after is None, "an answer of the arm costs less than one of the fine-tune"


def test_training_pays_for_itself_after_so_many_questions() -> None:
    found = study(*many(9, RIGHT, RIGHT), train_cost=2.0, prices={"model": (1.0, 1.0), "base": (1.0, 1.0)})
    assert row(found).pays_after == -(-2_000_000 // 30)
    without = study(*many(9, RIGHT, RIGHT))
    assert (row(without).pays_after, without.train_cost) == (None, None)


def test_what_was_retrieved_is_told_apart_from_what_was_used() -> None:
    found = row(
        study(
            probe(0, RIGHT, RIGHT, 1),
            probe(1, RIGHT, WRONG, 2),
            probe(2, RIGHT, WRONG, None),
            probe(3, RIGHT, UNMEASURED, None),
            probe(4, RIGHT, RIGHT, 1, kind="memorization"),
        )
    )
    assert [(one.depth, one.hits, one.n) for one in found.hits] == [(1, 2, 5), (2, 3, 5)]
    assert dict(found.kind_hits)["rephrased"][0].hits == 1
    assert (found.not_retrieved, found.not_used) == (1, 1)


@pytest.mark.parametrize(
    ("results", "standing", "told"),
    [
        (many(30, RIGHT, WRONG), "behind", "the fine-tune is worth it: better than every arm (closest: "),
        (many(30, WRONG, RIGHT), "ahead", "the fine-tune is not worth it: retrieve:2 answers more (+100.0 points"),
        (many(200, RIGHT, RIGHT), "same", "retrieve:2 does the same for less (within 10 points)"),
        (many(4, RIGHT, WRONG), "unclear", "too few items to tell (5 needed, 4 there)"),
        (many(4, RIGHT, RIGHT), "unclear", "too few items to tell ("),
        ([*many(30, WRONG, RIGHT), *many(30, RIGHT, UNMEASURED)[:3]], "unmeasured", "cannot be told: retrieve:2: "),
    ],
)
def test_the_verdict_is_in_words(results: list[ProbeResult], standing: str, told: str) -> None:
    numbered = [probe(n, one.outcome, one.arms[ARM].outcome) for n, one in enumerate(results)]
    found = study(*numbered)
    pairing = row(found).pairing
    assert pairing is not None
    assert pairing.standing == standing
    assert study_verdict(found).startswith(told)
    assert row_verdict(row(found), found)


def test_missing_answers_of_the_fine_tune_decide_nothing_either() -> None:
    lost = [probe(n, UNMEASURED if n < 3 else RIGHT, WRONG) for n in range(30)]
    assert study_verdict(study(*lost)).startswith("cannot be told: base: of the fine-tune, 3 of 30 answers are unme")


def test_p_values_are_adjusted_for_the_number_of_arms() -> None:
    results = [probe(n, RIGHT if n < 7 else WRONG, WRONG) for n in range(20)]
    alone = row(study(*results, base_model=None)).pairing
    both = row(study(*results)).pairing
    assert alone is not None
    assert both is not None
    assert both.p_value == pytest.approx(2 * alone.p_value)


def test_a_retrieving_fine_tune_and_the_oracle_are_no_alternatives() -> None:
    entries = (
        ArmEntry(name=ARM, spec="oracle", model="b"),
        ArmEntry(name="t", spec="model+none", model="m", tuned=True),
    )
    found = study(*many(30, WRONG, RIGHT), arms=entries, base_model=None)
    assert study_verdict(found) == "no arm could stand in for the fine-tune: nothing to decide"


def test_arms_that_two_runs_share_are_compared() -> None:
    before = run(*(probe(n, RIGHT, WRONG) for n in range(12)))
    after = run(*(probe(n, RIGHT, RIGHT if n < 8 else WRONG) for n in range(12)))
    (row,) = arm_changes(before, after)
    assert (row.name, row.before, row.fixed, row.n) == (ARM, 0.0, 8, 12)
    assert row.after == pytest.approx(2 / 3)
    other = ArmEntry(name=ARM, spec="retrieve:3", model="b")
    assert arm_changes(before, after.model_copy(update={"arms": (other,)})) == []
