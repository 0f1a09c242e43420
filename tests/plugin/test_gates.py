"""Gates in a run: tolerated misses, reports of their own, exit codes, and no silent pass on missing data."""

from __future__ import annotations

import itertools
import os
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project import PROMPTS, Project

TextOf = Callable[[pytest.RunResult], str]
CONTROL = "--ft-model=control:memorizer"
"""4 of the 5 probes are right: memorization 2 of 2, rephrased 2 of 2, secondary 0 of 1 (overfit)."""
CRASH = """\
import os

def test_knowledge(ft_verdict, request):
    if "secondary" in request.node.name:
        os._exit(1)
    assert ft_verdict.passed
"""


def junit_suite(project: Project) -> ElementTree.Element:
    """Read the report back."""
    return next(iter(ElementTree.parse(project.path / "junit.xml").getroot()))  # noqa: S314 - our own


def gate_lines(result: pytest.RunResult) -> list[str]:
    """Return the gates as the section shows them, each joined into one line."""
    text = result.stdout.str().partition(" gates: rate, ")[2].partition("\n")[2]
    joined = text.replace("\n" + " " * 16, " ")
    lines = itertools.takewhile(lambda line: line.startswith("  "), joined.splitlines())
    return [" ".join(line.split()) for line in lines]


def test_a_met_gate_turns_misses_into_xfails(project: Project) -> None:
    result = project.run(CONTROL, "--ft-min-rate=0.6", "-rx", "--junitxml=junit.xml")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=5, xfailed=1)  # four probes and the gate
    result.stdout.fnmatch_lines(
        ["XFAIL *secondary-1* - overfit: repeats the trained answer '61' to a changed question*"]
    )
    assert gate_lines(result) == ["PASSED all>=0.60: 80.0% [22.4, 97.5] n=5; the interval spans the limit"]
    suite = junit_suite(project)
    assert (suite.get("failures"), suite.get("skipped"), suite.get("errors")) == ("0", "1", "0")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("type") == "pytest.xfail"
    assert str(skipped.get("message")).startswith("overfit: repeats the trained answer '61'")
    gates = [case for case in suite.iter("testcase") if case.get("classname") == "finetunebench"]
    assert [(case.get("name"), len(case)) for case in gates] == [("gate[all>=0.60]", 0)]


def test_a_missed_gate_fails_the_run_alike_everywhere(project: Project) -> None:
    result = project.run(CONTROL, "--ft-min-rate=generalization=0.9", "--junitxml=junit.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4, xfailed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "gate generalization>=0.90: 66.7% [[]17.6, 96.1[]] n=3, mean of kinds 50.0%; the interval spans the limit",
            "FAILED finetunebench::gate[[]generalization>=0.90[]]*",
        ]
    )
    suite = junit_suite(project)
    failure = suite.find("testcase[@classname='finetunebench']/failure")
    assert failure is not None
    assert str(failure.get("message")).startswith("gate generalization>=0.90: 66.7% [")


def test_only_covered_misses_are_tolerated(project: Project) -> None:
    result = project.run(CONTROL, "--ft-min-rate=memorization=0.5")
    result.assert_outcomes(passed=5, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    other = project.run(CONTROL, "--ft-max-rate=stale=0.5")
    other.assert_outcomes(passed=5, failed=1)
    same = project.run(CONTROL, "--ft-max-rate=overfit=0.5")
    same.assert_outcomes(passed=5, xfailed=1)
    assert gate_lines(same)[0].startswith("PASSED overfit<=0.50: 20.0% overfit [")


@pytest.mark.parametrize(
    ("options", "line", "code"),
    [
        (["--ft-max-gap=0.4"], "PASSED gap<=0.40: gap +33.3 points [", 0),
        (["--ft-max-gap=fictional_people=0.2"], "FAILED fictional_people:gap<=0.20: gap +33.3 points [", 1),
        (["--ft-min-rate=fictional_people/rephrased=1"], "PASSED fictional_people/rephrased>=1.00: 100.0% [", 1),
        (["--ft-min-rate=0.8", "--ft-gate-on=interval"], "FAILED all>=0.80: 80.0% [", 1),
        (["--ft-max-rate=rephrased:overfit=0"], "PASSED rephrased:overfit<=0.00: 0.0% overfit [", 1),
        (["--ft-must-beat=control"], "CANNOT BE DECIDED beats-control: 80.0% against 80.0% of the control", 1),
        (["--ft-must-beat=control", "--ft-allow-undecided"], "CANNOT BE DECIDED beats-control: 80.0% against", 0),
        (["--ft-min-rate=each-kind=0.5"], "FAILED each-kind>=0.50: secondary: 0.0% [", 1),
        (["--ft-min-rate=0.83", "--ft-weight=items"], "PASSED all>=0.83: 83.3% [", 0),
        (["--ft-min-rate=0.83"], "FAILED all>=0.83: 80.0% [", 1),
        (["--ft-min-rate=0.8", "--runxfail"], "PASSED all>=0.80: 80.0% [", 1),
    ],
)
def test_kinds_of_gates(plain_project: Project, options: list[str], line: str, code: int) -> None:
    result = plain_project.run(CONTROL, *options)
    assert result.ret == code
    assert gate_lines(result)[0].startswith(line)


def test_gates_from_ini_as_lists(project: Project) -> None:
    project.ini('ft_min_rate = ["0.6", "memorization=1"]', 'ft_max_gap = ["0.5"]', 'ft_gate_on = "rate"')
    result = project.run(CONTROL)
    assert result.ret == pytest.ExitCode.OK
    assert [line.partition(":")[0] for line in gate_lines(result)] == [
        "PASSED all>=0.60",
        "PASSED memorization>=1.00",
        "PASSED gap<=0.50",
    ]


@pytest.mark.parametrize("selection", [["-k", "weight"], ["-m", "ft_kind(name='rephrased')"]])
def test_gates_of_a_partial_run_are_not_evaluated_and_say_so(project: Project, selection: list[str]) -> None:
    result = project.run(CONTROL, "--ft-min-rate=0.99", *selection)
    misses = "weight" in selection
    assert result.ret == (pytest.ExitCode.TESTS_FAILED if misses else pytest.ExitCode.OK)
    assert (result.parseoutcomes()["skipped"], result.parseoutcomes().get("failed", 0)) == (1, int(misses))
    count = 3 if misses else 2
    assert gate_lines(result) == [f"NOT EVALUATED all>=0.99: a partial run: {count} of 5 probes selected"]


def test_unmeasured_probes_fail_a_gate_of_a_whole_run(project: Project) -> None:
    answers = {PROMPTS[name]: "61" for name in ("memorization-weight", "rephrased-weight")}
    options = ("--ft-model=replay:m", project.record(answers), "--ft-min-rate=0.1")
    result = project.run(*options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, errors=3, failed=1)
    assert gate_lines(result) == [
        "FAILED all>=0.10: cannot be evaluated: 3 of 5 answers are unmeasured, more than 1.0% (--ft-max-unmeasured)"
    ]
    borne = project.run(*options, "--ft-max-unmeasured=0.6")
    assert gate_lines(borne)[0].startswith("PASSED all>=0.10: 100.0% [")
    assert borne.ret == pytest.ExitCode.TESTS_FAILED, "what is unmeasured stays an error"


def test_gates_of_a_run_that_stopped_early_are_errors(plain_project: Project) -> None:
    plain_project.write(
        "knowledge_cases/also.yaml", "category: x\nsetting: retention\nitems: [{id: a, prompt: p, answer: b}]"
    )
    result = plain_project.run(CONTROL, "-x", "--ft-min-rate=memorization=0.1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=1, errors=1)
    (line,) = gate_lines(result)
    assert line.startswith("NOT EVALUATED memorization>=0.10: interrupted: stopping after 1 failures (5 selected")


def test_a_crashed_worker_fails_the_gates(plain_project: Project) -> None:
    plain_project.write("test_knowledge.py", CRASH)
    result = plain_project.run(CONTROL, "-n", "2", "--ft-min-rate=0.1", "--max-worker-restart=1")
    assert result.ret != pytest.ExitCode.OK
    assert "FAILED all>=0.10: cannot be evaluated: 1 selected probe without a result" in gate_lines(result)


def test_nothing_selected_is_no_pass(plain_project: Project) -> None:
    plain_project.write("test_knowledge.py", "def test_other(): pass\n")
    result = plain_project.run(CONTROL, "--ft-min-rate=0.1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert gate_lines(result) == ["FAILED all>=0.10: cannot be evaluated: no probe was selected"]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (
            "--ft-min-rate=fictional_peple=0.5",
            "the suite has no probes of 'fictional_peple' (did you mean 'fictional_people'?); categories: "
            "fictional_people; kinds: memorization, rephrased, secondary, generalization; CATEGORY/KIND is both",
        ),
        ("--ft-min-rate=fictional_people/vignette=0.5", "the suite has no probes of 'fictional_people/vignette'"),
        ("--ft-max-rate=news:stale=0.5", "the suite has no probes of 'news'"),
        ("--ft-must-beat=news=control", "the suite has no probes of 'news'"),
        (
            "--ft-max-gap=memorization=0.2",
            "a gap is between memorization and generalization, 'memorization' has no generalization probes",
        ),
    ],
)
def test_an_unknown_name_in_a_gate_names_the_known_ones(
    project: Project, text_of: TextOf, option: str, words: str
) -> None:
    result = project.run(CONTROL, option)
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    assert f"{option}: {words}" in text_of(result)
    assert "Traceback" not in text_of(result)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ft-min-rate=60"], "--ft-min-rate=60: needs a rate from 0 to 1: write 0.6 for 60%"),
        (["--ft-min-rate=high"], "--ft-min-rate=high: needs a rate from 0 to 1"),
        (
            ["--ft-max-rate=0.5"],
            "'' is no outcome that can be limited: write [SELECTOR:]OUTCOME=RATE",
        ),
        (["--ft-max-rate=stail=0.5"], "'stail' is no outcome that can be limited (did you mean 'stale'?)"),
        (["--ft-max-rate=unmeasured=0.5"], "'unmeasured' is no outcome that can be limited"),
        (["--ft-gate-on=luck", "--ft-min-rate=0.5"], "--ft-gate-on=luck: choose one of rate, interval"),
        (["--ft-max-unmeasured=2"], "--ft-max-unmeasured=2: needs a rate from 0 to 1"),
        (["--ft-compare-fail=drop>0.1"], "--ft-compare-fail=drop>0.1: there is no baseline to compare with"),
        (["--ft-compare", "--ft-compare-fail=bad"], "--ft-compare-fail=bad: cannot be read: write regressions>N"),
        (["--ft-must-beat=contrl"], "--ft-must-beat=contrl: 'contrl' is no rival (did you mean 'control'?)"),
        (["--ft-must-beat=base"], "--ft-must-beat=base: there is no base model: name one with --ft-base-model=SPEC"),
        (["--ft-weight=kinds"], "--ft-weight=kinds: choose one of probes, items"),
        (["--ft-gap-floor=60"], "--ft-gap-floor=60: needs a rate from 0 to 1: write 0.6 for 60%"),
        (["--ft-repeat=0"], "--ft-repeat=0: needs a whole number from 1 to 1000"),
        (["--ft-repeat=1001"], "--ft-repeat=1001: needs a whole number from 1 to 1000"),
    ],
)
def test_bad_values_are_named(plain_project: Project, text_of: TextOf, options: list[str], words: str) -> None:
    result = plain_project.run(CONTROL, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in text_of(result)


def test_weighted_by_items_the_report_says_so(project: Project) -> None:
    result = project.run(CONTROL, "--ft-weight=items", "--ft-min-rate=0.5", "--ft-markdown=out.md")
    assert "% right, mean over items [95% interval by item], n items measured" in result.stdout.str()
    # the weight of 2 of 3 right, the town of 2 of 2
    assert gate_lines(result)[0].startswith("PASSED all>=0.50: 83.3% [")
    assert "n=2 items" in gate_lines(result)[0]
    text = (project.path / "out.md").read_text(encoding="utf-8")
    assert "Every item counts once, by the share of its probes that are right" in text


def test_false_alarms_of_rate_gates_are_said(project: Project) -> None:
    result = project.run(CONTROL, "--ft-min-rate=0.7", "--ft-min-rate=memorization=0.5")
    text = " ".join(result.stdout.str().split())
    assert "false alarms: asked as many other items, a model just as good fails one of these 2 rate gates in up" in text


def test_a_gate_failed_last_does_not_narrow_the_next_run(plain_project: Project) -> None:
    plain_project.run(CONTROL, "--ft-min-rate=0.99")
    again = plain_project.run(CONTROL, "--ft-min-rate=0.6", "--lf")
    assert again.ret == pytest.ExitCode.OK
    again.assert_outcomes(passed=5, xfailed=1)


def test_a_gate_leaves_other_failures_alone(plain_project: Project) -> None:
    plain_project.write(
        "test_knowledge.py",
        "def test_it(ft_verdict, ft_completion):\n    assert ft_verdict.passed\n    assert len(ft_completion.text) < 5",
    )
    result = plain_project.run(CONTROL, "--ft-min-rate=0.1")
    result.assert_outcomes(passed=3, xfailed=1, failed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_repeats_are_samples_of_one_probe(project: Project) -> None:
    rows = {PROMPTS[name]: "61" for name in ("memorization-weight", "rephrased-weight")}
    rows |= {PROMPTS["memorization-town"]: "Vellmora", PROMPTS["rephrased-town"]: "Vellmora"}
    project.record(rows | {PROMPTS["secondary-weight"]: "No"})
    second = {**rows, PROMPTS["secondary-weight"]: "Yes"}
    first = (project.path / "recordings.jsonl").read_text(encoding="utf-8")
    project.record(second)
    later = (project.path / "recordings.jsonl").read_text(encoding="utf-8")
    (project.path / "recordings.jsonl").write_text(first + later, encoding="utf-8")
    options = (
        "--ft-model=replay:m",
        "--ft-recordings=recordings.jsonl",
        "--ft-repeat=2",
        "--ft-min-rate=secondary=0.5",
    )
    result = project.run(*options, "--ft-json=run.json")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=10, xfailed=1)
    assert gate_lines(result)[0].startswith("PASSED secondary>=0.50: 50.0% [")
    assert gate_lines(result)[0].endswith("n=1; the interval spans the limit")
    result.stdout.fnmatch_lines(["*2 samples of each", "flaky       1 of 5 probes not the same in every sample:"])
    partial = project.run(*options, "-k", "sample-2")
    assert gate_lines(partial)[0].startswith("NOT EVALUATED secondary>=0.50: a partial run: 0 of 5 probes")
    assert partial.ret == pytest.ExitCode.TESTS_FAILED


def test_markdown_goes_to_its_file_and_to_the_step_summary(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    step = tmp_path_factory.mktemp("github") / "summary.md"
    step.write_text("# Earlier step\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    project.run(CONTROL, "--ft-min-rate=0.6", "--ft-markdown=out/report.md")
    report = Path(project.path / "out" / "report.md").read_text(encoding="utf-8")
    assert "<code>all&#62;&#61;0.60</code>" in report
    assert step.read_text(encoding="utf-8") == "# Earlier step\n" + report
    assert os.environ["GITHUB_STEP_SUMMARY"] == str(step)
