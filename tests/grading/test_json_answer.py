"""JSON answers: strict parsing, schemas, comparison by value; and answers and schemas that mean harm."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.cases.form_options import JsonGrader
from pytest_finetunebench.grading.code.json_answer import compare
from pytest_finetunebench.grading.code.json_schema import schema_fault, schema_problem
from pytest_finetunebench.grading.code.json_values import canonical
from pytest_finetunebench.grading.finding import Finding

REFERENCE = '{"name": "Ada", "weight": 61, "towns": ["Vellmora", "Oldmora"], "home": {"floor": 2}}'
SAME = '{"home": {"floor": 2.0}, "towns": ["Vellmora", "Oldmora"], "weight": 6.1e1, "name": "Ada"}'


def judge(answer: str, reference: str | None = REFERENCE, **options: Any) -> Finding:
    grader = JsonGrader.model_validate({"name": "json", **options})
    return compare(grader, () if reference is None else (reference,), answer)


@pytest.mark.parametrize("answer", [SAME, f"```json\n{SAME}\n```", f"\n```\n{SAME}```\n", f"`{SAME}`"])
def test_equal(answer: str) -> None:
    compared = judge(answer)
    assert (compared.met, compared.reason) == (True, "equals the reference")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (SAME.replace("Ada", "ada"), 'name is "ada", not "Ada"'),
        (SAME.replace("6.1e1", '"61"'), 'weight is "61", not 61'),
        (SAME.replace("2.0", "true"), "home.floor is true, not 2"),
        (SAME.replace('"Vellmora", ', ""), "towns has 1 members, not 2"),
        ('{"towns": []}', 'name is missing; expected "Ada"'),
        (SAME.replace("{", '{"age": 3, ', 1), "age should not be there"),
        ("[]", 'the answer is [], not {"name": "Ada", "weight": 61, "towns": ["Vellmora", "Oldmor…'),
    ],
)
def test_another_value_is_well_formed(answer: str, reason: str) -> None:
    compared = judge(answer)
    assert (compared.met, compared.well_formed, compared.reason) == (False, True, reason)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "is not JSON: Expecting value (line 1, column 1)"),
        (f"Here it is: {SAME}", "is not JSON: Expecting value (line 1, column 1)"),
        (f"{SAME} I hope it helps", "is not JSON: Extra data"),
        ("{'name': 'Ada'}", "is not JSON: Expecting property name enclosed in double quotes"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": NaN}', "is not JSON: NaN is no JSON value"),
        ("-Infinity", "is not JSON: -Infinity is no JSON value"),
        ("1e999", "holds a number that is too large: 1e999"),
        ("9" * 5000, "holds a number of over 300 digits"),
        ("[" * 100_000, "is nested deeper than 50 levels"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "is nested deeper than 50 levels"),
        ('"' + "x" * 300_000 + '"', "is longer than 200,000 characters"),
    ],
)
def test_no_json_is_not_well_formed(answer: str, reason: str) -> None:
    compared = judge(answer)
    assert (compared.met, compared.well_formed) == (False, False)
    assert compared.reason.startswith(reason)


def test_brackets_in_text_are_no_depth() -> None:
    assert judge('"' + "[" * 1000 + '\\"["', '"' + "[" * 1000 + '\\"["').met is True


@pytest.mark.parametrize("answer", [f"Sure [you asked]! {SAME} Bye", f"Look:\n```json\n{SAME}\n```\nGood?"])
def test_anywhere(answer: str) -> None:
    assert judge(answer, anywhere=True).met is True
    assert judge(answer).met is False


def test_fields_and_order() -> None:
    answer = '{"name": "Ada", "towns": ["Oldmora", "Vellmora"], "home": {"floor": 2}, "more": 1}'
    assert judge(answer, fields=["name", "home.floor"]).met is True
    assert judge(answer, fields=["towns"]).met is False
    assert judge(answer, fields=["towns"], ordered=False).met is True
    assert judge(answer, fields=["towns.0"]).reason == 'towns.0 is "Oldmora", not "Vellmora"'
    assert judge("[3]", fields=["name"]).reason == 'name is missing; expected "Ada"'
    assert judge('{"name": 1}', fields=[]).reason == "is the JSON asked for"


SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"$ref": "#/$defs/name"}, "weight": {"type": "integer", "maximum": 100}},
    "$defs": {"name": {"type": "string", "pattern": "^[A-Z]"}},
}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"name": "Ada", "weight": 61.0}', "is the JSON asked for"),
        ('{"weight": 61}', "does not fit the schema: 'name' is a required property"),
        ('{"name": "ada"}', "does not fit the schema: name: 'ada' does not match '^[A-Z]'"),
        ('{"name": "A", "weight": 101}', "does not fit the schema: weight: 101 is greater than the maximum of 100"),
    ],
)
def test_schema(answer: str, reason: str) -> None:
    compared = judge(answer, None, schema=SCHEMA)
    assert compared.reason == reason
    assert compared.well_formed is False


def test_a_truncated_reason_for_a_long_answer() -> None:
    assert len(judge('{"name": 1, "x": "' + "y" * 100_000 + '"}', None, schema={"type": "array"}).reason) <= 300


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "objekt"}, "is no JSON Schema: type: 'objekt' is not valid"),
        ({"$ref": "https://example.org/schema.json"}, "$ref 'https://example.org/schema.json' leads out of the schema"),
        ({"$ref": "file:///etc/passwd"}, "$ref 'file:///etc/passwd' leads out of the schema"),
        ({"items": {"$ref": "#/$defs/none"}}, "$ref '#/$defs/none' names nothing in the schema"),
        (
            {"$schema": "http://json-schema.org/draft-04/schema#"},
            "$schema is 'http://json-schema.org/draft-04/schema#'",
        ),
        ({"patternProperties": {"(a+)+$": {}}}, "'patternProperties' is not supported"),
        ({"pattern": "("}, "is no JSON Schema: pattern: '(' is not a 'regex'"),
        ({"minLength": "3"}, "is no JSON Schema: minLength: '3' is not of type"),
    ],
)
def test_schema_problems(schema: dict[str, Any], problem: str) -> None:
    assert str(schema_problem(schema)).startswith(problem)


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        SCHEMA,
        {"$schema": "https://json-schema.org/draft/2020-12/schema"},
        {"properties": {"$ref": {"type": "string"}, "pattern": {}, "patternProperties": {}}},
        {"const": {"$ref": 1}, "enum": [{"pattern": "("}]},
    ],
)
def test_good_schemas(schema: Any) -> None:
    assert schema_problem(schema) is None


def laughs(levels: int) -> dict[str, Any]:
    definitions = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 10} for n in range(levels)}
    return {"$ref": "#/$defs/a0", "$defs": {**definitions, f"a{levels}": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (laughs(20), 1, "the schema takes over 50,000 steps on this answer"),
        ({"$ref": "#"}, 1, "the schema refers to itself without end"),
        ({"pattern": "(a|a)*$"}, "a" * 40 + "b", None),
        ({"pattern": "^(a+)+(b+)+(a+)+$"}, "a" * 5000 + "!", None),
        ({"uniqueItems": True}, [{"a": n} for n in range(20_000)], None),
    ],
)
def test_hostile_schemas_end(schema: dict[str, Any], value: Any, message: str | None) -> None:
    before = time.process_time()
    fault = schema_fault(schema, value)
    assert time.process_time() - before < 6
    if message is not None:
        assert fault is not None
        assert (fault.message, fault.undecided) == (message, True)


def test_unique_items_by_value() -> None:
    assert schema_fault({"uniqueItems": True}, [1, True, "1", [1], {"a": 1}]) is None
    assert schema_fault({"uniqueItems": True}, [{"a": 1}, {"a": 1.0}]) is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_value_equals_itself(value: Any) -> None:
    text = canonical(value)
    assert judge(text, text).met is True
    assert judge(f"```json\n{text}\n```", text, ordered=False).met is True


@given(st.text())
def test_never_raises(text: str) -> None:
    for options in ({}, {"anywhere": True}, {"fields": ["name"], "schema": SCHEMA}):
        assert judge(text, **options).met in (True, False)
