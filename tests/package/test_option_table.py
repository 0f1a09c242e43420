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
    for option in OPTIONS:
        for command in option.commands:
            assert f"--{option.name}" in taken[command], (command, option.name)


NARROWED = {
    "--arm": "the same probes in another way",
    "--category": "the category of a new case file",
    "--dry-run": "show what would be",
    "--epochs": "passes over the training file",
    "--graders": "a custom grader, for case files to use by name",
    "--job": "the fine-tuning job",
    "--json": "json",
    "--out": "write to this",
    "--provider": "",
    "--train-price": "us dollars per million trained tokens",
    "--yes": "do not ask",
}
"""What the help of an option says in every command that has it, where its words are not the same everywhere.

`--json` of commands prints, and `--ft-json` of pytest names a file. `train` names a provider, and `--ft-provider`
defines one.
"""


def test_an_option_means_one_thing_in_every_command() -> None:
    helps: dict[str, dict[str, str]] = {f"--{option.name}": {"pytest": option.help} for option in OPTIONS}
    for name, command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                helps.setdefault(parameter.opts[0], {})[name] = parameter.help or ""
    for flag, told in helps.items():
        words = {
            text.removeprefix("gate: ")
            .replace("--ft-", "--")
            .removesuffix(".")
            .removesuffix("; can be repeated")
            .lower()
            for text in told.values()
        }
        assert len(words) == 1 or all(NARROWED.get(flag, flag) in text for text in words), (flag, told)


def test_every_option_of_a_command_is_described_and_shows_its_default() -> None:
    for name, command in commands():
        for option in command.params:
            if isinstance(option, click.Option) and option.expose_value and not option.required:
                assert option.help, (name, option.opts)
                record = option.get_help_record(click.Context(command, **main.context_settings))
                assert record is not None
                assert "default:" in record[1], (name, record)


def test_every_command_has_a_line_that_fits_the_list_of_commands() -> None:
    for name, command in commands():
        assert command.hidden or command.short_help, name
        assert len(name) + len(command.short_help or "") <= 74, name


FORMER = {
    ("compare", "--fail"): "--compare-fail",
    ("cache clear", "--model"): "--only-model",
    ("cache explain", "--repeat"): "--sample",
    ("batch collect", "--wait"): "--follow",
    ("export", "--repeat"): "--copies",
    ("export", "--validation"): "--hold-out",
    ("export", "--seed"): "--shuffle-seed",
    ("export", "--price"): "--train-price",
    ("generate", "--model"): "--draft-model",
    ("generate", "--dry-run"): "--diff",
    ("regrade", "--output"): "--out",
    ("runs trend", "--kind"): "--only-kind",
    ("train", "--base-model"): "--from",
    ("train", "--no-wait"): "--no-follow",
    ("train", "--price"): "--train-price",
    ("train", "--seed"): "--train-seed",
    ("validate", "--grader"): "--graders",
}


@pytest.mark.parametrize(("command", "former"), FORMER)
def test_a_former_name_sets_the_same_option_and_is_not_shown(command: str, former: str) -> None:
    found = dict(commands())[command]
    context = click.Context(found, **main.context_settings)
    (option,) = (one for one in found.params if FORMER[command, former] in one.opts)
    assert isinstance(option, click.Option)
    value = () if option.is_flag else ("1",)
    parser = found.make_parser(context)
    by_former, *_ = parser.parse_args([former, *value])
    by_name, *_ = parser.parse_args([FORMER[command, former], *value])
    assert by_former == by_name
    assert option.name in by_former
    assert former not in found.get_help(context).replace(FORMER[command, former], "").split()


def test_compare_is_listed_once() -> None:
    found = dict(commands())
    assert not found["compare"].hidden
    assert found["runs compare"].hidden


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
