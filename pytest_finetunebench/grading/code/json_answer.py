"""Answers in JSON: parsed strictly, checked with a JSON Schema, compared with the reference value by value.

Both the answer and the schema may be hostile: sizes, depth, steps and patterns are bounded, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from pytest_finetunebench.cases.form_options import JsonGrader
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.grading.code.json_values import canonical, canonical_unordered
from pytest_finetunebench.grading.finding import Finding, shown
from pytest_finetunebench.grading.text.fences import unfenced

LONGEST = 200_000
"""Characters of an answer that are parsed."""
DEEPEST = 50
LONGEST_NUMBER = 300
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_MISSING = object()


class JsonAnswerError(ValueError):
    """A text is not the JSON that was asked for; the message is one line."""


def parse_answer(text: str, anywhere: bool = False) -> Any:
    """Return the one JSON value of an answer: alone or in a fence, or `anywhere` the first object or list.

    Raises:
        JsonAnswerError: it is not JSON by the standard (NaN, a key that stands twice), too long or too deep.
    """
    body = unfenced(text, anywhere)
    if len(body) > LONGEST:
        raise JsonAnswerError(f"is longer than {LONGEST:,} characters")
    if not anywhere:
        return _decoded(body)[0]
    starts = (match.start() for match in re.finditer(r"[\[{]", body))
    failure = JsonAnswerError("holds no JSON object or list")
    for _, start in zip(range(5), starts, strict=False):
        try:
            return _decoded(body, start)[0]
        except JsonAnswerError as error:
            failure = error
    raise failure


def _decoded(text: str, start: int | None = None) -> tuple[Any, int]:
    _check_depth(text, start or 0, whole=start is None)
    decoder = json.JSONDecoder(
        object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_no_constant
    )
    try:
        return (decoder.decode(text), 0) if start is None else decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise JsonAnswerError(f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise JsonAnswerError("is nested too deeply") from None


def _check_depth(text: str, start: int, whole: bool) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text, start):
        if match[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                raise JsonAnswerError(f"is nested deeper than {DEEPEST} levels")
        elif match[0] in "]}":
            depth -= 1
            if depth <= 0 and not whole:
                return


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise JsonAnswerError(f"the key '{one_line(key, 60)}' stands twice")
        result[key] = value
    return result


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise JsonAnswerError(f"holds a number of over {LONGEST_NUMBER} digits")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise JsonAnswerError(f"holds a number that is too large: {one_line(text, 40)}")
    return value


def _no_constant(name: str) -> NoReturn:
    raise JsonAnswerError(f"is not JSON: {name} is no JSON value")


def compare(options: JsonGrader, references: Sequence[str], text: str) -> Finding:
    """Judge an answer: it parses, fits the schema, and equals one of the references in the fields that count."""
    try:
        value = parse_answer(text, options.anywhere)
    except JsonAnswerError as error:
        return Finding(False, shown(text), str(error))
    extracted = shown(json.dumps(value, ensure_ascii=False))
    if options.json_schema is not None:
        from pytest_finetunebench.grading.code.json_schema import schema_fault

        fault = schema_fault(options.json_schema, value)
        if fault is not None:
            return Finding(None if fault.undecided else False, extracted, fault.message)
    if not references or options.fields == ():
        return Finding(True, extracted, "is the JSON asked for")
    difference = ""
    for reference in references:
        try:
            wanted = parse_answer(reference)
        except JsonAnswerError as error:
            return Finding(None, extracted, f"the reference {error}")
        found = next(_differences(options, wanted, value), None)
        if found is None:
            return Finding(True, extracted, "equals the reference")
        difference = difference or found
    return Finding(False, extracted, difference, well_formed=True)


def _differences(options: JsonGrader, wanted: Any, value: Any) -> Iterator[str]:
    if options.fields is None:
        yield from _unequal(wanted, value, "", options.ordered)
        return
    for field in options.fields:
        yield from _unequal(at(wanted, field), at(value, field), field, options.ordered)


def at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path, or a marker where nothing does."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and re.fullmatch(r"[0-9]{1,6}", part) and int(part) < len(value):
            value = value[int(part)]
        else:
            return _MISSING
    return value


def is_missing(value: object) -> bool:
    """Whether `at` found nothing."""
    return value is _MISSING


def _unequal(wanted: Any, value: Any, path: str, ordered: bool) -> Iterator[str]:
    """Yield what differs, outermost first; numbers are equal by value, true is no number."""
    name = one_line(path, 80) or "the answer"
    if wanted is _MISSING and value is _MISSING:
        return
    if value is _MISSING:
        yield f"{name} is missing; expected {_short(wanted)}"
    elif wanted is _MISSING:
        yield f"{name} should not be there"
    elif isinstance(wanted, dict) and isinstance(value, dict):
        for key in [*wanted, *(key for key in value if key not in wanted)]:
            inner = f"{path}.{key}" if path else key
            yield from _unequal(wanted.get(key, _MISSING), value.get(key, _MISSING), inner, ordered)
    elif isinstance(wanted, list) and isinstance(value, list):
        if len(wanted) != len(value):
            yield f"{name} has {len(value)} members, not {len(wanted)}"
        elif ordered:
            for index, (one, other) in enumerate(zip(wanted, value, strict=True)):
                yield from _unequal(one, other, f"{path}.{index}" if path else str(index), ordered)
        elif sorted(map(canonical_unordered, wanted)) != sorted(map(canonical_unordered, value)):
            yield f"{name} has other members: {_short(value)}, not {_short(wanted)}"
    elif canonical(wanted) != canonical(value):
        yield f"{name} is {_short(value)}, not {_short(wanted)}"


def _short(value: Any) -> str:
    return one_line(json.dumps(value, ensure_ascii=False), 60)
