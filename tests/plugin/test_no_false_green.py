"""Runs that must not end green: partial, unmeasured, interrupted, without a model, left to a later gate."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from tests.support.project import PROMPTS, Project

TextOf = Callable[[pytest.RunResult], str]
CONTROL = "--ft-model=control:memorizer"
"""4 of the 5 probes are right: the secondary one is not."""
GATE = "--ft-min-rate=0.6"


def words(result: pytest.RunResult) -> str:
    return " ".join(result.stdout.str().split())


def command(project: Project, *args: str) -> Result:
    names = ("run.json", "a.json", "b.json", "whole.json")
    paths = [str(project.path / arg) if arg in names else arg for arg in args]
    return CliRunner().invoke(main, paths)


# --- partial runs

SHORTENED = """
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "town" not in item.nodeid]
"""


@pytest.mark.parametrize(
    "selection",
    [
        ["-k", "weight"],
        ["--deselect", "test_knowledge.py::test_knowledge[fictional_people/ada-lindqvist-town/rephrased-1]"],
        [],
    ],
)
def test_a_miss_in_a_partial_run_is_a_failure(project: Project, selection: Sequence[str]) -> None:
    if not selection:
        project.write("conftest.py", SHORTENED)
    result = project.run(CONTROL, GATE, *selection)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    count = 4 if "--deselect" in selection else 3
    assert (result.parseoutcomes()["failed"], result.parseoutcomes()["passed"]) == (1, count - 1)
    assert f"NOT EVALUATED all>=0.60: a partial run: {count} of 5 probes selected" in words(result)


def test_a_partial_run_after_a_failure_is_red_again(project: Project) -> None:
    assert project.run(CONTROL).ret == pytest.ExitCode.TESTS_FAILED
    assert project.run(CONTROL, GATE, "--lf").ret == pytest.ExitCode.TESTS_FAILED


# --- shards and a later gate


def test_shards_leave_their_gates_to_the_command(project: Project) -> None:
    for name, selection in (("a.json", "weight"), ("b.json", "town")):
        shard = project.run(CONTROL, GATE, "--ft-gate-later", f"--ft-json={name}", "-k", selection)
        assert shard.ret == pytest.ExitCode.OK
        assert "NOTHING IS DECIDED HERE: 1 gate left to `finetunebench gate` over the merged records" in words(shard)
        assert "NOT EVALUATED all>=0.60: left to `finetunebench gate` (--ft-gate-later)" in words(shard)
    alone = command(project, "gate", "a.json", "--min-rate", "0.6")
    assert alone.exit_code == 1
    assert "cannot be evaluated: a partial run: 3 of 5 probes selected" in alone.stdout
    assert "2 probes of the suite without a result: fictional_people/ada-lindqvist-town/memorization-1" in alone.stderr
    half = command(project, "runs", "merge", "whole.json", "a.json", "a.json")
    assert half.exit_code == 1
    assert "2 probes of the suite without a result, nothing was written: fictional_people/ada-lindq" in half.stderr
    merged = command(project, "runs", "merge", "whole.json", "a.json", "b.json")
    assert (merged.exit_code, merged.stderr) == (0, "")
    for rate, code in (("0.6", 0), ("0.9", 1)):
        assert command(project, "gate", "whole.json", "--min-rate", rate).exit_code == code


def test_what_is_unmeasured_in_a_shard_is_red(project: Project) -> None:
    options = ("--ft-model=replay:m", project.record({PROMPTS["memorization-weight"]: "61"}))
    result = project.run(*options, GATE, "--ft-gate-later", "--ft-json=a.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, errors=4, skipped=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([GATE], "--ft-gate-later: `finetunebench gate` needs this run's record: add --ft-json=PATH or --ft-save"),
        (["--ft-save"], "--ft-gate-later: there is no gate to decide later: name one, for example --ft-min-rate=0.9"),
    ],
)
def test_a_later_gate_needs_a_record_and_a_gate(project: Project, options: list[str], message: str) -> None:
    result = project.run(CONTROL, "--ft-gate-later", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_a_record_cut_or_doubled_by_hand_is_damaged(plain_project: Project) -> None:
    plain_project.run(CONTROL, "--ft-json=run.json")
    path = plain_project.path / "run.json"
    lines = path.read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if "secondary-1" in line and line.startswith("  {"))
    cut = [line for line in lines if line != row]
    told = "people/ada-lindqvist-weight/secondary-1 of its suite's 5 probes"
    listed = next(line for line in lines if line.strip().startswith('"fictional_people/ada-lindqvist-weight/secondary'))
    cases = (
        (cut, f"results: lacks fictional_{told}"),
        ([*lines[:-3], row, *lines[-3:]], "results: twice fictional_"),
        ([line for line in cut if line != listed], "probes: is not the list of probes of the suite that was run"),
    )
    for changed, damage in cases:
        text = "\n".join(changed).replace("},\n ]", "}\n ]").replace("}\n  {", "},\n  {").replace(",\n ],", "\n ],")
        path.write_text(text, encoding="utf-8")
        for args in (("gate", "run.json", "--min-rate", "0.5"), ("runs", "merge", "whole.json", "run.json")):
            result = command(plain_project, *args)
            assert result.exit_code == 1
            assert f"run.json: is damaged: {damage}" in result.stderr


# --- no model, unknown variables and keys

NEAR = "is no option's key: did you mean "


@pytest.mark.parametrize("blank", [True, False])
@pytest.mark.parametrize("place", ["command line", "environment"])
def test_a_gate_without_a_model_is_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch, place: str, blank: bool
) -> None:
    if blank:
        monkeypatch.setenv("FT_MODEL", "")
    if place == "environment":
        monkeypatch.setenv("FT_MIN_RATE", "0.9")
    result = project.run(*(["--ft-min-rate=0.9"] if place == "command line" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    where = "--ft-min-rate=0.9" if place == "command line" else "FT_MIN_RATE=0.9"
    told = " (FT_MODEL is set, but blank)" if blank else ""
    result.stderr.fnmatch_lines([f"ERROR: {where}: a gate, but no model{told}: name one with --ft-model or FT_MODEL"])


def test_gates_of_ini_alone_skip_and_say_so(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.ini('ft_min_rate = ["0.9"]')
    result = project.run()
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["finetunebench: 1 skipped, and no gate decided: no model: give one with --ft-model*"])
    monkeypatch.setenv("FT_MODEL", " ")
    blank = project.run()
    assert blank.ret == pytest.ExitCode.USAGE_ERROR
    blank.stderr.fnmatch_lines(["ERROR: ft_min_rate = 0.9 (ini): a gate, but no model (FT_MODEL is set, but blank): *"])


@pytest.mark.parametrize("options", [[CONTROL], []])
def test_a_misspelt_variable_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch, options: list[str]) -> None:
    monkeypatch.setenv("FT_MINRATE", "0.9")
    result = project.run(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: FT_MINRATE: is no option's variable: did you mean FT_MIN_RATE?"])


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("pyproject.toml", "[tool.pytest]\nft_minrate = ['0.9']", "ft_minrate (ini): {}ft_min_rate?"),
        ("pyproject.toml", "[tool.pytest.ini_options]\nft_max_rat = ['stale=0']", "ft_max_rat (ini): {}ft_max_rate?"),
        ("pytest.ini", "[pytest]\nft-min-rate = 0.9", "ft-min-rate (ini): {}ft_min_rate?"),
        ("tox.ini", "[pytest]\nFT_MUST_BEAT = control", "FT_MUST_BEAT (ini): {}ft_must_beat?"),
        ("setup.cfg", "[tool:pytest]\nft_modle = m", "ft_modle (ini): {}ft_model?"),
        (
            "pyproject.toml",
            "[tool.pytest.finetunebench]\nmin-rate = ['0.9']",
            "finetunebench (ini): pytest's settings have no tables: write each as ft_…, such as ft_model",
        ),
    ],
)
def test_a_misspelt_ini_key_is_refused(plain_project: Project, file: str, text: str, told: str) -> None:
    (plain_project.path / "pyproject.toml").unlink()
    plain_project.write(file, f"{text}\n")
    result = plain_project.run("-p", "no:asyncio", *[CONTROL] * (file == "pytest.ini"))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {told.format(NEAR)}"])


def test_an_ini_key_like_no_option_is_refused_with_a_model(plain_project: Project) -> None:
    given = plain_project.run(CONTROL, "-o", "ft_lowest_share=0.9")
    assert given.ret == pytest.ExitCode.USAGE_ERROR
    told = "ERROR: ft_lowest_share (ini): is no option's key, and no other plugin's: `pytest --help` lists the keys"
    given.stderr.fnmatch_lines([told])
    plain_project.write(
        "conftest.py", "def pytest_addoption(parser):\n    parser.addini('ft_lowest_share', 'of mine')\n"
    )
    assert plain_project.run(CONTROL, GATE, "-o", "ft_lowest_share=0.9").ret == pytest.ExitCode.OK


def test_an_ini_key_like_no_option_is_warned_of_without_a_model(plain_project: Project) -> None:
    plain_project.ini("ft_lowest_share = '0.9'")
    result = plain_project.run()
    result.assert_outcomes(skipped=1, warnings=1)
    result.stdout.fnmatch_lines(["*Unknown config option: ft_lowest_share"])


def test_a_variable_like_no_option_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FT_WAREHOUSE_REGION", "north")
    result = project.run(CONTROL, GATE)
    assert result.ret == pytest.ExitCode.OK
    assert "FT_WAREHOUSE_REGION: no option has this variable" in words(result)


# --- unmeasured

XFAIL = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.xfail(reason="known", strict=False))
"""
CATCHES = """
def test_knowledge(request, ft_probe):
    try:
        request.getfixturevalue("ft_verdict")
    except BaseException:
        pass
"""
SKIPS = """
import pytest

@pytest.fixture
def later(request, ft_probe):
    try:
        request.getfixturevalue("ft_verdict")
    except BaseException:
        pytest.skip("not today")

def test_knowledge(later):
    pass
"""
EXITS = """
import pytest

def test_knowledge(ft_verdict):
    assert ft_verdict.passed

def test_last():
    pytest.exit("enough", returncode=0)
"""


@pytest.mark.parametrize("how", ["xfail", "catches", "skips"])
@pytest.mark.parametrize("gates", [(), ("--ft-min-rate=0.1", "--ft-max-unmeasured=1")])
def test_what_is_unmeasured_ends_red_whatever_the_test_does(project: Project, how: str, gates: tuple[str, ...]) -> None:
    if how == "xfail":
        project.write("conftest.py", XFAIL)
    else:
        project.write("test_knowledge.py", CATCHES if how == "catches" else SKIPS)
    result = project.run("--ft-model=replay:m", project.record({PROMPTS["memorization-weight"]: "61"}), *gates)
    assert result.parseoutcomes().get("failed", 0) == result.parseoutcomes().get("errors", 0) == 0
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    name = "fictional_people/ada-lindqvist-town/rephrased-1"
    assert f"UNMEASURED although its test did not fail: {name}: " in words(result)


def test_leaving_with_code_0_is_corrected(plain_project: Project) -> None:
    plain_project.write("test_knowledge.py", EXITS)
    recordings = plain_project.record({PROMPTS["memorization-weight"]: "61"})
    result = plain_project.run("--ft-model=replay:m", recordings)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    answers = dict.fromkeys(PROMPTS.values(), "61")
    plain_project.write("test_knowledge.py", "import pytest\n\ndef test_first():\n    pytest.exit('x', 0)\n" + EXITS)
    whole = plain_project.run("--ft-model=replay:m", plain_project.record(answers))
    assert whole.ret == pytest.ExitCode.TESTS_FAILED, "no probe was asked"


@pytest.mark.parametrize("hook", ["collection_finish", "sessionfinish"])
@pytest.mark.parametrize("gates", [(), (GATE,)])
def test_no_hook_can_leave_with_code_0(plain_project: Project, hook: str, gates: tuple[str, ...]) -> None:
    plain_project.write("conftest.py", f"import pytest\n\ndef pytest_{hook}():\n    pytest.exit('x', returncode=0)\n")
    model = CONTROL if gates else "--ft-model=replay:m"
    recordings = plain_project.record({PROMPTS["memorization-weight"]: "61"})
    result = plain_project.run(model, recordings, *(["--ft-min-rate=0.9"] if gates else []))
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    if gates and hook == "collection_finish":
        assert "NOT EVALUATED all>=0.90: interrupted: the session ended before the first test" in words(result)
    elif hook == "sessionfinish":
        why = "gates did not pass: all>=0.9" if gates else "probes are unmeasured or without a result"
        result.stderr.fnmatch_lines([f"finetunebench: exit code 1, not 0: {why}*"])


@pytest.mark.parametrize("marker", ["xfail(run=False)", "skip"])
def test_a_run_in_which_nothing_was_asked_is_red(project: Project, marker: str) -> None:
    test = f"import pytest\n\n@pytest.mark.{marker}\ndef test_knowledge(ft_verdict):\n    assert ft_verdict.passed\n"
    project.write("test_knowledge.py", test)
    result = project.run(CONTROL)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "NOTHING WAS MEASURED: 5 selected probes, and no test read an answer" in words(result)


# --- interrupted

INTERRUPTED = """
def test_knowledge(ft_verdict, request):
    if "secondary" in request.node.name:
        raise KeyboardInterrupt
    assert ft_verdict.passed
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_an_interrupted_run_has_its_gates_in_junit_as_errors(plain_project: Project, workers: tuple[str, ...]) -> None:
    plain_project.write("test_knowledge.py", INTERRUPTED)
    result = plain_project.pytester.runpytest_subprocess(*workers, CONTROL, GATE, "--junitxml=junit.xml")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    suite = next(iter(ElementTree.parse(plain_project.path / "junit.xml").getroot()))  # noqa: S314 - our own
    assert int(str(suite.get("errors"))) >= 1
    error = suite.find("testcase[@classname='finetunebench']/error")
    assert error is not None
    assert "gate all>=0.60: not evaluated: interrupted: " in str(error.get("message")) + str(error.text)


def test_a_whole_run_with_met_gates_stays_green(project: Project) -> None:
    result = project.run(CONTROL, GATE, "--ft-json=run.json")
    assert result.ret == pytest.ExitCode.OK
    assert "UNMEASURED" not in words(result)
    assert "NOTHING IS DECIDED" not in words(result)
    assert command(project, "gate", "run.json", "--min-rate", "0.6").exit_code == 0
