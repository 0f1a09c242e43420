"""Find where each part of a case file begins and ends, in characters.

The loaders read the text before and refused aliases, deep nesting and duplicate keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Any

import yaml

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL_TAG = "tag:yaml.org,2002:null"
_NULLS = ("", "~", "null", "Null", "NULL")
_DECODER = JSONDecoder()
_JSON_SPACE = re.compile(r"[ \t\r\n]*")
_JSON_WORD = re.compile(r"[^\s,\]}]+")


class SpanError(ValueError):
    """The text cannot be a case file's."""


@dataclass(frozen=True)
class Node:
    """A value at `text[start:end]`. A list sets `items`, a mapping sets `entries`, a scalar sets neither."""

    start: int
    end: int
    scalar: str | None = None
    """The text with quotes and escapes resolved; None for null."""
    items: tuple[Node, ...] | None = None
    entries: tuple[tuple[Node, Node], ...] | None = None
    flow: bool = True
    """Whether the list or mapping is written in brackets."""

    def get(self, key: str) -> Node | None:
        """Return the value of a mapping's key, or None if there is no such key."""
        return next((value for name, value in self.entries or () if name.scalar == key), None)

    def data(self) -> Any:
        """Return the value as plain data: dicts, lists, and scalars as text or None."""
        if self.entries is not None:
            return {key.scalar: value.data() for key, value in self.entries}
        return self.scalar if self.items is None else [item.data() for item in self.items]


def yaml_node(text: str) -> Node:
    """Return the root of a YAML text.

    Raises:
        SpanError: The text is broken or holds an alias.
    """
    try:
        events = (event for event in yaml.parse(text, Loader=_LOADER) if isinstance(event, _CONTENT))
        return _yaml_value(text, next(events), events)
    except (yaml.YAMLError, StopIteration, ValueError) as error:
        raise SpanError("broken YAML") from error


_CONTENT = (yaml.NodeEvent, yaml.CollectionEndEvent)


def _yaml_value(text: str, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
    start = _index(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        plain = event.style in (None, "") and event.tag is None
        null = event.tag == _NULL_TAG or (plain and event.value in _NULLS)
        end = _index(event.end_mark)
        if event.style in ("|", ">"):
            end = _block_end(text, start, end)
        return Node(start, end, None if null else event.value)
    if not isinstance(event, yaml.CollectionStartEvent):
        raise SpanError("holds an alias")
    parts: list[Node] = []
    while not isinstance(following := next(events), yaml.CollectionEndEvent):
        parts.append(_yaml_value(text, following, events))
    # PyYAML ends a collection without brackets where the next part begins, after comments
    end = _index(following.end_mark) if event.flow_style else parts[-1].end
    flow = bool(event.flow_style)
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(start, end, items=tuple(parts), flow=flow)
    return Node(start, end, entries=tuple(zip(parts[::2], parts[1::2], strict=True)), flow=flow)


def _index(mark: Any) -> int:
    return int(mark.index)


def _block_end(text: str, start: int, end: int) -> int:
    """Return the end of the last line of a `|` or `>` text; only `+` counts the blank lines after it."""
    header = text[start : text.find("\n", start)].partition("#")[0]
    if "+" in header:
        return end - text[:end].endswith("\n") - text[:end].endswith("\r\n")
    return len(text[:end].rstrip())


def json_node(text: str, start: int = 0) -> Node:
    """Return the JSON value that begins at or after `start`.

    Raises:
        SpanError: The value is broken.
    """
    try:
        return _json_value(text, _skip(text, start))
    except (JSONDecodeError, IndexError, RecursionError) as error:
        raise SpanError("broken JSON") from error


def _json_value(text: str, start: int) -> Node:
    if text[start] == '"':
        value, end = _DECODER.raw_decode(text, start)
        return Node(start, end, str(value))
    if text[start] == "[":
        items, end = _json_parts(text, start, "]")
        return Node(start, end, items=tuple(value for _, value in items))
    if text[start] == "{":
        entries, end = _json_parts(text, start, "}")
        return Node(start, end, entries=tuple((key, value) for key, value in entries if key is not None))
    found = _JSON_WORD.match(text, start)
    if found is None:
        raise SpanError("broken JSON")
    return Node(start, found.end(), None if found[0] == "null" else found[0])


def _json_parts(text: str, start: int, closing: str) -> tuple[list[tuple[Node | None, Node]], int]:
    parts: list[tuple[Node | None, Node]] = []
    at = _skip(text, start + 1)
    while text[at] != closing:
        key = None
        if closing == "}":
            key = _json_value(text, at)
            at = _skip(text, _skip(text, key.end) + 1)  # past the colon
        parts.append((key, _json_value(text, at)))
        at = _skip(text, parts[-1][1].end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return parts, at + 1


def _skip(text: str, at: int) -> int:
    found = _JSON_SPACE.match(text, at)
    return at if found is None else found.end()
