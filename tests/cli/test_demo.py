"""The demo: what it shows, what it means, and what comes next."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main


def test_the_demo_says_what_it_shows_and_what_it_means() -> None:
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 0
    first, _, rest = result.output.partition("model control:memorizer")
    assert "answers any other question as the trained one that looks most like it" in first
    assert re.search(r"all +100\.0 \[", rest)
    meaning = rest.partition("What it means: ")[2]
    assert re.search(r"100% of them, and \d\d% of everything else that follows from them", meaning)
    assert "A fine-tune must beat the second number" in meaning
    commands = meaning.partition("Next:\n")[2].splitlines()
    assert [line.split()[:2] for line in commands[:3]] == [
        ["finetunebench", "import"],
        ["finetunebench", "init"],
        ["pytest", "--ft-suite=fictional_people"],
    ]


@pytest.mark.parametrize("command", ["record", "generate", "cache", "gate", "train"])
def test_options_of_commands_show_their_default(command: str) -> None:
    text = CliRunner().invoke(main, [command, "--help"]).output
    options = re.split(r"\n  (?=-)", text.partition("Options:")[2])[1:]
    without = [one for one in options if "FT_" in one and "default:" not in one]
    assert without == []
