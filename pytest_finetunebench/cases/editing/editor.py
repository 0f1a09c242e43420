"""Edit case files that people write. Every byte outside an edit stays, with comments, quotes and line ends.

Edits cut and insert text; they never write the file anew from its data. Before saving, the new text is read again and
must give the expected data.
"""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_finetunebench.cases.editing.spans import Node, SpanError, json_node, yaml_node
from pytest_finetunebench.cases.editing.splice import EditError, Splicer
from pytest_finetunebench.cases.editing.write import Value
from pytest_finetunebench.files.atomic import replacing
from pytest_finetunebench.files.explain import FieldPath, field_path
from pytest_finetunebench.files.reading import shown

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
DRAFT = "draft"
_GONE = object()


class CaseEditor:
    """The editor of one case file that loaded without problems. `LoadedItem.position` names an item.

    Edits are collected, at most one for each item, and applied by `save`.

    Raises:
        EditError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))
        self.path_given = path
        self.name = shown(path)
        try:
            self._bytes = self.path.read_bytes()
            text = self._bytes.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise EditError(f"{self.name}: cannot be read: {error}") from error
        self._bom = BOM if text.startswith(BOM) else ""
        self._json = path.suffix.lower() == ".jsonl"
        self._edits = Splicer(text.removeprefix(BOM), self.name, as_json=self._json)
        self._head, self._listed, self._items = self._parse(self._edits.text)
        self._wanted: dict[int, Any] = {position: copy.deepcopy(node.data()) for position, node in self._items.items()}

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return self._edits.changed

    def add_probes(self, position: int, probes: Mapping[str, Sequence[Mapping[str, Value]]]) -> None:
        """Add probes to an item, after its probes of the same kind."""
        item, fresh = self._items[position], {}
        present = item.get("probes")
        for kind, entries in probes.items():
            listed = None if present is None else present.get(kind)
            if listed is None:
                fresh[kind] = [dict(entry) for entry in entries]
            else:
                self._edits.extend(listed, entries)
            wanted = self._wanted[position].setdefault("probes", {}).setdefault(kind, [])
            wanted += [_as_data(entry) for entry in entries]
        if fresh and present is None:
            self._edits.add_entries(item, {"probes": fresh})
        elif fresh and present is not None:
            self._edits.add_entries(present, fresh)

    def add_items(self, items: Sequence[Mapping[str, Value]]) -> None:
        """Add items at the end of a YAML file.

        Raises:
            EditError: The file is JSONL.
        """
        if self._listed is None:
            raise EditError(f"{self.name}: items can be added to YAML files only")
        self._edits.extend(self._listed, items)
        for number, item in enumerate(items, start=len(self._items)):
            self._wanted[number] = _as_data(item)

    def accept(self, position: int, path: FieldPath) -> None:
        """Remove the draft mark from an item (`()`) or a probe (`("probes", kind, index)`)."""
        node, wanted = self._at(position, path)
        try:
            self._edits.remove_entry(node, DRAFT)
            del wanted[DRAFT]
        except EditError:
            value = node.get(DRAFT)
            if value is None:
                raise
            # a comment is in the way: keep it and write `draft: false`
            self._edits.replace(value, False)
            wanted[DRAFT] = "false"

    def replace(self, position: int, path: FieldPath, key: str, value: str | bool | None) -> None:
        """Set a field of a drafted probe or item."""
        node, wanted = self._at(position, path)
        old = node.get(key)
        if old is not None:
            self._edits.replace(old, value)
        else:
            self._edits.insert_entry(node, DRAFT, key, value)
        wanted[key] = _as_data(value)

    def remove(self, position: int, path: FieldPath) -> None:
        """Remove an item (`()`) or a probe, and the list if it becomes empty.

        Raises:
            EditError: The item would have nothing left to ask, or its text cannot be cut safely.
        """
        if not path:
            self._remove_item(position)
            return
        item, kind, index = self._items[position], str(path[1]), int(path[2])
        probes = item.get("probes")
        listed = probes.get(kind) if probes else None
        if probes is None or listed is None or listed.items is None or probes.entries is None:
            raise EditError(f"{self._edits.place(item)}: there is no probe {field_path(path)}")
        wanted = self._wanted[position]
        if len(listed.items) > 1:
            self._edits.remove_element(listed, index)
            del wanted["probes"][kind][index]
        elif len(probes.entries) > 1:
            self._edits.remove_entry(probes, kind)
            del wanted["probes"][kind]
        elif item.get("prompt") is None:
            raise EditError(f"{self._edits.place(item)}: the item has no other question: remove the whole item by hand")
        else:
            self._edits.remove_entry(item, "probes")
            del wanted["probes"]

    def new_text(self) -> str:
        """Return the text after all edits.

        Raises:
            EditError: The new text would not give the expected data.
        """
        text = self._edits.result()
        try:
            head, _, items = self._parse(text)
        except SpanError:
            head, items = None, {}
        wanted = [data for data in self._wanted.values() if data is not _GONE]
        if head != self._head or [node.data() for node in items.values()] != wanted:
            raise EditError(f"{self.name}: cannot be edited safely as it is written: edit it by hand")
        return text

    def old_text(self) -> str:
        """Return the text before the edits."""
        return self._edits.text

    def save(self) -> None:
        """Write the file whole or not at all.

        Raises:
            EditError: Another program changed the file, or it cannot be written. The file stays as it is.
        """
        data = (self._bom + self.new_text()).encode("utf-8")
        with _writing(self.name):
            if self.path.read_bytes() != self._bytes:
                raise EditError(
                    f"{self.name}: another program changed the file: nothing was written; run the command again"
                )
            write_atomically(self.path, data, like=self.path)

    def _parse(self, text: str) -> tuple[Any, Node | None, dict[int, Node]]:
        """Return a YAML file's data without its items, the list of items, and each item by its position."""
        if not self._json:
            root = yaml_node(text)
            listed = root.get("items")
            head = {key.scalar: value.data() for key, value in root.entries or () if key.scalar != "items"}
            return head, listed, dict(enumerate(listed.items or () if listed is not None else ()))
        nodes, start = {}, 0
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                nodes[number] = json_node(text, start)
            start += len(line) + 1
        return {}, None, nodes

    def _at(self, position: int, path: FieldPath) -> tuple[Node, Any]:
        node, wanted = self._items[position], self._wanted[position]
        for part in path:
            inner = node.get(part) if isinstance(part, str) else (node.items or ())[part]
            if inner is None:
                raise EditError(f"{self._edits.place(node)}: there is no {field_path(path)}")
            node, wanted = inner, wanted[part]
        return node, wanted

    def _remove_item(self, position: int) -> None:
        self._wanted[position] = _GONE
        if self._listed is None:
            self._edits.cut_lines(self._items[position].start, self._items[position].end)
        elif len(self._items) == 1:
            self._edits.empty(self._listed)
        else:
            self._edits.remove_element(self._listed, position)


def create(path: Path, text: str) -> None:
    """Write a new file whole or not at all.

    Raises:
        EditError: The file exists, or cannot be written.
    """
    name = shown(path)
    with _writing(name):
        if path.exists():
            raise EditError(f"{name}: another program made the file: nothing was written; run the command again")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode("utf-8"))


def write_atomically(path: Path, data: bytes, like: Path | None = None) -> None:
    """Write `data` to `path` with the permissions of `like`.

    Raises:
        OSError: The file cannot be written. An earlier file stays as it was.
    """
    with replacing(path, like=like) as file:
        file.write(data)


@contextlib.contextmanager
def _writing(name: str) -> Any:
    try:
        yield
    except OSError as error:
        raise EditError(f"{name}: cannot be written: {error.strerror or error}") from error


def _as_data(value: Value) -> Any:
    """Return the value as reading it again gives it, with scalars as text."""
    if isinstance(value, Mapping):
        return {key: _as_data(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_data(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else value
