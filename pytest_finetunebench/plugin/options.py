"""The table's options in pytest: declared on the command line and in ini, and looked up by precedence."""

from __future__ import annotations

import os
from typing import Any, Literal

import pytest

from pytest_finetunebench.options import BY_NAME, OPTIONS, Option

_INI_TYPES: dict[str, Any] = {"int": "int", "float": "float", "flag": "bool", "list": "linelist", "paths": "linelist"}


class Given:
    """A value as the user gave it, and where; plain, as every pytest start makes it.

    Args:
        where: the value's place for messages: `--ft-seed=x`, `FT_SEED=x` or `ft_seed = x (ini)`.
    """

    def __init__(self, value: Any, origin: Literal["command line", "environment", "ini"], where: str) -> None:
        self.value, self.origin, self.where = value, origin, where


def add_options(parser: pytest.Parser) -> None:
    """Declare every option on the command line and in ini."""
    group = parser.getgroup("finetunebench", "knowledge tests of fine-tuned models")
    for option in OPTIONS:
        shared: dict[str, Any] = {"dest": option.ini, "default": None, "help": option.help_text.replace("%", "%%")}
        if option.kind == "flag":
            group.addoption(option.flag, action="store_true", **shared)
        elif option.repeatable:
            group.addoption(option.flag, action="append", metavar=option.metavar, **shared)
        elif option.bare is not None:
            group.addoption(option.flag, nargs="?", const=option.bare, metavar=option.metavar, **shared)
        else:
            group.addoption(option.flag, metavar=option.metavar, **shared)
        parser.addini(option.ini, f"ini twin of {option.flag}", type=_ini_type(option), default=None)


def _ini_type(option: Option) -> Any:
    # pytest's numbers have no `none`
    return "string" if option.or_none else _INI_TYPES.get(option.kind, "string")


def given(config: pytest.Config, name: str) -> Given | None:
    """Return an option's value: command line before environment before ini; None if it is not set.

    Raises:
        pytest.UsageError: the ini file holds a value of another type.
    """
    option = BY_NAME[name]
    value = config.getoption(option.ini)
    if value is not None:
        shown = value[-1] if isinstance(value, list) else value
        alone = value is True or (option.bare is not None and value == option.bare)
        return Given(value, "command line", option.flag if alone else f"{option.flag}={shown}")
    variable = os.environ.get(option.variable, "").strip()
    if variable:
        entries = option.split(variable) if option.repeatable else variable
        return Given(entries, "environment", f"{option.variable}={variable}")
    try:
        value = config.getini(option.ini)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error
    if value is None or value == [] or value == "":
        return None
    if isinstance(value, list) != option.repeatable:
        wanted = "one value" if isinstance(value, list) else "a list"
        raise pytest.UsageError(f"{option.ini} = {value!r} (ini): needs {wanted}")
    shown = ", ".join(value) if isinstance(value, list) else value
    return Given(value, "ini", f"{option.ini} = {shown} (ini)")


def model_given(config: pytest.Config) -> bool:
    """Whether a model is named: only then does the plugin do anything."""
    return given(config, "model") is not None
