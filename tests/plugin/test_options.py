"""Options: command line before environment before ini, and bad values named."""

from __future__ import annotations

import pytest

from tests.support.project import CASES, Project


def test_command_line_beats_environment_beats_ini(plain_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_project.write(
        "test_knowledge.py",
        "import os\ndef test_model(ft_model):\n    assert ft_model == os.environ['EXPECTED']\n",
    )
    plain_project.ini('ft_model = "control:ini"')
    for expected, option in (("ini", ()), ("env", ()), ("cli", ("--ft-model=control:cli",))):
        if expected == "env":
            monkeypatch.setenv("FT_MODEL", "control:env")
        monkeypatch.setenv("EXPECTED", expected)
        plain_project.run(*option).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["--ft-cache=replays"],
            "--ft-cache=replays: choose one of auto, refresh, replay, off (did you mean 'replay'?)",
        ),
        (["--ft-temperature=-1"], "--ft-temperature=-1: needs a number from 0, or none to leave it out of the request"),
        (["--ft-seed=x"], "--ft-seed=x: needs a whole number, or none to leave it out of the request"),
        (
            ["--ft-max-tokens=0"],
            "--ft-max-tokens=0: needs a whole number from 1, or none to leave it",
        ),
        (["--ft-timeout=0"], "--ft-timeout=0: needs a number of seconds above 0"),
        (["--ft-timeout=inf"], "--ft-timeout=inf: needs a number of seconds above 0"),
        (["--ft-max-retries=-1"], "--ft-max-retries=-1: needs a whole number from 0"),
        (["--ft-max-retries=1.5"], "--ft-max-retries=1.5: needs a whole number from 0"),
        (["--ft-base-url=localhost:8000"], "--ft-base-url: is not a URL: write one such as http://127.0.0.1:8000/v1"),
        (["--ft-json=."], "--ft-json=*: is a folder: name a file"),
        (["--ft-model=control:"], "--ft-model=control:: no model id after 'control:', for example control:memorizer"),
        (["--ft-provider=openai=a:b"], "--ft-provider=openai=a:b: 'openai' cannot name a provider*"),
        (["--ft-provider=a:b", "--ft-provider=x=a:b"], "--ft-provider: where several are given each needs a name*"),
    ],
)
def test_bad_values_are_usage_errors(plain_project: Project, args: list[str], message: str) -> None:
    result = plain_project.run("--ft-model=control:memorizer", *args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}*"])
    assert "Traceback" not in result.stderr.str()


def test_a_bad_ini_value_names_the_file(plain_project: Project) -> None:
    plain_project.ini('ft_model = "control:memorizer"', 'ft_timeout = "soon"')
    result = plain_project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *pyproject.toml: config option 'ft_timeout' expects a float*"])


def test_ini_twins_work_as_lists_and_numbers(project: Project) -> None:
    project.write("more/towns.yaml", CASES.replace("fictional_people", "towns"))
    project.ini(
        'ft_model = "control:memorizer"',
        'ft_cases = ["knowledge_cases", "more"]',
        "ft_timeout = 5",
        "ft_max_retries = 2",
        'ft_temperature = "none"',
        "ft_all_rows = true",
    )
    project.run().assert_outcomes(passed=8, failed=2)


def test_paths_on_the_command_line_are_relative_to_where_pytest_was_called(
    plain_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plain_project.path / "knowledge_cases")
    result = plain_project.run("--ft-model=control:memorizer", "--ft-cases=people.yaml", "..")
    result.assert_outcomes(passed=4, failed=1)


def test_the_default_folder_is_found_from_anywhere(plain_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(plain_project.path / "knowledge_cases")
    plain_project.run("--ft-model=control:memorizer", "..").assert_outcomes(passed=4, failed=1)


def test_environment_lists(plain_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FT_MODEL", "control:memorizer")
    monkeypatch.setenv("FT_CASES", str(plain_project.path / "knowledge_cases" / "people.yaml"))
    plain_project.run().assert_outcomes(passed=4, failed=1)


def test_a_missing_cases_folder_says_how_to_get_one(plain_project: Project) -> None:
    result = plain_project.run("--ft-model=control:memorizer", "--ft-cases=nowhere")
    result.stdout.fnmatch_lines(["*nowhere: no such file or folder*"])


@pytest.mark.parametrize(
    ("heading", "option"),
    [("the model and its suite", "--ft-model"), ("gates", "--ft-min-rate"), ("stored runs and reports", "--ft-json")],
)
def test_help_lists_every_option_under_a_heading(plain_project: Project, heading: str, option: str) -> None:
    result = plain_project.run("--help")
    result.stdout.fnmatch_lines([f"finetunebench: {heading}:", f"*{option}=*"])


def test_a_provider_of_the_users_own(project: Project) -> None:
    project.write(
        "mymodels.py",
        """\
async def parrot(request):
    return "61" if "kilograms" in request.prompt else "Vellmora"


class Failing:
    def __init__(self, context):
        self.model = context.settings.model.id

    async def complete(self, request):
        raise KeyError(self.model)
""",
    )
    project.ini('pythonpath = ["."]')
    project.run("--ft-model=p:any", "--ft-provider=p=mymodels:parrot").assert_outcomes(passed=4, failed=1)
    project.run("--ft-model=any", "--ft-provider=mymodels:parrot").assert_outcomes(passed=4, failed=1)
    failing = project.run("--ft-model=f:some-id", "--ft-provider=f=mymodels:Failing")
    failing.assert_outcomes(errors=5)
    failing.stdout.fnmatch_lines(["unmeasured: provider 'f' raised KeyError at *mymodels.py:10: 'some-id' (*"])


def test_a_provider_that_cannot_be_imported(plain_project: Project) -> None:
    result = plain_project.run("--ft-model=p:any", "--ft-provider=p=nowhere:x")
    result.stdout.fnmatch_lines(["*--ft-provider=p=nowhere:x: cannot be imported: No module named 'nowhere'*"])
