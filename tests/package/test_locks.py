"""The locks that the environments are made from: complete, of one mind, and free of any one machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
PACKAGE = [*PROJECT["project"]["dependencies"], *GROUPS["build"]]
DEV = [*PACKAGE, *(entry for entry in GROUPS["dev"] if isinstance(entry, str))]
INTERPRETERS = ("3.11", "3.12", "3.13")


def lines(name: str) -> list[str]:
    text = (ROOT / "locks" / name).read_text(encoding="utf-8")
    return [line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line]


def locked(name: str, python: str, system: str) -> dict[str, Version]:
    environment = {name: str(value) for name, value in default_environment().items()}
    environment |= {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": system}
    found: dict[str, Version] = {}
    for requirement in map(Requirement, lines(name)):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            key = canonicalize_name(requirement.name)
            assert key not in found, f"two versions of {key} for Python {python} on {system}"
            found[key] = Version(str(requirement.specifier).removeprefix("=="))
    return found


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", INTERPRETERS)
@pytest.mark.parametrize(("name", "wanted"), [("package.txt", PACKAGE), ("dev.txt", DEV)])
def test_a_lock_has_what_the_project_asks_for(name: str, wanted: list[str], python: str, system: str) -> None:
    found = locked(name, python, system)
    for requirement in map(Requirement, wanted):
        key = canonicalize_name(requirement.name)
        assert key in found, f"{name} lacks {key}: make lock"
        assert found[key] in requirement.specifier, f"{name} has {key} {found[key]}, not {requirement}: make lock"


def test_the_tools_change_no_version_of_the_package() -> None:
    for python in INTERPRETERS:
        assert locked("package.txt", python, "linux").items() <= locked("dev.txt", python, "linux").items()


def test_the_package_is_locked_without_the_tools() -> None:
    assert not locked("package.txt", "3.11", "linux").keys() & {"hypothesis", "mypy", "numpy", "ruff", "uv"}


@pytest.mark.parametrize("name", ["package.txt", "dev.txt"])
def test_a_lock_names_versions_and_no_place(name: str) -> None:
    assert len(lines(name)) > 50
    for line in lines(name):
        assert re.fullmatch(r"[a-z0-9._-]+==[0-9][a-z0-9.]*( ; [^@/\\]+)?", line), line
    text = (ROOT / "locks" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|(^|\s)/|index-url|find-links", text, re.MULTILINE)
