"""README, ARCHITECTURE and their like name only files that exist."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "knowledge_cases/README.md"]
TEXTS += sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "decisions").glob("*.md"))
FOLDERS = ["pytest_finetunebench", "tests", "knowledge_cases", "fixtures", "benchmarks", "docs", "examples", "locks"]
FILES = [f"/{path.relative_to(ROOT).as_posix()}" for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
FILES += [f"/{path.name}" for path in ROOT.iterdir()]
USERS = ["knowledge_cases/example.yaml", "data/train.jsonl", "recordings/ft.jsonl", ".finetunebench/*"]
"""Files of a user's project, not of this one."""
PATH = re.compile(r"[\w.*-]+(/[\w.*-]+)*(/|\.(py|md|yaml|jsonl|toml|txt)|(?<=[a-z_])\.[A-Za-z_]+)?")


def named(text: str, *, modules: bool = False) -> list[str]:
    """Return the quoted words that are paths; with `modules` also paths without an ending, as `runs/units`."""
    words = {word.rstrip(".,:") for quote in re.findall(r"`([^`\n]+)`", text) for word in quote.split()}
    paths = [word for word in words if PATH.fullmatch(word) and re.search(r"/|\.(py|md)$", word)]
    wanted = [path for path in paths if modules or re.search(r"/$|\.(py|md|yaml|jsonl|toml|txt)$", path)]
    return sorted(path for path in wanted if not any(fnmatchcase(path, pattern) for pattern in USERS))


def exists(name: str) -> bool:
    """Whether a file, folder or module ends in this path; of `module.name`, whether the module holds the name."""
    path = name.rstrip("/").replace("SUITE", "*")
    if any(fnmatchcase(file, f"*/{path}{ending}") for file in FILES for ending in ("", ".py")):
        return True
    module, _, attribute = path.rpartition(".")
    found = [file for file in FILES if attribute and file.endswith(f"/{module}.py")]
    return any(attribute in (ROOT / file[1:]).read_text(encoding="utf-8") for file in found)


@pytest.mark.parametrize("name", TEXTS)
def test_named_files_exist(name: str) -> None:
    paths = named(
        (ROOT / name).read_text(encoding="utf-8"),
        modules=name in ("ARCHITECTURE.md", "CONTRIBUTING.md") or "decisions" in name,
    )
    assert paths or "decisions" in name
    assert [path for path in paths if not exists(path)] == []


def test_a_file_that_is_gone_is_found() -> None:
    text = (
        "See `runs/rates`, `runs/statistics/`, `tests/suites/answers/SUITE.yaml`, `files/scalars.Plain`,"
        " `runs/gone.py`, `gone/`, `locks/gone` and `files/scalars.Gone`."
    )
    gone = [path for path in named(text, modules=True) if not exists(path)]
    assert gone == ["files/scalars.Gone", "gone/", "locks/gone", "runs/gone.py"]
