"""The libraries of the extra `local`, imported at first use, and untyped: the package is checked without them."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from typing import Any

from pytest_finetunebench.errors import ProviderError, SettingsError, one_line
from pytest_finetunebench.models.local.memory import is_memory_error

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
    return _imported("torch")


def transformers() -> Any:
    """Return the module transformers, told to show no progress of its own."""
    found, logging = _imported("transformers"), _imported("transformers.utils.logging")
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    # of its own parts about each other, which a user can do nothing about
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft)\.")
    return found


def peft() -> Any:
    """Return the module peft."""
    return _imported("peft")


def _imported(name: str) -> Any:
    """Return a module.

    Raises:
        ProviderError: it is broken, or there is too little memory for it.
    """
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - a library's own start may raise anything
        if is_memory_error(error):
            message = f"hf: too little memory to load {name}: free some, or serve the model elsewhere"
        else:
            message = f"hf: {name} cannot be loaded: {one_line(error, 160)}; install it anew: {INSTALL}"
        raise ProviderError(message, hopeless=True, sent=False) from None
