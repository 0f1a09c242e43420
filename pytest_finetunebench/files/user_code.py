"""The user's own code, named as `MODULE:ATTRIBUTE`: imported here alone, its exceptions told in one line."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from pytest_finetunebench.errors import SettingsError, one_line


def import_target(target: str, option: str, example: str) -> Any:
    """Return what `MODULE:ATTRIBUTE` names; `option` is how the user gave it, for messages.

    Raises:
        SettingsError: the target is written otherwise, or cannot be imported.
    """
    module_name, colon, attribute = target.partition(":")
    if not colon or not module_name or not attribute:
        raise SettingsError(f"{option}: write {example}")
    try:
        found: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        hint = "; where it lies in the current folder, run `python -m pytest` or set pythonpath in the ini file"
        missing = isinstance(error, ModuleNotFoundError) and error.name == module_name.partition(".")[0]
        raise SettingsError(f"{option}: cannot be imported: {one_line(error)}{hint * missing}") from error
    except Exception as error:  # a stranger's module may raise anything
        raise SettingsError(f"{option}: importing it raised {described(error)}") from error
    return found


def described(error: BaseException) -> str:
    """Return the exception being handled in one line: its type, the innermost place, its words."""
    frame = sys.exc_info()[2]
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = "?" if frame is None else f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
    return f"{type(error).__name__} at {place}: {one_line(error)}"
