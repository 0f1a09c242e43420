"""Check a part of a case file against its model and find all of its faults at once.

A model stops at the first kind of fault: rules over several fields are checked only if each field is right. So what is
wrong is repaired and the rest checked again, until nothing is wrong. A fault that follows from a repair is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from pytest_finetunebench.cases.format import NOTHING_TO_ASK, CaseFile, FileHead, ItemSpec
from pytest_finetunebench.cases.suite import KINDS
from pytest_finetunebench.errors import nearest, one_line
from pytest_finetunebench.files.explain import FieldPath, faults

_Model = TypeVar("_Model", bound=BaseModel)
_MOST_WAVES = 8
"""Checks of one part; each finds what the one before could not see."""
_GRADED = frozenset({"answer", "aliases", "grader"})
"""Fields that are checked together, and that probes inherit."""
_REFERENCES = ("answer", "aliases")
_UNKNOWN = "unknown key '"


@dataclass
class Checked(Generic[_Model]):
    """What a check found. `model` holds repaired values where `repaired` is not empty; None if nothing helped."""

    model: _Model | None
    faults: list[tuple[FieldPath, str]] = field(default_factory=list)
    repaired: set[FieldPath] = field(default_factory=set)

    def follows(self, path: FieldPath) -> bool:
        """Whether a later fault at a path may only follow from a repair."""
        if any(path[: len(one)] == one for one in self.repaired):
            return True
        graded = bool(_GRADED.intersection(map(str, path)))
        # a probe's reference is its own; the item's is also its probes'
        return graded and any(one[-1] in _REFERENCES and path[: len(one) - 1] == one[:-1] for one in self.repaired)


def check(
    model: type[_Model],
    data: Any,
    known: Callable[[FieldPath], Collection[str]],
    plain_path: Callable[[FieldPath], FieldPath],
    graders: Collection[str],
    at: FieldPath = (),
) -> Checked[_Model]:
    """Check data against a model.

    Args:
        model: The model.
        data: The data; it stays as it is.
        known: Returns the keys that a mapping at a path may have.
        plain_path: Removes what pydantic adds to a path.
        graders: Names of custom graders.
        at: Where the data stands in its file; hints depend on it.
    """
    found: Checked[_Model] = Checked(None)
    for _ in range(_MOST_WAVES):
        try:
            found.model = model.model_validate(data, context={"graders": graders})
        except ValidationError as error:
            wave = [(plain_path(path), message) for path, message in faults(error, known)]
        else:
            return found
        wave = _without_consequences(wave)
        new = [(path, message) for path, message in wave if not found.follows(path)]
        found.faults += [(path, _with_hint((*at, *path), message)) for path, message in new]
        before = data
        for path, message in wave:
            data = _repaired(data, path, message, _own_keys(model, known))
            if not message.startswith(_UNKNOWN):
                found.repaired.add(path)
            elif _is_text(path[-1]):
                found.repaired.add(path[:-1])
            if message == NOTHING_TO_ASK:
                found.repaired.add((*path[:-1], "answer"))
        if data == before:
            break
    return found


def _own_keys(
    model: type[BaseModel], known: Callable[[FieldPath], Collection[str]]
) -> Callable[[FieldPath], Collection[str]]:
    """Return `known` without what belongs to another part: a line of JSONL also holds the head's keys."""
    return lambda path: known(path) if path else model.model_fields


def _without_consequences(wave: Iterable[tuple[FieldPath, str]]) -> list[tuple[FieldPath, str]]:
    """Leave out what is missing only because a colon made a key of a text."""
    wave = list(wave)
    split = {path[:-1] for path, message in wave if message.startswith(_UNKNOWN) and _is_text(path[-1])}
    return [(path, message) for path, message in wave if not (message == "missing" and path[:-1] in split)]


def _repaired(data: Any, path: FieldPath, message: str, known: Callable[[FieldPath], Collection[str]]) -> Any:
    """Return data with something right, or nothing, in the place of what is wrong at a path."""
    if "grader" in path:
        path = path[: path.index("grader") + 1]
        message = ""
    if not path:
        return {}
    first, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(first, int) and first < len(data):
        part = _repaired(data[first], rest, message, lambda below: known((first, *below))) if rest else "?"
        return [*data[:first], part, *data[first + 1 :]]
    if not isinstance(data, Mapping):
        return {first: _PLACEHOLDERS.get(str(first), "x")} if not rest else data
    if rest:
        return {**data, first: _repaired(data.get(first), rest, message, lambda below: known((first, *below)))}
    others = {key: value for key, value in data.items() if key != first}
    if first not in data:
        return {**others, first: _PLACEHOLDERS.get(str(first), "x")}
    meant = nearest(str(first), known(())).removeprefix(" (did you mean '").removesuffix("'?)")
    if message.startswith(_UNKNOWN) and meant and meant not in data:
        return {**others, meant: data[first]}  # a misspelled key is not also a missing one
    return others


_PLACEHOLDERS: Mapping[str, Any] = {"setting": "new_knowledge", "probes": {}, "kinds": {}, "training": []}


def _with_hint(path: FieldPath, message: str) -> str:
    """Return the message about an unknown key with what may have gone wrong: a level, or a colon in a text."""
    if not message.startswith(_UNKNOWN) or not path:
        return message
    hint = unknown_key_hint(str(path[-1]), path)
    return f"{_UNKNOWN}{one_line(path[-1], 60)}'{hint}" if hint else message


def unknown_key_hint(key: str, path: FieldPath) -> str:
    """Return where a key belongs that stands at another level of a case file, or an empty string."""
    if _is_text(key):
        return ": a colon and a space make a key; if this is one text, put it in quotes"
    in_item, at_top = path[:1] == ("items",), len(path) == 1
    if key in KINDS and ((in_item and len(path) == 3) or at_top):
        return ": kinds of probes stand under 'probes:', indented below it"
    if at_top and key in ItemSpec.model_fields:
        return ": it belongs to an item: write it under 'items:', indented like 'id'"
    if in_item and key in CaseFile.model_fields and key not in ItemSpec.model_fields:
        what = "it holds for the whole file" if key in FileHead.model_fields else "there is one list of items"
        return f": {what}: write it at the top, without indentation"
    if in_item and len(path) > 3 and key in ItemSpec.model_fields and "grader" not in path:
        return ": it belongs to the item: indent it like 'id'"
    return ""


def _is_text(key: object) -> bool:
    return isinstance(key, str) and (" " in key or key.endswith("?"))
