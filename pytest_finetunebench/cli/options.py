"""The table's options in commands: `--NAME` with the environment variable `FT_NAME`, as in a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pytest_finetunebench.cli.named import RenamedOption
from pytest_finetunebench.options import BY_NAME, OPTIONS, Option

if TYPE_CHECKING:
    from pytest_finetunebench.settings import Settings
    from pytest_finetunebench.settings.model_spec import ModelSpec

TABLE_DEFAULT = "as in the table"

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Value(click.ParamType):  # type: ignore[type-arg]  # click 8.2 has no type arguments
    """Checks a value as the table says."""

    def __init__(self, option: Option) -> None:
        self._option = option
        self.name = option.metavar or option.kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if self._option.kind in ("path", "paths", "file"):
            if not str(value).strip() or "\0" in str(value):
                self.fail("names no file or folder", param, ctx)
            path = Path(value)
            if self._option.kind == "file" and path.is_dir():
                self.fail(f"{str(value)!r} is a folder: name a file", param, ctx)
            return path
        if value is None:
            return None
        try:
            return self._option.parse(value)
        except ValueError as error:
            self.fail(f"{str(value)!r}: {'choose' if self._option.choices else 'needs'} {error}", param, ctx)

    def split_envvar_value(self, rv: str) -> Sequence[str]:
        return self._option.split(rv)


class _Option(RenamedOption):
    """Takes a blank environment variable as not set, as pytest's options do."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        return (super().resolve_envvar_value(ctx) or "").strip() or None


def table_option(
    name: str,
    *,
    former: str | None = None,
    param: str | None = None,
    default: str | None = TABLE_DEFAULT,
    help: str | None = None,  # noqa: A002 - as click calls it
    env: bool = True,
    **more: Any,
) -> Callable[[_Command], _Command]:
    """Return a decorator that adds one option of the table. Arguments given here replace the table's.

    Args:
        former: a name that the option once had, and still takes.
        param: another name of the command's argument.
        env: whether the variable `FT_NAME` sets it. False where that variable means something else.
    """
    option = BY_NAME[name]
    settings: dict[str, Any] = {
        "envvar": option.variable if env else None,
        "show_envvar": env,
        "help": help or _sentence(option),
        "former": former,
    }
    if option.kind == "flag":
        settings |= {"is_flag": True, "show_default": "off"}
    else:
        default = option.default if default == TABLE_DEFAULT else default
        settings |= {"type": _Value(option), "metavar": option.metavar, "multiple": option.repeatable}
        if default is not None:
            settings |= {"default": [default] if option.repeatable else default, "show_default": True}
        elif "(default:" not in settings["help"]:
            settings |= {"show_default": "none"}
    return click.option(f"--{name}", param or option.field, cls=_Option, **settings | more)


def table_options(command: str, **changes: Mapping[str, Any]) -> Callable[[_Command], _Command]:
    """Return a decorator that adds all options of the table that `command` takes.

    `changes` holds further arguments of `table_option` by field.
    """
    options = [option for option in OPTIONS if command in option.commands]

    def decorate(function: _Command) -> _Command:
        for option in reversed(options):
            function = table_option(option.name, **changes.get(option.field, {}))(function)
        return function

    return decorate


def settings_of(
    model: ModelSpec, given: Mapping[str, Any], url_option: str = "--base-url", **changes: Mapping[str, Any]
) -> Settings:
    """Return settings made of a command's options; `changes` are values by section.

    Without a base URL, `OPENAI_BASE_URL` may give it. `url_option` is its option, for messages.

    Raises:
        SettingsError: the base URL cannot be one, or a grader is not written as NAME=MODULE:ATTRIBUTE.
    """
    from pytest_finetunebench.completions import Sampling
    from pytest_finetunebench.settings import AnswerSettings, CallLimits, ModelSettings, Settings, SuiteSettings
    from pytest_finetunebench.settings.entries import parse_params, parse_targets

    def section(name: str) -> dict[str, Any]:
        fields = [option.field for option in OPTIONS if option.section == name]
        return {field: given[field] for field in fields if field in given} | dict(changes.get(name, {}))

    suite, place = section("suite"), section("model")
    if "graders" in suite:
        suite["graders"] = parse_targets("graders", [(entry, f"--graders={entry}") for entry in suite["graders"]])
    place["params"] = parse_params((entry, f"--param={entry}") for entry in given.get("param", ()))
    place["base_url"] = _base_url(model, place.get("base_url"), url_option)
    return Settings(
        model=ModelSettings.of(model, sampling=Sampling(**section("sampling")), **place),
        suite=SuiteSettings(**suite),
        answers=AnswerSettings(**section("answers")),
        limits=CallLimits(**section("limits")),
    )


def _base_url(model: ModelSpec, given: str | None, url_option: str) -> str | None:
    import os

    from pytest_finetunebench.settings.urls import check_base_url, environment_base_url

    if given is not None:
        return check_base_url(given, url_option)
    url = environment_base_url(model.provider, os.environ)
    return None if url is None else check_base_url(url, "OPENAI_BASE_URL")


def _sentence(option: Option) -> str:
    text = option.help.removeprefix("gate: ").replace("--ft-", "--")
    repeated = "; can be repeated" if option.repeatable else ""
    return f"{text[0].upper()}{text[1:]}{repeated}."
