"""Escape the characters that a reader cannot see, such as bidirectional marks and invisible tags."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

_CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
"""Controls, formats, separators of lines and paragraphs, surrogates, private use, unassigned."""


def is_hidden(char: str) -> bool:
    """Return whether a character is invisible, or breaks a line."""
    return unicodedata.category(char) in _CATEGORIES


def json_escape(char: str) -> str:
    """Return a character as a JSON escape: `\\u003c`; beyond U+FFFF a pair of them."""
    return json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"


def one_line_json(value: Any) -> str:
    """Return JSON in one line, with `<`, `>` and every hidden character escaped.

    No part of the value can then look like a line, a tag or nothing at all.
    """
    plain = json.dumps(value, ensure_ascii=False)
    return "".join(json_escape(char) if char in "<>" or is_hidden(char) else char for char in plain)
