"""Listings read the index beside the stored runs, and notice whatever is changed by hand."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.runs.files import RunFolder, StoredRun
from pytest_finetunebench.runs.index import FILE, head_of, rate_over
from pytest_finetunebench.runs.listing import listed
from pytest_finetunebench.runs.rates import rate_of
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.runs.selectors import Selector
from tests.support.stored import probe, probes, stored


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """Three stored runs, unchanged for a minute."""
    runs = RunFolder(tmp_path / "runs")
    for outcomes in ("rrw", "rww", "rrr"):
        runs.save(stored(probes(outcomes)))
    for run in runs:
        age(run.path, 60)
    (runs.folder / FILE).unlink()
    return runs


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the records that are read."""
    names: list[str] = []
    read = StoredRun.read

    def noting(run: StoredRun) -> RunRecord:
        names.append(run.path.name)
        return read(run)

    monkeypatch.setattr(StoredRun, "read", noting)
    return names


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def rates(folder: RunFolder) -> list[float | None]:
    return [one.head.memorization for one in listed(folder)]


def test_a_second_listing_reads_no_record(folder: RunFolder, reads: list[str]) -> None:
    first = listed(folder)
    assert len(reads) == 3
    assert listed(folder) == first
    assert len(reads) == 3
    assert [one.head.number for one in first] == [1, 2, 3]
    assert rates(folder) == pytest.approx([2 / 3, 1 / 3, 1.0])


def test_a_saved_run_is_in_the_index_at_once(tmp_path: Path, reads: list[str]) -> None:
    runs = RunFolder(tmp_path / "runs")
    runs.save(stored(probes("rw"), name="base"))
    (one,) = listed(runs)
    assert reads == []
    assert (one.head.name, one.head.number, one.head.probes) == ("base", 1, 2)
    assert one.head == head_of(one.run.read())


def test_a_record_changed_by_hand_is_read_again(folder: RunFolder, reads: list[str]) -> None:
    listed(folder)
    reads.clear()
    path = list(folder)[1].path
    write_json(path, read_record(path).model_copy(update={"name": "new"}))
    assert [one.head.name for one in listed(folder)] == [None, "new", None]
    assert reads == [path.name]
    # it has just changed, and may change again within the clock's tick
    listed(folder)
    assert reads == [path.name] * 2
    age(path, 60)
    listed(folder)
    listed(folder)
    assert reads == [path.name] * 3


def test_an_accepted_run_loses_its_mark(folder: RunFolder) -> None:
    folder.save(stored(probes("r"), rejected="its gates failed"))
    assert listed(folder)[-1].head.flaw == "its gates failed"
    folder.accept("4")
    assert listed(folder)[-1].head.flaw is None


def test_removed_and_renamed_records(folder: RunFolder, reads: list[str]) -> None:
    listed(folder)
    reads.clear()
    one, two, _ = folder
    one.path.unlink()
    two.path.rename(two.path.with_name("0009_x.json"))
    assert [one.head.number for one in listed(folder)] == [3, 9]
    assert reads == ["0009_x.json"]
    assert sorted(json.loads((folder.folder / FILE).read_text())["runs"]) == [run.path.name for run in folder]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"format": 1}',
        b'{"format": 2, "runs": {}}',
        b'{"format": 1, "runs": {"0001_x.json": {"size": 1}}}',
        b"[" * 100_000,
    ],
    ids=["empty", "binary", "list", "no runs", "newer", "row", "deep"],
)
def test_a_damaged_index_is_made_anew(folder: RunFolder, reads: list[str], damage: bytes) -> None:
    whole = listed(folder)
    (folder.folder / FILE).write_bytes(damage)
    reads.clear()
    assert listed(folder) == whole
    assert len(reads) == 3
    assert listed(folder) == whole
    assert len(reads) == 3


def test_a_row_that_is_cut_by_hand_is_not_believed(folder: RunFolder, reads: list[str]) -> None:
    listed(folder)
    index = json.loads((folder.folder / FILE).read_text())
    del next(iter(index["runs"].values()))["head"]["model"]
    (folder.folder / FILE).write_text(json.dumps(index))
    reads.clear()
    listed(folder)
    assert len(reads) == 3


def test_a_damaged_record_is_named_and_the_others_listed(folder: RunFolder) -> None:
    listed(folder)
    path = list(folder)[1].path
    path.write_text("{}")
    damaged: list[str] = []
    assert [one.head.number for one in listed(folder, damaged)] == [1, 3]
    assert damaged == [f"{path}: is no run record: it has no schema_version"]
    with pytest.raises(RunError, match="is no run record"):
        listed(folder)


def test_a_folder_that_cannot_be_written_is_listed(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pytest_finetunebench.files.atomic.tempfile.mkstemp", refuse)
    assert len(listed(folder)) == 3
    assert not (folder.folder / FILE).exists()


def test_an_empty_or_missing_folder_gets_no_index(tmp_path: Path) -> None:
    assert listed(RunFolder(tmp_path / "none")) == []
    assert listed(RunFolder(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


SELECTORS = (
    "all/all",
    "people/all",
    "animals/rephrased",
    "all/generalization",
    "people/generalization",
    "all/retention",
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("rwsu"),
            st.sampled_from(["people", "animals"]),
            st.sampled_from(["memorization", "rephrased", "retention"]),
            st.integers(1, 3),
        ),
        max_size=12,
    )
)
def test_rates_over_cells_are_those_over_results(given_probes: list[tuple[str, str, str, int]]) -> None:
    letters = {"r": "correct", "w": "wrong", "s": "stale", "u": "unmeasured"}
    results = [
        probe(number, letters[letter], kind=kind, category=category, repeat=repeat, generalization=kind == "rephrased")  # type: ignore[arg-type]
        for number, (letter, category, kind, samples) in enumerate(given_probes)
        for repeat in range(samples)
    ]
    head = head_of(stored(results))
    for text in SELECTORS:
        selector = Selector(text)
        expected = rate_of(filter(selector.selects, results))
        value, n = rate_over(filter(selector.selects, head.cells))
        assert n == expected.n
        assert value == (None if expected.value is None else pytest.approx(expected.value))


@pytest.mark.parametrize("answer", ["61", "NaN", "a line\nand another", "\ud800", " ]", "}"])
def test_a_record_reads_alike_line_by_line_and_as_a_whole(tmp_path: Path, answer: str) -> None:
    record = stored([probe(number, response=answer) for number in range(3)])
    write_json(tmp_path / "lines.json", record)
    whole = json.loads((tmp_path / "lines.json").read_bytes())
    (tmp_path / "whole.json").write_text(json.dumps(whole))
    assert read_record(tmp_path / "lines.json") == read_record(tmp_path / "whole.json")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"calls":0', b'"calls":NaN', "is no run record: not JSON"),
        (b'"calls":0', b'"calls":-1', r"is damaged: results\[0\].calls: '-1' is too small"),
        (b"\n ]\n}\n", b"\n ]\n", "is no run record: not JSON"),
        (b'"schema_version": 2', b'"schema_version": 99', "was written by a newer version"),
        (b'"schema_version": 2', b'"schema_version": true', "it has no schema_version"),
    ],
)
def test_a_record_damaged_by_hand_is_refused_in_the_same_words(
    tmp_path: Path, old: bytes, new: bytes, words: str
) -> None:
    path = tmp_path / "run.json"
    write_json(path, stored([probe(1)]))
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new, 1))
    with pytest.raises(RunError, match=words):
        read_record(path)


def test_a_baseline_is_found_without_reading_the_others(folder: RunFolder, reads: list[str]) -> None:
    listed(folder)
    reads.clear()
    numbers = [run.number for run in folder]
    last, first = folder.find("last").record, folder.find("first").record
    assert (last and last.number, first and first.number) == (numbers[-1], numbers[0])
    assert last is not None
    oldest = folder.oldest_accepted(last.suite_hash)
    assert oldest is not None
    assert oldest.number == numbers[0]
    assert folder.newest("last").number == numbers[-1]
    before = folder.newest_before(numbers[-1], None)
    assert before is not None
    assert before.number == numbers[-2]
    assert len(reads) == 4, "only the records that are asked for"
    with pytest.raises(RunError, match="holds no run called 'nobody'"):
        folder.find("nobody")
    assert len(reads) == 4
