"""Probes that were found hard count in no rate, whatever is done with the record."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from pytest_finetunebench.errors import RunError, SettingsError
from pytest_finetunebench.reports.found_hard import found_hard_as_plain, found_hard_pairs, found_hard_text
from pytest_finetunebench.reports.summarise import summarise_record
from pytest_finetunebench.runs.found_hard import check_counted, check_gate, set_apart
from pytest_finetunebench.runs.gates import parse_rate_gate
from pytest_finetunebench.runs.merge import merge_records
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.runs.regrade import regrade
from tests.support.records import RIGHT, WRONG, probe, record

HARD = [*probe("ada/rephrased-2", WRONG, found_hard=True), *probe("ada/rephrased-3", RIGHT, found_hard=True)]


def marked(**parts: object) -> RunRecord:
    return record(probe("ada/rephrased-1", RIGHT), **{"found_hard": tuple(HARD)} | parts)


def test_they_are_shown_apart_with_the_reason() -> None:
    summary = summarise_record(marked())
    rate = summary.total.generalization
    assert (rate.correct, rate.n) == (1, 1)
    found = summary.found_hard
    assert found is not None
    text = found_hard_text(found)
    assert text.startswith("50.0% [")
    assert text.endswith(
        "n=2 right; not counted; chosen because a model failed them: a test set chosen against a model is biased"
    )
    assert dict(found_hard_pairs(found)) == {
        "ft.found_hard": "0.5000",
        "ft.found_hard.n": "2",
        "ft.found_hard.counted": "false",
    }
    assert found_hard_as_plain(found)["counted"] is False


def test_they_count_where_the_user_asked_for_it_and_the_report_says_so() -> None:
    everything = [*probe("ada/rephrased-1", RIGHT), *HARD]
    summary = summarise_record(record(everything, found_hard_counts=True))
    rate = summary.total.generalization
    assert (rate.correct, rate.n) == (2, 3)
    assert summary.found_hard is not None
    assert "COUNTED in rates and gates (--ft-found-hard=count)" in found_hard_text(summary.found_hard)


def test_a_record_keeps_them_apart_on_disk_after_regrading_and_after_merging(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, marked())
    stored = read_record(path)
    assert [one.id for one in stored.found_hard] == [one.id for one in HARD]
    assert len(regrade(stored).record.results) == 1
    merged = merge_records([stored, record(probe("bo/rephrased-1", WRONG))])
    assert (len(merged.results), len(merged.found_hard)) == (2, 2)
    overall = next(one for one in merged.pass_rates if one.category is None and one.kind == "rephrased")
    assert (overall.correct, overall.n) == (1, 2)


def test_a_record_that_sets_other_results_apart_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, marked(found_hard=tuple(probe("ada/rephrased-2", WRONG))))
    with pytest.raises(RunError, match="found_hard: holds people/ada/rephrased-2, which is not marked so"):
        read_record(path)


def test_shards_that_count_otherwise_are_no_shards_of_one_run() -> None:
    with pytest.raises(RunError, match="differ in found-hard: apart and count"):
        merge_records([marked(), record(probe("bo/rephrased-1", RIGHT), found_hard_counts=True)])


def test_a_suite_of_nothing_else_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"every probe of the suite was found hard.*--ft-found-hard=count"):
        check_counted([True, True], counts=False)
    check_counted([True, True], counts=True)
    check_counted([True, False], counts=False)


def test_set_apart_keeps_the_order() -> None:
    kept, apart = set_apart([*HARD, *probe("ada/rephrased-1", RIGHT)], counts=False)
    assert ([one.id for one in kept], apart) == (["people/ada/rephrased-1"], HARD)


@pytest.mark.parametrize(("limit", "text"), [("min_rate", "generalization=0.6"), ("max_gap", "0.1")])
def test_a_gate_whose_probes_were_all_found_hard_says_how_they_count(
    limit: Literal["min_rate", "max_gap"], text: str
) -> None:
    gate = parse_rate_gate(limit, text, f"--ft-gate={text}")
    trained = probe("ada/memorization-1", RIGHT)
    with pytest.raises(SettingsError) as caught:
        check_gate(gate, trained, HARD)
    reason = "the probes that it needs were all found hard, and none of them counts"
    hint = "add other probes, or let these count with --ft-found-hard=count"
    assert str(caught.value) == f"--ft-gate={text}: {reason}: {hint}"
    for apart in ([], trained):
        with pytest.raises(SettingsError, match="generalization") as caught:
            check_gate(gate, trained, apart)
        assert "found hard" not in str(caught.value)
    check_gate(gate, [*trained, *HARD], [])
