"""The models of the case file and the JSON Schema made from them."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pytest_finetunebench.cases.format import CaseFile, ItemSpec, ProbeSpec
from pytest_finetunebench.cases.grader_options import ExactGrader, NumberGrader
from pytest_finetunebench.cases.names import slug
from pytest_finetunebench.cases.schema import case_file_schema
from pytest_finetunebench.cases.suite import KINDS

MINIMAL: dict[str, Any] = {
    "category": "people",
    "setting": "new_knowledge",
    "items": [{"id": "ada", "prompt": "How heavy is Ada?", "answer": "61"}],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fictional_people", "fictional_people"),
        ("Ada Lindqvist weight", "ada-lindqvist-weight"),
        ("Zoë’s café", "zoes-cafe"),
        ("a::b/c", "a-b-c"),
        ("a&amp;b", "a-amp-b"),
        ("🎉", ""),
    ],
)
def test_slugs(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text())
def test_a_slug_is_its_own_slug(text: str) -> None:
    once = slug(text)
    assert slug(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_grader_is_a_name_or_a_mapping() -> None:
    item = ItemSpec.model_validate({"id": "a", "prompt": "p", "answer": "1", "grader": "exact"})
    assert item.grader == ExactGrader()
    probe = ProbeSpec.model_validate({"prompt": "p", "grader": {"name": "number", "tolerance": "0.5"}})
    assert probe.grader == NumberGrader(tolerance=0.5)


def test_plain_text_is_a_probe() -> None:
    assert ProbeSpec.model_validate("How heavy?") == ProbeSpec(prompt="How heavy?")


def test_a_model_from_the_file_is_frozen() -> None:
    case_file = CaseFile.model_validate(MINIMAL)
    with pytest.raises(ValidationError, match="frozen"):
        case_file.category = "other"


def schema_accepts(data: object) -> bool:
    schema = case_file_schema()
    return jsonschema.Draft202012Validator(schema).is_valid(data)


def test_the_schema_is_a_schema() -> None:
    schema = case_file_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "Case file of pytest-finetunebench"
    probes = schema["$defs"]["ItemSpec"]["properties"]["probes"]
    assert all(kind in probes["description"] for kind in KINDS)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"answer": 61, "aliases": [61.5, True]},
        {"answer": None},
        {"probes": {"rephrased": ["x", {"prompt": "y", "answer": 3, "grader": "yes_no"}]}},
        {"grader": {"name": "number", "tolerance": 0.5}},
        {"grader": {"name": "choice", "choices": [1, 2]}},
    ],
)
def test_the_schema_accepts_what_editors_see_in_a_good_file(change: dict[str, Any]) -> None:
    item = MINIMAL["items"][0] | change
    assert schema_accepts(MINIMAL | {"items": [item]})


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"id": "a"}],
        [{"id": "a", "prompt": "p"}],
        [{"prompt": "p", "answer": "x"}],
        [{"id": "a", "prompt": "p", "answer": "x", "anwser": "y"}],
        [{"id": "a", "prompt": "p", "answer": "x", "grader": "guess"}],
        [{"id": "a", "prompt": "p", "answer": "x", "grader": {"ignore_case": True}}],
        [{"id": "a", "prompt": "p", "answer": "x", "probes": {"rephrased": "x"}}],
        [{"id": "a", "prompt": "p", "answer": "x", "probes": {"Re phrased": ["x"]}}],
    ],
)
def test_the_schema_rejects_what_the_loader_rejects(items: list[Any]) -> None:
    assert not schema_accepts(MINIMAL | {"items": items})
