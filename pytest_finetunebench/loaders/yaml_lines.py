"""Read YAML as plain data with line numbers. Every scalar is the text as written, and no object is built.

The data is built from the parser's events, so that aliases, tags and deep nesting are refused first.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yaml.reader import Reader

from pytest_finetunebench.errors import Problem, one_line
from pytest_finetunebench.files.explain import FieldPath, field_path
from pytest_finetunebench.files.reading import line_at, read_text, shown
from pytest_finetunebench.files.scalars import Plain

DEEPEST = 30
"""Levels of nesting that are allowed; a case file needs six."""

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, if built in, is 20 times as fast
_NULLS = ("", "~", "null", "Null", "NULL")
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "seq", "map")} | {"!"}
_NULL_TAG = "tag:yaml.org,2002:null"


@dataclass
class Document:
    """The data of a file, and the line at which each part starts."""

    data: Any
    lines: dict[FieldPath, int]
    empty: set[FieldPath]
    """Keys without a written value: null in YAML, but often a slip."""

    def line(self, path: FieldPath) -> int | None:
        """Return the line of a path, or of the nearest part that contains it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def read_yaml(path: Path, problems: list[Problem], loader: type[Any] | None = None) -> Document | None:
    """Read a YAML file, or add a problem and return None.

    `loader` is one of PyYAML's two parsers; the default is the faster one that is installed.
    """
    text = read_text(path, problems)
    if text is None:
        return None
    try:
        return _build(text, loader or _LOADER)
    except _RefusedError as error:
        problems.append(Problem(shown(path), line_at(text, error.index), field_path(error.path), str(error)))
    except yaml.MarkedYAMLError as error:
        problems.append(_broken(shown(path), text, error))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # for absurd escapes and versions, PyYAML's Python parser raises the plain errors of `int` and `chr`
        problems.append(Problem(shown(path), None, None, f"broken YAML: {one_line(error)}"))
    return None


def _build(text: str, loader: type[Any]) -> Document:
    builder = _Builder(text)
    try:
        return builder.build(loader)
    except yaml.MarkedYAMLError as error:
        # newer libyaml gives up at 1000 levels, which it reads ahead before it reports the first: in words of its own
        if loader is not yaml.SafeLoader and builder.may_be_too_deep(error):
            with contextlib.suppress(yaml.YAMLError, ValueError, OverflowError):
                _Builder(text).build(yaml.SafeLoader)
        raise


def _broken(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = one_line(", ".join(part for part in (error.problem, error.context) if part))
    if "got '?'" in what:
        what += "; PyYAML built without libyaml needs quotes around text with '?' inside […] and {…}"
    if mark is None:
        return Problem(file, None, None, f"broken YAML: {what}")
    # counted here: PyYAML also ends lines at other characters, such as U+2028
    start = text.rfind("\n", 0, mark.index) + 1
    column = mark.index - start + 1
    hint = _riddle(str(error.problem), text[start:].partition("\n")[0], text[mark.index : mark.index + 1])
    if "quoted scalar" in str(error.context) and error.context_mark is not None:
        hint = f": the quote that opens in line {line_at(text, error.context_mark.index)} is not closed"
    return Problem(file, line_at(text, mark.index), None, f"broken YAML: {what} (column {column}){hint}")


def _riddle(problem: str, line: str, char: str) -> str:
    """Return what mostly is behind one of YAML's messages, or an empty string."""
    if "\t" in line[: len(line) - len(line.lstrip())] or char == "\t":
        return ": indent with spaces, not with a tab"
    if "mapping values are not allowed" in problem:
        key, _, rest = line.strip().partition(": ")
        if ": " in rest:
            return f": a text that holds ': ' needs quotes, as in {one_line(key, 30)}: \"{one_line(rest, 60)}\""
        return ": this line is indented deeper than the line above allows, or a text that holds ': ' needs quotes"
    if "cannot start any token" in problem:
        return f": a text that starts with {char} needs quotes"
    if "did not find expected" in problem or "but found" in problem or "expected <block end>" in problem:
        if "flow" in problem or "',' or" in problem:
            return ": a bracket is not closed, or a text with , [ ] { } inside brackets needs quotes"
        return ": this line is not indented like the lines it belongs to, or stands after a closed quote"
    return ""


class _RefusedError(Exception):
    def __init__(self, message: str, index: int, path: FieldPath = ()) -> None:
        self.index, self.path = index, path
        super().__init__(message)


@dataclass
class _Open:
    """A mapping or list that is not complete yet."""

    value: dict[str, Any] | list[Any]
    path: FieldPath
    key: str | None = None


@dataclass
class _Builder:
    text: str
    lines: dict[FieldPath, int] = field(default_factory=dict)
    empty: set[FieldPath] = field(default_factory=set)
    stack: list[_Open] = field(default_factory=list)
    roots: list[Any] = field(default_factory=list)
    _line: int = 1
    _index: int = 0

    def build(self, loader: type[Any]) -> Document:
        if found := re.search(Reader.NON_PRINTABLE, self.text):
            code = ord(found[0])
            raise _RefusedError(f"broken YAML: the character U+{code:04X} must be escaped", found.start())
        for event in self._events(loader):
            if isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                self.stack.pop()
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._collection(event)
        return Document(self.roots[0] if self.roots else None, self.lines, self.empty)

    def may_be_too_deep(self, error: yaml.MarkedYAMLError) -> bool:
        """Whether the text that was read after the last event opens enough brackets; some may be in quotes."""
        end = len(self.text) if error.problem_mark is None else error.problem_mark.index + 1
        opened = sum(self.text.count(bracket, self._index, end) for bracket in "[{")
        return len(self.stack) + opened > DEEPEST

    def _events(self, loader: type[Any]) -> Iterator[yaml.Event]:
        for event in yaml.parse(self.text, Loader=loader):
            index = _start(event)
            if isinstance(event, yaml.AliasEvent):
                self._refuse(f"the alias '*{one_line(event.anchor, 60)}' is refused: write the value out", index)
            if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                self._refuse(f"the anchor '&{one_line(event.anchor, 60)}' is refused: write values out", index)
            if isinstance(event, yaml.DocumentStartEvent) and self.roots:
                self._refuse("a second document starts here ('---'): a case file has only one", index)
            tag = getattr(event, "tag", None)
            if tag is not None and tag not in _PLAIN_TAGS and tag != _NULL_TAG:
                self._refuse(
                    f"the tag '{_short_tag(tag)}' is refused: case files are plain data and build no objects", index
                )
            yield event

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        plain = event.style in (None, "") and event.tag is None
        null = event.tag == _NULL_TAG or (plain and event.value in _NULLS)
        index = _start(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if null:
                self._refuse("a key is missing here", index)
            if event.value in top.value:
                self._refuse(f"the key '{one_line(event.value, 60)}' appears twice", index)
            top.key = event.value
            self.lines[(*top.path, event.value)] = self._line_of(index)
            return
        path = self._add(None if null else Plain(event.value) if plain else event.value, index)
        if plain and not event.value:
            self.empty.add(path)

    def _collection(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        index = _start(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._refuse("a key must be text, not a list or mapping", index)
        if len(self.stack) >= DEEPEST:
            self._refuse(f"is nested deeper than {DEEPEST} levels", index)
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.stack.append(_Open(value, self._add(value, index)))

    def _add(self, value: Any, index: int) -> FieldPath:
        """Add a value to the open mapping or list and return its path."""
        if not self.stack:
            self.roots.append(value)
            self.lines[()] = self._line_of(index)
            return ()
        top = self.stack[-1]
        if isinstance(top.value, dict):
            path = (*top.path, str(top.key))
            top.value[str(top.key)] = value
            top.key = None
            return path
        path = (*top.path, len(top.value))
        top.value.append(value)
        self.lines[path] = self._line_of(index)
        return path

    def _line_of(self, index: int) -> int:
        # events come in order, so counting goes on from the last one
        self._line += self.text.count("\n", self._index, index)
        self._index = max(index, self._index)
        return self._line

    def _refuse(self, message: str, index: int) -> NoReturn:
        top = self.stack[-1] if self.stack else None
        path = () if top is None else top.path
        if top is not None and isinstance(top.value, list):
            path = (*path, len(top.value))
        elif top is not None and top.key is not None:
            path = (*path, top.key)
        raise _RefusedError(message, index, path)


def _start(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.index


def _short_tag(tag: str) -> str:
    return one_line(tag.replace("tag:yaml.org,2002:", "!!"), 100)
