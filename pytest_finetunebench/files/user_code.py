"""Import custom graders and providers, named as `MODULE:ATTRIBUTE`. No other module imports a user's code."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from pytest_finetunebench.errors import SettingsError, one_line


def import_target(target: str, option: str, example: str) -> Any:
    """Return the object that `MODULE:ATTRIBUTE` names.

    Args:
        target: The text `MODULE:ATTRIBUTE`.
        option: The option as the user gave it, for messages.
        example: The form to write, for messages.

    Raises:
        SettingsError: The target has another form, or cannot be imported.
    """
    module_name, colon, attribute = target.partition(":")
    if not colon or not module_name or not attribute:
        raise SettingsError(f"{option}: write {example}")
    found: Any = None
    try:
        found = importlib.import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except ImportError as error:
        hint = "; if it is in another folder than pytest's root folder, set pythonpath in the ini file"
        missing = isinstance(error, ModuleNotFoundError) and error.name == module_name.partition(".")[0]
        raise SettingsError(f"{option}: cannot be imported: {one_line(error)}{hint * missing}") from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a user's module may raise anything; SystemExit(0) would end a gate green
        if isinstance(error, AttributeError) and found is not None:
            raise SettingsError(f"{option}: cannot be imported: {one_line(error)}") from error
        raise SettingsError(f"{option}: importing it raised {described(error)}") from error
    return found


def described(error: BaseException) -> str:
    """Return the exception being handled in one line: type, innermost place, message."""
    frame = sys.exc_info()[2]
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = "?" if frame is None else f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
    return f"{type(error).__name__} at {place}: {one_line(error)}"
