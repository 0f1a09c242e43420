"""The JSON Schema of case files, for editors and other programs."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel

from pytest_finetunebench.cases.format import KIND_PATTERN, CaseFile, ItemSpec, ProbeSpec
from pytest_finetunebench.cases.grader_choice import GRADER_NAMES, GRADERS
from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.cases.languages import LANGUAGE_WORDS
from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.files.scalars import ANY_SCALAR

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_INHERITED = tuple(
    name for name in ProbeSpec.model_fields if name in ItemSpec.model_fields and name != "prompt" and name != "draft"
)
_KIND_DESCRIPTIONS = {
    "memorization": "The trained wording, asked again; made from the item's `prompt`, too.",
    "rephrased": "The same question in other words. It inherits the item's answer and grader.",
    "date_changed": "The same question about another date. It needs an `answer`: null, if there is none for that date.",
    "secondary": "A conclusion from the fact, mostly with an answer of its own.",
    "comparison": "A question about this fact and another, mostly with an answer of its own.",
    "vignette": "A case that applies the fact.",
    "application": "A use of the fact in code or practice, mostly with an answer of its own.",
    "retention": "Something the model should still know. It does not count as generalization.",
    "abstention": "Something that cannot be known: the answer is null by default, and the model must decline.",
    "system_variant": "The trained wording under another system message; made from the item's `systems`, too.",
    "form": "A demand on style or structure, not on facts.",
}


def case_file_schema(graders: Collection[str] = ()) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a YAML case file, for editors and other programs.

    `graders` names custom graders, which take any options.
    """
    schema = CaseFile.model_json_schema()
    models = schema["$defs"]
    item, probe = models["ItemSpec"], models["ProbeSpec"]
    item["dependentRequired"] = {"prompt": ["answer"]}
    item["anyOf"] = [{"required": ["prompt"]}, {"required": ["probes"]}]
    prompt = item["properties"]["prompt"]
    wording = models["TrainingSpec"]["properties"]["answer"]
    for never_null in (prompt, wording):
        never_null.pop("anyOf", None)
        never_null.update(ANY_SCALAR)
    for model in (item, probe):
        response = model["properties"]["response"]
        del response["anyOf"]  # it cannot be null
        response.update({"enum": ["answer", "raw"], "type": "string"})
        response.pop("default", None)
    for language in (item["properties"]["language"], schema["properties"]["language"]):
        language.pop("anyOf", None)
        language.update({"enum": list(LANGUAGE_WORDS), "type": "string"})
    # a default would be wrong: a prompt cannot be null, and a probe inherits what it leaves out
    for field in (prompt, item["properties"]["language"], wording, *(probe["properties"][name] for name in _INHERITED)):
        field.pop("default", None)
    for name in (name for name in models if name.endswith("Grader")):
        models[name]["required"] = sorted({"name", *models[name].get("required", ())})
    custom = models["CustomGrader"]
    custom["properties"] = {"name": {"enum": list(graders)}}
    custom["additionalProperties"], custom["required"] = True, ["name"]
    _name_custom_graders(schema, graders)
    if not graders:
        del models["CustomGrader"]
    _describe(models)
    _complete_kinds(schema, item)
    return {"$schema": SCHEMA_DIALECT, **schema, "title": "Case file of pytest-finetunebench"}


def _name_custom_graders(schema: Any, graders: Collection[str]) -> None:
    """Allow the names of custom graders wherever a grader is chosen; drop them if there are none."""
    if isinstance(schema, list):
        for part in schema:
            _name_custom_graders(part, graders)
    if not isinstance(schema, dict):
        return
    if schema.get("enum") == list(GRADER_NAMES):
        schema["enum"] = [*GRADER_NAMES, *graders]
    mapping = schema.get("discriminator", {}).get("mapping", {})
    custom = mapping.pop("own", None)
    if custom is not None:
        mapping |= dict.fromkeys(graders, custom)
        if not graders:
            schema["oneOf"] = [part for part in schema["oneOf"] if part != {"$ref": custom}]
    for part in schema.values():
        _name_custom_graders(part, graders)


def _complete_kinds(schema: dict[str, Any], item: dict[str, Any]) -> None:
    """Offer the built-in kinds under `probes`, and allow others only in a file that declares kinds."""
    probes = item["properties"]["probes"]
    questions = probes["additionalProperties"]
    probes["properties"] = {name: {**questions, "description": text} for name, text in _KIND_DESCRIPTIONS.items()}
    known = {"properties": {"probes": {"propertyNames": {"enum": list(KINDS)}}}}
    schema["if"] = {"not": {"required": ["kinds"]}}
    schema["then"] = {"properties": {"items": {"items": known}}}
    kinds = schema["properties"]["kinds"]
    kinds["propertyNames"] = {"pattern": KIND_PATTERN, "not": {"enum": list(KINDS)}}


def _describe(models: dict[str, Any]) -> None:
    """Describe each grader's name and options, by the docstrings of the models and of their fields."""
    described: list[type[BaseModel]] = [*GRADERS.values(), Guards]
    for model in described:
        documented = _field_docstrings(model)
        for name, schema in models[model.__name__]["properties"].items():
            least, _, what = name.partition("_")
            if name == "name":
                schema["description"] = inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0]
            elif "description" not in schema and name in documented:
                schema["description"] = documented[name]
            elif "description" not in schema and least in ("min", "max"):
                schema["description"] = f"The {'fewest' if least == 'min' else 'most'} {what} allowed."


def _field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each field of a class. Pydantic could do this, but at every start."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for field, below in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = below.value.value if isinstance(below.value, ast.Constant) else ""
            found[field.target.id] = inspect.cleandoc(str(text))
    return found
