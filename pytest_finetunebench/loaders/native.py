"""Load case files in YAML and JSONL.

JSONL holds one item a line: an object with the item's fields and the head fields (`category`, `setting`, `system`,
`kinds`). A first line without `id`, `prompt` and `probes` sets the head fields for the lines after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pytest_finetunebench.cases.format import CaseFile, FileHead, ItemSpec, KindSpec, ProbeSpec, TrainingSpec
from pytest_finetunebench.cases.grader_choice import GRADERS
from pytest_finetunebench.cases.suite import Item, Place, Probe
from pytest_finetunebench.errors import Problem
from pytest_finetunebench.files.explain import FieldPath, faults, field_path
from pytest_finetunebench.files.reading import json_lines, shown
from pytest_finetunebench.loaders.build import ItemBuilder

SUFFIXES = (".yaml", ".yml", ".jsonl")

_Model = TypeVar("_Model", bound=BaseModel)
_HEAD_KEYS = frozenset(FileHead.model_fields)
_ITEM_KEYS = frozenset(ItemSpec.model_fields)


@dataclass(frozen=True)
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

    @property
    def asked(self) -> bool:
        """Whether the suite asks any probe of it."""
        return not self.spec.draft and bool(self.item.probes)

    @property
    def pending(self) -> int:
        """Drafts to review: one for a drafted item, and one for each drafted probe."""
        return self.spec.draft + len(self.drafts)


def load_case_file(path: Path, problems: list[Problem], graders: Collection[str] = ()) -> list[LoadedItem]:
    """Return a case file's items. Add each fault to `problems` and leave its item out.

    `graders` names custom graders that the file may use.
    """
    load = _load_jsonl if path.suffix.lower() == ".jsonl" else _load_yaml
    return load(path, problems, graders)


@dataclass(frozen=True)
class _Source:
    """A part of a file. It turns paths into places and faults into problems."""

    file: str
    line: Callable[[FieldPath], int | None]
    problems: list[Problem]
    graders: Collection[str]

    def note(self, path: FieldPath, message: str) -> None:
        self.problems.append(Problem(self.file, self.line(path), field_path(path), message))

    def check(
        self, model: type[_Model], data: Any, at: FieldPath, known: Collection[str], skip: Collection[str] = ()
    ) -> _Model | None:
        """Return the model of the data at path `at`. Note its faults, except for those in the keys of `skip`."""
        try:
            return model.model_validate(data, context={"graders": self.graders})
        except ValidationError as error:
            for path, message in faults(error, lambda parent: _keys_at(parent, known)):
                if not (path and path[0] in skip):
                    self.note((*at, *_without_branches(path)), message)
            return None

    def item(
        self, head: FileHead | None, raw: Any, number: int, at: FieldPath, known: Collection[str] = _ITEM_KEYS
    ) -> LoadedItem | None:
        spec = self.check(ItemSpec, raw, at, known)
        if head is None or spec is None:
            return None
        builder = ItemBuilder(head, spec, lambda path: Place(file=self.file, line=self.line((*at, *path))))
        item = builder.build()
        for error in builder.errors:
            self.note((*at, *error.path), str(error))
        return None if item is None else LoadedItem(number, item, head, spec, builder.drafts)


def _load_yaml(path: Path, problems: list[Problem], graders: Collection[str]) -> list[LoadedItem]:
    from pytest_finetunebench.loaders.yaml_lines import read_yaml

    document = read_yaml(path, problems)
    if document is None:
        return []
    source = _Source(shown(path), document.line, problems, graders)
    data = document.data
    if not isinstance(data, dict):
        source.note((), "write a mapping with 'category', 'setting' and 'items'")
        return []
    for empty in document.empty:
        if empty[-1] == "answer":
            source.note(empty, "missing answer: nothing is written here (write null if the model must decline)")
    head_data = {key: value for key, value in data.items() if key != "items"}
    head = source.check(FileHead, head_data, (), CaseFile.model_fields)
    items = data.get("items")
    if not isinstance(items, list) or not items:
        source.note(("items",), "write a list: '- id: …' for each item" if "items" in data else "missing")
        return []
    loaded = [source.item(head, raw, index, ("items", index)) for index, raw in enumerate(items)]
    return [item for item in loaded if item is not None]


def _load_jsonl(path: Path, problems: list[Problem], graders: Collection[str]) -> list[LoadedItem]:
    loaded: list[LoadedItem | None] = []
    defaults: dict[str, Any] = {}
    head, read = None, defaults
    before, name = len(problems), shown(path)
    for index, (number, data) in enumerate(json_lines(path, problems)):
        source = _Source(name, _always(number), problems, graders)
        if index == 0 and not data.keys() & {"id", "prompt", "probes"}:
            defaults = data
            absent = _HEAD_KEYS - data.keys()
            source.check(FileHead, data, (), _HEAD_KEYS, skip=absent)
            continue
        own = {key: value for key, value in data.items() if key in _HEAD_KEYS}
        if head is None or own != read:  # most lines repeat the head of the line before
            reported = defaults.keys() - own.keys()
            head, read = source.check(FileHead, defaults | own, (), _HEAD_KEYS, skip=reported), own
        rest = {key: value for key, value in data.items() if key not in _HEAD_KEYS}
        loaded.append(source.item(head, rest, number, (), _ITEM_KEYS | _HEAD_KEYS))
    if not loaded and len(problems) == before:
        problems.append(Problem(name, None, None, "has no items"))
    return [item for item in loaded if item is not None]


def _always(number: int) -> Callable[[FieldPath], int]:
    return lambda path: number


def _keys_at(parent: FieldPath, top: Collection[str]) -> Collection[str]:
    """Return the keys that the mapping at a path may have."""
    if parent and _is_branch(parent, len(parent) - 1):
        return GRADERS[str(parent[-1])].keys()
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
