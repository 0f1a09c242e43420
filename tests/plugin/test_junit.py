"""JUnit XML: properties of testcases and of the suite, and a file that parses whatever a model answered."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from tests.support.project import PROMPTS, QUIET, Project

MIXED = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "64 kilograms",
    PROMPTS["secondary-weight"]: "No.",
    PROMPTS["memorization-town"]: "Oldmora",
}
OUTCOMES = {
    "fictional_people/ada-lindqvist-weight/memorization-1": "correct",
    "fictional_people/ada-lindqvist-weight/rephrased-1": "wrong",
    "fictional_people/ada-lindqvist-weight/secondary-1": "correct",
    "fictional_people/ada-lindqvist-town/memorization-1": "stale",
    "fictional_people/ada-lindqvist-town/rephrased-1": "unmeasured",
}
RECORDING = """\
def test_knowledge(record_property, ft_verdict):
    record_property("kind", "mine")
    assert ft_verdict.passed
"""
HOSTILE = {
    PROMPTS["memorization-weight"]: "\x00\x01\x07\x0b\x1b[31m\x7f\x85\ufffe\uffff\u2028 60",
    PROMPTS["rephrased-weight"]: "\ud800 lone \udfff surrogates",
    PROMPTS["secondary-weight"]: "]]> <script>alert('&amp;')</script> <![CDATA[ &#0; 👩‍🔬 \u202eleft to right\u200f",
    PROMPTS["memorization-town"]: "0123456789" * 100_000,
    PROMPTS["rephrased-town"]: "line\r\nline\n\n\tline " + "&<>\"'\x02" * 3000,
}
USERS = ("kind", "mine")
Properties = list[tuple[str, str]]


def parse(path: Path) -> ET.Element:
    return ET.parse(path).getroot()  # noqa: S314 - our own file


def properties(element: ET.Element) -> Properties:
    return [(entry.attrib["name"], entry.attrib["value"]) for entry in element.findall("properties/property")]


def cases_of(root: ET.Element) -> list[tuple[str, Properties]]:
    """Return each testcase's probe id and properties."""
    return [(case.attrib["name"].partition("[")[2].rstrip("]"), properties(case)) for case in root.iter("testcase")]


def expected(probe: str, outcome: str) -> Properties:
    category, item, kind = probe.split("/")
    kind = kind.rpartition("-")[0]
    return [("category", category), ("kind", kind), ("item", item), ("outcome", outcome), ("model", "replay:m")]


def test_testcases_and_suite_carry_what_was_measured(project: Project) -> None:
    project.ini('filterwarnings = ["error"]')
    result = project.run("--ft-model=replay:m", project.record(MIXED), "--junitxml=junit.xml")
    result.assert_outcomes(passed=2, failed=2, errors=1)
    root = parse(project.path / "junit.xml")
    assert sorted(cases_of(root)) == sorted((probe, expected(probe, outcome)) for probe, outcome in OUTCOMES.items())
    suite = root.find("testsuite")
    assert suite is not None
    rates = {
        "memorization": ("0.5000", "2"),
        "rephrased": ("0.0000", "1"),
        "secondary": ("1.0000", "1"),
        "generalization": ("0.5000", "2"),
    }
    pairs = [("ft.model", "replay:m")]
    for category in ("fictional_people", "all"):
        for kind, (rate, n) in rates.items():
            pairs += [(f"ft.pass_rate:{category}/{kind}", rate), (f"ft.n:{category}/{kind}", n)]
    found = properties(suite)
    assert [pair for pair in found if not pair[0].startswith(("ft.interval:", "ft.kind_mean:"))] == pairs
    intervals = {name: value for name, value in found if name.startswith("ft.interval:")}
    assert intervals["ft.interval:all/memorization"] == "0.0608 0.9392"
    assert len(intervals) == 2 * len(rates)
    assert ("ft.kind_mean:all/generalization", "0.5000") in found
    assert {name: suite.attrib[name] for name in ("tests", "failures", "errors")} == {
        "tests": "5",
        "failures": "2",
        "errors": "1",
    }


def test_reruns_repeat_no_property_and_the_users_own_stay(project: Project) -> None:
    project.write("test_knowledge.py", RECORDING)
    loud = QUIET.replace('"-p", "no:rerunfailures", ', "")
    project.write("pyproject.toml", f'[tool.pytest]\njunit_family = "xunit1"\n{loud}\n')
    project.run("--ft-model=replay:m", project.record(MIXED), "--junitxml=junit.xml", "--reruns=1")
    found = cases_of(parse(project.path / "junit.xml"))
    # pytest-rerunfailures writes a testcase for each run of a test
    assert Counter(probe for probe, _ in found) == {
        probe: 1 if outcome == "correct" else 2 for probe, outcome in OUTCOMES.items()
    }
    for probe, pairs in found:
        assert sorted(pair for pair in pairs if pair != USERS) == sorted(expected(probe, OUTCOMES[probe]))
        assert (USERS in pairs) == (OUTCOMES[probe] != "unmeasured"), "no test ran where there is no answer"


def test_a_test_that_catches_a_missing_answer_tells_it_once(project: Project) -> None:
    project.write(
        "test_knowledge.py",
        """
import pytest

def test_knowledge(request, ft_probe):
    with pytest.raises(pytest.fail.Exception, match="^unmeasured: "):
        request.getfixturevalue("ft_completion")
    request.getfixturevalue("ft_verdict")
""",
    )
    result = project.run("--ft-model=replay:m", project.record({"another": "1"}), "--junitxml=out.xml")
    result.assert_outcomes(failed=5)
    for _, found in cases_of(parse(project.path / "out.xml")):
        assert [name for name, _ in found].count("outcome") == 1
        assert ("outcome", "unmeasured") in found


def test_a_rate_of_nothing_measured_is_empty(plain_project: Project) -> None:
    recordings = plain_project.record({PROMPTS["memorization-town"]: "Vellmora"})
    plain_project.run("--ft-model=replay:m", recordings, "--junitxml=junit.xml", "-k", "town")
    pairs = dict(next(properties(suite) for suite in parse(plain_project.path / "junit.xml").iter("testsuite")))
    assert pairs["ft.n:fictional_people/memorization"] == "1"
    assert pairs["ft.pass_rate:fictional_people/rephrased"] == ""
    assert pairs["ft.n:fictional_people/rephrased"] == "0"


def test_any_answer_makes_a_small_valid_file(project: Project) -> None:
    project.ini('filterwarnings = ["error"]')
    result = project.run("--ft-model=replay:m", project.record(HOSTILE), "--junitxml=junit.xml", "--ft-json=run.json")
    result.assert_outcomes(failed=5)
    file = project.path / "junit.xml"
    assert file.stat().st_size < 100_000
    texts = {case.attrib["name"]: case.findtext("failure") or "" for case in parse(file).iter("testcase")}
    assert all("  question  " in text for text in texts.values()), "each is shown in full"
    joined = "\n".join(texts.values())
    assert "]]> <script>alert('&amp;')</script> <![CDATA[ &#0; 👩" in joined
    assert "… (1,000,000 characters in all)" in joined
    assert max(map(len, texts.values())) < 3000
    assert "\x1b" not in result.stdout.str()
    assert "\u202e" not in joined, "a mark that reverses what follows is not put on a terminal"


@pytest.mark.parametrize("family", ["xunit1", "legacy"])
def test_other_junit_families(plain_project: Project, family: str) -> None:
    plain_project.ini(f'junit_family = "{family}"', 'filterwarnings = ["error"]')
    plain_project.run("--ft-model=replay:m", plain_project.record(MIXED), "--junitxml=junit.xml")
    found = cases_of(parse(plain_project.path / "junit.xml"))
    assert found == [(probe, expected(probe, outcome)) for probe, outcome in OUTCOMES.items()]
