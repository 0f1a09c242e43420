"""Shared by commands over the cache: its folder, and the settings of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.options import settings_of, table_option
from pytest_finetunebench.options import BY_NAME

if TYPE_CHECKING:
    from pytest_finetunebench.settings import ArmSettings, Settings

NEVER_CACHED = ("replay", "control")


def _remember_folder(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.obj = value


def folder_option(*, of_group: bool = False) -> Callable[[Any], Any]:
    """Take --cache-dir before the command (`of_group`) or after it; the later one counts."""
    after: dict[str, Any] = (
        {} if of_group else {"env": False, "default": None, "show_default": BY_NAME["cache-dir"].default}
    )
    return table_option("cache-dir", expose_value=False, callback=_remember_folder, **after)


def arms_of_model(texts: Sequence[str], corpus: Sequence[Path]) -> ArmSettings:
    """Return arms that all ask the one model of a command, whichever model each will stand for in a run.

    Raises:
        SettingsError: one cannot be read, or two have the same name.
    """
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.models.arms.spec import check_names, parse_arm
    from pytest_finetunebench.settings import ArmSettings

    specs = [parse_arm(text, f"--arm={text}", Path.cwd()) for text in texts]
    check_names(specs)
    if corpus and not any(spec.kind in ("retrieve", "prompt") for spec in specs):
        raise SettingsError("--corpus: no arm retrieves: add one, for example --arm=retrieve:5")
    return ArmSettings(specs=tuple(spec.model_copy(update={"tuned": True}) for spec in specs), corpus=tuple(corpus))


def run_settings(folder: Path, given: Mapping[str, Any]) -> Settings:
    """Return the settings of a run with the options of `batch submit` or `cache explain`.

    Raises:
        ClickException: the model's answers are never cached.
        SettingsError: an option's value cannot be used.
    """
    from pytest_finetunebench.settings.model_spec import parse_model_spec

    model = parse_model_spec(given["model"], option="--model")
    if model.provider in NEVER_CACHED:
        raise click.ClickException(f"answers of {model.provider} cost no call and are never cached")
    settings = settings_of(model, given, answers={"cache_dir": folder})
    return settings.model_copy(update={"arms": arms_of_model(given["arm"], given["corpus"])})
