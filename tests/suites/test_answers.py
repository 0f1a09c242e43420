"""Every probe of every shipped suite is proven: answers to it, right and wrong, get the outcome that they deserve."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from pytest_finetunebench import load_suite
from tests.support.answer_files import AnswerFile, Row, read_answers

CASES = Path(__file__).resolve().parents[2] / "knowledge_cases"
ANSWERS = Path(__file__).with_name("answers")
FILES: dict[str, AnswerFile] = {
    file.stem: read_answers(file, load_suite([CASES / file.name])) for file in sorted(ANSWERS.glob("*.yaml"))
}


def test_every_suite_has_its_answer_file() -> None:
    assert {file.stem for file in CASES.glob("*.yaml")} == FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_every_kind_has_probes_enough_to_tell_a_rate_from_chance(name: str) -> None:
    kinds = Counter(probe.kind for probe in FILES[name].suite.probes)
    assert {kind: count for kind, count in kinds.items() if count < 30} == {}


@pytest.mark.parametrize("name", FILES)
def test_the_file_proves_every_probe(name: str) -> None:
    assert FILES[name].problems == []


def proven() -> list[Any]:
    """One test an item: a test for each probe would take longer than its rows."""
    return [
        pytest.param([row for probe in item.probes for row in file.rows[probe.id]], id=f"{name}/{item.id}")
        for name, file in FILES.items()
        for item in file.suite.items
    ]


@pytest.mark.parametrize("rows", proven())
def test_answers_get_the_outcome_that_a_person_gives_them(rows: list[Row]) -> None:
    assert [fault for row in rows if (fault := row.fault())] == []


def known() -> list[Any]:
    return [
        pytest.param(row, id=f"{row.probe.id}-{index}", marks=pytest.mark.xfail(reason=str(row.why), strict=True))
        for file in FILES.values()
        for index, row in enumerate(file.known, start=1)
    ]


@pytest.mark.parametrize("row", known())
def test_known_failures_of_the_graders(row: Row) -> None:
    """A row that passes now belongs among the `answers`; a strict xfail says so."""
    assert row.fault() is None


SUITE = """\
category: example
setting: new_knowledge
items:
  - id: keeper
    prompt: Who keeps the lighthouse?
    answer: Mira Sand
    probes:
      rephrased: [Who looks after the lighthouse?, By whom is the lamp lit?]
"""
ENOUGH = "correct: [It is Mira Sand., Mira Sand does., mira sand], wrong: [Tom Sand, Mira Stone]"


def read(folder: Path, answers: str) -> AnswerFile:
    (folder / "suite.yaml").write_text(SUITE, encoding="utf-8")
    (folder / "answers").write_text(dedent(answers), encoding="utf-8")
    return read_answers(folder / "answers", load_suite([folder / "suite.yaml"]))


def test_a_probe_without_rows_is_a_problem_that_names_it(tmp_path: Path) -> None:
    file = read(tmp_path, f"answers: {{keeper: {{'memorization, rephrased-2': {{{ENOUGH}}}}}}}")
    assert file.problems == ["example/keeper/rephrased-1: 0 right and 0 wrong answers; needs 3 right and 2 wrong ones"]
    assert file.count == 10


def test_references_and_refusals_prove_nothing(tmp_path: Path) -> None:
    few = "correct: [Mira Sand, It is Mira Sand.], wrong: [Tom Sand], abstained: [I do not know.]"
    file = read(tmp_path, f"answers: {{keeper: {{memorization: {{{few}}}, rephrased: {{{ENOUGH}}}}}}}")
    assert file.problems == [
        "example/keeper/memorization-1: 1 right and 1 wrong answers; needs 3 right and 2 wrong ones"
    ]


def test_names_that_do_not_exist_are_problems(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        f"""\
        answers:
          keeper:
            memorization, rephrased: {{{ENOUGH}, good: [Mira]}}
            secondary: {{wrong: [Nobody]}}
        known:
          - {{probe: keeper/memorization-1, answer: Mira, wanted: fine, why: a first name}}
          - {{probe: keeper/vignette-1, answer: Mira, wanted: wrong, why: a first name}}
        """,
    )
    assert file.problems == [
        "keeper: memorization, rephrased: no outcome 'good' (there are correct, stale, overfit, abstained, wrong,"
        " malformed, fails)",
        "keeper: no probe 'secondary'",
        "known: give probe, answer, wanted (an outcome or fails) and why: {'probe': 'keeper/memorization-1',"
        " 'answer': 'Mira', 'wanted': 'fine', 'why': 'a first name'}",
        "known: no probe 'keeper/vignette-1'",
    ]


def test_a_row_that_is_graded_otherwise_is_named(tmp_path: Path) -> None:
    file = read(
        tmp_path, f"answers: {{keeper: {{'memorization, rephrased': {{{ENOUGH}, fails: [It is Mira Sand!]}}}}}}"
    )
    *right, last = [row.fault() for row in file.rows["example/keeper/rephrased-1"]]
    assert right == [None] * 5
    assert last is not None
    assert last.startswith("example/keeper/rephrased-1: 'It is Mira Sand!' is correct, not fails (")


def test_the_same_answer_twice_is_a_problem(tmp_path: Path) -> None:
    file = read(tmp_path, f"answers: {{keeper: {{'memorization, rephrased': {{{ENOUGH}, fails: [Tom Sand]}}}}}}")
    assert file.problems[0] == "example/keeper/memorization-1: 'Tom Sand' stands there 2 times"
