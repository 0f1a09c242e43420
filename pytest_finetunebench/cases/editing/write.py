"""Write new parts of a case file: YAML in lines or in brackets, and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pytest_finetunebench.files.hidden import is_hidden, json_escape

Value: TypeAlias = "str | bool | int | float | Sequence[Value] | Mapping[str, Value] | None"
"""A value that can be written. Text that YAML could read as another type is quoted."""

STEP = 2
"""Spaces of indentation per level."""
_UNQUOTED = re.compile(r"[^\W\d_][\w '’.,()/%;!?-]*")
_WORDS = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")


def block_lines(value: Sequence[Value] | Mapping[str, Value], indent: int) -> list[str]:
    """Return the lines of a non-empty list or mapping, without brackets."""
    margin, lines = " " * indent, []
    if isinstance(value, Mapping):
        for key, part in value.items():
            nested = isinstance(part, Mapping | list | tuple) and bool(part)
            lines.append(f"{margin}{key}:" if nested else f"{margin}{key}: {_scalar(part)}")
            if nested:
                lines += block_lines(part, indent + STEP)  # type: ignore[arg-type]
        return lines
    for part in value:
        if isinstance(part, Mapping) and part:
            first, *others = block_lines(part, indent + STEP)
            lines += [f"{margin}- {first.lstrip()}", *others]
        else:
            lines.append(f"{margin}- {_scalar(part)}")
    return lines


def flow_text(value: Value, *, as_json: bool) -> str:
    """Return a value as one line."""
    if isinstance(value, Mapping):
        return "{" + flow_entries(value, as_json=as_json) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow_text(part, as_json=as_json) for part in value) + "]"
    return _word(value) or quoted(str(value), as_json=as_json)


def flow_entries(value: Mapping[str, Value], *, as_json: bool) -> str:
    """Return a mapping's entries as one line, without brackets."""
    names = {key: quoted(key, as_json=True) if as_json else key for key in value}
    return ", ".join(f"{names[key]}: {flow_text(part, as_json=as_json)}" for key, part in value.items())


def quoted(text: str, *, as_json: bool) -> str:
    """Return text in double quotes, with invisible characters escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(_escaped(char, as_json) if is_hidden(char) else char for char in plain)


def _escaped(char: str, as_json: bool) -> str:
    if as_json:
        return json_escape(char)
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _scalar(value: Value) -> str:
    text = flow_text(value, as_json=False)
    written = value if isinstance(value, str) else ""
    unquoted = _UNQUOTED.fullmatch(written) and written == written.strip() and written.lower() not in _WORDS
    return written if unquoted else text


def _word(value: Value) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else ""
