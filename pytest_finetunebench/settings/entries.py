"""Options of the form `NAME=…`: parameters of the request body, and custom functions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pytest_finetunebench.errors import SettingsError, one_line

_OWN_PARAMETERS = {
    "temperature": "--ft-temperature",
    "seed": "--ft-seed",
    "max_tokens": "--ft-max-tokens",
    "max_completion_tokens": "--ft-max-tokens",
    "max_output_tokens": "--ft-max-tokens",
    "model": "--ft-model",
    "logprobs": "--ft-logprobs",
}
_NOT_FOR_USERS = ("messages", "prompt", "contents", "n", "response_format", "tools", "tool_choice", "functions")


def parse_params(entries: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return parameters of the request body from entries `NAME=JSON`, each with its place for messages.

    A dot in a name goes one level down: `chat_template_kwargs.enable_thinking=false`.

    Raises:
        SettingsError: an entry is written otherwise, names what has an option of its own, or what another entry named.
    """
    found: dict[str, Any] = {}
    for entry, where in entries:
        name, equals, text = entry.partition("=")
        parts = name.strip().split(".")
        if not equals or not all(part.isidentifier() for part in parts):
            raise SettingsError(f"{where}: write NAME=JSON, for example top_p=0.9 or stop='[\"\\n\"]'")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            quoted = json.dumps(text.strip())
            hint = {"True": "true", "False": "false", "None": "null"}.get(text.strip(), quoted)
            raise SettingsError(f"{where}: '{one_line(text, 60)}' is no JSON: write {parts[-1]}={hint}") from None
        _refuse_parameter(parts[0], value, where)
        inner = found
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise SettingsError(f"{where}: '{part}' is given as a value already")
        if parts[-1] in inner:
            raise SettingsError(f"{where}: '{name.strip()}' is given twice")
        inner[parts[-1]] = value
    return found


def _refuse_parameter(name: str, value: object, where: str) -> None:
    if name in _OWN_PARAMETERS:
        raise SettingsError(f"{where}: '{name}' has an option of its own: {_OWN_PARAMETERS[name]}")
    if name in _NOT_FOR_USERS:
        raise SettingsError(f"{where}: '{name}' is what the run itself sends: it cannot be set")
    if name == "stream" and value is not False:
        raise SettingsError(f"{where}: answers are read whole: only stream=false can be set")


def parse_targets(what: str, entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return custom functions by name from entries `NAME=MODULE:ATTRIBUTE`, each with its place for messages.

    Raises:
        SettingsError: an entry is written otherwise, or names what another has named.
    """
    targets: dict[str, str] = {}
    for entry, where in entries:
        name, equals, target = (part.strip() for part in entry.partition("="))
        if not equals or not target:
            raise SettingsError(f"{where}: write NAME=MODULE:ATTRIBUTE, for example tone=mypackage.{what}:tone")
        if targets.setdefault(name, target) != target:
            raise SettingsError(f"{where}: '{name}' is already {targets[name]}")
    return targets
