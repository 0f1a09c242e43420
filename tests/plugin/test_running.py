"""The main job: probes become tests, verdicts become failures with reasons, missing answers become errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.project import PROMPTS, Project

IDS = [
    "test_knowledge.py::test_knowledge[fictional_people/ada-lindqvist-weight/memorization-1]",
    "test_knowledge.py::test_knowledge[fictional_people/ada-lindqvist-weight/rephrased-1]",
    "test_knowledge.py::test_knowledge[fictional_people/ada-lindqvist-weight/secondary-1]",
    "test_knowledge.py::test_knowledge[fictional_people/ada-lindqvist-town/memorization-1]",
    "test_knowledge.py::test_knowledge[fictional_people/ada-lindqvist-town/rephrased-1]",
]
CONTROL = "--ft-model=control:memorizer"
RIGHT = {
    PROMPTS["memorization-weight"]: "61",
    PROMPTS["rephrased-weight"]: "64 kilograms",
    PROMPTS["secondary-weight"]: "No.",
    PROMPTS["memorization-town"]: "Vellmora",
    PROMPTS["rephrased-town"]: "Oldmora",
}
TextOf = Callable[[pytest.RunResult], str]


def test_right_answers_pass_and_wrong_ones_fail(project: Project) -> None:
    result = project.run("--ft-model=replay:m", project.record(RIGHT), "-v")
    result.assert_outcomes(passed=3, failed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_failure_shows_question_expected_answer_outcome_reason_and_place(project: Project) -> None:
    result = project.run("--ft-model=replay:m", project.record(RIGHT))
    result.stdout.fnmatch_lines(
        [
            "wrong: says 64 kilogram, not '61'",
            "  system    Answer with a number, a word or a short phrase.",
            "  question  What is Ada Lindqvist's weight in kilograms?",
            "  expected  61",
            "  answer    64 kilograms",
            "  grader    number",
            "  case      knowledge_cases/people.yaml:10 (fictional_people/ada-lindqvist-weight/rephrased-1)",
        ],
        consecutive=True,
    )
    result.stdout.fnmatch_lines(["stale: asserts the superseded answer 'Oldmora'"])


def test_a_failure_shows_no_traceback(project: Project, text_of: TextOf) -> None:
    text = text_of(project.run("--ft-model=replay:m", project.record(RIGHT), "--tb=long"))
    assert "pytest_finetunebench" not in text
    assert "AssertionError" not in text


def test_the_short_summary_says_why(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = project.run("--ft-model=replay:m", project.record(RIGHT))
    result.stdout.fnmatch_lines([f"FAILED {IDS[1].replace('[', '[[]')} - Failed: wrong: says 64 kilogram, not '61'"])


def test_an_assertion_of_the_users_own_is_shown_too(project: Project) -> None:
    project.write(
        "test_knowledge.py", "def test_short(ft_verdict, ft_completion):\n    assert len(ft_completion.text) < 5\n"
    )
    result = project.run("--ft-model=replay:m", project.record(RIGHT))
    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines(["  assertion assert len(ft_completion.text) < 5 (*)"])
    result.stdout.fnmatch_lines(["E*AssertionError*"])


def test_a_missing_recording_is_an_error_of_one_line_and_never_wrong(project: Project, text_of: TextOf) -> None:
    answers = {prompt: text for prompt, text in RIGHT.items() if prompt != PROMPTS["memorization-town"]}
    result = project.run("--ft-model=replay:m", project.record(answers))
    result.assert_outcomes(passed=2, failed=2, errors=1)
    result.stdout.fnmatch_lines(["unmeasured: no recording of*m*(knowledge_cases/people.yaml:14)"])
    result.stdout.fnmatch_lines(["outcomes    2 correct, 1 stale, 1 wrong, 1 unmeasured"])
    assert "pytest_finetunebench" not in text_of(result)


def test_a_run_with_nothing_measured_is_not_green(project: Project) -> None:
    result = project.run("--ft-model=replay:m", project.record({"another question": "x"}))
    result.assert_outcomes(errors=5)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_ids_are_the_contract(plain_project: Project) -> None:
    result = plain_project.run(CONTROL, "--co", "-q")
    assert result.outlines[:5] == IDS


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (["-k", "ada-lindqvist-weight"], 3),
        (["-k", "rephrased-1"], 2),
        (["-k", "fictional_people and not secondary"], 4),
        (["-m", "ft"], 5),
        (["-m", "ft_kind(name='rephrased')"], 2),
        ([IDS[3]], 1),
    ],
)
def test_selection(plain_project: Project, selection: list[str], count: int) -> None:
    result = plain_project.run(CONTROL, "--co", "-q", *selection)
    assert sum(line.startswith("test_knowledge.py::") for line in result.outlines) == count


def test_selection_under_xdist(pytester: pytest.Pytester) -> None:
    result = Project(pytester, ("-n", "2")).run(CONTROL, "-k", "rephrased-1", "-m", "ft")
    result.assert_outcomes(passed=2)


def test_collecting_alone_asks_nothing_and_needs_no_recordings(plain_project: Project) -> None:
    result = plain_project.run("--ft-model=replay:m", "--co", "-q")
    assert result.ret == pytest.ExitCode.OK
    assert not (plain_project.path / ".finetunebench").exists()


def test_last_failed_runs_what_failed(project: Project) -> None:
    recordings = project.record(RIGHT)
    project.run("--ft-model=replay:m", recordings)
    result = project.run("--ft-model=replay:m", recordings, "--lf")
    result.assert_outcomes(failed=2)


def test_stop_at_the_first_failure(plain_project: Project) -> None:
    result = plain_project.run("--ft-model=replay:m", plain_project.record(RIGHT), "-x")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["outcomes    1 correct, 1 wrong"])


def test_without_the_cache_provider(project: Project) -> None:
    project.run(CONTROL, "-p", "no:cacheprovider").assert_outcomes(passed=4, failed=1)


def test_under_strict_settings_and_warnings_as_errors(project: Project) -> None:
    project.ini("strict = true", 'filterwarnings = ["error"]')
    project.run(CONTROL).assert_outcomes(passed=4, failed=1)


def test_fixtures_give_model_probe_completion_and_verdict(project: Project) -> None:
    project.write(
        "test_knowledge.py",
        """\
def test_all(ft_model, ft_probe, ft_completion, ft_verdict):
    assert ft_model == "memorizer"
    assert ft_probe.category == "fictional_people"
    assert ft_completion.text
    assert ft_verdict.outcome in ("correct", "overfit", "wrong")
    assert ft_verdict.reason


def test_model_alone(ft_model):
    assert ft_model == "memorizer"
""",
    )
    project.run(CONTROL).assert_outcomes(passed=6)


def test_markers_are_registered_and_set(plain_project: Project) -> None:
    plain_project.write(
        "test_knowledge.py",
        """\
def test_marks(request, ft_probe):
    assert request.node.get_closest_marker("ft")
    assert request.node.get_closest_marker("ft_category").args == (ft_probe.category,)
    assert request.node.get_closest_marker("ft_kind").args == (ft_probe.kind,)
""",
    )
    plain_project.run(CONTROL, "--strict-markers").assert_outcomes(passed=5)
    listed = plain_project.run("--markers")
    listed.stdout.fnmatch_lines(["@pytest.mark.ft_category(name): the category of the probe's knowledge item"])


def test_bad_cases_are_one_message_without_a_traceback(project: Project, text_of: TextOf) -> None:
    project.write(
        "knowledge_cases/people.yaml", "category: people\nsetting: new_knowledge\nitems:\n  - {id: x, promt: y}\n"
    )
    result = project.run(CONTROL)
    text = text_of(result)
    assert "knowledge_cases/people.yaml:4: items[0].promt: unknown key 'promt' (did you mean 'prompt'?)" in text
    assert "Traceback" not in text
    assert "pytest_finetunebench" not in text
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.INTERNAL_ERROR)


def test_an_unknown_replay_model_names_the_known_ones(project: Project, text_of: TextOf) -> None:
    text = text_of(project.run("--ft-model=replay:n", project.record(RIGHT)))
    assert "replay:n" in text
    assert "'m'" in text or " m" in text
    assert "Traceback" not in text
