"""The names that users build on: they resolve, mean one thing, and cost nothing until used."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import pytest_finetunebench
from pytest_finetunebench import (
    Completion,
    GraderResult,
    Outcome,
    Probe,
    Request,
    RunRecord,
    Suite,
    Verdict,
    compare_runs,
    grade,
    load_suite,
)
from pytest_finetunebench.errors import CaseError
from tests.support.records import RIGHT, record
from tests.support.records import probe as probe_results

PACKAGE = Path(pytest_finetunebench.__file__).parent
NAMES = ["CallLimits", "Completion", "GraderResult", "Outcome", "Probe", "Request", "Run", "RunRecord", "Sampling"]
NAMES += ["Suite", "Verdict", "aevaluate", "compare_runs", "evaluate", "grade", "load_run", "load_suite"]
HEAVY = ["pydantic", "pytest", "diskcache", "openai", "google.genai", "yaml", "difflib", "importlib.metadata"]
CASES = """\
category: towns
setting: new_knowledge
items:
- {id: town, prompt: Where does Ada live?, answer: Vellmora, probes: {rephrased: [What is Ada's town?]}}
- {id: hill, prompt: Which hill is hers?, answer: Tarsk, draft: true}
"""


def in_a_fresh_process(script: str) -> object:
    command = [sys.executable, "-c", f"import json, sys\n{script}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own script
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_resolves_in_a_fresh_process(name: str) -> None:
    script = f"from pytest_finetunebench import {name} as found\nprint(json.dumps(found.__name__))"
    assert in_a_fresh_process(script) == name


def test_every_name_is_listed() -> None:
    assert sorted(pytest_finetunebench.__all__) == sorted([*NAMES, "callbacks"])
    assert {*NAMES, "__version__"} <= set(dir(pytest_finetunebench))


def test_the_import_alone_loads_nothing_else() -> None:
    script = f"""
before = set(sys.modules)
import pytest_finetunebench
dir(pytest_finetunebench)
rooms = [name for name in sys.modules if name.startswith("pytest_finetunebench.")]
print(json.dumps([rooms, [name for name in {HEAVY!r} if name in set(sys.modules) - before]]))
"""
    assert in_a_fresh_process(script) == [[], []]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(AttributeError) as caught:
        _ = pytest_finetunebench.load_suit  # type: ignore[attr-defined]
    assert (
        str(caught.value) == "module 'pytest_finetunebench' has no attribute 'load_suit' (did you mean 'load_suite'?)"
    )
    assert not hasattr(pytest_finetunebench, "nothing_like_it")


def test_the_rooms_take_nothing_but_the_version_from_the_public_face() -> None:
    taken = {
        alias.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "pytest_finetunebench"
        for alias in node.names
    }
    assert taken <= {"__version__", *(path.stem for path in PACKAGE.iterdir())}


def test_a_suite_is_loaded_from_a_path_or_several(tmp_path: Path) -> None:
    file = tmp_path / "towns.yaml"
    file.write_text(CASES, encoding="utf-8")
    suites = [load_suite(paths) for paths in (str(file), file, [file], iter([str(tmp_path)]))]
    assert all(isinstance(suite, Suite) and suite == suites[0] for suite in suites)
    suite = suites[0]
    assert [probe.id for probe in suite.probes] == ["towns/town/memorization-1", "towns/town/rephrased-1"]
    assert (suite.drafts, suite.notices) == (1, ("1 draft left out: accept them with `finetunebench review`",))


@pytest.mark.parametrize("paths", ["gone.yaml", ["gone.yaml"]])
def test_a_missing_file_is_named_whole(paths: str | list[str]) -> None:
    with pytest.raises(CaseError, match=r"gone\.yaml: no such file or folder"):
        load_suite(paths)


def test_a_completion_is_graded(tmp_path: Path) -> None:
    file = tmp_path / "towns.yaml"
    file.write_text(CASES, encoding="utf-8")
    probe = next(load_suite(file).probes)
    assert isinstance(probe, Probe)
    right, wrong = (grade(probe, Completion(text=text)) for text in ("In Vellmora.", "In Tarsk."))
    assert isinstance(right, Verdict)
    assert (right.outcome, right.passed, wrong.outcome, wrong.passed) == (Outcome.CORRECT, True, Outcome.WRONG, False)
    request = Request(provider="openai", model="m", messages=probe.messages)
    assert request.prompt == probe.prompt
    assert GraderResult(passed=True).reason == ""


def test_two_records_are_compared() -> None:
    before = record(probe_results("ada/rephrased-1", RIGHT))
    comparison = compare_runs(before, before)
    assert isinstance(comparison.before, RunRecord)
    assert comparison.counts == {"still right": 1}
