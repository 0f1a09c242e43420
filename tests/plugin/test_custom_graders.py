"""Custom graders: registered by option, ini, environment and conftest; used by name in case files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.project import Project

TextOf = Callable[[pytest.RunResult], str]
CASES = """\
category: tone
setting: form
items:
  - id: greeting
    prompt: Greet me.
    answer: null
    grader: {name: tone, level: 2}
  - id: farewell
    prompt: Say goodbye.
    answer: null
    grader: {name: all, of: [tone, {name: style, max_words: 3}]}
"""
MODULE = """\
from pytest_finetunebench.grading import GraderResult

def tone(answer, probe, level=1):
    kind = "friendly" in answer
    return GraderResult(kind, f"level {level} of {probe.item}: {'kind' if kind else 'curt'}", extracted=answer[:8])

def plain(answer, probe, **options):
    return answer == "friendly"

def pair(answer, probe, **options):
    return False, "never\\nenough"

def broken(answer, probe, **options):
    raise ValueError("no such tone")

def nothing(answer, probe, **options):
    return None

def unsure(answer, probe, **options):
    return GraderResult(None, "cannot hear it")

def leaves(answer, probe, **options):
    raise SystemExit(3)

async def later(answer, probe):
    return True
"""
ANSWERS = {"Greet me.": "friendly hello", "Say goodbye.": "so long, my most friendly friend"}


@pytest.fixture
def tones(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    project.write("knowledge_cases/people.yaml", CASES)
    project.write("tone_graders.py", MODULE)
    monkeypatch.syspath_prepend(project.path)
    monkeypatch.setenv("PYTHONPATH", str(project.path))
    return project


def run(project: Project, *args: str) -> pytest.RunResult:
    return project.run("--ft-model=replay:m", project.record(ANSWERS), *args)


def check(result: pytest.RunResult) -> None:
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["malformed: style: has 6 words, at most 3 allowed", "  grader    all(tone, style)"])


def test_by_option(tones: Project) -> None:
    check(run(tones, "--ft-graders=tone=tone_graders:tone"))


def test_by_ini(tones: Project) -> None:
    tones.ini('ft_graders = ["tone=tone_graders:tone"]')
    check(run(tones))


def test_by_environment(tones: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FT_GRADERS", "tone=tone_graders:tone")
    check(run(tones))


def test_by_hook_in_conftest(tones: Project) -> None:
    tones.write(
        "conftest.py",
        "import tone_graders\n\ndef pytest_finetunebench_graders(config):\n    return {'tone': tone_graders.tone}\n",
    )
    check(run(tones))


def test_without_a_model_the_hook_is_not_called(plain_project: Project) -> None:
    plain_project.write("conftest.py", "def pytest_finetunebench_graders(config):\n    raise ValueError\n")
    plain_project.run().assert_outcomes(skipped=1)


def test_the_reason_and_the_extracted_text_are_in_the_record(tones: Project) -> None:
    record = tones.run_json(
        "--ft-model=replay:m", tones.record({**ANSWERS, "Greet me.": "Hello."}), "--ft-graders=tone=tone_graders:tone"
    )
    result = {result["item"]: result for result in record["results"]}["greeting"]
    assert (result["outcome"], result["grader"]) == ("wrong", "tone")
    assert (result["reason"], result["extracted"]) == ("level 2 of greeting: curt", "Hello.")


@pytest.mark.parametrize(
    ("function", "line"),
    [
        ("broken", "unmeasured: grader 'tone' raised ValueError at *tone_graders.py:14: no such tone*"),
        ("leaves", "unmeasured: grader 'tone' raised SystemExit at *tone_graders.py:*"),
        ("nothing", "unmeasured: grader 'tone' returned no bool, (bool, reason) or GraderResult*"),
        ("unsure", "unmeasured: cannot hear it*"),
    ],
)
def test_a_grader_that_fails_leaves_the_probe_unmeasured(
    tones: Project, function: str, line: str, text_of: TextOf
) -> None:
    result = run(tones, f"--ft-graders=tone=tone_graders:{function}", "-k", "greeting")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([line])
    assert "Traceback" not in text_of(result)


@pytest.mark.parametrize(
    ("function", "line"),
    [("plain", "wrong: 'tone' is not met"), ("pair", "wrong: never enough")],
)
def test_a_bool_or_a_pair_will_do(tones: Project, function: str, line: str) -> None:
    result = run(tones, f"--ft-graders=tone=tone_graders:{function}", "-k", "greeting")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("tone", "--ft-graders=tone: write NAME=MODULE:ATTRIBUTE, for example tone=mypackage.graders:tone"),
        ("tone=tone_graders", "--ft-graders=tone=tone_graders: write NAME=MODULE:ATTRIBUTE"),
        ("tone=no_such_module:x", "--ft-graders=tone=no_such_module:x: cannot be imported: No module named"),
        ("tone=tone_graders:tune", "--ft-graders=tone=tone_graders:tune: cannot be imported: module 'tone_graders'"),
        ("tone=tone_graders:__name__", "'tone' is str, not a function"),
        ("tone=tone_graders:later", "'tone' is an async function: graders are plain ones"),
        ("json=tone_graders:tone", "'json' is a built-in grader: give yours another name"),
        ("my tone=tone_graders:tone", "'my tone' cannot name a grader: use letters, digits, - and _"),
    ],
)
def test_bad_registrations(tones: Project, option: str, message: str, text_of: TextOf) -> None:
    result = run(tones, f"--ft-graders={option}")
    assert result.ret != pytest.ExitCode.OK
    text = text_of(result)
    assert message in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("[1]", "pytest_finetunebench_graders returned list: return a mapping of names to functions"),
        ("exit(0)", "pytest_finetunebench_graders raised SystemExit at "),
        ("{'tone': 3}", "pytest_finetunebench_graders: 'tone' is int, not a function"),
        ("{'tone': print}", "pytest_finetunebench_graders: there are two graders called 'tone'"),
    ],
)
def test_bad_hooks(tones: Project, returned: str, message: str, text_of: TextOf) -> None:
    tones.write("conftest.py", f"def pytest_finetunebench_graders(config):\n    return {returned}\n")
    assert message in text_of(run(tones, "--ft-graders=tone=tone_graders:tone"))


def test_an_unknown_grader_is_a_loader_error(tones: Project, text_of: TextOf) -> None:
    text = text_of(run(tones, "--ft-graders=tones=tone_graders:tone"))
    assert "people.yaml:7: items[0].grader: 'tone' is not a grader (did you mean 'tones'?); register a" in text
    assert "people.yaml:11: items[1].grader.of[0]: 'tone' is not a grader" in text
