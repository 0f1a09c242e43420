"""The files for CI systems name options and commands that exist. `make lint-ci` runs the linters made for them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from pytest_finetunebench.cli import main
from pytest_finetunebench.options import OPTIONS
from tests.support.action_as_workflow import as_workflow
from tests.support.gitlab_job import filled

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = (ROOT / "templates" / "knowledge.yml").read_text(encoding="utf-8")
FLAGS = {option.flag for option in OPTIONS}
VARIABLES = {option.variable for option in OPTIONS}


def test_every_option_exists() -> None:
    named = set(re.findall(r"--ft-[a-z-]+", (ROOT / "action.yml").read_text(encoding="utf-8") + GITLAB))
    assert {"--ft-html", "--ft-metrics", "--ft-save"} <= named <= FLAGS
    assert set(re.findall(r"\bFT_[A-Z_]+", (ROOT / "action.yml").read_text(encoding="utf-8") + GITLAB)) <= VARIABLES


def test_the_action_uses_each_of_its_inputs_and_puts_none_into_a_script() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)) == set(ACTION["inputs"])
    for step in as_workflow(ACTION)["jobs"]["action"]["steps"]:
        assert "${{" not in step.get("run", ""), "an input in a script would be run as code"


def test_the_gitlab_template_uses_each_of_its_inputs_and_keeps_what_it_writes() -> None:
    head, job = yaml.safe_load_all(GITLAB.replace("$[[", "x[[").replace("x[[ inputs.", "x[[inputs."))
    assert set(re.findall(r"x?\[\[ ?inputs\.([a-z]+)", GITLAB.replace("$", "x"))) == set(head["spec"]["inputs"])
    script = " ".join(job["knowledge"]["script"])
    kept = job["knowledge"]["artifacts"]
    for path in (*kept["paths"], *kept["reports"].values()):
        assert f"={path}" in script


def test_the_filled_gitlab_template_holds_no_input_any_more() -> None:
    job = yaml.safe_load(filled(GITLAB))["knowledge"]
    assert (job["variables"], job["image"]) == ({"FT_MODEL": "x"}, "python:3.12-slim")
    assert "[[" not in filled(GITLAB)


def test_the_hook_calls_a_command_that_exists() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, command = hook["entry"].split()
    assert (program, command in main.commands) == ("finetunebench", True)
    assert re.search(hook["files"], "knowledge_cases/people/ada.yaml")
    assert not re.search(hook["files"], "knowledge_cases/test_knowledge.py")
