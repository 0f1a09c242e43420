"""The comparison of two runs: probes paired, changes named, rows with their figures."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.grader_choice import CustomGrader
from pytest_finetunebench.cases.grader_options import TextGrader
from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import RunError
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.comparison import RunComparison, compare_runs, record_of_base
from pytest_finetunebench.runs.paired_rows import Kind
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, STALE, UNMEASURED, WRONG, probe, record, suites


def kinds(comparison: RunComparison) -> dict[str, Kind]:
    return {change.id.removeprefix("people/"): change.kind for change in comparison.changes}


def test_every_way_in_which_a_probe_can_change() -> None:
    before = record(
        probe("a/form-1", WRONG),
        probe("b/form-1", RIGHT),
        probe("c/form-1", STALE),
        probe("d/form-1", RIGHT),
        probe("e/form-1", WRONG),
        probe("f/form-1", RIGHT),
        probe("g/form-1", UNMEASURED),
    )
    after = record(
        probe("a/form-1", RIGHT),
        probe("b/form-1", WRONG),
        probe("c/form-1", STALE),
        probe("d/form-1", RIGHT),
        probe("e/form-1", STALE),
        probe("g/form-1", RIGHT),
        probe("h/form-1", RIGHT),
    )
    found = compare_runs(before, after)
    assert kinds(found) == {
        "a/form-1": "fixed",
        "b/form-1": "broke",
        "c/form-1": "still stale",
        "d/form-1": "still right",
        "e/form-1": "still wrong",
        "f/form-1": "gone",
        "g/form-1": "unmeasured",
        "h/form-1": "new",
    }
    assert found.total is not None
    assert (found.total.n, found.total.fixed, found.total.broke) == (5, 1, 1)
    assert (found.total.before, found.total.after) == (0.4, 0.4)
    assert found.notices == ("the suites differ: compared on the probes that both share (1 new, 1 gone)",)
    assert [change.id for change in found.held_updates] == ["people/c/form-1"]
    assert found.counts["fixed"] == 1


@pytest.mark.parametrize(
    "rewritten",
    [
        {"prompt": "How heavy, in kilograms?"},
        {"system": "Be short."},
        {"expected": "62"},
        {"aliases": ("61 kg",)},
        {"superseded_answers": ("60",)},
        {"grader_options": TextGrader()},
    ],
)
def test_a_probe_rewritten_under_its_id_is_another(rewritten: dict[str, object]) -> None:
    before = record(probe("a/form-1", RIGHT), probe("b/form-1", RIGHT))
    after = record(probe("a/form-1", WRONG, **rewritten), probe("b/form-1", RIGHT))
    found = compare_runs(before, after)
    assert [change.kind for change in found.changes] == ["gone", "new", "still right"]
    told = "the suites differ: compared on the probes that both share (1 new, 1 gone, 1 of each rewritten)"
    assert found.notices == (told,)


def test_a_moved_case_file_or_another_fact_text_changes_nothing() -> None:
    before = record(probe("a/form-1", RIGHT))
    after = record(probe("a/form-1", RIGHT, place="b.yaml:9", fact="Ada weighs 61 kg."))
    assert kinds(compare_runs(before, after)) == {"a/form-1": "still right"}


def test_samples_against_one_answer() -> None:
    before = record(probe("a/form-1", RIGHT), probe("b/form-1", RIGHT), repeat=1)
    after = record(probe("a/form-1", RIGHT, RIGHT, WRONG), probe("b/form-1", RIGHT, WRONG, UNMEASURED), repeat=3)
    found = compare_runs(before, after)
    assert kinds(found) == {"a/form-1": "still right", "b/form-1": "broke"}
    assert found.total is not None
    assert found.total.after == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found.notices == ("the runs differ in more than the model: repeat 1 → 3",)


def test_a_share_is_of_the_samples_that_were_measured() -> None:
    """The width of an interval must not count samples that are missing."""
    names = [f"{item}/form-1" for item in "abcdefgh"]
    full = [probe(name, RIGHT if n % 2 else WRONG, RIGHT, RIGHT) for n, name in enumerate(names)]
    thin = [[*probe(name, RIGHT), *probe(name, UNMEASURED, UNMEASURED, UNMEASURED)[1:]] for name in names]
    single = [probe(name, RIGHT) for name in names]
    with_gaps, without = (compare_runs(record(*full), record(*other)).total for other in (thin, single))
    assert with_gaps is not None
    assert without is not None
    assert with_gaps.difference == without.difference


def test_a_run_and_itself() -> None:
    one = record(probe("a/form-1", RIGHT), probe("b/rephrased-1", STALE), probe("c/form-1", UNMEASURED))
    found = compare_runs(one, one)
    assert kinds(found) == {"a/form-1": "still right", "b/rephrased-1": "still stale", "c/form-1": "unmeasured"}
    assert found.apart is False
    assert found.notices == ()
    assert {row.p_value for row in found.rows} == {1.0}


@pytest.mark.parametrize("outcome", [RIGHT, WRONG])
def test_all_alike_still_has_a_width(outcome: Outcome) -> None:
    one = record(*(probe(f"i{n}/form-1", outcome) for n in range(10)))
    total = compare_runs(one, one).total
    assert total is not None
    assert total.difference.value == 0
    assert total.difference.low < 0 < total.difference.high


def test_one_probe_says_nothing_for_sure() -> None:
    found = compare_runs(record(probe("a/form-1", RIGHT)), record(probe("a/form-1", WRONG)))
    assert found.total is not None
    assert (found.total.p_value, found.total.p_drop, found.total.needed) == (1.0, 0.5, None)
    assert not found.apart


def test_a_true_drop_is_seen_row_by_row() -> None:
    names = [f"i{n}/rephrased-1" for n in range(12)]
    before = record(*(probe(name, RIGHT) for name in names), probe("x/form-1", RIGHT))
    after = record(*(probe(name, WRONG) for name in names), probe("x/form-1", RIGHT))
    found = compare_runs(before, after)
    assert [row.name for row in found.rows] == ["people/rephrased", "people/form", "generalization"]
    assert found.apart
    rephrased, form, general = found.rows
    # rows of the same probes cost each other nothing, and neither does one that shows no change
    assert rephrased.p_value == pytest.approx(2 / 2**12)
    assert general.p_value == pytest.approx(2 / 2**12)
    assert (rephrased.significant, form.significant, form.p_value) == (True, False, 1.0)
    assert rephrased.p_mcnemar == pytest.approx(2 / 2**12)
    assert rephrased.p_drop == pytest.approx(1 / 2**12)


def test_updated_facts_and_retention_stand_apart() -> None:
    before = record(
        probe("a/rephrased-1", STALE, setting="updated_knowledge"),
        probe("b/retention-1", RIGHT, category="news", setting="retention"),
        probe("c/retention-1", RIGHT),
        probe("d/trivia-1", RIGHT, setting="retention", generalization=False),
    )
    found = compare_runs(before, before)
    assert [(row.name, row.n) for row in found.rows] == [
        ("news/retention", 1),
        ("people/rephrased", 1),
        ("people/retention", 1),
        ("people/trivia", 1),
        ("generalization", 1),
        ("updated facts", 1),
        ("retention", 3),
    ]


def test_runs_that_share_nothing_cannot_be_compared() -> None:
    with pytest.raises(RunError) as caught:
        compare_runs(record(probe("a/form-1", RIGHT), number=7), record(probe("b/form-1", RIGHT), name="new"))
    message = "#7 ft:m of 2026-11-21 and ft:m 'new' of 2026-11-21 share no probe: there is nothing to compare"
    assert str(caught.value) == message
    with pytest.raises(RunError, match="share no probe"):
        compare_runs(record(), record())


def test_nothing_measured_in_both_leaves_no_row() -> None:
    found = compare_runs(record(probe("a/form-1", RIGHT)), record(probe("a/form-1", UNMEASURED)))
    assert (found.total, found.rows, found.apart) == (None, (), None)


def test_what_differs_beside_the_model_is_told() -> None:
    one = record(probe("a/form-1", RIGHT))
    other = record(
        probe("a/form-1", RIGHT), sampling=Sampling(seed=None, temperature=0.5, max_tokens=9), judge_model="openai:j"
    )
    told = "temperature 0.0 → 0.5, seed 42 → none, max_tokens 100 → 9, judge none → openai:j"
    assert compare_runs(one, other).notices == (f"the runs differ in more than the model: {told}",)


def test_the_weights_of_a_model_in_this_process_are_no_other_address() -> None:
    base, tuned, server = (
        record(probe("a/form-1", RIGHT), base_url=url) for url in (None, "weights:1a+2b", "http://127.0.0.1:8000/v1")
    )
    assert compare_runs(base, tuned).notices == ()
    told = "the runs differ in more than the model: base URL none → http://127.0.0.1:8000/v1"
    assert compare_runs(tuned, server).notices == (told,)


def test_a_partial_baseline_is_told() -> None:
    baseline = record(probe("a/form-1", RIGHT), number=3, not_selected=("people/b/form-1",))
    found = compare_runs(baseline, record(probe("a/form-1", RIGHT), probe("b/form-1", RIGHT)))
    assert found.notices[0] == "#3 ft:m of 2026-11-21 is a partial run: what it left out is not compared"
    assert kinds(found) == {"a/form-1": "still right", "b/form-1": "new"}


def test_a_run_of_other_graders_is_graded_anew() -> None:
    """The stored verdict was wrong, the stored answer is right."""
    old = record(probe("a/form-1", WRONG, response="It is 61 kg."), number=4, grading_version="old")
    found = compare_runs(old, record(probe("a/form-1", RIGHT)))
    assert kinds(found) == {"a/form-1": "still right"}
    assert found.notices == ("#4 ft:m of 2026-11-21 was graded by another version: graded anew, 1 verdict changed",)
    assert found.before.results[0].outcome is RIGHT


def test_stored_opinions_and_own_graders_hold_where_a_run_is_graded_anew() -> None:
    opinion = Opinion(verdict="correct", reason="says so", model="openai:j")
    options = CustomGrader(registered="tone")
    judged = probe("a/rephrased-1", RIGHT, response="sixty-odd", expected="Vellmora", judge=opinion)
    own = probe("b/form-1", RIGHT, response="hello", grader_options=options)
    old = record(judged, own, grading_version="old", judge_model="openai:j")
    new = record(
        probe("a/rephrased-1", WRONG, expected="Vellmora"),
        probe("b/form-1", RIGHT, grader_options=options),
        judge_model="openai:j",
    )
    found = compare_runs(old, new)
    assert kinds(found) == {"a/rephrased-1": "broke", "b/form-1": "still right"}
    told = "ft:m of 2026-11-21: the custom grader 'tone' is not known here: 1 verdict kept as stored"
    assert found.notices[1:] == (told,)
    found = compare_runs(old, new, {"tone": lambda text, probe: False})
    assert kinds(found) == {"a/rephrased-1": "broke", "b/form-1": "fixed"}
    assert len(found.notices) == 1


def test_the_base_model_as_a_record_of_its_own() -> None:
    base = GradedAnswer(outcome=STALE, reason="old", response="60", served_model="base-1")
    asked = probe("a/form-1", RIGHT, base=base, served_model="ft-1", setting="updated_knowledge")
    run = record(asked, probe("b/form-1", RIGHT), base_model="openai:base", name="n", number=2)
    found = record_of_base(run)
    assert found is not None
    assert (found.model, found.base_model, found.name, found.number) == ("openai:base", None, None, None)
    assert [(one.id, one.outcome, one.base) for one in found.results] == [("people/a/form-1", STALE, None)]
    assert found.served_models == ("base-1",)
    assert [rate.correct for rate in found.pass_rates] == [0, 0]
    compared = compare_runs(found, run)
    assert kinds(compared) == {"a/form-1": "fixed", "b/form-1": "new"}
    assert len(compared.held_updates) == 1
    assert record_of_base(record(probe("a/form-1", RIGHT))) is None


@settings(max_examples=60)
@given(suites(), st.randoms(use_true_random=False))
def test_whatever_the_runs(runs: list[list[ProbeResult]], order: random.Random) -> None:
    before, after = record(runs[0]), record(runs[1])
    try:
        found = compare_runs(before, after)
    except RunError:
        assert not {one.id for one in runs[0]} & {one.id for one in runs[1]}
        return
    mirrored = compare_runs(after, before)
    swap = {"fixed": "broke", "broke": "fixed", "new": "gone", "gone": "new"}
    assert [(one.id, swap.get(one.kind, one.kind)) for one in found.changes] == [
        (one.id, one.kind) for one in mirrored.changes
    ]
    for row, other in zip(found.rows, mirrored.rows, strict=True):
        assert (row.name, row.n, row.fixed, row.broke) == (other.name, other.n, other.broke, other.fixed)
        assert (row.before, row.after) == (other.after, other.before)
        assert row.p_value == pytest.approx(other.p_value)
        assert row.difference == pytest.approx(
            (-other.difference.value, -other.difference.high, -other.difference.low), abs=1e-9
        )
        assert row.difference.low - 1e-9 <= row.after - row.before <= row.difference.high + 1e-9
        assert 0 <= row.p_drop <= 1
    shuffled = [list(results) for results in runs]
    for results in shuffled:
        order.shuffle(results)
    again = compare_runs(record(shuffled[0]), record(shuffled[1]))
    assert (again.changes, again.rows, again.total) == (found.changes, found.rows, found.total)


def test_ten_thousand_probes_take_seconds() -> None:
    chance = random.Random(1)
    runs = []
    for _ in range(2):
        results = [
            probe(
                f"i{n}/{kind}-1",
                RIGHT if chance.random() < 0.7 else WRONG,
                category=f"c{n % 20}",
                setting="updated_knowledge",
            )
            for n in range(2500)
            for kind in ("memorization", "rephrased", "retention", "secondary")
        ]
        runs.append(record(*results))
    start = time.process_time()
    found = compare_runs(runs[0], runs[1])
    assert time.process_time() - start < 10  # two on an idle machine
    assert found.total is not None
    assert (found.total.n, found.total.items) == (10_000, 2500)
    assert len(found.rows) == 83
