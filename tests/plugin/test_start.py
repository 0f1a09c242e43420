"""What a run with a model loads: no more than it needs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.server.model_server import ModelServer
from tests.support.project import OTHER_PLUGINS, Project

CASES = """\
category: c
setting: retention
items:
  - {id: n1, prompt: "Question 1?", answer: "echo: Question 1?"}
  - {id: n2, prompt: "Question 2?", answer: "echo: Question 2?"}
"""
NEEDLESS = [
    "genai_prices",
    "google.genai",
    "httpx",
    "jsonschema",
    "nicknames",
    "numpy",
    "openai",
    "rapidfuzz",
    "regex",
    "rich",
    "sqlglot",
    "tenacity",
    *(
        f"pytest_finetunebench.{name}"
        for name in (
            "drafting",
            "grading.code.code",
            "grading.code.json_schema",
            "grading.code.python_code",
            "grading.code.sql",
            "grading.facts",
            "grading.label",
            "grading.response_parts",
            "grading.style",
            "models.providers.gemini",
            "reports.differences",
            "reports.markdown",
            "runs.comparison",
            "runs.comparison_gates",
            "runs.paired_rows",
            "runs.regrade",
            "training",
        )
    ),
]
"""What a run does without whose answers are all cached, and in which plain answers are right."""
QUIET = [word for name in OTHER_PLUGINS for word in ("-p", f"no:{name}")]


@pytest.fixture
def cached(plain_project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose answers are all in the cache."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    plain_project.write("knowledge_cases/people.yaml", CASES)
    with ModelServer() as server:
        plain_project.ini(f'ft_base_url = "{server.openai_url}"')
        plain_project.run("--ft-model=m").assert_outcomes(passed=2)
    return plain_project


def after_a_run(project: Project, found: str, *, before: str = "") -> Any:
    """Run pytest in a process of its own and return what the expression `found` is then."""
    script = f"""
import gc, json, sys, pytest
{before}
status = pytest.main({["-q", *QUIET, "-p", "no:xdist", "--ft-model=m"]!r})
print()
print(json.dumps([int(status), {found}]))
"""
    run = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], cwd=project.path, capture_output=True, text=True, check=True
    )
    assert "2 cache hits" in run.stdout
    status, value = json.loads(run.stdout.splitlines()[-1])
    assert status == pytest.ExitCode.OK
    return value


def test_every_module_of_ours_in_the_list_exists() -> None:
    ours = [name for name in NEEDLESS if name.startswith("pytest_finetunebench.")]
    assert [name for name in ours if importlib.util.find_spec(name) is None] == []


def test_a_cached_run_loads_no_sdk_no_other_grader_and_no_comparison(cached: Project) -> None:
    assert after_a_run(cached, f"[name for name in {NEEDLESS!r} if name in sys.modules]") == []


def test_garbage_is_collected_again_once_the_plugin_is_loaded(cached: Project) -> None:
    enabled, frozen = after_a_run(cached, "[gc.isenabled(), gc.get_freeze_count()]")
    assert enabled
    assert frozen > 10_000


def test_a_collector_that_was_switched_off_stays_off(cached: Project) -> None:
    assert after_a_run(cached, "gc.isenabled()", before="gc.disable()") is False


def test_a_second_run_in_the_process_freezes_nothing_more(cached: Project) -> None:
    again = f"pytest.main({['-q', *QUIET, '-p', 'no:xdist', '--ft-model=m']!r}); frozen = gc.get_freeze_count()"
    assert after_a_run(cached, "gc.get_freeze_count() <= frozen", before=again) is True
