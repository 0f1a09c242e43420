"""Check the values of pytest's options. A bad value stops here, named with its place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.errors import SettingsError, nearest
from pytest_finetunebench.options import BY_NAME, OPTIONS
from pytest_finetunebench.plugin.options import Given, given


class OptionValues:
    """Reads the options of one pytest run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def given(self, name: str) -> Given | None:
        """Return the value as the user gave it; None if it is not set."""
        return given(self._config, name)

    def is_given(self, name: str) -> bool:
        """Whether the option is set anywhere."""
        return given(self._config, name) is not None

    def value(self, name: str) -> Any:
        """Return a checked number, flag or choice; the table's default if it is not set.

        Raises:
            SettingsError: the value is not what the option wants.
        """
        found, option = given(self._config, name), BY_NAME[name]
        if found is None:
            unset = False if option.kind == "flag" else None
            return unset if option.default is None else option.parse(option.default)
        try:
            return option.parse(found.value)
        except ValueError as error:
            close = nearest(str(found.value), option.choices or ())
            raise SettingsError(f"{found.where}: {'choose' if option.choices else 'needs'} {error}{close}") from None

    def text(self, name: str) -> str | None:
        """Return a text; None if it is not set."""
        found = given(self._config, name)
        return str(found.value) if found else None

    def entries(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the values of a repeatable option, each with its place for messages."""
        found, option = given(self._config, name), BY_NAME[name]
        if found is None:
            return
        shown = {
            "command line": f"{option.flag}={{}}",
            "environment": f"{option.variable} ({{}})",
            "ini": f"{option.ini} = {{}} (ini)",
        }
        for entry in found.value:
            yield entry, shown[found.origin].replace("{}", entry)

    def paths(self, name: str) -> tuple[Path, ...]:
        """Return the paths of a repeatable option; none if it is not set."""
        found = given(self._config, name)
        return tuple(self._resolved(found, path) for path in found.value) if found else ()

    def folder(self, name: str) -> Path:
        """Return the folder that relative paths within an option's value start from."""
        found = given(self._config, name)
        return self._config.invocation_params.dir if found is None else self._resolved(found, ".")

    def path(self, name: str) -> Path | None:
        """Return a path; None if it is not set.

        Raises:
            SettingsError: a file is wanted, and this is a folder.
        """
        found = given(self._config, name)
        path = self._resolved(found, found.value) if found else None
        if path is not None and BY_NAME[name].kind == "file" and path.is_dir():
            raise SettingsError(f"{BY_NAME[name].flag}={path}: is a folder: name a file")
        return path

    def section(self, name: str) -> dict[str, Any]:
        """Return the options given for a section of `Settings`, by field. Others keep the field's default."""
        return {
            option.field: self._read(option.name)
            for option in OPTIONS
            if option.section == name and self.is_given(option.name)
        }

    def _read(self, name: str) -> Any:
        match BY_NAME[name].kind:
            case "paths":
                return self.paths(name)
            case "path" | "file":
                return self.path(name)
            case _:
                return self.value(name)

    def _resolved(self, found: Given, path: str) -> Path:
        """Resolve a path of the ini file from that file's folder, others from where pytest was called."""
        if not path.strip() or "\0" in path:
            raise SettingsError(f"{found.where}: names no file or folder")
        if found.origin == "ini":
            return (self._config.inipath.parent if self._config.inipath else self._config.rootpath) / path
        # not pathlib's `expanduser`, which raises for unknown users
        return self._config.invocation_params.dir / os.path.expanduser(path)  # noqa: PTH111
