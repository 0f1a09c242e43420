"""What the loader says of graders: options of every kind, and graders that could never be right."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from pytest_finetunebench.cases.form_options import JsonGrader, SqlGrader, StyleGrader
from pytest_finetunebench.cases.grader_choice import GRADER_NAMES, AllGrader, CustomGrader
from pytest_finetunebench.cases.grader_options import FactsGrader
from pytest_finetunebench.cases.schema import case_file_schema
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.cli import main
from pytest_finetunebench.errors import CaseError
from pytest_finetunebench.loaders import load_suite

HEAD = "category: c\nsetting: form\nitems:\n"


def load(folder: Path, items: str, graders: Collection[str] = ()) -> list[Probe]:
    file = folder / "a.yaml"
    file.write_text(HEAD + textwrap.dedent(items), encoding="utf-8")
    return list(load_suite([file], graders=graders).probes)


def problems(folder: Path, items: str, graders: Collection[str] = ()) -> list[str]:
    with pytest.raises(CaseError) as caught:
        load(folder, items, graders)
    return [str(problem).partition("a.yaml")[2] for problem in caught.value.problems]


def test_every_grader_loads(tmp_path: Path) -> None:
    probes = load(
        tmp_path,
        """\
        - id: json
          prompt: p
          answer: '{"age": 61}'
          grader:
            name: json
            schema: {type: object, properties: {age: {type: integer, minimum: 18}, town: {const: "3"}}, required: [age]}
            fields: [age]
        - id: sql
          prompt: p
          answer: SELECT a FROM t
          grader: {name: sql, setup: CREATE TABLE t (a); INSERT INTO t VALUES (1)}
        - {id: label, prompt: p, answer: No, grader: {name: label, labels: [Yes, No]}}
        - {id: code, prompt: p, answer: np.isin, grader: code}
        - {id: style, prompt: p, answer: null, grader: {name: style, max_words: 5, starts_with: Dear}}
        - id: facts
          prompt: p
          answer: null
          grader: {name: facts, facts: [[14 days, two weeks], bismuth], forbidden: [x]}
        - id: all
          prompt: p
          answer: "61"
          grader: {name: all, of: [number, {name: any, of: [{name: style, max_words: 1}, exact]}]}
        - {id: tone, prompt: p, answer: null, grader: {name: tone, level: 2, strict: true, word: "2", of: [0.5, x]}}
        """,
        graders=["tone"],
    )
    graders = {probe.item: probe.grader for probe in probes}
    json_grader = graders["json"]
    assert isinstance(json_grader, JsonGrader)
    assert json_grader.json_schema == {
        "type": "object",
        "properties": {"age": {"type": "integer", "minimum": 18}, "town": {"const": "3"}},
        "required": ["age"],
    }
    assert graders["sql"] == SqlGrader(setup="CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    assert graders["style"] == StyleGrader(max_words=5, starts_with=("Dear",))
    assert graders["facts"] == FactsGrader(facts=(("14 days", "two weeks"), ("bismuth",)), forbidden=(("x",),))
    assert isinstance(graders["all"], AllGrader)
    assert graders["all"].title == "all(number, any(style, exact))"
    options = {"level": 2, "strict": True, "word": "2", "of": [0.5, "x"]}
    assert graders["tone"] == CustomGrader(registered="tone", options=options)
    assert probes[-1].expected == "what 'tone' asks for"


def test_jsonl_gives_the_same_types(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"category": "c", "setting": "form", "id": "a", "prompt": "p", "answer": null, '
        '"grader": {"name": "tone", "level": 2.5, "word": "2", "on": true, "none": null}}\n'
    )
    (probe,) = load_suite([file], graders=["tone"]).probes
    assert probe.grader == CustomGrader(
        registered="tone", options={"level": 2.5, "word": "2", "on": True, "none": None}
    )


MISTAKES = {
    "answer: x, grader: {name: regex, pattern: '('}": "grader.pattern: '(' is no regular expression: missing )",
    "answer: '(', grader: regex": "answer: '(' is no regular expression: missing )",
    "answer: Tin, grader: {name: choice, choices: [Iron, Gold]}": "answer: 'Tin' is none of the choices: Iron, Gold",
    "answer: x, grader: {name: label, labels: [a, b]}": "answer: 'x' is none of the labels: a, b",
    "answer: a, grader: {name: label, labels: [a, b, A.]}": "grader.labels: 'a' stands twice: case and punctuation",
    "answer: x, grader: json": "answer: 'x' is not JSON: Expecting value (line 1, column 1)",
    "answer: x, grader: {name: json, schema: {type: text}}": "grader.schema: is no JSON Schema: type: 'text' is not",
    "answer: x, grader: {name: json, schema: {type: array}}": "answer: 'x' is not JSON: Expecting value (line 1",
    "answer: '[1]', grader: {name: json, schema: {type: object}}": "answer: '[1]' does not fit the schema: [1] is not",
    "answer: '{}', grader: {name: json, fields: [a.b]}": "grader.fields: the answer has no 'a.b'",
    "answer: x, grader: {name: json, schema: {$ref: 'http://x/y'}}": "grader.schema: $ref 'http://x/y' leads out of",
    "answer: DROP TABLE t, grader: sql": "answer: 'DROP TABLE t' is no SQL query: it does not begin with SELECT",
    "answer: SELECT FROM WHERE (, grader: sql": "answer: 'SELECT FROM WHERE (' cannot be parsed as sqlite",
    "answer: SELECT 1, grader: {name: sql, dialect: sqlight}": "grader.dialect: 'sqlight' is none of",
    "answer: SELECT 1, grader: {name: sql, setup: CREATE TABLE}": "grader.setup: SQLite: incomplete input",
    "answer: SELECT 1, grader: {name: sql, setup: ATTACH 'x' AS y}": "grader.setup: is refused: ATTACH x",
    "answer: SELECT a FROM t, grader: {name: sql, setup: CREATE TABLE t (b)}": "answer: 'SELECT a FROM t' SQLite: no",
    "answer: a b, grader: code": "answer: 'a b' is no identifier such as np.isin",
    "answer: x, grader: {name: style}": "grader.name: missing option: give one or more of min_words, max_words",
    "answer: x, grader: {name: style, min_words: 3, max_words: 2}": "grader.min_words: 3 is more than max_words (2)",
    "answer: x, grader: {name: style, max_words: many}": "grader.max_words: 'many' is not a whole number",
    "answer: x, grader: {name: style, max_word: 3}": "grader.max_word: unknown key 'max_word' (did you mean",
    "answer: x, grader: {name: facts, facts: []}": "grader.facts: has 0, needs at least 1",
    "answer: x, grader: {name: facts, facts: [[]]}": "grader.facts[0]: has 0, needs at least 1",
    "answer: x, grader: {name: json, shema: {}}": "grader.shema: unknown key 'shema' (did you mean 'schema'?)",
    "answer: x, grader: {name: all}": "grader.of: missing",
    "answer: x, grader: {name: all, of: []}": "grader.of: has 0, needs at least 1",
    "answer: x, grader: {name: all, of: [exct]}": "grader.of[0]: 'exct' is not a grader (did you mean 'exact'?)",
    "answer: x, grader: {name: all, of: [{name: style, max_word: 3}]}": "grader.of[0].max_word: unknown key 'max_word'",
    "answer: x, grader: {name: all, of: [text, {name: regex, pattern: (}]}": "grader.of[1].pattern: '(' is no regular",
    "answer: x, grader: {name: any, of: [abstain, text]}": "grader.of[0]: abstain means that the model must decline",
    "answer: null, grader: {name: all, of: [text]}": "grader: answer is null (the model must decline), which",
    "answer: null, grader: {name: label, labels: [a, b]}": "grader: answer is null (the model must decline), which",
    "answer: x, grader: own": "grader: 'own' is not a grader",
    "answer: x, grader: {name: own, registered: tone}": "grader: 'own' is not a grader",
    "answer: x, grader: tne": "grader: 'tne' is not a grader (did you mean 'tone'?); register a custom grader",
    "answer: x, grader: zzz": "grader: 'zzz' is not a grader: choose one of auto, exact,",
}


@pytest.mark.parametrize("item", MISTAKES)
def test_mistakes(item: str, tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"- {{id: a, prompt: p, {item}}}\n", graders=["tone"])
    assert problem.startswith(f":4: items[0].{MISTAKES[item]}")


def test_combinations_end(tmp_path: Path) -> None:
    grader = "exact"
    for _ in range(4):
        grader = f"{{name: all, of: [{grader}]}}"
    (problem,) = problems(tmp_path, f"- {{id: a, prompt: p, answer: x, grader: {grader}}}\n")
    assert problem == ":4: items[0].grader.of: all and any are nested 4 levels deep: at most 3 are allowed"


def test_a_broken_inherited_grader_is_told_once_where_it_stands(tmp_path: Path) -> None:
    items = """\
    - id: a
      prompt: p
      answer: x
      grader: {name: regex, pattern: "("}
      probes:
        rephrased: [q, r, {prompt: s, grader: {name: label, labels: [a, b]}}, {prompt: t, answer: c, grader: json}]
    """
    assert [line.partition(" is ")[0] for line in problems(tmp_path, items)] == [
        ":7: items[0].grader.pattern: '('",
        ":9: items[0].probes.rephrased[2].grader: 'x'",
        ":9: items[0].probes.rephrased[3].answer: 'c'",
    ]


def test_validate_takes_names_of_own_graders(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(HEAD + "- {id: a, prompt: p, answer: null, grader: {name: manners, level: 2}}\n")
    result = CliRunner().invoke(main, ["validate", str(file)])
    assert result.exit_code == 1
    assert "'manners' is not a grader: choose one of auto" in result.output
    assert (
        "register a custom grader with --ft-graders=manners=MODULE:ATTRIBUTE "
        "(finetunebench validate: --graders manners)" in result.output
    )
    result = CliRunner().invoke(main, ["validate", str(file), "--graders", "manners"])
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "1 item, 1 probe, no errors, 1 doubt"


def accepts(grader: Any, graders: Collection[str] = ()) -> bool:
    item = {"id": "a", "prompt": "p", "answer": "x", "grader": grader}
    data = {"category": "c", "setting": "form", "items": [item]}
    return jsonschema.Draft202012Validator(case_file_schema(graders)).is_valid(data)


def test_the_schema_describes_every_grader() -> None:
    assert all(accepts(name) for name in GRADER_NAMES)
    assert accepts({"name": "json", "schema": {"type": "array"}, "fields": ["a"]})
    assert accepts({"name": "style", "max_words": 3, "starts_with": "x", "contains": ["y", 1]})
    assert accepts({"name": "facts", "facts": ["x", ["y", 2]]})
    assert accepts({"name": "all", "of": ["text", {"name": "any", "of": [{"name": "label", "labels": [1, True]}]}]})
    assert not accepts({"name": "all", "of": ["txt"]})
    assert not accepts({"name": "all", "of": [{"name": "style", "words": 3}]})
    assert not accepts({"name": "json", "json_schema": {}})
    assert not accepts("own")
    assert not accepts({"name": "own", "registered": "tone"})


def test_the_schema_takes_names_of_own_graders() -> None:
    assert not accepts("tone")
    assert accepts("tone", ["tone"])
    assert accepts({"name": "tone", "level": 2}, ["tone"])
    assert accepts({"name": "all", "of": ["tone", {"name": "tone", "level": 2}]}, ["tone"])
    assert not accepts({"name": "tune", "level": 2}, ["tone"])
    result = CliRunner().invoke(main, ["schema", "--graders", "tone"])
    assert '"tone"' in result.output
