"""`finetunebench runs …`: each command on stored runs, whole, partial and damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cli import main
from pytest_finetunebench.cli.runs_trend import sparkline
from pytest_finetunebench.cli.tables import table_lines
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.record_files import read_record, write_json
from tests.support.stored import probes, stored

NAMING = {
    "number",
    "name",
    "created",
    "commit",
    "model",
    "base_url",
    "base_model",
    "judge_model",
    "suite_hash",
    "partial",
    "no_baseline",
}


def results(memorized: str, rephrased: str = "") -> list[Any]:
    return [*probes(memorized), *probes(rephrased, kind="rephrased")]


def run(*args: object, **options: Any) -> Result:
    result = CliRunner().invoke(main, [*map(str, args)], **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def done(*args: object, **options: Any) -> str:
    result = run(*args, **options)
    assert result.exit_code == 0, result.output
    return result.stdout


def failed(*args: object, code: int = 1, **options: Any) -> str:
    result = run(*args, **options)
    assert result.exit_code == code, result.output
    return result.stderr.splitlines()[-1] if code == 2 else result.stderr.removesuffix("\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """Four runs in the default place: whole, named, partial, and the newest whole one."""
    monkeypatch.chdir(tmp_path)
    runs = RunFolder(Path(".finetunebench/runs"))
    runs.save(stored(results("rrrw", "rwww"), created="2026-11-01T00:00:00+00:00", commit="ab12cd3" + "0" * 33 + "+"))
    runs.save(stored(results("rrrr", "rrww"), created="2026-11-02T00:00:00+00:00", name="release"))
    runs.save(stored(results("rr"), created="2026-11-03T00:00:00+00:00", not_selected=("people/i9/memorization-1",)))
    runs.save(stored(results("rrrr", "rwww"), created="2026-11-04T00:00:00+00:00", model="ft:gpt-4o-mini:acme::Ab12"))
    return runs


def damage(folder: RunFolder, number: int) -> Path:
    path = next(one.path for one in folder if one.number == number)
    path.write_text('{"schema_version": 1}')
    return path


# --- list


def test_list(folder: RunFolder) -> None:
    assert done("runs", "list").splitlines() == [
        "#  date        model                   name     commit    probes   memo.  gener.",
        "1  2026-11-01  ft:m                             ab12cd3+       8   75.0%   25.0%",
        "2  2026-11-02  ft:m                    release                 8  100.0%   50.0%",
        "3  2026-11-03  ft:m                                           2*  100.0%       -",
        "4  2026-11-04  ft:gpt-4o-mini:acme::A                          8  100.0%   25.0%",
        "               b12",
        "* no baseline by itself; `finetunebench runs accept RUN` makes it one",
        "  #3: a partial run",
    ]


def test_list_as_json(folder: RunFolder) -> None:
    rows = json.loads(done("runs", "list", "--json"))
    assert all(set(row) == NAMING | {"path", "probes", "memorization", "generalization"} for row in rows)
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert (rows[1]["name"], rows[1]["generalization"], rows[2]["partial"]) == ("release", 0.5, True)
    assert rows[0]["path"].startswith(".finetunebench/runs/0001_")


def test_list_names_a_damaged_record_after_the_others(folder: RunFolder) -> None:
    path = damage(folder, 2)
    for options in ((), ("--json",)):
        result = run("runs", "list", *options)
        assert result.exit_code == 1
        assert "ft:gpt-4o-mini:acme::Ab12" in result.stdout
        assert "release" not in result.stdout
        assert result.stderr.startswith(f"Error: {path}: is damaged: tool_version: ")


def test_no_runs_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = ".finetunebench/runs holds no run: `pytest --ft-model=SPEC --ft-save` stores one\n"
    assert done("runs", "list") == told
    assert done("runs", "list", "--json") == "[]\n"
    assert done("runs", "prune", "--keep", 1) == "nothing to remove: 0 runs kept in .finetunebench/runs\n"
    assert "holds no run of a whole suite" in done("runs", "trend")
    assert json.loads(done("runs", "trend", "--json")) == {"runs": [], "left_out": [], "rows": []}
    assert failed("runs", "show", "last") == (
        "Error: .finetunebench/runs holds no run yet: `pytest --ft-model=SPEC --ft-save` stores one"
    )
    assert not Path(".finetunebench").exists()


def test_the_folder_is_named_by_option_or_environment(folder: RunFolder, tmp_path: Path) -> None:
    moved = folder.folder.rename(tmp_path / "moved")
    assert "release" not in done("runs", "list")
    assert "release" in done("runs", "list", "--runs-dir", moved)
    assert "release" in done("runs", "list", env={"FT_RUNS_DIR": str(moved)})
    assert "release" in done("runs", "show", "release", env={"FT_RUNS_DIR": str(moved)})


# --- show


def test_show(folder: RunFolder) -> None:
    lines = done("runs", "show", "1").splitlines()
    assert lines[:3] == [
        "run #1 ft:m of 2026-11-01",
        "created 2026-11-01T00:00:00+00:00, commit ab12cd300000+",
        "model ft:m",
    ]
    assert any(line.split()[:2] == ["people", "75.0"] for line in lines)
    assert "outcomes    4 correct, 4 wrong" in lines
    lines = done("runs", "show", "3").splitlines()
    assert lines[2] == "partial: 1 probe not selected"


def test_show_tells_why_a_run_is_partial(folder: RunFolder) -> None:
    folder.save(stored(results("r"), not_run=("a/b/c-1", "a/b/c-2"), interrupted="Ctrl-C"))
    assert "partial: 2 selected probes without a result, Ctrl-C\n" in done("runs", "show", "5")


@pytest.mark.parametrize(("ref", "number"), [("2", 2), ("#2", 2), ("release", 2), ("last", 4)])
def test_show_finds_by_number_name_or_last(folder: RunFolder, ref: str, number: int) -> None:
    assert json.loads(done("runs", "show", ref, "--json"))["number"] == number


def test_show_as_json(folder: RunFolder) -> None:
    path = next(iter(folder)).path
    found = json.loads(done("runs", "show", path, "--json"))
    counts = {"probes", "not_run", "not_selected", "interrupted", "outcomes", "pass_rates", "notices"}
    counts |= {"lineage", "shutdown", "stopped", "arms", "form", "found_hard", "reference_probabilities"}
    assert set(found) == NAMING | counts | {"grading_version", "sampling", "repeat"}
    assert (found["probes"], found["outcomes"]) == (8, {"correct": 4, "wrong": 4})
    assert found["pass_rates"][0] | {"low": 0, "high": 0} == {
        "category": "people",
        "kind": "memorization",
        "correct": 3.0,
        "n": 4,
        "rate": 0.75,
        "low": 0,
        "high": 0,
        "control_correct": None,
        "items": 4,
        "kind_mean": None,
    }


def test_last_is_the_newest_run_whatever_came_of_it(folder: RunFolder) -> None:
    folder.save(stored(results("r"), interrupted="Ctrl-C"))
    result = run("runs", "show", "last")
    assert result.stdout.startswith("run #5 ")
    assert result.stderr == ""


def test_accepting_a_run_makes_it_a_baseline(folder: RunFolder) -> None:
    folder.save(stored(results("r"), rejected="its gates failed: all>=0.90", name="bad"))
    result = run("gate", 4, "--compare", "last", "--min-rate", "0")
    assert "passed over: " not in result.stderr, "a later run is never the baseline of an earlier one"
    assert "  #5: its gates failed: all>=0.90" in done("runs", "list").splitlines()
    assert done("runs", "accept", "bad") == (
        "#5 ft:m 'bad' of 2026-11-21 is a baseline; it was none: its gates failed: all>=0.90\n"
    )
    assert folder.find("last").record is not None
    assert done("runs", "accept", "5") == "#5 ft:m 'bad' of 2026-11-21 is a baseline already\n"
    found = folder.find("last").record
    assert found is not None
    assert (found.number, found.flaw) == (5, None)
    assert "holds no run called 'bed' (did you mean 'bad'?)" in failed("runs", "accept", "bed")


# --- what is no run, in every command that takes one

BAD = {
    "missing.json": (None, "missing.json: cannot be read: No such file or directory"),
    "text.json": (b"hello", "text.json: is no run record: not JSON (Expecting value: line 1 column 1 (char 0))"),
    "binary.json": (b"\xff\xfe\x00", "binary.json: is no run record: not JSON ("),
    "list.json": (b"[]", "list.json: is no run record: it has no schema_version"),
    "other.json": (b'{"a": 1}', "other.json: is no run record: it has no schema_version"),
    "newer.json": (
        b'{"schema_version": 99}',
        "newer.json: was written by a newer version (schema_version 99, and this",
    ),
    "short.json": (b'{"schema_version": 1}', "short.json: is damaged: tool_version: "),
    "folder.json": (b"", "folder.json: cannot be read: Is a directory"),
}


@pytest.mark.parametrize(
    "command", ["runs show", "runs compare 1", "compare 1", "gate --min-rate 0", "regrade", "merge"]
)
@pytest.mark.parametrize("name", [*BAD, "99", "relese", "nothing"])
def test_bad_references_are_told_in_one_line(folder: RunFolder, command: str, name: str) -> None:
    content, words = BAD.get(name, (None, ""))
    if name == "folder.json":
        Path(name).mkdir()
    elif content is not None:
        Path(name).write_bytes(content)
    words = (
        words
        or {
            "99": ".finetunebench/runs holds no run 99: `finetunebench runs list` shows what there is",
            "relese": ".finetunebench/runs holds no run called 'relese' (did you mean 'release'?)",
            "nothing": ".finetunebench/runs holds no run called 'nothing': `finetunebench runs list` shows what",
        }[name]
    )
    words_of = ["runs", "merge", "out.json", "1"] if command == "merge" else command.split()
    message = failed(*words_of, name)
    assert message.startswith(f"Error: {words}")
    assert "\n" not in message
    assert not Path("out.json").exists()


# --- prune


def test_prune_keeps_the_newest_and_the_named(folder: RunFolder) -> None:
    dry = run("runs", "prune", "--keep", 1, "--dry-run")
    assert dry.stdout.splitlines() == ["would remove  #1 ft:m of 2026-11-01", "would remove  #3 ft:m of 2026-11-03"]
    assert len(list(folder)) == 4
    assert failed("runs", "prune", "--keep", 1, input="n\n").endswith("Aborted!")
    assert len(list(folder)) == 4
    told = done("runs", "prune", "--keep", 1, input="y\n").splitlines()
    assert told[-1] == "removed 2 runs; 2 runs kept in .finetunebench/runs"
    assert [one.number for one in folder] == [2, 4]
    assert done("runs", "prune", "--keep", 1, "--yes") == "nothing to remove: 2 runs kept in .finetunebench/runs\n"


def test_prune_as_json(folder: RunFolder) -> None:
    would = json.loads(done("runs", "prune", "--keep", 1, "--dry-run", "--json"))
    assert ([one["number"] for one in would["removed"]], would["kept"], would["dry_run"]) == ([1, 3], 2, True)
    did = json.loads(done("runs", "prune", "--keep", 1, "--yes", "--json"))
    assert did == {**would, "dry_run": False}
    assert json.loads(done("runs", "prune", "--keep", 1, "--yes", "--json"))["removed"] == []


def test_prune_takes_named_runs_where_told_to(folder: RunFolder) -> None:
    done("runs", "prune", "--keep", 2, "--named", "--yes")
    assert [one.number for one in folder] == [3, 4]


def test_prune_removes_nothing_beside_a_damaged_record(folder: RunFolder) -> None:
    damage(folder, 2)
    assert "is damaged" in failed("runs", "prune", "--keep", 1, "--yes")
    assert len(list(folder)) == 4


def test_prune_keeps_at_least_one(folder: RunFolder) -> None:
    assert "0 is not in the range x>=1" in failed("runs", "prune", "--keep", 0, "--yes", code=2)
    assert "Missing option '--keep'" in failed("runs", "prune", code=2)


# --- trend


def test_trend(folder: RunFolder) -> None:
    assert done("runs", "trend").splitlines() == [
        "% right    #1    #2    #4  trend     last",
        "people   50.0  75.0  62.5  ▅▆▅    ↓ -12.5",
        "all      50.0  75.0  62.5  ▅▆▅    ↓ -12.5",
        "",
        "#1 2026-11-01 ft:m",
        "#2 2026-11-02 ft:m 'release'",
        "#4 2026-11-04 ft:gpt-4o-mini:acme::Ab12",
        "left out as partial: #3",
    ]


def test_trend_of_a_category_has_a_row_per_kind(folder: RunFolder) -> None:
    lines = done("runs", "trend", "--category", "people").splitlines()
    assert [line.split()[0] for line in lines[1:5]] == [
        "people/memorization",
        "people/rephrased",
        "people/generalization",
        "people",
    ]
    assert lines[1].split()[1:] == ["75.0", "100.0", "100.0", "▆██", "→", "0.0"]


def test_trend_of_a_kind(folder: RunFolder) -> None:
    lines = done("runs", "trend", "--kind", "generalization").splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["people/generalization", "all/generalization"]
    lines = done("runs", "trend", "--kind", "rephrased", "--category", "people").splitlines()
    assert lines[1].split()[0] == "people/rephrased"
    assert lines[2] == ""


def test_trend_as_json(folder: RunFolder) -> None:
    found = json.loads(done("runs", "trend", "--json"))
    assert [set(run) for run in found["runs"]] == [NAMING] * 3
    assert found["left_out"] == [3]
    assert found["rows"][0] == {"name": "people", "rates": [0.5, 0.75, 0.625], "n": [8, 8, 8]}


def test_trend_names_what_there_is(folder: RunFolder) -> None:
    message = failed("runs", "trend", "--kind", "rephrasd", code=2)
    assert "no probes of 'all/rephrasd'" in message
    assert "kinds: memorization, rephrased, generalization" in message
    assert "categories: people" in failed("runs", "trend", "--category", "peple", code=2)


def test_trend_fits_80_columns_and_says_what_it_leaves_out(folder: RunFolder) -> None:
    for number in range(20):
        category = "a-category-with-a-very-long-name-of-sixty-characters-or-more-"
        rate = probes("r" * (number % 4) + "w", category=category)
        folder.save(stored(rate, created=f"2026-12-{number + 1:02}T00:00:00+00:00", suite_hash="1" * 64))
    lines = done("runs", "trend").splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "#24" in lines[0]
    assert "… and 18 older ones (--json lists all)" in lines
    assert "the suites differ: `finetunebench compare` takes the probes that two share" in lines
    assert len(json.loads(done("runs", "trend", "--json"))["runs"]) == 23


@given(st.lists(st.floats(0, 1) | st.none()))
def test_sparklines_have_a_bar_per_rate(rates: list[float | None]) -> None:
    drawn = sparkline(rates)
    assert len(drawn) == len(rates)
    assert all((bar == " ") == (rate is None) for bar, rate in zip(drawn, rates, strict=True))


def test_sparklines_share_one_scale() -> None:
    assert sparkline([0, 0.5, 1, None]) == "▁▅█ "


@given(st.lists(st.tuples(st.text(), st.text(max_size=20)), max_size=4))
def test_tables_hold_any_text_within_their_width(rows: list[tuple[str, str]]) -> None:
    for line in table_lines(("a", "b"), rows, 60, folded=("a",)):
        assert line.isprintable()


# --- merge


def shards(*parts: tuple[str, RunRecord]) -> list[str]:
    for name, record in parts:
        write_json(Path(name), record)
    return [name for name, _ in parts]


def test_merge(folder: RunFolder) -> None:
    one, two = probes("rw")
    files = shards(("a.json", stored([one], not_selected=(two.id,))), ("b.json", stored([two], not_selected=(one.id,))))
    assert done("runs", "merge", "whole.json", *files) == (
        "merged 2 records into whole.json: 2 probes, the whole suite\n"
    )
    assert read_record(Path("whole.json")) == stored([one, two])
    assert failed("runs", "merge", "half.json", "a.json") == (
        f"Error: 1 probe of the suite without a result, nothing was written: {two.id}"
    )
    assert not Path("half.json").exists()
    assert done("runs", "merge", "half.json", "a.json", "--allow-partial") == (
        "merged 1 record into half.json: 1 probe, partial: 1 of the suite's probes without a result\n"
    )


def test_merge_writes_no_file_over_another(folder: RunFolder) -> None:
    files = shards(("a.json", stored(probes("r"))), ("b.json", stored(probes("r"))))
    before = Path("a.json").read_bytes()
    assert failed("runs", "merge", *files, code=2) == "Error: a.json: is there already: name the new file first"
    assert failed("runs", "merge", ".", *files, code=2) == "Error: .: is a folder: name a new file"
    assert Path("a.json").read_bytes() == before
    assert "Missing argument 'RECORD...'" in failed("runs", "merge", "out.json", code=2)


def test_merge_refuses_what_is_no_shard(folder: RunFolder) -> None:
    files = shards(("a.json", stored(probes("r"))), ("b.json", stored(probes("r"), model="x")))
    assert failed("runs", "merge", "out.json", *files) == (
        "Error: a.json and b.json are no shards of one run: they differ in model: ft:m and x"
    )
    assert not Path("out.json").exists()
