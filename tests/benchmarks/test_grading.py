"""The benchmark of the grader on a file of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import grading


@pytest.fixture
def data(tmp_path: Path) -> Path:
    judged = [("Oslo", True), ("It is Oslo.", True), ("Bergen", False), ("Christiania", True), ("not Oslo", False)]
    rows = [
        {
            "source": "mine",
            "question": f"Capital {n}?",
            "references": ["Oslo"],
            "response": text,
            "human_correct": right,
        }
        for n, (text, right) in enumerate(judged)
    ]
    path = tmp_path / "judged.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_figures(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(["--data", str(data), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["sources"]
    assert (result["n"], result["accuracy"], result["precision"]) == (5, 0.8, 1.0)
    assert result["recall"] == pytest.approx(2 / 3)
    assert result["kappa"] == pytest.approx((0.8 - 0.48) / (1 - 0.48))


def test_table_shows_a_row_per_source_and_the_errors(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(["--data", str(data), "--errors", "3"]) == 0
    head, row, error = capsys.readouterr().out.splitlines()
    assert head.split()[:6] == ["source", "n", "accuracy", "precision", "recall", "kappa"]
    assert row.split()[:6] == ["mine", "5", "0.800", "1.000", "0.667", "0.615"]
    assert json.loads(error)["reason"] == "does not say 'Oslo'"


def test_halves_are_disjoint_and_whole(data: Path) -> None:
    halves = [list(grading.read(data, half)) for half in ((0,), (1,), (0, 1))]
    assert len(halves[0]) + len(halves[1]) == len(halves[2]) == 5


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(["--data", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl: FileNotFoundError" in capsys.readouterr().err


def case(**changes: Any) -> dict[str, Any]:
    return {
        "group": "names",
        "shape": "a name",
        "kind": "memorization",
        "question": "Who keeps the light?",
        "reference": "Oda Ferrant",
        "answer": "Oda Ferrant",
        "options": {},
        "outcome": "correct",
    } | changes


def reported(path: Path, *rows: dict[str, Any]) -> list[str]:
    file = path / "reported.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return ["--reported", str(file)]


def test_reported_cases_are_counted_by_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        case(),
        case(outcome="wrong"),
        case(answer="Mira Sool", group="others"),
        case(answer="Mira Sool", outcome="stale"),
        case(answer="Mira Sool", outcome="stale", options={"superseded": ["Mira Sool"]}),
    ]
    assert grading.main([*reported(tmp_path, *rows), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "total": {"n": 5, "right": 2, "false_pass": 1, "false_fail": 1},
        "groups": {
            "names": {"n": 4, "right": 2, "false_pass": 1, "false_fail": 0},
            "others": {"n": 1, "right": 0, "false_pass": 0, "false_fail": 1},
        },
    }


def test_an_unknown_option_of_a_reported_case_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grading.main(reported(tmp_path, case(), case(options={"superseded_answers": ["Mira Sool"]}))) == 2
    said = capsys.readouterr().err
    assert said.endswith("line 2: no option 'superseded_answers'; is 'superseded' meant?\n")


def test_a_reported_case_is_graded_as_a_run_grades_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    choice = {"name": "choice", "choices": ["Iron", "Tin"]}
    rows = [
        case(kind="abstention", reference=None, answer="I do not know."),
        case(kind="rephrased", reference="Tin", answer="B", options={"grader": choice}),
        case(kind="form", reference="{}", answer="{", options={"grader": {"name": "json"}}, outcome="malformed"),
        case(answer="", options={"finish": "length"}, outcome="unmeasured"),
        case(kind="date_changed", reference=None, options={"trained_answer": "Oda Ferrant"}, outcome="overfit"),
        case(answer="Ada Brook", options={"aliases": ["Ada Brook"], "fact": "She does."}),
    ]
    grading.main([*reported(tmp_path, *rows), "--errors", "9"])
    head, names, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["group", "n", "right", "%", "false", "pass", "false", "fail"]
    assert names.split()[1:] == total.split()[1:] == ["6", "6", "100.0", "0", "0"]


def test_a_wrong_outcome_is_shown_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grading.main([*reported(tmp_path, case(), case(answer="Mira Sool")), "--errors", "1"])
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (shown["line"], shown["right"], shown["outcome"]) == (2, "correct", "wrong")


def test_the_language_of_a_reported_case_is_given_or_read_from_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    german = {"question": "Wie heißt die Stadt?", "reference": "Tarsk", "answer": "Das weiß ich nicht."}
    row = case(**german, outcome="abstained")
    named = case(**german, outcome="abstained", options={"language": "de"})
    for rows, options, right in (([row], ["--language=en"], 0), ([row], [], 1), ([named], ["--language=en"], 1)):
        grading.main([*reported(tmp_path, *rows), *options, "--json"])
        assert json.loads(capsys.readouterr().out)["total"]["right"] == right


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "gossip"}, "line 2: KeyError: 'gossip'"),
        ({"outcome": "right"}, "'right' is not a valid Outcome"),
        ({"options": {"tolerance": 3}}, "tolerance"),
        ({"options": {"grader": {"name": "choices"}}}, "line 2: ValidationError"),
    ],
)
def test_a_line_that_is_no_case_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], words: str
) -> None:
    assert grading.main(reported(tmp_path, case(), case(**changes))) == 2
    assert words in capsys.readouterr().err


def test_a_file_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        grading.main([])
    assert "give --data FILE, --reported FILE or both" in capsys.readouterr().err
