"""Equality of JSON values, with and without the order of lists."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> str:
    """Return one text for equal JSON values: 1 and 1.0 are equal, 1 and true are not."""
    return json.dumps(_plain_numbers(value), sort_keys=True)


def canonical_unordered(value: Any) -> str:
    """Return one text for JSON values that are equal but for the order of lists."""
    return json.dumps(_sorted_lists(_plain_numbers(value)), sort_keys=True)


def _plain_numbers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e250:
        return int(value)
    if isinstance(value, dict):
        return {key: _plain_numbers(part) for key, part in value.items()}
    return [_plain_numbers(part) for part in value] if isinstance(value, list) else value


def _sorted_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted_lists(part) for key, part in value.items()}
    if isinstance(value, list):
        return sorted((_sorted_lists(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value
