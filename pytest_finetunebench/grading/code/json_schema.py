"""JSON Schema (draft 2020-12) with every step counted: schemas and answers may come from strangers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import regex

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.code.json_values import canonical

MOST_STEPS = 50_000
"""Keywords that are checked for one answer: a second or two."""
PATTERN_SECONDS = 1.0
_NAMES = ("properties", "$defs", "definitions", "dependentSchemas")
"""Keywords whose keys are names, not keywords."""
_DATA = ("const", "enum", "default", "examples")
"""Keywords that hold data, not schemas."""
_steps: ContextVar[int] = ContextVar("steps", default=0)


class _BoundError(Exception):
    pass


@dataclass(frozen=True)
class SchemaFault:
    """Why a value does not fit; `undecided` where a bound was reached before that was known."""

    message: str
    undecided: bool = False


def schema_fault(schema: dict[str, Any] | bool, value: Any) -> SchemaFault | None:
    """Return what in `value` does not fit `schema`, or None where all does."""
    _steps.set(0)
    try:
        error = next(_validator(json.dumps(schema)).iter_errors(value), None)
    except _BoundError as bound:
        return SchemaFault(str(bound), undecided=True)
    except RecursionError:
        return SchemaFault("the schema refers to itself without end", undecided=True)
    if error is None:
        return None
    path = ".".join(str(part) for part in error.absolute_path)
    return SchemaFault(one_line(f"does not fit the schema: {path + ': ' if path else ''}{error.message}"))


def schema_problem(schema: dict[str, Any] | bool) -> str | None:
    """Return what is wrong with a schema itself, or None."""
    from jsonschema import Draft202012Validator, SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    try:
        Draft202012Validator.check_schema(schema)
        resource = DRAFT202012.create_resource(schema)
        resolver = Registry().with_resource("", resource).resolver()
        for keyword, value in _keywords(schema):
            if keyword in ("$ref", "$dynamicRef"):
                if not value.startswith("#"):
                    return f"{keyword} '{one_line(value, 60)}' leads out of the schema: write one that starts with #"
                resolver.lookup(value)
            elif keyword == "$schema" and value.rstrip("#") != Draft202012Validator.META_SCHEMA["$id"]:
                return f"$schema is '{one_line(value, 60)}': only draft 2020-12 is supported, leave it out"
            elif keyword in ("patternProperties", "$id"):
                return f"'{keyword}' is not supported"
            elif keyword == "pattern":
                regex.compile(value)
    except SchemaError as error:
        path = ".".join(str(part) for part in error.absolute_path)
        return one_line(f"is no JSON Schema: {path + ': ' if path else ''}{error.message}")
    except regex.error as error:
        return one_line(f"'pattern' is no regular expression: {error}")
    except Unresolvable as error:
        return f"$ref '#{one_line(error.ref, 60).removeprefix('#')}' names nothing in the schema"
    except RecursionError:
        return "is nested too deeply"
    return None


def _keywords(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, list):
        for part in schema:
            yield from _keywords(part)
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        yield keyword, value
        if keyword in _DATA:
            continue
        for part in value.values() if keyword in _NAMES and isinstance(value, dict) else (value,):
            yield from _keywords(part)


@lru_cache(maxsize=128)
def _validator(schema: str) -> Any:
    from referencing import Registry

    return _validator_class()(json.loads(schema), registry=Registry())


@cache
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, validators

    keywords = {**Draft202012Validator.VALIDATORS, "pattern": _pattern, "uniqueItems": _unique_items}
    extend: Callable[..., Any] = validators.extend
    return extend(Draft202012Validator, {name: _counted(check) for name, check in keywords.items()})


def _counted(check: Callable[..., Any]) -> Callable[..., Any]:
    def counted(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        _steps.set(_steps.get() + 1)
        if _steps.get() > MOST_STEPS:
            raise _BoundError(f"the schema takes over {MOST_STEPS:,} steps on this answer")
        yield from check(validator, wanted, instance, schema) or ()

    return counted


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    """Match in bounded time: jsonschema's own search is Python's, which a pattern can hold up for ever."""
    from jsonschema import ValidationError

    if not isinstance(instance, str):
        return
    try:
        if regex.search(pattern, instance, timeout=PATTERN_SECONDS) is None:
            yield ValidationError(f"'{one_line(instance, 80)}' does not match '{one_line(pattern, 80)}'")
    except TimeoutError:
        raise _BoundError(f"the pattern '{one_line(pattern, 60)}' took over {PATTERN_SECONDS:g} s") from None


def _unique_items(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """Compare in linear time: jsonschema's own takes each pair."""
    from jsonschema import ValidationError

    if wanted and isinstance(instance, list) and len({canonical(part) for part in instance}) < len(instance):
        yield ValidationError("a member of the list stands twice")
