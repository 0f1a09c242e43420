"""The README's table of graders: every example loads, and passes its right answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_finetunebench import Completion, grade, load_suite

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \|[^|]*\| `(answer: [^|]*)` \| `([^|]*)` \|$", re.MULTILINE)
ROWS = ROW.findall(README.read_text(encoding="utf-8"))


def test_the_table_is_found() -> None:
    assert len(ROWS) == 15


@pytest.mark.parametrize(("name", "case", "answer"), ROWS)
def test_examples(name: str, case: str, answer: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"category: c\nsetting: form\nitems:\n- {{id: a, prompt: p, {case}}}\n")
    (probe,) = load_suite([file]).probes
    verdict = grade(probe, Completion(text=answer))
    assert verdict.passed, verdict.reason
    assert verdict.grader.partition("(")[0] in name
