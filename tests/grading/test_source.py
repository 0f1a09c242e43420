"""Code of other languages is parsed, never run: parts, comments, broken and hostile code."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from pytest_finetunebench.cases.form_options import SourceGrader
from pytest_finetunebench.errors import CaseError
from pytest_finetunebench.grading.code.source import compare
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.loaders import load_suite

OPTIONS = TypeAdapter(SourceGrader)
GO = {"language": "go", "contains": ["data, err := os.ReadFile(path)"], "forbidden": ["ioutil.ReadFile"]}
RUST = {"language": "rust", "contains": ["line.trim_start()"], "forbidden": ["line.trim_left"]}
SCRIPT = {"language": "javascript", "contains": [["f(a, ...)", "g.f(a, ...)"]], "forbidden": ["old.f"]}
SHELL = {"language": "bash", "contains": ['echo "tag=$TAG" >> "$OUT"']}
MANIFEST = {"language": "yaml", "contains": ["apiVersion: batch/v1"], "forbidden": ["apiVersion: batch/v1beta1"]}


def judge(text: str, options: dict[str, Any]) -> Finding:
    return compare(OPTIONS.validate_python(options), text, has_superseded=True)


@pytest.mark.parametrize(
    ("options", "text", "met"),
    [
        (GO, "data, err := os.ReadFile(path)", True),
        (GO, "data, err := os.ReadFile( path ) // ioutil.ReadFile", True),
        (GO, "Sure:\n\n```go\ndata, err := os.ReadFile(path)\n```\nDone.", True),
        (GO, "Write `data, err := os.ReadFile(path)` instead of `data, err := ioutil.ReadFile(path)`.", True),
        (GO, "data := os.ReadFile(path)", False),
        (GO, 'data, err := f("os.ReadFile(path)")', False),
        (GO, "x() // `data, err := os.ReadFile(path)`", False),
        (RUST, "let name = line.trim_start();", True),
        (RUST, "line.trim_start()", True),
        (RUST, "let name = line.trim_start;", False),
        (SCRIPT, "const x = f(a, 1);", True),
        (SCRIPT, "g.f(a, b ?? c)", True),
        (SCRIPT, "f(a)", False),
        (SCRIPT, "f(1, a)", False),
        (SHELL, "echo tag=${TAG} >> $OUT", True),
        (SHELL, "echo 'tag=$TAG' >> $OUT", False),
        (SHELL, 'echo "tag=$TAG" > $OUT', False),
        (SHELL, "echo x # echo tag=$TAG >> $OUT", False),
        (MANIFEST, "kind: CronJob\napiVersion: 'batch/v1' # not batch/v1beta1", True),
        (MANIFEST, "apiVersion: batch/v2 # apiVersion: batch/v1", False),
        (MANIFEST, "apiVersion: batch/v2 # `apiVersion: batch/v1`", False),
        (MANIFEST, "note: 'apiVersion: batch/v1'", False),
        (MANIFEST, "", False),
    ],
)
def test_what_is_asked_for_is_found_in_code_alone(options: dict[str, Any], text: str, met: bool) -> None:
    found = judge(text, options)
    assert found.met is met, found.reason


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (GO, "data, err := ioutil.ReadFile(path) // os.ReadFile(path)"),
        (RUST, "let name = line.trim_left(); // line.trim_start()"),
        (SCRIPT, "old.f(a, 1); f(a, 1)"),
        (MANIFEST, "apiVersion: batch/v1beta1 # apiVersion: batch/v1"),
    ],
)
def test_what_is_forbidden_is_stale_whatever_a_comment_says(options: dict[str, Any], text: str) -> None:
    found = judge(text, options)
    assert found.outcome is Outcome.STALE
    assert "which it must not" in found.reason


@pytest.mark.parametrize(
    ("options", "text", "reason"),
    [
        (GO, "data, err := os.ReadFile(path", "is no Go: line 1"),
        (SCRIPT, "f(a, 1", "is no JavaScript: line 1, at 'f'"),
        (RUST, "let x = ;", "is no Rust: line 1, at '='"),
        (MANIFEST, "a: [", "is no YAML: line 1: "),
        (MANIFEST, "a: &x 1\nb: *x", "holds an alias, which is not followed"),
        (SCRIPT, "x" * 20_001, "is longer than 20,000 characters"),
        (SCRIPT, "[" * 500 + "]" * 500, "is nested deeper than 150 levels"),
        (SHELL, "# nothing", "holds no code"),
    ],
)
def test_broken_code_is_malformed_and_the_reason_says_where(options: dict[str, Any], text: str, reason: str) -> None:
    found = judge(text, options)
    assert (found.met, found.well_formed) == (False, False)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize("language", ["bash", "go", "javascript", "rust", "yaml"])
@pytest.mark.parametrize("text", ["(", "[", "f(a,", "`$(", "{'a':", "<<E\n", "<a ", "\x00\ud800"])
def test_hostile_code_is_read_in_bounded_time(language: str, text: str) -> None:
    started = time.process_time()
    judge(text * (19_999 // len(text)), {"language": language, "contains": ["x: 1" if language == "yaml" else "x"]})
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("grader", "message"),
    [
        ("{name: source, language: go, contains: ['f(']}", "grader.contains[0]: 'f(' is no Go: line 1"),
        ('{name: source, language: go, contains: ["f()\\ng()"]}', "is more than one statement"),
        ("{name: source, language: go, contains: [f()], forbidden: ['']}", "grader.forbidden[0]"),
        ("{name: source, language: go, contains: [g()]}", "answer: 'f()' does not contain 'g()'"),
        ("{name: source, language: perl, contains: [g()]}", "grader.language"),
    ],
)
def test_mistakes_in_a_case_file(tmp_path: Path, grader: str, message: str) -> None:
    item = f"{{id: a, prompt: Which call?, answer: f(), grader: {grader}}}"
    (tmp_path / "a.yaml").write_text(f"category: c\nsetting: new_knowledge\nitems:\n  - {item}\n", encoding="utf-8")
    with pytest.raises(CaseError) as error:
        load_suite([tmp_path / "a.yaml"])
    assert message in str(error.value)
