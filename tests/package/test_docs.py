"""The documentation is true: commands run, programs run, graders decide as told, and generated pages are up to date."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from pytest_finetunebench import Completion, grade, load_suite
from pytest_finetunebench.cli import main
from pytest_finetunebench.options import OPTIONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.name != "commands.md")
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *PAGES)}
NEEDS_PROVIDER = "<!-- needs a provider -->"
FENCE = re.compile(r"^([^\n]*)\n```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \|[^|]*\| `(answer: [^|]*)` \| `([^|]*)` \| `([^|]*)` \|$", re.MULTILINE)
ROWS = ROW.findall(TEXTS["docs/reference/graders.md"])
PROGRAMS = {
    f"{name}:{number}": program
    for name, text in TEXTS.items()
    for number, program in enumerate(re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
}
GENERATED = ("options.md", "commands.md", "schema.md")
OTHER_PLUGINS = ("randomly", "asyncio", "rerunfailures", "pytest_cov", "hypothesispytest", "anyio", "xdist")


def fences(name: str) -> list[tuple[bool, str, str]]:
    """Return a page's fenced blocks: whether a provider is needed, the language, and the text."""
    return [(before.strip() == NEEDS_PROVIDER, kind, body) for before, kind, body in FENCE.findall(TEXTS[name])]


def commands(name: str) -> list[str]:
    """Return the commands of a page that a test can run."""
    found = []
    for marked, kind, body in fences(name):
        if kind == "console" and not marked:
            found += re.findall(r"^\$ ((?:.*\\\n)*.*)$", body, re.MULTILINE)
    return [command.replace("\\\n", " ") for command in found if not command.startswith("pip install")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with what the pages take for given: cases, a table, and recordings of two models."""
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["init"])
    (tmp_path / "faq.csv").write_text("question,answer\nWho keeps the light?,Oda Ferrant\n", encoding="utf-8")
    (tmp_path / "recordings").mkdir()
    for model in ("old", "new"):
        rows = [
            json.dumps({"model": model, "prompt": probe.prompt, "response": probe.answer or "I do not know."})
            for probe in load_suite("knowledge_cases").probes
        ]
        (tmp_path / "recordings" / f"{model}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", [name for name in TEXTS if commands(name)])
def test_commands_run(name: str, project: Path) -> None:
    for command in commands(name):
        program, *words = shlex.split(command, comments=True)
        if program == "finetunebench":
            result = CliRunner().invoke(main, words)
            assert result.exit_code == 0, f"{command}\n{result.output}"
        else:
            assert program == "pytest", command
            off = [part for plugin in OTHER_PLUGINS for part in ("-p", f"no:{plugin}")]
            run = subprocess.run(  # noqa: S603 - our own pages
                [sys.executable, "-m", "pytest", "-q", *off, *words], capture_output=True, text=True, check=False
            )
            assert run.returncode in (0, 1), f"{command}\n{run.stdout}{run.stderr}"


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_runs_or_says_that_it_needs_a_provider(name: str) -> None:
    for _, kind, body in fences(name):
        if re.search(r"^(\$ |pytest |finetunebench )", body, re.MULTILINE):
            assert kind == "console", body


@pytest.mark.parametrize("name", TEXTS)
def test_every_option_that_a_page_names_exists(name: str) -> None:
    text = TEXTS[name].replace("\\\n", " ")
    assert set(re.findall(r"--ft-[a-z-]*[a-z]", text)) <= {option.flag for option in OPTIONS}
    for words in re.findall(r"\bfinetunebench ([a-z][^`\n|&;]*)", text):
        command: click.Command = main
        for word in words.split():
            if not isinstance(command, click.Group) or word not in command.commands:
                break
            command = command.commands[word]
        known = {flag for option in command.params for flag in option.opts} | {"--help"}
        assert set(re.findall(r"(?<!\S)--[a-z][a-z-]*", words)) <= known, words


def test_the_readme_is_short() -> None:
    assert len(TEXTS["README.md"].splitlines()) <= 150


def test_the_table_of_graders_is_found() -> None:
    assert len(ROWS) == 16


@pytest.mark.parametrize(("name", "case", "right", "wrong"), ROWS)
def test_graders_decide_as_the_table_says(name: str, case: str, right: str, wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"category: c\nsetting: form\nitems:\n- {{id: a, prompt: p, {case}}}\n")
    (probe,) = load_suite([file]).probes
    verdict = grade(probe, Completion(text=right))
    assert verdict.passed, verdict.reason
    assert verdict.grader.partition("(")[0] in name
    assert not grade(probe, Completion(text=wrong)).passed


def test_programs_import_from_the_public_face_only() -> None:
    assert len(PROGRAMS) >= 4
    pattern = re.compile(r"^(?:from|import) (pytest_finetunebench\S*)", re.MULTILINE)
    found = {name for text in TEXTS.values() for name in pattern.findall(text)}
    assert found == {"pytest_finetunebench"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_run(name: str, project: Path) -> None:
    names: dict[str, Any] = {}
    exec(compile(PROGRAMS[name], name, "exec"), names)  # noqa: S102 - our own pages
    if "tone" in names:
        assert names["tone"]("Sit down, please.", None).passed


@pytest.mark.parametrize("name", [name for name in TEXTS if "```yaml" in TEXTS[name]])
def test_case_files_load(name: str, tmp_path: Path) -> None:
    for number, (_, kind, body) in enumerate(fences(name)):
        if kind == "yaml" and "\nitems:" in body and "…" not in body.replace("# the trained wording …", ""):
            file = tmp_path / f"{number}.yaml"
            file.write_text(body, encoding="utf-8")
            assert load_suite(file).items


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_up_to_date(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    made = generator().PAGES[name]()
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == made, "run `python docs/generate.py`"


def test_every_page_is_in_the_navigation_and_every_link_leads_somewhere() -> None:
    listed = set(re.findall(r"[\w./-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    assert listed == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    for name, text in TEXTS.items():
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
            assert (ROOT / name).parent.joinpath(target).exists(), f"{name}: {target}"


def test_the_site_has_its_own_settings() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert settings["strict"] is True
    assert os.fspath(settings["site_dir"]) == ".site"
