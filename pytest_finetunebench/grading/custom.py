"""Custom graders: functions registered under a name that case files use.

def tone(answer: str, probe: Probe, **options) -> bool | tuple[bool, str] | GraderResult
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_finetunebench.cases.grader_choice import GRADER_NAMES, CustomGrader
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.errors import SettingsError, one_line
from pytest_finetunebench.files.user_code import described, import_target
from pytest_finetunebench.grading.finding import Finding, shown

GraderFunction = Callable[..., Any]


@dataclass(frozen=True)
class GraderResult:
    """What a custom grader may return, where True or False says too little."""

    passed: bool | None
    """None: it could not decide, so the probe is unmeasured for this `reason`."""
    reason: str = ""
    extracted: str | None = None
    """The part of the answer that decided."""


def import_grader(name: str, target: str, option: str) -> GraderFunction:
    """Import the function that `MODULE:ATTRIBUTE` names; `option` is how the user gave it, for messages.

    Raises:
        SettingsError: the name or the target cannot be used.
    """
    found = import_target(target, option, "NAME=MODULE:ATTRIBUTE, for example tone=mypackage.graders:tone")
    check_grader(name, found, option)
    function: GraderFunction = found
    return function


def check_grader(name: object, function: object, where: str) -> None:
    """Check a registration: a new name for a plain function.

    Raises:
        SettingsError: the message begins with `where`.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][\w-]{0,59}", name):
        raise SettingsError(f"{where}: {one_line(repr(name), 60)} cannot name a grader: use letters, digits, - and _")
    if name in (*GRADER_NAMES, "own"):
        raise SettingsError(f"{where}: '{name}' is a built-in grader: give yours another name")
    if any(map(inspect.iscoroutinefunction, (function, getattr(type(function), "__call__", None)))):  # noqa: B004
        raise SettingsError(f"{where}: '{name}' is an async function: graders are plain ones")
    if not callable(function):
        raise SettingsError(f"{where}: '{name}' is {type(function).__name__}, not a function")


def compare(options: CustomGrader, graders: Mapping[str, GraderFunction], text: str, probe: Probe) -> Finding:
    """Judge by a custom grader; one that fails leaves the probe unmeasured, with its error and place."""
    name = options.registered
    if name not in graders:
        return Finding(None, None, f"the grader '{name}' is not registered in this run")
    try:
        result = _result(graders[name](text, probe, **options.options))
    except BaseException as error:  # a stranger's code may raise anything, pytest's own outcomes and SystemExit too
        if isinstance(error, KeyboardInterrupt):
            raise
        return Finding(None, None, f"grader '{name}' raised {described(error)}")
    if result is None:
        return Finding(None, None, f"grader '{name}' returned no bool, (bool, reason) or GraderResult")
    words = {True: "is met", False: "is not met", None: "could not decide"}[result.passed]
    reason = one_line(result.reason) or f"'{name}' {words}"
    extracted = shown(text) if result.extracted is None else shown(result.extracted)
    return Finding(result.passed, extracted, reason, well_formed=True)


def _result(returned: object) -> GraderResult | None:
    if isinstance(returned, bool):
        return GraderResult(returned)
    if isinstance(returned, tuple) and len(returned) == 2:
        returned = GraderResult(*returned)
    if not isinstance(returned, GraderResult) or not isinstance(returned.passed, bool | None):
        return None
    texts = isinstance(returned.reason, str) and isinstance(returned.extracted, str | None)
    return returned if texts else None
