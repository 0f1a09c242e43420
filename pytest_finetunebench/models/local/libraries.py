"""The libraries of the extra `local`, imported at first use, and untyped: the package is checked without them."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from typing import Any

from pytest_finetunebench.errors import SettingsError

NEEDED = ("torch", "transformers", "peft")
INSTALL = "pip install 'pytest-finetunebench[local]'"


def check_installed(what: str) -> None:
    """Refuse where a library is missing. Import none: that takes seconds.

    Raises:
        SettingsError: the message begins with `what` and names the command that installs them.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise SettingsError(f"{what}: needs {', '.join(missing)}, not installed here: {INSTALL}")


def torch() -> Any:
    """Return the module torch."""
    return importlib.import_module("torch")


def transformers() -> Any:
    """Return the module transformers, told to show no progress of its own."""
    found = importlib.import_module("transformers")
    logging = importlib.import_module("transformers.utils.logging")
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    # of its own parts about each other, which a user can do nothing about
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft)\.")
    return found


def peft() -> Any:
    """Return the module peft."""
    return importlib.import_module("peft")
