"""The lines of a comparison: exact words, and 80 columns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.reports.differences import comparison_lines, held_updates, is_of_base, verdict
from pytest_finetunebench.runs.comparison import RunComparison, compare_runs, record_of_base
from pytest_finetunebench.runs.figures import p_text
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.results import result
from tests.support.stored import RIGHT, STALE, UNMEASURED, WRONG, probe, probes, stored


def compared(before: list[ProbeResult], after: list[ProbeResult]) -> RunComparison:
    return compare_runs(stored(before, number=1, model="ft:old"), stored(after, number=2, model="ft:new"))


def lines(before: list[ProbeResult], after: list[ProbeResult], width: int = 80) -> list[str]:
    return list(comparison_lines(compared(before, after), width=width))


def with_base(*pairs: tuple[Outcome, Outcome]) -> RunComparison:
    """Compare a base model with its fine-tune, a pair of outcomes per probe."""
    answers = {RIGHT: "61", STALE: "70", WRONG: "80"}
    results = [
        probe(number, after, base=GradedAnswer(outcome=before, reason="because", response=answers.get(before)))
        for number, (before, after) in enumerate(pairs)
    ]
    record = stored(results, base_model="gpt")
    base = record_of_base(record)
    assert base is not None
    return compare_runs(base, record)


def test_the_whole_section() -> None:
    before = probes("r" * 12 + "s") + probes("rw", kind="rephrased", setting="updated_knowledge")
    after = probes("w" + "r" * 11 + "s") + probes("rr", kind="rephrased", setting="updated_knowledge")
    assert lines(before, after) == [
        "before      #1 ft:old of 2026-11-21",
        "after       #2 ft:new of 2026-11-21",
        "result      no difference that this suite can see (86.7 → 86.7 % right, 0.0",
        "            points, p=1.000)",
        "",
        "% right                   n    before → after     points, 95% interval       p",
        "people",
        "  memorization           13       92.3 → 84.6      -7.7 [-33.5, +17.2]   1.000",
        "  rephrased               2      50.0 → 100.0     +50.0 [-27.3, +90.5]     few",
        "",
        "generalization            2      50.0 → 100.0     +50.0 [-27.3, +90.5]     few",
        "updated facts             2      50.0 → 100.0     +50.0 [-27.3, +90.5]     few",
        "all                      15       86.7 → 86.7       0.0 [-25.8, +25.8]   1.000",
        "p: permutation by item, Westfall-Young for 4 rows, of all by itself; * p ≤ 0.05",
        "few: fewer than 6 items, of which no test tells anything",
        "",
        "probes      1 fixed, 1 broke, 1 still stale, 12 still right",
        "size        items that would find a drop of 10 points in 9 of 10 runs:",
        "            people/memorization has 13 of 101, people/rephrased has 2 of 453,",
        "            generalization has 2 of 453, updated facts has 2 of 453, all has 13",
        "            of 132",
        "",
        "regressions (1)",
        "  people/i0/memorization-1",
        "    question  How heavy is 0?",
        "    expected  61",
        "    answer    61 → 80 (wrong)",
        "    case      a.yaml:3",
        "",
        "still stale (1)",
        "  people/i12/memorization-1",
    ]


def test_a_significant_difference_is_marked_and_named() -> None:
    found = lines(probes("r" * 30), probes("w" * 15 + "r" * 15))
    assert found[2] == "result      worse over all: 100.0 → 50.0 % right, -50.0 points, p<0.001"
    row = next(line for line in found if line.startswith("  memorization"))
    assert row.endswith(" <0.001 *")
    assert verdict(compared(probes("w" * 15), probes("r" * 15))).startswith(
        "better over all: 0.0 → 100.0 % right, +100.0"
    )


def test_parts_that_cancel_out_are_named() -> None:
    before = probes("r" * 20) + probes("w" * 20, kind="rephrased", category="x")
    after = probes("w" * 20) + probes("r" * 20, kind="rephrased", category="x")
    told = verdict(compared(before, after))
    assert told.startswith("no difference over all (50.0 → 50.0 % right, 0.0 points, p=1.000), but in parts: ")
    assert "people/memorization -100.0, x/rephrased +100.0, generalization +100.0" in told


def test_regressions_show_what_a_person_needs() -> None:
    samples = [probe(0, RIGHT, repeat=1), probe(0, WRONG, response="no", repeat=0), probe(0, RIGHT, repeat=2)]
    after = [probe(0, STALE, response="It is\n70\x1b[0m kg"), probe(1)]
    found = lines([*samples, probe(1)], after)
    start = found.index("regressions (1)")
    assert found[start:] == [
        "regressions (1)",
        "  people/i0/memorization-1",
        "    question  How heavy is 0?",
        "    expected  61",
        "    answer    61 → It is 70\N{REPLACEMENT CHARACTER}[0m kg (stale)",
        "    case      a.yaml:3",
    ]


def test_at_most_ten_regressions_and_stale_probes_are_listed() -> None:
    found = lines(probes("r" * 12 + "s" * 12), probes("w" * 12 + "s" * 12))
    assert "regressions (12)" in found
    assert sum(line.startswith("    question") for line in found) == 10
    assert "  … and 2 more" in found
    assert "still stale (12)" in found
    assert found[-1].endswith(" and 2 more")


def test_counts_name_every_kind_of_change() -> None:
    before = [*probes("wrswru"), probe(7)]
    after = [*probes("rwswrr"), probe(8)]
    found = lines(before, after)
    told = "probes      1 fixed, 1 broke, 1 still stale, 1 still right, 1 still wrong, 1"
    assert told in found
    assert found[found.index(told) + 1] == "            new, 1 gone, 1 unmeasured"
    assert any(line.startswith("note        the suites differ: compared on the probes") for line in found)


def test_rows_of_too_few_items_say_how_many_would_do() -> None:
    found = " ".join(" ".join(lines(probes("rrwwrw"), probes("rwrwrr"))).split())
    assert "size items that would find a drop of 10 points in 9 of 10 runs: people/memorization has 6 of " in found


def test_nothing_measured_in_both() -> None:
    found = lines(probes("ur"), probes("ru"))
    assert found[2:] == ["result      nothing was measured in both", "probes      2 unmeasured"]


def test_what_a_fine_tune_added_and_lost() -> None:
    pairs = [(STALE, RIGHT)] * 12 + [(STALE, STALE)] * 2 + [(STALE, WRONG)] + [(RIGHT, WRONG), (STALE, UNMEASURED)]
    comparison = with_base(*pairs)
    heading, *found = comparison_lines(comparison, "base model")
    assert heading == "compared with the base model"
    assert found[:2] == ["base        gpt of 2026-11-21", "fine-tune   ft:m of 2026-11-21"]
    assert "probes      12 added by the fine-tune, 1 lost by it, 2 still stale, 1 still" in found
    assert "lost by the fine-tune (1)" in found
    assert held_updates(comparison) == (
        "the base model gave a superseded answer to 16 probes; by the fine-tune 12 now correct, 2 still stale, 2 other"
    )
    assert is_of_base(comparison)
    assert not is_of_base(compared(probes("r"), probes("w")))


def test_a_fine_tune_that_did_nothing() -> None:
    comparison = with_base(*[(RIGHT, RIGHT)] * 5, (WRONG, RIGHT))
    told = verdict(comparison)
    assert told == "the fine-tune did nothing that this suite can see (83.3 → 100.0 % right, +16.7 points, p=1.000)"
    assert held_updates(comparison) == "the base model gave no superseded answer"


def test_too_few_items_are_no_finding() -> None:
    told = verdict(with_base(*[(RIGHT, RIGHT)] * 4, (WRONG, RIGHT)))
    assert told == "too few items to tell: 5 of at least 6 (80.0 → 100.0 % right, +20.0 points, p=1.000)"
    told = verdict(compared(probes("rrw"), probes("rrr")))
    assert told.startswith("too few items to tell: 3 of at least 6 (")
    # six that all change alike are told apart
    assert verdict(compared(probes("wwwwww"), probes("rrrrrr"))).startswith("better over all")


@pytest.mark.parametrize(("p_value", "text"), [(0.0, "<0.001"), (0.00099, "<0.001"), (0.001, "0.001"), (1.0, "1.000")])
def test_p_values(p_value: float, text: str) -> None:
    assert p_text(p_value) == text
    assert p_text(p_value, "=") == (text if "<" in text else f"={text}")


def any_run(**parts: Any) -> st.SearchStrategy[list[ProbeResult]]:
    kinds = [*KINDS, "asked-by-someone-who-forgot-half_of_it"]
    one = st.builds(
        lambda number, outcome, kind, category, response: probe(
            number, outcome, kind=kind, category=category, response=response
        ),
        st.integers(0, 9),
        st.sampled_from(Outcome),
        st.sampled_from(kinds),
        st.sampled_from(["people", "a-very-long-name-of-a-category-of-more-than-eighty-letters" * 2]),
        st.text() | st.none(),
    )
    return st.lists(one, min_size=1, unique_by=lambda found: found.id)


@given(any_run(), any_run())
def test_any_two_runs_fit_into_80_columns(before: list[ProbeResult], after: list[ProbeResult]) -> None:
    shared = result(item="shared", id="people/shared/memorization-1")
    comparison = compared([*before, shared], [*after, shared])
    for line in comparison_lines(comparison, "baseline"):
        assert len(line) <= 80 or line.startswith(("  people/", "  a-very-long", "    case "))
        assert line.isprintable()
        assert line == line.rstrip()


def test_an_interval_without_zero_beside_a_high_p_is_explained() -> None:
    found = lines(probes("w" * 6 + "r" * 30), probes("r" * 36))
    assert not any("†" in line for line in found), "significant by itself"
    others = [
        [one for number in range(9) for one in probes(outcomes, kind="rephrased", category=f"c{number}")]
        for outcomes in ("wwwrrrr", "rrrwwwr")
    ]
    many, after = probes("w" * 6 + "r" * 30) + others[0], probes("r" * 36) + others[1]
    told = lines(many, after)
    assert any(line.startswith("  memorization") and line.endswith("†") for line in told)
    assert "† the interval alone leaves 0 out" in " ".join(told)
