"""The knowledge suites that come with the package."""

from __future__ import annotations

from pathlib import Path

from pytest_finetunebench.errors import SettingsError, nearest

TEST_FILE = "test_knowledge.py"
_PACKAGE = Path(__file__).parents[1]


def shipped_folder() -> Path:
    """Return the folder of the shipped suites: inside an installed package, or beside it in a checkout."""
    installed = _PACKAGE / "knowledge_cases"
    return installed if installed.is_dir() else _PACKAGE.parent / "knowledge_cases"


def shipped_suites() -> dict[str, Path]:
    """Return the case file of each shipped suite by its name."""
    return {file.stem.removesuffix("_updates"): file for file in sorted(shipped_folder().glob("*.yaml"))}


def shipped_suite(name: str, where: str) -> Path:
    """Return the case file of a shipped suite.

    Raises:
        SettingsError: No suite has this name. The message begins with `where` and lists the suites.
    """
    suites = shipped_suites()
    if name not in suites:
        raise SettingsError(
            f"{where}: no shipped suite has this name{nearest(name, suites)}; choose one of {', '.join(suites)}"
        )
    return suites[name]
