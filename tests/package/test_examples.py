"""The example projects are complete: their cases load, and their commands name what is there."""

from __future__ import annotations

import ast
import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import pytest_finetunebench as ftb

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())


def test_each_tutorial_has_an_example() -> None:
    tutorials = {path.stem for path in (ROOT / "docs" / "tutorials").glob("*.md")}
    assert {path.name for path in EXAMPLES} == tutorials


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_is_complete(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    run = ftb.evaluate("knowledge_cases", "control:memorizer")
    assert run.rates("memorization")[0].rate == 1.0
    readme = Path("README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)|--ft-recordings=(\S+)|\bpytest (\w+)|python (\S+\.py)", readme):
        assert Path(next(filter(None, target))).exists(), target
    for script in Path().glob("*.py"):
        compile(script.read_text(encoding="utf-8"), str(script), "exec")


def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = ROOT / "examples" / "first-suite"
    cells = json.loads((folder / "explore.ipynb").read_text(encoding="utf-8"))["cells"]
    shutil.copytree(folder / "knowledge_cases", tmp_path / "knowledge_cases")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}

    async def run() -> None:
        for cell in cells:
            if cell["cell_type"] == "code":
                code = compile("".join(cell["source"]), "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                made = eval(code, names)  # noqa: S307 - our own cells, which may await
                if made is not None:
                    await made

    asyncio.run(run())
    assert "<table" in names["run"]._repr_html_()
    assert names["better"].results
    assert (tmp_path / "knowledge.html").exists()


def test_the_recorded_model_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples" / "before-retirement")
    run = ftb.evaluate("knowledge_cases", "replay:old", recordings=["recordings/old.jsonl"])
    assert [result.outcome for result in run.failures] == ["overfit", "overfit"]
    successor = ftb.evaluate("knowledge_cases", "replay:new", recordings=["recordings"])
    assert [result.outcome for result in successor.failures] == ["abstained"]
