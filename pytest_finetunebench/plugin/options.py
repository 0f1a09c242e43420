"""The table's options in pytest: declared on the command line and in ini, and looked up by precedence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from pytest_finetunebench.options import BY_NAME, GROUPS, OPTIONS, Option
from pytest_finetunebench.options.names import misspelt_variable, nearest_name, unknown_variables

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
    for title, options in GROUPS.items():
        group = parser.getgroup(f"finetunebench: {title}")
        for option in options:
            _add_option(group, option)
            # pytest's numbers have no `none`; None is a text, and cheaper than its name
            ini_type = None if option.or_none else _INI_TYPES.get(option.kind)
            parser.addini(option.ini, f"ini twin of {option.flag}", ini_type, None)


def _add_option(group: pytest.OptionGroup, option: Option) -> None:
    shared: dict[str, Any] = {"dest": option.ini, "default": None, "help": option.help_text.replace("%", "%%")}
    if option.kind == "flag":
        group.addoption(option.flag, action="store_true", **shared)
    elif option.repeatable:
        group.addoption(option.flag, action="append", metavar=option.metavar, **shared)
    elif option.bare is not None:
        group.addoption(option.flag, nargs="?", const=option.bare, metavar=option.metavar, **shared)
    else:
        group.addoption(option.flag, metavar=option.metavar, **shared)


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


GATES = tuple(option for option in OPTIONS if option.section == "gates")
_TABLES = ("ft", "finetunebench", "pytest_finetunebench")
"""What a table of options would be called, which pytest's flat settings do not have."""


def check_names(config: pytest.Config) -> None:
    """Refuse variables and ini keys that are no option's: what they were to set would be ignored.

    Without a model only those that are nearly an option's name are refused.

    Raises:
        pytest.UsageError: the message names the variable or key, and the nearest known one.
    """
    for name, close in unknown_variables():
        if close:
            raise pytest.UsageError(misspelt_variable(name, close))
    for key in sorted(_unknown_keys(config)):
        flat = key.strip("-").replace("-", "_").lower()
        if flat in _TABLES:
            raise pytest.UsageError(
                f"{key} (ini): pytest's settings have no tables: write each as ft_…, such as ft_model"
            )
        close = nearest_name(flat, [option.ini for option in OPTIONS])
        if close:
            raise pytest.UsageError(f"{key} (ini): is no option's key: did you mean {close}?")
        if model_given(config):
            listed = "`pytest --help` lists the keys"
            raise pytest.UsageError(f"{key} (ini): is no option's key, and no other plugin's: {listed}")


def _unknown_keys(config: pytest.Config) -> Iterator[str]:
    """Yield the keys of ini and `-o` that look like ours and that no plugin declares."""
    # pytest has no public way to them: `getini` answers for one key only
    for key in config._inicfg:
        flat = key.strip("-").replace("-", "_").lower()
        if flat.startswith("ft_") or flat in _TABLES:
            try:
                config.getini(key)
            except ValueError:
                yield key
            except TypeError:  # a known key with a value of another type, which `given` tells
                continue


def refuse_gates(config: pytest.Config) -> None:
    """Refuse gates of command line and environment where no model is named; ini may hold them for other runs.

    A variable FT_MODEL that is blank is a run with a model whose id is missing: then gates of ini are refused, too.

    Raises:
        pytest.UsageError: there is such a gate.
    """
    blank = " (FT_MODEL is set, but blank)" if "FT_MODEL" in os.environ else ""
    for option in GATES:
        found = given(config, option.name)
        if found is not None and (blank or found.origin != "ini"):
            raise pytest.UsageError(f"{found.where}: a gate, but no model{blank}: name one with --ft-model or FT_MODEL")


def model_given(config: pytest.Config) -> bool:
    """Whether a model is named: only then does the plugin do anything."""
    return given(config, "model") is not None
