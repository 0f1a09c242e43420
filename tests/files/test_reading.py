"""Reading text, JSON lines and CSV: faults become problems with their places."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pytest_finetunebench.errors import Problem
from pytest_finetunebench.files.reading import find_files, json_lines, parse_json, read_csv, read_text, shown


def told(problems: list[Problem], path: Path) -> list[str]:
    return [str(problem).replace(shown(path), path.name) for problem in problems]


def test_a_file_that_is_not_utf8_is_named_with_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"one\ntwo \xff\n")
    problems: list[Problem] = []
    assert read_text(path, problems) is None
    assert told(problems, path) == ["a.yaml:2: is not UTF-8: byte 0xff at offset 8; save the file as UTF-8"]


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfid\n1\n")
    problems: list[Problem] = []
    assert read_text(path, problems) == "id\n1\n"
    assert problems == []


def test_a_git_lfs_pointer_is_named(tmp_path: Path) -> None:
    problems: list[Problem] = []
    (tmp_path / "a.jsonl").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    assert read_text(tmp_path / "a.jsonl", problems) is None
    assert "holds a Git LFS pointer in place of the file: run `git lfs pull`" in str(problems[0])


def test_paths_are_shown_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "cases" / "a.yaml") == "cases/a.yaml"
    assert shown(Path("cases/a.yaml")) == "cases/a.yaml"
    assert shown(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"
    assert shown(Path("a\udcff.yaml")) == "a\N{REPLACEMENT CHARACTER}.yaml"


def test_found_files_are_sorted_and_visible(tmp_path: Path) -> None:
    for name in ("b/x.yaml", "a.YAML", ".x/c.yaml", "__pycache__/d.yaml", ".e.yaml", "f.txt", "g.yaml/h.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = find_files(tmp_path, (".yaml",), [])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.YAML", "b/x.yaml", "g.yaml/h.yaml"]


def test_json_numbers_stay_as_written() -> None:
    assert parse_json('{"a": 61.50, "b": [1e3, -0]}') == {"a": "61.50", "b": ["1e3", "-0"]}
    assert parse_json("9" * 10_000) == "9" * 10_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' appears twice"),
        ('{"a": NaN}', "NaN is not JSON: put it in quotes"),
        ('{"a" 1}', "broken JSON: Expecting ':' delimiter (column 6)"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_broken_json(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parse_json(text)
    assert str(caught.value) == message


def test_json_lines_keep_counting_over_blank_and_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"a": "x\u2028y"}\r\n\r\n[1]\r\n{"b": true}'.encode())
    problems: list[Problem] = []
    assert list(json_lines(path, problems)) == [(1, {"a": "x\u2028y"}), (4, {"b": True})]
    assert told(problems, path) == ["a.jsonl:3: write one JSON object a line: {…}"]


def test_csv_rows_know_the_line_that_they_start_at(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b',id,prompt\r\n0,a,"one\ntwo\n"\r\n\r\n1,b,"say ""x"""\r\n')
    problems: list[Problem] = []
    table = read_csv(path, ("id",), problems)
    assert table is not None
    assert problems == []
    assert [(row.line, row.cells["prompt"]) for row in table.rows] == [(2, "one\ntwo\n"), (6, 'say "x"')]


def test_a_cell_may_be_longer_than_the_csv_modules_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id\n" + "x" * 200_000 + "\n", encoding="utf-8")
    limit = csv.field_size_limit()
    table = read_csv(path, (), [])
    assert table is not None
    assert len(table.rows[0].cells["id"]) == 200_000
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        (
            "id,prompt\na,b,c\nd\n",
            [
                "a.csv:2: the row has 3 cells, the header 2: a cell with the separator needs quotes",
                "a.csv:3: the row has 1 cell, the header 2: a cell with a line end needs quotes",
            ],
        ),
        ('id\n"a', ["a.csv:2: broken CSV: unexpected end of data (in the row that starts here)"]),
        ('id\nx\n"a"b\n', ["a.csv:3: broken CSV: ',' expected after '\"' (in the row that starts here)"]),
        ("id\na\0b\n", ["a.csv:2: has a NUL byte: this is not CSV text"]),
        ("id,id\na,b\n", ["a.csv:1: id: this column appears twice"]),
        ("idd,x\na,b\n", ["a.csv:1: id: missing column (did you mean 'idd'?); columns found: idd, x"]),
        (" \n", ["a.csv: is empty"]),
    ],
)
def test_broken_csv(tmp_path: Path, data: str, messages: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text(data, encoding="utf-8")
    problems: list[Problem] = []
    read_csv(path, ("id",), problems)
    assert told(problems, path) == messages


def test_a_folder_of_far_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.files.reading.MOST_FILES", 3)
    for number in range(3):
        (tmp_path / f"{number}.yaml").touch()
    problems: list[Problem] = []
    assert len(find_files(tmp_path, (".yaml", ".jsonl"), problems)) == 3
    (tmp_path / "4.jsonl").touch()
    assert find_files(tmp_path, (".yaml", ".jsonl"), problems) == []
    assert told(problems, tmp_path) == [
        f"{tmp_path.name}: holds more than 3 .yaml and .jsonl files: name the folder of your own"
    ]
