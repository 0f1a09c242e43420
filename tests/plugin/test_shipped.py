"""`--ft-suite=NAME`: the suites of an installed package, with no file of the user's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.project import Project

CONTROL = "--ft-model=control:memorizer"


@pytest.fixture
def empty(project: Project) -> Project:
    """A project without tests and cases."""
    (project.path / "test_knowledge.py").unlink()
    (project.path / "knowledge_cases" / "people.yaml").unlink()
    return project


def test_a_shipped_suite_brings_its_test(empty: Project) -> None:
    result = empty.run(CONTROL, "--ft-suite=renaming", "--ft-min-rate=memorization=1")
    assert result.parseoutcomes()["passed"] > 34
    result.stdout.fnmatch_lines(["renaming *100.0 *", "  PASSED        memorization>=1.00: 100.0% *"])


def test_it_may_be_asked_by_a_test_of_ones_own(project: Project) -> None:
    result = project.run(CONTROL, "--ft-suite=renaming", "test_knowledge.py", "-k", "memorization")
    result.assert_outcomes(passed=34)


def test_an_unknown_suite_names_those_that_there_are(
    empty: Project, text_of: Callable[[pytest.RunResult], str]
) -> None:
    result = empty.run(CONTROL, "--ft-suite=renamin")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    words = "--ft-suite=renamin: no shipped suite has this name (did you mean 'renaming'?); choose one of coding,"
    assert words in text_of(result)
