"""Changes case files that people write: what is not changed keeps every byte, comments, quotes and line ends included.

Edits are cuts and insertions in the text, never a file written anew from its data. Before anything is saved, the new
text is read again and must hold what was meant.
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
    """One case file that has been loaded without problems; items are named by `LoadedItem.position`.

    Edits are gathered, at most one for each item, and done by `save`.

    Raises:
        EditError: the file cannot be read.
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
        """Add probes to an item, after those of their kind."""
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
            EditError: it is a JSONL file.
        """
        if self._listed is None:
            raise EditError(f"{self.name}: items can be added to a YAML file alone")
        self._edits.extend(self._listed, items)
        for number, item in enumerate(items, start=len(self._items)):
            self._wanted[number] = _as_data(item)

    def accept(self, position: int, path: FieldPath) -> None:
        """Take the draft mark off an item (`()`) or a probe (`("probes", kind, index)`)."""
        node, wanted = self._at(position, path)
        try:
            self._edits.remove_entry(node, DRAFT)
            del wanted[DRAFT]
        except EditError:
            value = node.get(DRAFT)
            if value is None:
                raise
            # a comment stands in the way: it is worth more than a tidy entry
            self._edits.replace(value, False)
            wanted[DRAFT] = "false"

    def replace(self, position: int, path: FieldPath, key: str, text: str | None) -> None:
        """Set a field of a drafted probe or item."""
        node, wanted = self._at(position, path)
        old = node.get(key)
        if old is not None:
            self._edits.replace(old, text)
        else:
            self._edits.insert_entry(node, DRAFT, key, text)
        wanted[key] = text

    def remove(self, position: int, path: FieldPath) -> None:
        """Remove an item (`()`) or a probe, with the list that it leaves empty.

        Raises:
            EditError: nothing would be left to ask of the item, or it is written in a way that cannot be cut.
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
            raise EditError(
                f"{self._edits.place(item)}: the item has nothing else to ask: remove the whole item by hand"
            )
        else:
            self._edits.remove_entry(item, "probes")
            del wanted["probes"]

    def new_text(self) -> str:
        """Return the text with all edits done.

        Raises:
            EditError: the result would not hold what was meant.
        """
        text = self._edits.result()
        try:
            head, _, items = self._parse(text)
        except SpanError:
            head, items = None, {}
        wanted = [data for data in self._wanted.values() if data is not _GONE]
        if head != self._head or [node.data() for node in items.values()] != wanted:
            raise EditError(f"{self.name}: is written in a way that cannot be changed safely: change it by hand")
        return text

    def old_text(self) -> str:
        """Return the text as it was read."""
        return self._edits.text

    def save(self) -> None:
        """Write the file, wholly or not at all.

        Raises:
            EditError: it was changed meanwhile, or cannot be written; what stands there is untouched.
        """
        data = (self._bom + self.new_text()).encode("utf-8")
        with _writing(self.name):
            if self.path.read_bytes() != self._bytes:
                raise EditError(f"{self.name}: was changed meanwhile: nothing was written; run the command again")
            write_atomically(self.path, data, like=self.path)

    def _parse(self, text: str) -> tuple[Any, Node | None, dict[int, Node]]:
        """Return a YAML file's data but the items, the list of these, and each item."""
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
    """Write a new file, wholly or not at all.

    Raises:
        EditError: it cannot be written, or is there already.
    """
    name = shown(path)
    with _writing(name):
        if path.exists():
            raise EditError(f"{name}: was made meanwhile: nothing was written; run the command again")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode("utf-8"))


def write_atomically(path: Path, data: bytes, like: Path | None = None) -> None:
    """Put `data` at `path` with the permissions of `like`; raises OSError and leaves what stood there."""
    with replacing(path, like=like) as file:
        file.write(data)


@contextlib.contextmanager
def _writing(name: str) -> Any:
    try:
        yield
    except OSError as error:
        raise EditError(f"{name}: cannot be written: {error.strerror or error}") from error


def _as_data(value: Value) -> Any:
    """Return what reading the value again will give: scalars as text."""
    if isinstance(value, Mapping):
        return {key: _as_data(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_data(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else value
