"""Shards become one record: what they share, what they lack, and what they may not disagree on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.errors import RunError
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.runs.completeness import seal_of
from pytest_finetunebench.runs.merge import merge_records
from pytest_finetunebench.runs.record import RunRecord
from tests.support.stored import RIGHT, STALE, UNMEASURED, WRONG, probe, probes, stored

SUITE = probes("rwsru" * 3) + probes("rrw", kind="rephrased")


def shard(chosen: set[int], **parts: Any) -> RunRecord:
    results = [one for index, one in enumerate(SUITE) if index in chosen]
    others = [one.id for index, one in enumerate(SUITE) if index not in chosen]
    return stored(results, not_selected=tuple(sorted(others)), **parts)


@given(st.lists(st.sets(st.integers(0, len(SUITE) - 1)), min_size=1, max_size=5), st.randoms())
def test_shards_that_cover_the_suite_give_the_whole_record(parts: list[set[int]], shuffled: Any) -> None:
    rest = set(range(len(SUITE))) - set().union(*parts)
    records = [shard(part) for part in [*parts, rest]]
    shuffled.shuffle(records)
    merged = merge_records(records)
    assert merged == stored(SUITE)
    assert not merged.partial


@given(st.lists(st.sets(st.integers(0, len(SUITE) - 1)), min_size=1, max_size=4))
def test_what_no_shard_holds_is_not_selected(parts: list[set[int]]) -> None:
    merged = merge_records([shard(part) for part in parts])
    assert merged == shard(set().union(*parts))


def test_a_crashed_shard_leaves_what_no_other_holds_not_run() -> None:
    one, two, three = probes("rrr")
    crashed = stored([one], not_run=(two.id, three.id), interrupted="Ctrl-C")
    merged = merge_records([crashed, stored([two], not_selected=(one.id, three.id), interrupted="Ctrl-C")])
    assert (merged.not_run, merged.not_selected, merged.interrupted) == ((three.id,), (), "Ctrl-C")
    assert merged.partial
    merged = merge_records([crashed, stored([two, three], not_selected=(one.id,), interrupted="a worker crashed")])
    assert (merged.not_run, merged.interrupted) == ((), "Ctrl-C; a worker crashed")


def test_the_merged_record_is_the_latest_shards_without_number_and_name() -> None:
    early = stored(
        probes("r"), created="2026-01-01T00:00:00+00:00", number=3, name="a", commit="1" * 40, notices=("x",)
    )
    late = stored(probes("r"), created="2026-01-02T00:00:00+00:00", number=4, name="b", commit="1" * 40, notices=("y",))
    merged = merge_records([late, early])
    assert (merged.created, merged.number, merged.name) == (late.created, None, None)
    assert (merged.commit, merged.notices) == ("1" * 40, ("y", "x"))
    assert merge_records([late, early.model_copy(update={"commit": None})]).commit is None


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"suite_hash": "1" * 64}, "suite: 000000000000… and 111111111111…"),
        ({"suite_hash": None}, "suite: 000000000000… and none"),
        ({"model": "ft:other"}, "model: ft:m and ft:other"),
        ({"base_url": "http://h/v1"}, "base URL: none and http://h/v1"),
        ({"base_model": "gpt"}, "base model: none and gpt"),
        ({"judge_model": "gpt"}, "judge model: none and gpt"),
        ({"sampling": Sampling(temperature=1.0)}, "temperature: 0.0 and 1.0"),
        ({"sampling": Sampling(seed=None)}, "seed: 42 and none"),
        ({"sampling": Sampling(max_tokens=5)}, "max_tokens: 100 and 5"),
        ({"repeat": 3, "model": "x"}, "model: ft:m and x; repeat: 1 and 3"),
    ],
)
def test_records_of_other_runs_are_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(RunError) as refused:
        merge_records([stored([]), stored([]), stored([], **parts)], ["a.json", "b.json", "c.json"])
    assert str(refused.value) == f"a.json and c.json are no shards of one run: they differ in {words}"


def test_the_merged_list_of_probes_is_sealed_anew() -> None:
    names = tuple(sorted(one.id for one in SUITE))
    sealed = {"probes": names, "seal": seal_of("0" * 64, names)}
    parts = [shard({0, 1}, **sealed), shard(set(range(2, len(SUITE))), **sealed)]
    assert merge_records(parts).seal == sealed["seal"]
    assert merge_records([parts[0], shard({3})]).seal is None, "a record of an older version has none"


def test_records_of_other_graders_are_refused_with_what_helps() -> None:
    with pytest.raises(
        RunError, match="graded by different graders: bring both up to date with `finetunebench regrade"
    ):
        merge_records([stored([]), stored([], grading_version="old")])


def test_no_record_is_refused() -> None:
    with pytest.raises(RunError, match="no record to merge"):
        merge_records([])


def test_a_measured_sample_wins_over_an_unmeasured_one() -> None:
    for order in ((RIGHT, UNMEASURED), (UNMEASURED, RIGHT)):
        merged = merge_records([stored([probe(1, outcome)]) for outcome in order])
        assert [one.outcome for one in merged.results] == [RIGHT]
        assert merged.pass_rates[0].n == 1


def test_samples_that_differ_are_refused_by_probe() -> None:
    records = [stored([probe(1, RIGHT)]), stored([probe(1, WRONG)])]
    with pytest.raises(RunError) as refused:
        merge_records(records, ["a.json", "b.json"])
    words = (
        "the answer in a.json is correct, in b.json wrong: shards must not disagree on a probe, leave one of them out"
    )
    assert str(refused.value) == f"people/i1/memorization-1: {words}"
    samples = [stored([probe(1, RIGHT)]), stored([probe(1, WRONG, repeat=1)])]
    assert [one.outcome for one in merge_records(samples).results] == [RIGHT, WRONG]


def test_the_base_models_answers_follow_the_same_rule() -> None:
    def with_base(*outcomes: Any) -> list[RunRecord]:
        bases = [outcome and GradedAnswer(outcome=outcome, reason="because") for outcome in outcomes]
        return [stored([probe(1, RIGHT, base=base)], base_model="gpt") for base in bases]

    for outcomes in ((STALE, UNMEASURED), (UNMEASURED, STALE), (None, STALE), (STALE, None), (STALE, STALE)):
        base = merge_records(with_base(*outcomes)).results[0].base
        assert base is not None
        assert base.outcome is STALE
    with pytest.raises(RunError, match=r"the base model's answer in .* is stale, in .* correct"):
        merge_records(with_base(STALE, RIGHT))
