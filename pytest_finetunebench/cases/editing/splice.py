"""Cut and insert parts of a case file's text. Every other character stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pytest_finetunebench.cases.editing.spans import Node
from pytest_finetunebench.cases.editing.write import Value, block_lines, flow_entries, flow_text
from pytest_finetunebench.errors import FinetuneBenchError
from pytest_finetunebench.files.reading import line_at

_SEPARATOR = re.compile(r"[\s,]*")
_REST_OF_LINE = re.compile(r"[ \t]*(#[^\n]*)?\r?")
_JSON_REST = re.compile(r"[ \t\r]*")


class EditError(FinetuneBenchError):
    """A case file cannot be edited and was not. The message names the file and what to do."""


class Splicer:
    """Collects cuts and insertions in one text. `name` is the file in messages; nodes belong to this text.

    Every method raises `EditError` and does nothing if the text cannot be cut safely as it is written.
    """

    def __init__(self, text: str, name: str, *, as_json: bool) -> None:
        self.text = text
        self._name = name
        self._json = as_json
        self._eol = "\r\n" if "\r\n" in text else "\n"
        self._splices: list[tuple[int, int, str]] = []

    @property
    def changed(self) -> bool:
        """Whether there is any edit."""
        return bool(self._splices)

    def result(self) -> str:
        """Return the text after all edits."""
        parts, at = [], 0
        for start, end, text in sorted(self._splices, key=lambda splice: splice[0]):
            parts += [self.text[at:start], text]
            at = max(at, end)
        return "".join([*parts, self.text[at:]])

    def replace(self, node: Node, value: Value) -> None:
        """Replace a value by another."""
        self._splices.append((node.start, node.end, flow_text(value, as_json=self._json)))

    def empty(self, listed: Node) -> None:
        """Replace a list by an empty one."""
        # indent it: a list without brackets may start at the same column as its key
        self._splices.append((listed.start, listed.end, "[]" if listed.flow else " []"))

    def insert_entry(self, mapping: Node, before: str, key: str, value: Value) -> None:
        """Insert an entry before the one called `before`."""
        mark = next(name for name, _ in mapping.entries or () if name.scalar == before)
        between = ", " if mapping.flow else self._eol + " " * self._column(mark.start)
        text = flow_entries({key: value}, as_json=self._json)
        self._splices.append((mark.start, mark.start, text + between))

    def add_entries(self, mapping: Node, entries: Mapping[str, Value]) -> None:
        """Add entries at the end of a mapping."""
        old = mapping.entries or ()
        if mapping.flow:
            text = flow_entries(entries, as_json=self._json)
            self._insert_in_brackets(mapping, old[-1][1].end if old else None, text)
        else:
            column = self._column(old[0][0].start)
            self._insert_lines(mapping.end, column, block_lines(entries, column))

    def extend(self, listed: Node, entries: Sequence[Mapping[str, Value]]) -> None:
        """Add mappings at the end of a list."""
        old = listed.items or ()
        if listed.flow:
            text = ", ".join(flow_text(entry, as_json=self._json) for entry in entries)
            self._insert_in_brackets(listed, old[-1].end if old else None, text)
        else:
            column = self._column(self._dash(old[0]))
            self._insert_lines(listed.end, column, block_lines(entries, column))

    def _insert_in_brackets(self, node: Node, after: int | None, text: str) -> None:
        at, text = (node.start + 1, text) if after is None else (after, f", {text}")
        self._splices.append((at, at, text))

    def _insert_lines(self, after: int, column: int, lines: list[str]) -> None:
        """Insert lines after the line of `after`, and after comments of the same level below it."""
        at = self._next_line(after)
        if at is None:
            self._splices.append((len(self.text), len(self.text), self._eol + self._eol.join(lines)))
            return
        while comment := re.compile(rf" {{{column},}}#[^\n]*\n").match(self.text, at):
            at = comment.end()
        self._splices.append((at, at, "".join(line + self._eol for line in lines)))

    def _next_line(self, after: int) -> int | None:
        """Return the start of the line after a value's last line; None at the end of the text."""
        rest = (_JSON_REST if self._json else _REST_OF_LINE).match(self.text, after)
        end = after if rest is None else rest.end()
        if end >= len(self.text):
            return None
        if self.text[end] != "\n":
            line = line_at(self.text, after)
            raise EditError(f"{self._name}:{line}: cannot be edited safely as it is written: edit it by hand")
        return end + 1

    def remove_entry(self, mapping: Node, key: str) -> None:
        """Remove a key with its value."""
        entries = mapping.entries or ()
        index = next((at for at, (name, _) in enumerate(entries) if name.scalar == key), None)
        if index is None:
            raise EditError(f"{self.place(mapping)}: there is no '{key}'")
        spans = [(name.start, value.end) for name, value in entries]
        if mapping.flow:
            self._cut_in_brackets(spans, index)
        elif self._begins_line(spans[index][0]):
            self.cut_lines(*spans[index])
        elif index + 1 < len(spans) and _SEPARATOR.fullmatch(self.text, spans[index][1], spans[index + 1][0]):
            self._splices.append((spans[index][0], spans[index + 1][0], ""))  # the first entry, after a dash
        else:
            raise self._uncuttable(mapping)

    def remove_element(self, listed: Node, index: int) -> None:
        """Remove one of several elements of a list."""
        nodes = listed.items or ()
        if listed.flow:
            self._cut_in_brackets([(node.start, node.end) for node in nodes], index)
            return
        dash = self._dash(nodes[index])
        if not self._begins_line(dash):
            raise self._uncuttable(nodes[index])
        self.cut_lines(dash, nodes[index].end)

    def _cut_in_brackets(self, spans: list[tuple[int, int]], index: int) -> None:
        start, end = spans[index]
        if index > 0 and _SEPARATOR.fullmatch(self.text, spans[index - 1][1], start):
            self._splices.append((spans[index - 1][1], end, ""))
        elif index + 1 < len(spans) and _SEPARATOR.fullmatch(self.text, end, spans[index + 1][0]):
            self._splices.append((start, spans[index + 1][0], ""))
        elif len(spans) == 1:
            self._splices.append((start, end, ""))
        else:
            raise EditError(f"{self._name}:{line_at(self.text, start)}: a comment is in the way: edit it by hand")

    def cut_lines(self, start: int, end: int) -> None:
        """Remove the lines from that of `start` to that of `end`."""
        first, following = self.text.rfind("\n", 0, start) + 1, self._next_line(end)
        if following is None and first:
            first -= (
                2 if self.text[:first].endswith("\r\n") else 1
            )  # the file had no line end at its end, and keeps none
        self._splices.append((first, len(self.text) if following is None else following, ""))

    def _dash(self, element: Node) -> int:
        at = element.start - 1
        while at > 0 and self.text[at].isspace():
            at -= 1
        if at < 0 or self.text[at] != "-":
            raise self._uncuttable(element)
        return at

    def _begins_line(self, at: int) -> bool:
        return not self.text[self.text.rfind("\n", 0, at) + 1 : at].strip()

    def _column(self, at: int) -> int:
        return at - self.text.rfind("\n", 0, at) - 1

    def place(self, node: Node) -> str:
        """Return the file and line of a value, for messages."""
        return f"{self._name}:{line_at(self.text, node.start)}"

    def _uncuttable(self, node: Node) -> EditError:
        return EditError(f"{self.place(node)}: cannot be edited safely as it is written: edit it by hand")
