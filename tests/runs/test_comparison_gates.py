"""Gates over a comparison: parsing, deciding, and baselines that are missing in part or wholly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import RunError, SettingsError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.comparison import RunComparison, compare_runs
from pytest_finetunebench.runs.comparison_gates import NO_BASELINE, CompareGate, evaluate_all, parse_compare_gate
from pytest_finetunebench.runs.gate_results import Coverage, GateResult, GateRules
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, UNMEASURED, WRONG, probe, record, suites
from tests.support.results import result

WHOLE = Coverage()
HOW = (
    "write regressions>N, drop>RATE (0 to 1), worse-by>RATE or significant-drop, each also as SELECTOR:…, "
    "for example generalization:drop>0.05"
)


def gate(text: str) -> CompareGate:
    return parse_compare_gate(text, f"--ft-compare-fail={text}")


def compared(*pairs: tuple[Outcome | None, Outcome | None], kind: str = "rephrased") -> RunComparison:
    """Compare two runs of one probe an item; None leaves it out."""
    sides = []
    for side in (0, 1):
        chosen = [(n, outcome) for n, pair in enumerate(pairs) if (outcome := pair[side]) is not None]
        sides.append(record(*(probe(f"i{n}/{kind}-1", outcome) for n, outcome in chosen)))
    return compare_runs(sides[0], sides[1])


def decide(text: str, comparison: RunComparison | None, coverage: Coverage = WHOLE) -> GateResult:
    (found,) = evaluate_all([gate(text)], comparison, coverage)
    return found


BROKE, FIXED, KEPT, MISSED = (RIGHT, WRONG), (WRONG, RIGHT), (RIGHT, RIGHT), (WRONG, WRONG)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("regressions>0", "compare:regressions>0"),
        (" regressions > 12 ", "compare:regressions>12"),
        ("drop>0.05", "compare:drop>0.05"),
        ("drop>.1", "compare:drop>0.1"),
        ("drop>1", "compare:drop>1.0"),
        ("significant-drop", "compare:significant-drop"),
        ("generalization:drop>0.05", "compare:generalization:drop>0.05"),
        ("people/rephrased : significant-drop", "compare:people/rephrased:significant-drop"),
        ("all:regressions>0", "compare:regressions>0"),
    ],
)
def test_ids(text: str, name: str) -> None:
    assert gate(text).id == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("regression>0", f"cannot be read (did you mean 'regressions'?): {HOW}"),
        ("significant_drop", f"cannot be read (did you mean 'significant-drop'?): {HOW}"),
        ("significant-drop>0.05", f"cannot be read: {HOW}"),
        ("drop<0.1", f"cannot be read (did you mean 'drop'?): {HOW}"),
        ("regressions>=0", f"cannot be read: {HOW}"),
        ("regressions>0.5", f"cannot be read: {HOW}"),
        ("regressions>-1", f"cannot be read: {HOW}"),
        ("regressions>٣", f"cannot be read: {HOW}"),
        ("regressions", f"cannot be read: {HOW}"),
        ("drop", f"cannot be read: {HOW}"),
        ("generalization:", f"cannot be read: {HOW}"),
        (">0", f"cannot be read: {HOW}"),
        ("", f"cannot be read: {HOW}"),
        ("drop>5", "needs a rate from 0 to 1: write 0.05 for 5%"),
        ("drop>5%", "needs a rate from 0 to 1: write 0.05 for 5%"),
        ("drop>nan", "needs a rate from 0 to 1, such as 0.6"),
        ("drop>", "needs a rate from 0 to 1, such as 0.6"),
        (":drop>0.1", "names nothing before ':'"),
        ("a=b:drop>0.1", "'a=b' is no selector: write a CATEGORY, a KIND, CATEGORY/KIND or all"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        gate(text)
    assert str(caught.value) == f"--ft-compare-fail={text}: {message}"


@given(st.text())
def test_any_text_is_a_gate_or_an_error_in_words(text: str) -> None:
    message = ""
    try:
        assert gate(text).id.startswith("compare:")
    except SettingsError as error:
        message = str(error)
    assert not message or message.startswith(f"--ft-compare-fail={text}: ")


@pytest.mark.parametrize(
    ("text", "pairs", "status"),
    [
        ("regressions>0", [KEPT, MISSED, FIXED], "passed"),
        ("regressions>0", [KEPT, BROKE, FIXED], "failed"),
        ("regressions>1", [KEPT, BROKE, FIXED], "passed"),
        ("drop>0.1", [BROKE] + [KEPT] * 5 + [MISSED] * 4, "passed"),
        ("drop>0.09", [BROKE] + [KEPT] * 5 + [MISSED] * 4, "failed"),
        ("drop>0", [FIXED, BROKE], "passed"),
        ("drop>0", [KEPT, BROKE], "failed"),
        ("significant-drop", [BROKE] * 4, "cannot be decided"),
        ("significant-drop", [KEPT] * 4, "cannot be decided"),
        ("significant-drop", [KEPT] * 5, "passed"),
        ("significant-drop", [MISSED] * 9, "cannot be decided"),
        ("significant-drop", [KEPT, *[MISSED] * 4, *[FIXED] * 4], "cannot be decided"),
        ("drop>0.2", [KEPT, *[MISSED] * 4], "cannot be decided"),
        ("drop>0.2", [KEPT, FIXED, *[MISSED] * 3], "passed"),
        ("drop>0.1", [KEPT, *[MISSED] * 4], "passed"),
        ("drop>1", [KEPT], "passed"),
        ("regressions>1", [BROKE, MISSED], "cannot be decided"),
        ("regressions>0", [MISSED, MISSED], "cannot be decided"),
        ("regressions>0", [MISSED, FIXED], "passed"),
        ("significant-drop", [BROKE] * 5, "failed"),
        ("significant-drop", [FIXED] * 9, "passed"),
    ],
)
def test_decisions(text: str, pairs: list[tuple[Outcome, Outcome]], status: str) -> None:
    assert decide(text, compared(*pairs)).status == status


def test_the_reason_holds_figures_and_what_broke() -> None:
    found = decide("regressions>0", compared(*[BROKE] * 5, *[KEPT] * 95, FIXED, (None, RIGHT), (RIGHT, None)))
    assert found.reason == (
        "99.0% → 95.0%, -4.0 points [-10.2, +1.3] n=101, 1 fixed, 5 broke (people/i0/rephrased-1, "
        "people/i1/rephrased-1, people/i2/rephrased-1 and 2 more); not compared: 1 new, 1 gone"
    )
    assert found.n == 101
    assert found.value == pytest.approx(-4 / 101)
    assert "broke (" not in decide("regressions>9", compared(BROKE, KEPT)).reason


def test_a_drop_within_the_noise_is_undecided() -> None:
    found = decide("drop>0.05", compared(*[BROKE] * 2, *[KEPT] * 18))
    assert (found.status, found.undecided) == ("failed", True)
    assert found.reason.endswith("; the interval spans the limit")
    assert not decide("drop>0.5", compared(*[BROKE] * 2, *[KEPT] * 18)).undecided
    assert not decide("regressions>0", compared(*[BROKE] * 2, *[KEPT] * 18)).undecided


def test_significant_drops_are_one_family() -> None:
    comparison = compared(*[BROKE] * 5)
    one = gate("significant-drop")
    (alone,) = evaluate_all([one], comparison, WHOLE)
    assert (alone.status, alone.reason.partition("p=")[2][:5]) == ("failed", "0.031")
    # the same probes under another name are no further test: one gate must not weaken the other
    both = evaluate_all([one, gate("generalization:significant-drop")], comparison, WHOLE)
    assert [found.status for found in both] == ["failed", "failed"]
    assert both[0] == alone
    other = probe("z/form-1", RIGHT)
    more = compare_runs(
        record(*(probe(f"i{n}/rephrased-1", RIGHT) for n in range(5)), other),
        record(*(probe(f"i{n}/rephrased-1", WRONG) for n in range(5)), other),
    )
    apart = evaluate_all([gate("rephrased:significant-drop"), gate("form:significant-drop")], more, WHOLE)
    # a gate that no answers could have failed does not weaken the other one either
    assert [found.status for found in apart] == ["failed", "cannot be decided"]
    assert "p=0.031 (Westfall-Young, 2 tests)" in apart[0].reason
    assert "the baseline is right on 1 item: even losing all is no significant drop, 6 are enough" in apart[1].reason
    assert [found.needed for found in apart] == [None, 6]
    # other gates, the same one again, and one without probes are no further tests
    others = [gate("regressions>0"), one, gate("news:significant-drop")]
    assert evaluate_all([one, *others], comparison, WHOLE)[0] == alone


def test_whether_nested_gates_can_be_decided_is_tried_together() -> None:
    items = [f"i{n}" for n in range(5)]
    before = [probe(f"{item}/{kind}-1", RIGHT) for item in items for kind in ("rephrased", "form")]
    lost = compare_runs(
        record(*before), record(*([probe(f"{item}/rephrased-1", WRONG) for item in items] + before[1::2]))
    )
    kept = compare_runs(record(*before), record(*before))
    gates = [gate("significant-drop"), gate("rephrased:significant-drop")]
    # five items are the fewest that one test needs; Holm would ask for six of each
    assert [found.status for found in evaluate_all(gates, lost, WHOLE)] == ["failed", "failed"]
    assert [found.status for found in evaluate_all(gates, kept, WHOLE)] == ["passed", "passed"]


def test_gates_by_cluster_are_adjusted_by_cluster() -> None:
    names = [(item, kind) for item in range(12) for kind in ("rephrased", "form")]
    right = [probe(f"i{item}/{kind}-1", RIGHT, cluster=f"c{item % 3}") for item, kind in names]
    wrong = [probe(f"i{item}/{kind}-1", WRONG, cluster=f"c{item % 3}") for item, kind in names]
    plain = [probe("z/secondary-1", RIGHT)]
    comparison = compare_runs(record(*right, *plain), record(*wrong, *plain))
    found = evaluate_all([gate("rephrased:significant-drop"), gate("secondary:significant-drop")], comparison, WHOLE)
    assert "p=0.125 (Westfall-Young, 2 tests)" in found[0].reason, "three clusters fell"


def test_without_a_baseline_a_gate_fails_but_in_a_first_run() -> None:
    found = decide("regressions>0", None)
    assert (found.status, found.reason) == ("failed", f"cannot be evaluated: {NO_BASELINE}")
    assert "--ft-save" in NO_BASELINE
    (found,) = evaluate_all([gate("regressions>0")], None, WHOLE, GateRules(first_run=True))
    assert (found.status, found.blocks) == ("not evaluated", False)


@pytest.mark.parametrize("comparison", [None, compared(KEPT)])
@pytest.mark.parametrize(
    ("coverage", "status", "reason"),
    [
        (Coverage(not_selected=1, not_run=1), "not evaluated", "a partial run: 1 probe of the suite not selected"),
        (Coverage(not_run=1), "failed", "cannot be evaluated: 1 selected probe without a result"),
        (Coverage(empty=True), "failed", "cannot be evaluated: no probe was selected"),
        (Coverage(interrupted="Ctrl-C"), "not evaluated", "interrupted: Ctrl-C"),
    ],
)
def test_an_incomplete_run(comparison: RunComparison | None, coverage: Coverage, status: str, reason: str) -> None:
    found = decide("regressions>0", comparison, coverage)
    assert (found.status, found.reason) == (status, reason)


def test_a_baseline_that_could_not_be_compared_with_fails() -> None:
    (found,) = evaluate_all([gate("regressions>0")], None, WHOLE, fault="the runs share no probe")
    assert (found.status, found.reason) == ("failed", "cannot be evaluated: the runs share no probe")


def test_what_this_run_did_not_measure_never_passes() -> None:
    found = decide("regressions>0", compared(*[KEPT] * 9, (RIGHT, UNMEASURED)))
    told = "1 of 10 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)"
    assert (found.status, found.reason) == ("failed", f"cannot be evaluated: {told}")
    found = decide("news:regressions>0", compared(KEPT))
    assert (found.status, found.reason) == ("failed", "cannot be evaluated: no such probe was run")


def test_what_the_baseline_did_not_measure_never_passes() -> None:
    found = decide("regressions>0", compared(KEPT, *[(UNMEASURED, WRONG)] * 9))
    told = "of the baseline, 9 of 10 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)"
    assert (found.status, found.reason) == ("failed", f"cannot be evaluated: {told}")
    found = decide("regressions>0", compared(*[KEPT] * 99, (UNMEASURED, WRONG)))
    assert (found.status, found.reason.partition("; ")[2]) == ("passed", "not compared: 1 unmeasured")


def test_probes_that_are_gone_have_no_say() -> None:
    found = decide("regressions>0", compared(*[KEPT] * 36, *[(UNMEASURED, None)] * 9))
    assert (found.status, found.reason.partition("; ")[2]) == ("passed", "not compared: 9 gone")


@pytest.mark.parametrize("lost", [(RIGHT, None), (None, WRONG)])
def test_too_few_shared_probes_decide_nothing(lost: tuple[Outcome | None, Outcome | None]) -> None:
    comparison = compared(*[KEPT] * 79, *[lost] * 21)
    found = decide("regressions>0", comparison)
    assert (found.status, found.blocks) == ("cannot be decided", True)
    assert "only 79 of 100 probes measured in both runs, a comparison needs 80% (--ft-min-shared)" in found.reason
    for rules, blocks in ((GateRules(min_shared=0.79), False), (GateRules(allow_undecided=True), False)):
        (found,) = evaluate_all([gate("regressions>0")], comparison, WHOLE, rules)
        assert found.blocks == blocks
    (found,) = evaluate_all([gate("drop>0.1")], compared(*[BROKE] * 9, lost, lost, lost, lost), WHOLE, GateRules())
    assert found.status == "failed", "what fails on the shared probes fails"


def test_probes_that_are_all_new_cannot_be_decided() -> None:
    old = probe("a/form-1", RIGHT)
    comparison = compare_runs(record(old), record(old, probe("b/form-1", WRONG, category="news")))
    found = decide("news:regressions>0", comparison)
    assert (found.status, found.blocks) == ("cannot be decided", True)
    assert "only 0 of 1 probe measured in both runs" in found.reason


def test_it_covers_every_miss_of_its_probes() -> None:
    one = gate("generalization:regressions>0")
    assert one.covers(result(kind="rephrased"), Outcome.WRONG)
    assert not one.covers(result(kind="memorization"), Outcome.WRONG)


TEXTS = ["regressions>0", "drop>0.2", "significant-drop", "people:regressions>1", "generalization:significant-drop"]


@given(suites(), st.sampled_from([0.0, 0.4, 1.0]))
def test_a_gate_passes_on_figures_alone(runs: list[list[ProbeResult]], bearable: float) -> None:
    try:
        comparison = compare_runs(record(runs[0]), record(runs[1]))
    except RunError:
        return
    gates = [gate(text) for text in TEXTS]
    found = evaluate_all(gates, comparison, WHOLE, GateRules(max_unmeasured=bearable))
    for one, told in zip(gates, found, strict=True):
        pairs = [c for c in comparison.changes if c.paired and one.selector.selects(c.either)]
        if told.value is None:
            assert told.status != "passed"
            continue
        assert told.n == len(pairs) > 0
        if one.metric == "regressions":
            broke = sum(change.kind == "broke" for change in pairs)
            assert (told.status == "failed") == (broke > one.threshold)
        elif one.metric == "drop":
            assert (told.status == "failed") == (told.value < -one.threshold - 1e-9)


def test_what_could_not_have_failed_says_how_many_items_it_needs() -> None:
    found = decide("significant-drop", compared(*[BROKE] * 4))
    assert (found.status, found.needed, found.blocks) == ("cannot be decided", 5, True)
    why = "the baseline is right on 4 items: even losing all is no significant drop, 5 are needed"
    assert found.reason.endswith(f"p=0.062; {why}")
    (allowed,) = evaluate_all(
        [gate("significant-drop")], compared(*[BROKE] * 4), WHOLE, GateRules(allow_undecided=True)
    )
    assert (allowed.status, allowed.blocks) == ("cannot be decided", False)
    why = "; the baseline is right on no item: even losing all is no significant drop, 5 are needed"
    assert decide("significant-drop", compared(*[MISSED] * 9)).reason.endswith(why)
    why = "; the baseline is right on 1 probe: no more than that can break"
    assert decide("regressions>1", compared(BROKE, MISSED)).reason.endswith(why)
    why = "; the baseline's rate leaves no room for a drop above 20 points"
    assert decide("drop>0.2", compared(KEPT, *[MISSED] * 4)).reason.endswith(why)


def test_in_interval_mode_a_drop_must_be_ruled_out() -> None:
    comparison = compared(*[KEPT] * 30)
    low = decide("drop>0.2", comparison).low
    assert low is not None
    assert -0.2 < low < -0.1
    for threshold, status in (("0.2", "passed"), ("0.1", "failed")):
        (found,) = evaluate_all([gate(f"drop>{threshold}")], comparison, WHOLE, GateRules("interval"))
        assert found.status == status


@given(suites())
def test_a_gate_that_cannot_be_decided_would_not_have_failed_had_all_gone(runs: list[list[ProbeResult]]) -> None:
    try:
        comparison = compare_runs(record(runs[0]), record(runs[1]))
    except RunError:
        return
    lost = [replace(one, outcome=WRONG) if one.measured else one for one in runs[1]]
    worst = compare_runs(record(runs[0]), record(lost))
    rules = GateRules(max_unmeasured=1.0, min_shared=0.0)
    for text in TEXTS:
        (found,), (gone,) = (evaluate_all([gate(text)], pair, WHOLE, rules) for pair in (comparison, worst))
        if found.status == "cannot be decided":
            assert gone.status == "cannot be decided"
        if found.status == "passed" and found.value is not None and found.value <= 0:
            assert gone.status == "failed"


@pytest.mark.parametrize(
    ("pairs", "status"),
    [
        ([KEPT] * 130, "passed"),
        ([KEPT] * 20, "failed"),
        ([*[BROKE] * 40, *[KEPT] * 960], "failed"),
        ([*[FIXED] * 40, *[KEPT] * 60], "passed"),
        ([*[KEPT] * 3, *[MISSED] * 397], "cannot be decided"),
    ],
)
def test_worse_by_passes_only_what_is_shown_to_be_no_worse(pairs: list[tuple[Outcome, Outcome]], status: str) -> None:
    found = decide("worse-by>0.03", compared(*pairs))
    assert (found.id, found.status) == ("compare:worse-by>0.03", status)
    if status == "passed":
        assert found.low is not None
        assert found.low >= -0.03


def test_a_failed_worse_by_says_how_many_items_could_pass_it() -> None:
    found = decide("worse-by>0.03", compared(*[KEPT] * 20))
    assert found.needed is not None
    assert f"about {found.needed} items could pass it" in found.reason
    assert decide("worse-by>0.03", compared(*[KEPT] * (found.needed * 2))).status == "passed"
    assert decide("worse-by>0.03", compared(*[BROKE] * 20)).needed is None


def test_the_family_of_tests_and_the_least_visible_drop_are_said() -> None:
    names = [(n, kind) for n in range(40) for kind in ("rephrased", "form")]
    comparison = compare_runs(
        record(*(probe(f"i{n}/{kind}-1", RIGHT) for n, kind in names)),
        record(*(probe(f"i{n}/{kind}-1", WRONG if n < 2 else RIGHT) for n, kind in names)),
    )
    both = evaluate_all([gate("rephrased:significant-drop"), gate("form:significant-drop")], comparison, WHOLE)
    assert all("p=0.250 (Westfall-Young, 2 tests), sees a drop of " in found.reason for found in both)
    assert "Westfall" not in decide("rephrased:significant-drop", comparison).reason
    assert " points or more" in decide("drop>0.2", comparison).reason


def test_each_kind_is_decided_by_itself_and_the_worst_one_counts() -> None:
    before, after = (
        record(
            *(probe(f"i{n}/rephrased-1", RIGHT) for n in range(90)),
            *(probe(f"i{n}/secondary-1", outcome) for n in range(10)),
        )
        for outcome in (RIGHT, WRONG)
    )
    comparison = compare_runs(before, after)
    assert decide("drop>0.2", comparison).status == "passed"
    found = decide("each-kind:drop>0.2", comparison)
    assert (found.id, found.status) == ("compare:each-kind:drop>0.2", "failed")
    assert found.reason.startswith("secondary: 100.0% → 0.0%")
    assert found.reason.endswith("the worst of 2")
    assert decide("each-kind:significant-drop", comparison).reason.startswith("secondary: ")
