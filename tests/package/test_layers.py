"""Imports go down only, and no module escapes the contracts that say so."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "pytest_finetunebench"


def contracts() -> list[dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, list[str]]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_the_contracts_are_kept(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    options = ["--config", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path)]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_module_stands_on_one_floor() -> None:
    assert contracts()[0]["exhaustive"], "a module in no room must break the contract"
    floors = [name.strip() for layer in contracts()[0]["layers"] for name in layer.split("|")]
    files = (ROOT / PACKAGE).iterdir()
    modules = {path.stem for path in files if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert sorted(floors) == sorted(modules - {"__init__"})


def floor_of(room: str) -> int:
    """Return the floor of a room or of a module beside the rooms: 0 is the top."""
    layers = [layer.split("|") for layer in contracts()[0]["layers"]]
    return next(number for number, names in enumerate(layers) if room in map(str.strip, names))


def rooms() -> dict[str, str]:
    """Return every package's docstring by its name below the root, such as `grading.text`."""
    files = {path.parent.relative_to(ROOT / PACKAGE): path for path in (ROOT / PACKAGE).rglob("__init__.py")}
    texts = {".".join(folder.parts): path.read_text(encoding="utf-8") for folder, path in files.items() if folder.parts}
    return {name: ast.get_docstring(ast.parse(text)) or "" for name, text in texts.items()}


ROOMS = rooms()


def sentences(room: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", ROOMS[room])


def stated(room: str) -> list[str]:
    """Return the rooms and modules that a docstring's sentence "May import …" names, with the floors "and below"."""
    (told,) = [sentence for sentence in sentences(room) if sentence.startswith("May import")]
    names = re.findall(r"`([\w.]+)`", told)
    if told.endswith("and below."):
        lowest = max(floor_of(name) for name in names if "." not in name and name != room.partition(".")[0])
        layers = contracts()[0]["layers"][lowest + 1 :]
        names += [name.strip() for layer in layers for name in layer.split("|")]
    return names


def imported(room: str) -> set[str]:
    """Return the rooms and modules outside a room that its own modules import; submodules count as their room."""
    found = set()
    for path in (ROOT / PACKAGE / room.replace(".", "/")).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{PACKAGE}."):
                module = node.module.removeprefix(f"{PACKAGE}.")
                inside = [name for name in ROOMS if module == name or module.startswith(f"{name}.")]
                found.add(max(inside, key=len, default=module))
    return {name for name in found if name != room and not name.startswith(f"{room}.")}


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for_and_what_it_may_import(room: str) -> None:
    assert len(sentences(room)) > 1
    assert not sentences(room)[0].startswith("May import")
    assert sum(sentence.startswith("May import") for sentence in sentences(room)) == 1, "one sentence 'May import …'"


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_may_import_what_the_floors_forbid(room: str) -> None:
    top = room.partition(".")[0]
    for name in stated(room):
        assert name in ROOMS or (ROOT / PACKAGE / f"{name}.py").is_file(), f"{name} is no room"
        outside = name.partition(".")[0] != top
        assert floor_of(name.partition(".")[0]) > floor_of(top) if outside else "." in room


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_it_says(room: str) -> None:
    top, allowed = room.partition(".")[0], stated(room)
    # another room is named with its inner rooms; within its own room an inner room names each of the others
    excess = {name for name in imported(room) if name not in allowed}
    assert {name for name in excess if name.startswith(f"{top}.") or name.partition(".")[0] not in allowed} == set()


def test_a_room_that_imports_more_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "cases", "Cases. May import `errors`.")
    with pytest.raises(AssertionError, match="files"):
        test_a_room_imports_what_it_says("cases")
    monkeypatch.setitem(ROOMS, "cases", "Cases. May import `runs` and below.")
    with pytest.raises(AssertionError):
        test_no_room_may_import_what_the_floors_forbid("cases")
    monkeypatch.setitem(ROOMS, "cases", "Cases and nothing else.")
    with pytest.raises(AssertionError):
        test_every_room_says_what_it_is_for_and_what_it_may_import("cases")
