"""The table of options: defaults that hold, commands that exist, values read alike everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import pytest
from pydantic import BaseModel

from pytest_finetunebench.cli import main
from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.options import BY_NAME, OPTIONS, Option
from pytest_finetunebench.settings import (
    AnswerSettings,
    ArmSettings,
    CallLimits,
    DecisionSettings,
    JudgeSettings,
    ModelSettings,
    OutputSettings,
    SuiteSettings,
)

SECTIONS: dict[str, type[BaseModel]] = {
    "model": ModelSettings,
    "sampling": Sampling,
    "suite": SuiteSettings,
    "answers": AnswerSettings,
    "limits": CallLimits,
    "output": OutputSettings,
    "decisions": DecisionSettings,
    "judge": JudgeSettings,
    "arms": ArmSettings,
}


def commands(group: click.Group = main, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")


@pytest.mark.parametrize(
    "option", [option for option in OPTIONS if option.section not in ("", "gates")], ids=lambda option: option.name
)
def test_an_option_fills_a_field_with_the_same_default(option: Option) -> None:
    field = SECTIONS[option.section].model_fields[option.field]
    default = field.get_default(call_default_factory=True)
    if option.default is not None and option.name != "cases":
        wanted = default if option.kind != "path" else str(default)
        assert option.parse(option.default) == wanted


def test_commands_take_what_the_table_says() -> None:
    taken = {
        name: {parameter.opts[0] for parameter in command.params if isinstance(parameter, click.Option)}
        for name, command in commands()
    }
    renamed = {("compare", "--compare-fail"): "--fail"}
    for option in OPTIONS:
        for command in option.commands:
            flag = renamed.get((command, f"--{option.name}"), f"--{option.name}")
            assert flag in taken[command], (command, flag)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "none", None),
        ("temperature", " 0.5 ", 0.5),
        ("seed", "-1", -1),
        ("repeat", "3", 3),
        ("timeout", "0.1", 0.1),
        ("all-rows", "TRUE", True),
        ("dry-run", "off", False),
        ("cache", "off", "off"),
        ("model", " x ", " x "),
    ],
)
def test_values(name: str, text: str, value: Any) -> None:
    assert BY_NAME[name].parse(text) == value


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("temperature", "nan", "a number from 0, or none to leave it out of the request"),
        ("seed", "1.0", "a whole number, or none to leave it out of the request"),
        ("repeat", "0", "a whole number from 1 to 1000"),
        ("repeat", "none", "a whole number from 1 to 1000"),
        ("rpm", "0", "a number above 0"),
        ("max-cost", "inf", "a number of US dollars from 0"),
        ("batch", "maybe", "true or false"),
        ("gate-on", "rates", "one of rate, interval"),
    ],
)
def test_bad_values(name: str, text: str, wanted: str) -> None:
    with pytest.raises(ValueError, match=f"^{wanted}$"):
        BY_NAME[name].parse(text)


def test_lists_of_the_environment() -> None:
    assert BY_NAME["graders"].split(" a=b:c, ,d=e:f ") == ["a=b:c", "d=e:f"]
    assert BY_NAME["param"].split('stop=["a","b"], top_p=1') == ['stop=["a","b"]', "top_p=1"]
    assert (BY_NAME["param"].ini, BY_NAME["param"].variable) == ("ft_params", "FT_PARAMS")
    assert BY_NAME["cases"].split("one:two") == ["one", "two"]


def test_every_option_shows_its_default() -> None:
    assert [option.name for option in OPTIONS if "(default: " not in option.help_text] == []
