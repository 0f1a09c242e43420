"""`finetunebench schema`: what editors check case files with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.cli import main

ROOT = Path(__file__).resolve().parents[2]
CASE_FILES = sorted(
    [*(ROOT / "knowledge_cases").glob("*.yaml"), *(ROOT / "pytest_finetunebench/cli/templates").glob("example.yaml")]
)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    """The printed schema, itself valid."""
    result = CliRunner().invoke(main, ["schema"])
    assert result.exit_code == 0
    schema = json.loads(result.output)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def load(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def test_there_are_case_files() -> None:
    assert len(CASE_FILES) >= 4


@pytest.mark.parametrize("file", CASE_FILES, ids=lambda file: file.name)
def test_our_own_case_files_are_valid(file: Path, validator: jsonschema.Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(load(file))] == []


@pytest.mark.parametrize(
    "path", [[], ["items", 0], ["items", 0, "probes", "rephrased", -1]], ids=["file", "item", "probe"]
)
def test_an_unknown_key_is_an_error(path: list[Any], validator: jsonschema.Draft202012Validator) -> None:
    data = place = load(ROOT / "knowledge_cases" / "coding_updates.yaml")
    for step in path[:-1]:
        place = place[step]
    if path:
        place[path[-1]] = place[path[-1]] if isinstance(place[path[-1]], dict) else {"prompt": place[path[-1]]}
        place = place[path[-1]]
    assert validator.is_valid(data)
    place["anwser"] = "x"
    assert not validator.is_valid(data)


def described(schema: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """Yield every property of a schema, and whether it has a description."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict) and not path.endswith("/then"):
            yield from ((f"{path}/{name}", "description" in one) for name, one in properties.items())
        for key, part in schema.items():
            if key != "then":
                yield from described(part, f"{path}/{key}")


def test_every_property_is_described() -> None:
    found = dict(described(json.loads(CliRunner().invoke(main, ["schema"]).output)))
    assert len(found) > 100
    assert [path for path, has in found.items() if not has] == []


PROBED = {"category": "c", "setting": "form", "items": [{"id": "a", "probes": {"trivia": ["x?"], "form": ["y?"]}}]}


def test_kinds_are_offered_and_unknown_ones_are_flagged(validator: jsonschema.Draft202012Validator) -> None:
    schema: Any = validator.schema
    item = schema["$defs"]["ItemSpec"]
    assert list(item["properties"]["probes"]["properties"]) == list(KINDS)
    assert not validator.is_valid(PROBED)
    assert validator.is_valid({**PROBED, "kinds": {"trivia": {"generalization": True}}})
    assert not validator.is_valid({**PROBED, "kinds": {"form": {"generalization": True}}})
