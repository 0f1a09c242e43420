"""Explain pydantic's errors to the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from pytest_finetunebench.errors import nearest, one_line

FieldPath = tuple[str | int, ...]
"""The path of a value in a file's data: keys of mappings, indexes of lists."""


def rule_error(message: str, field: str) -> PydanticCustomError:
    """Return the error about one field that a validator of a whole model raises."""
    return PydanticCustomError("rule", "{message}", {"message": message, "field": field})


def faults(error: ValidationError, known: Callable[[FieldPath], Collection[str]]) -> list[tuple[FieldPath, str]]:
    """Return the path and message of each fault. `known` returns the keys allowed in the mapping at a path."""
    found: list[tuple[FieldPath, str]] = []
    errors = error.errors(include_url=False)
    for details in errors:
        path = details["loc"]
        # pydantic also calls a list too short when its parts are wrong
        if details["type"] == "too_short" and any(_below(e["loc"], path) for e in errors):
            continue
        if details["type"] == "rule":
            path = (*path, details["ctx"]["field"])
        found.append((path, explain(details, known(path[:-1]))))
    return found


def _below(path: FieldPath, top: FieldPath) -> bool:
    return len(path) > len(top) and path[: len(top)] == top


def field_path(path: FieldPath) -> str | None:
    """Return a path as messages show it: `items[3].probes.rephrased[1].answer`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif re.fullmatch(r"[\w-]+", part):
            text += f".{part}"
        else:
            text += f".'{one_line(part, 60)}'"
    return one_line(text.removeprefix("."), 200) or None


def explain(details: ErrorDetails, known: Collection[str] = ()) -> str:
    """Return in one line what is wrong with a value, and what would be right."""
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "extra_forbidden":
        return _unknown_key(str(details["loc"][-1]), known)
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        names = re.findall(r"'([^']*)'", context["expected"])
        return f"{shown_value(value)} is not one of {', '.join(names)}{nearest(str(value), names)}"
    if kind == "union_tag_invalid":
        names = re.findall(r"'([^']*)'", context["expected_tags"])
        tag = value.get(context["discriminator"].strip("'"))
        return (
            f"{shown_value(tag)} is not one of {', '.join(names)}{nearest(tag, names) if isinstance(tag, str) else ''}"
        )
    if kind == "string_type" and not isinstance(value, bool | int | float):
        return f"{shown_value(value)} is not text"
    if kind in _WORDS:
        return _WORDS[kind].format(value=shown_value(value), **context)
    return one_line(details["msg"].replace("Input should", f"{shown_value(value)} should"))


_WORDS = {
    "missing": "missing",
    "rule": "{message}",
    "union_tag_not_found": "missing 'name'",
    "string_type": "{value} is not text: put it in quotes",
    "tuple_type": "{value} is not a list: write [one, two], or a line '- one' for each",
    "dict_type": "{value} is not a mapping: write key: value",
    "model_type": "{value} is not a mapping: write key: value",
    "model_attributes_type": "{value} is not a mapping: write key: value",
    "bool_parsing": "{value} is neither true nor false",
    "bool_type": "{value} is neither true nor false",
    "float_parsing": "{value} is not a number",
    "float_type": "{value} is not a number",
    "int_parsing": "{value} is not a whole number",
    "int_parsing_size": "{value} is not a whole number of a sensible size",
    "int_type": "{value} is not a whole number",
    "finite_number": "{value} is not a finite number",
    "greater_than_equal": "{value} is too small: at least {ge}",
    "greater_than": "{value} is too small: more than {gt}",
    "too_short": "has {actual_length}, needs at least {min_length}",
    "too_long": "has more than {max_length}",
}


def _unknown_key(key: str, known: Collection[str]) -> str:
    hint = nearest(key, known)
    if not hint and known:
        hint = f"; known: {', '.join(known)}"
    return f"unknown key '{one_line(key, 60)}'{hint}"


def shown_value(value: Any) -> str:
    """Return a value of a file in one short line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f"'{one_line(value, 60)}'"
