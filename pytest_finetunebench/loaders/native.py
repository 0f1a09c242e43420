"""Load case files in YAML and JSONL.

JSONL holds one item a line: an object with the item's fields and the head fields (`category`, `setting`, `system`,
`kinds`). A first line without `id`, `prompt` and `probes` sets the head fields for the lines after it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from pytest_finetunebench.cases.format import CaseFile, FileHead, ItemSpec, KindSpec, ProbeSpec, TrainingSpec, TurnSpec
from pytest_finetunebench.cases.grader_choice import GRADERS
from pytest_finetunebench.cases.suite import Item, Place, Probe
from pytest_finetunebench.errors import Problem
from pytest_finetunebench.files.explain import FieldPath, field_path
from pytest_finetunebench.files.reading import json_lines, shown
from pytest_finetunebench.files.training_rows import shape_of
from pytest_finetunebench.loaders.build import ItemBuilder
from pytest_finetunebench.loaders.checking import Checked, check

SUFFIXES = (".yaml", ".yml", ".jsonl")

_Model = TypeVar("_Model", bound=BaseModel)
_HEAD_KEYS = frozenset(FileHead.model_fields)
_ITEM_KEYS = frozenset(ItemSpec.model_fields)
_LINE_KEYS = _ITEM_KEYS | _HEAD_KEYS


@dataclass(frozen=True, slots=True)
class LoadedItem:
    """An item with its position in the file, its accepted probes and its drafts."""

    position: int
    """In YAML the index in `items`, from 0; in JSONL the line, from 1."""
    item: Item
    """The item without its drafted probes."""
    head: FileHead
    spec: ItemSpec
    """The item as written."""
    drafts: dict[FieldPath, Probe]
    """Drafted probes by their path in the item, for example `("probes", "rephrased", 1)`."""
    inherited: frozenset[str] = frozenset()
    """Ids of the probes that take the item's answer."""

    @property
    def asked(self) -> bool:
        """Whether the suite asks any probe of it."""
        return not self.spec.draft and bool(self.item.probes)

    @property
    def pending(self) -> int:
        """Drafts to review: one for a drafted item, and one for each drafted probe."""
        return self.spec.draft + len(self.drafts)


def load_case_file(
    path: Path, problems: list[Problem], graders: Collection[str] = (), named: list[Named] | None = None
) -> list[LoadedItem]:
    """Return a case file's items. Add each fault to `problems` and leave its item out.

    `graders` names custom graders that the file may use. `named` takes the names of all items, also of those left out.
    """
    load = _load_jsonl if path.suffix.lower() == ".jsonl" else _load_yaml
    return load(path, problems, graders, [] if named is None else named)


@dataclass(frozen=True, slots=True)
class Named:
    """The names of an item, also of one with faults, for whoever looks for clashes."""

    category: str
    id: str
    place: Place


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of a file, repaired where it has faults."""

    model: FileHead | None
    repaired: frozenset[FieldPath] = frozenset()

    @property
    def usable(self) -> FileHead | None:
        """The head as written; None if it has faults."""
        return None if self.repaired else self.model


@dataclass(frozen=True, slots=True)
class _Source:
    """A part of a file. It turns paths into places and faults into problems."""

    file: str
    line: Callable[[FieldPath], int | None]
    problems: list[Problem]
    graders: Collection[str]
    named: list[Named]

    def note(self, path: FieldPath, message: str) -> None:
        self.problems.append(Problem(self.file, self.line(path), field_path(path), message))

    def check(
        self, model: type[_Model], data: Any, at: FieldPath, known: Collection[str], skip: Collection[str] = ()
    ) -> Checked[_Model]:
        """Check the data at path `at`. Note its faults, except for those in the keys of `skip`."""

        def keys_at(parent: FieldPath) -> Collection[str]:
            return _keys_at(parent, known)

        found = check(model, data, keys_at, _without_branches, self.graders, at)
        for path, message in found.faults:
            if not (path and path[0] in skip):
                self.note((*at, *path), message)
        return found

    def head(self, data: Any, known: Collection[str], skip: Collection[str] = ()) -> _Head:
        found = self.check(FileHead, data, (), known, skip)
        broken = found.repaired | {path for path, _ in found.faults}
        return _Head(found.model, frozenset(broken))

    def item(
        self, head: _Head, raw: Any, number: int, at: FieldPath, known: Collection[str] = _ITEM_KEYS
    ) -> LoadedItem | None:
        found = self.check(ItemSpec, raw, at, known)
        if head.model is None or found.model is None:
            return None
        place = _place(self.file, self.line(at))
        if ("category",) not in head.repaired and ("id",) not in found.repaired:
            self.named.append(Named(head.model.category, found.model.id, place))
        builder = ItemBuilder(head.model, found.model, lambda path: _place(self.file, self.line((*at, *path))))
        item = builder.build()
        for error in builder.errors:
            if not found.follows(error.path) and not _follows_head(error.path, head):
                self.note((*at, *error.path), str(error))
        if item is None or head.usable is None or found.faults:
            return None
        return LoadedItem(number, item, head.usable, found.model, builder.drafts, frozenset(builder.inherited))


@lru_cache(maxsize=16)
def _place(file: str, line: int | None) -> Place:
    # an item and its probe are often on one line: they share the place, which takes 3 µs to make
    return Place(file=file, line=line)


def _follows_head(path: FieldPath, head: _Head) -> bool:
    """Whether a fault of an item may follow from a wrong `kinds` or `setting`."""
    wrong = {str(one[0]) for one in head.repaired if one}
    return ("kinds" in wrong and path[:1] == ("probes",) and len(path) == 2) or (
        "setting" in wrong and path[:1] == ("training",)
    )


def _load_yaml(path: Path, problems: list[Problem], graders: Collection[str], named: list[Named]) -> list[LoadedItem]:
    from pytest_finetunebench.loaders.yaml_lines import read_yaml

    document = read_yaml(path, problems)
    if document is None:
        return []
    source = _Source(shown(path), document.line, problems, graders, named)
    data = document.data
    if foreign := foreign_data(data):
        source.note((), _import_hint(foreign, path))
        return []
    if not isinstance(data, dict):
        source.note((), "write a mapping with 'category', 'setting' and 'items'")
        return []
    for empty in document.empty:
        if empty[-1] == "answer":
            source.note(empty, "missing answer: nothing is written here (write null if the model must decline)")
    head_data = {key: value for key, value in data.items() if key != "items"}
    head = source.head(head_data, CaseFile.model_fields)
    items = data.get("items")
    if not isinstance(items, list) or not items:
        source.note(("items",), "write a list: '- id: …' for each item" if "items" in data else "missing")
        return []
    loaded = [source.item(head, raw, index, ("items", index)) for index, raw in enumerate(items)]
    return [item for item in loaded if item is not None]


def _load_jsonl(path: Path, problems: list[Problem], graders: Collection[str], named: list[Named]) -> list[LoadedItem]:
    loaded: list[LoadedItem | None] = []
    defaults: dict[str, Any] = {}
    head, read = None, defaults
    before, name = len(problems), shown(path)
    for index, (number, data) in enumerate(json_lines(path, problems)):
        source = _Source(name, _always(number), problems, graders, named)
        if index == 0 and (foreign := foreign_data(data)):
            source.note((), _import_hint(foreign, path))
            return []
        if index == 0 and not data.keys() & {"id", "prompt", "probes"}:
            defaults = data
            absent = _HEAD_KEYS - data.keys()
            source.head(data, _HEAD_KEYS, skip=absent)
            continue
        own = {key: value for key, value in data.items() if key in _HEAD_KEYS}
        if head is None or own != read:  # most lines repeat the head of the line before
            reported = defaults.keys() - own.keys()
            head, read = source.head(defaults | own, _HEAD_KEYS, skip=reported), own
        rest = {key: value for key, value in data.items() if key not in _HEAD_KEYS}
        loaded.append(source.item(head, rest, number, (), _LINE_KEYS))
    if not loaded and len(problems) == before:
        problems.append(Problem(name, None, None, "has no items"))
    return [item for item in loaded if item is not None]


def foreign_data(data: Any) -> str | None:
    """Return what data is that belongs to training or to another tool; None for a case file's."""
    if not isinstance(data, Mapping) or data.keys() & {"items", "probes", "category"}:
        return None
    if shape_of(data) is not None:
        return "training data"
    if "tests" in data and ("prompts" in data or "providers" in data):
        return "a promptfoo configuration"
    return "samples of OpenAI Evals" if "ideal" in data and "input" in data else None


def _import_hint(what: str, path: Path) -> str:
    command = f"finetunebench import {shlex.quote(shown(path))} --category NAME"
    return f"is {what}, not a case file: `{command}` makes a case file of it"


def _always(number: int) -> Callable[[FieldPath], int]:
    return lambda path: number


def _keys_at(parent: FieldPath, top: Collection[str]) -> Collection[str]:
    """Return the keys that the mapping at a path may have."""
    if parent and _is_branch(parent, len(parent) - 1):
        return GRADERS[str(parent[-1])].keys()
    if "turns" in parent:
        return (*TurnSpec.model_fields, "user", "assistant")
    if "probes" in parent:
        return ProbeSpec.model_fields
    if "training" in parent:
        return TrainingSpec.model_fields
    return KindSpec.model_fields if "kinds" in parent else top


def _without_branches(path: FieldPath) -> FieldPath:
    """Remove the graders' names that pydantic adds to a path to name the branch of a union."""
    return tuple(part for index, part in enumerate(path) if not _is_branch(path, index))


def _is_branch(path: FieldPath, index: int) -> bool:
    before = path[:index]
    in_list = len(before) > 2 and isinstance(before[-1], int) and before[-2] == "of"
    return path[index] in GRADERS and ("grader" in before[-1:] or in_list)
