"""The end of a run on the screen: failures folded, rates, gates, and the verdict last of all."""

from __future__ import annotations

import pytest

from tests.support.project import Project

CONTROL = "--ft-model=control:memorizer"
GATES = ("--ft-min-rate=memorization=0.9", "--ft-min-rate=generalization=0.9")
COUNTING = """\
def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"seen by others: {len(terminalreporter.stats['failed'])}")
"""


def many_items(count: int, probes: int = 1) -> str:
    """Return a case file; the control is wrong on every comparison."""
    lines = ["category: news", "setting: new_knowledge", "items:"]
    for number in range(count):
        lines.append(f"- {{id: item-{number:02}, prompt: What is {number}?, answer: 'Answer {number}', probes:")
        asked = [f"{{prompt: Is {number} larger than {n}?, answer: 'Yes'}}" for n in range(probes + (number == 7))]
        lines.append(f"   {{comparison: [{', '.join(asked)}]}}}}")
    return "\n".join(lines) + "\n"


def test_gates_and_verdict_come_last(project: Project) -> None:
    result = project.run(CONTROL, *GATES)
    lines = [line for line in result.outlines if line.strip()]
    order = ["short test summary", "= finetunebench =", "= gates: rate, ", "1 failed, 5 passed, 1 xfailed"]
    places = [next(n for n, line in enumerate(lines) if words in line) for words in order]
    assert places == sorted(places)
    assert lines[-1] == "finetunebench: 1 gate passed, 1 failed (generalization 66.7% < 90%)"


def test_the_verdict_has_the_colour_of_the_exit_code(plain_project: Project) -> None:
    verdicts = {}
    for option in ("--ft-min-rate=0.6", "--ft-min-rate=memorization=1"):
        result = plain_project.run(CONTROL, option, "--color=yes")
        verdicts[result.ret] = result.outlines[-1]
    assert verdicts == {
        pytest.ExitCode.OK: "\x1b[1m\x1b[32mfinetunebench: 1 gate passed\x1b[0m",
        pytest.ExitCode.TESTS_FAILED: "\x1b[1m\x1b[31mfinetunebench: 1 gate passed; 1 probe failed\x1b[0m",
    }


def test_many_failures_are_folded_by_item(plain_project: Project) -> None:
    plain_project.write("knowledge_cases/people.yaml", many_items(24))
    plain_project.write("conftest.py", COUNTING)
    result = plain_project.run(CONTROL)
    assert result.parseoutcomes()["failed"] == 25
    text = result.stdout.str()
    assert "seen by others: 25" in text
    lines = [line for line in result.outlines if line.startswith("FAILED ")]
    assert len(lines) == 20
    assert lines[:2] == ["FAILED news/item-07: 2 of 3: 2 wrong", "FAILED news/item-00: 1 of 2: 1 overfit"]
    assert sum(line.startswith("____") for line in result.outlines) == 20
    assert "= 25 failures of 24 items, worst first =" in text
    assert "… and 4 of 4 more items\n" in text
    verbose = plain_project.run(CONTROL, "-v")
    assert sum(line.startswith("FAILED test_knowledge.py::") for line in verbose.outlines) == 25
    assert "worst first" not in verbose.stdout.str()


def test_many_unmeasured_probes_are_folded_by_reason(plain_project: Project) -> None:
    plain_project.write("knowledge_cases/people.yaml", many_items(24))
    result = plain_project.run("--ft-model=replay:m", plain_project.record({"another": "1"}))
    assert result.parseoutcomes()["errors"] == 49
    (line,) = (line for line in result.outlines if line.startswith("ERROR "))
    assert line == "ERROR 49 × no recording of m for this question"
    assert result.outlines[-1].endswith("; 49 unmeasured")


def test_the_table_in_full(plain_project: Project) -> None:
    brief = plain_project.run(CONTROL)
    full = plain_project.run(CONTROL, "--ft-table=full")
    assert "category, kind" not in brief.stdout.str()
    full.stdout.fnmatch_lines(
        ["category, kind * 95% interval *", "fictional_people", "  rephrased *100.0*22.4-100.0*2"]
    )
