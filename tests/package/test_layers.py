"""Imports go down only, and no module escapes the contracts that say so."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

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
