"""The README's graders pass their right answers, and its Python programs run on the public interface alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench import Completion, grade, load_suite
from pytest_finetunebench.cli import main

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \|[^|]*\| `(answer: [^|]*)` \| `([^|]*)` \|$", re.MULTILINE)
TEXT = README.read_text(encoding="utf-8")
ROWS = ROW.findall(TEXT)
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_table_is_found() -> None:
    assert len(ROWS) == 16


@pytest.mark.parametrize(("name", "case", "answer"), ROWS)
def test_examples(name: str, case: str, answer: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"category: c\nsetting: form\nitems:\n- {{id: a, prompt: p, {case}}}\n")
    (probe,) = load_suite([file]).probes
    verdict = grade(probe, Completion(text=answer))
    assert verdict.passed, verdict.reason
    assert verdict.grader.partition("(")[0] in name


def test_programs_import_from_the_public_face_only() -> None:
    assert len(PROGRAMS) == 4
    assert set(re.findall(r"(?:from|import) (pytest_finetunebench\S*)", TEXT)) == {"pytest_finetunebench"}


def test_programs_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    main(["init"], standalone_mode=False)
    for program in PROGRAMS:
        names: dict[str, Any] = {}
        exec(compile(program, str(README), "exec"), names)  # noqa: S102 - our own README
        if "tone" in names:
            assert names["tone"]("Sit down, please.", None).passed
    assert "example/lighthouse-height/memorization-1 correct" in capsys.readouterr().out
