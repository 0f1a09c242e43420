"""Read an arm as it is written: `[NAME=][model+]KIND[:ARGUMENT]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from pytest_finetunebench.errors import SettingsError, nearest, one_line
from pytest_finetunebench.settings import ArmKind, ArmSpec

KINDS: tuple[ArmKind, ...] = get_args(ArmKind)
RESERVED = ("model", "base", "control")
"""Names that gates already have for others."""
MOST = 100
"""Examples or passages of an arm."""
TUNED = "model+"
_NAMED = re.compile(r"\s*([A-Za-z][A-Za-z0-9_.-]*)\s*=(.*)", re.DOTALL)
_COUNT = re.compile(r"[0-9]{1,6}")
_FORMS = {
    "none": "none",
    "prompt": "prompt:FILE",
    "few-shot": "few-shot:N or few-shot:N@SEED",
    "similar": "similar:N",
    "retrieve": "retrieve:K or retrieve:K:MODULE:ATTRIBUTE",
    "oracle": "oracle",
}


def parse_arm(text: str, where: str, folder: Path) -> ArmSpec:
    """Return the arm that `text` describes. A prompt's file is looked for from `folder`.

    Raises:
        SettingsError: it cannot be read; the message begins with `where`.
    """
    named = _NAMED.fullmatch(text)
    name, spec = (named[1], named[2].strip()) if named else ("", text.strip())
    tuned = spec.startswith(TUNED)
    kind, colon, argument = spec.removeprefix(TUNED).partition(":")
    kind, argument = kind.strip(), argument.strip()
    if kind not in KINDS:
        known = ", ".join(_FORMS.values())
        raise SettingsError(f"{where}: '{one_line(kind, 60)}' is no arm{nearest(kind, KINDS)}: write one of {known}")
    if not spec.isprintable():
        raise SettingsError(f"{where}: holds a character that cannot be printed")
    parts = _argument(kind, argument, folder) if bool(argument) == (kind not in ("none", "oracle")) else None
    if parts is None or (colon and not argument):
        raise SettingsError(f"{where}: write {_FORMS[kind]}{_bounds(kind)}")
    name = name or spec
    if name in RESERVED:
        raise SettingsError(f"{where}: '{name}' already has a meaning: choose another name")
    return ArmSpec(name=name, text=spec, kind=kind, tuned=tuned, where=where, **parts)  # type: ignore[arg-type]


def check_names(specs: Iterable[ArmSpec]) -> None:
    """Check that no two arms have the same name.

    Raises:
        SettingsError: two have; the message names both.
    """
    first: dict[str, ArmSpec] = {}
    for spec in specs:
        other = first.setdefault(spec.name, spec)
        if other is not spec:
            raise SettingsError(f"{spec.where}: an arm called '{spec.name}' is there already ({other.where})")


def _argument(kind: str, argument: str, folder: Path) -> dict[str, object] | None:
    """Return the fields that an argument fills; None if it has another form."""
    if kind in ("none", "oracle"):
        return {}
    if kind == "prompt":
        return {"path": folder / Path(argument).expanduser()}
    number, mark, rest = argument.partition("@" if kind == "few-shot" else ":")
    if not _COUNT.fullmatch(number) or not 1 <= int(number) <= MOST or (mark and not rest):
        return None
    found: dict[str, object] = {"count": int(number)}
    if mark and kind == "few-shot":
        return found | {"seed": int(rest)} if _COUNT.fullmatch(rest) else None
    if mark:
        return found | {"target": rest} if kind == "retrieve" and all(rest.partition(":")) else None
    return found


def _bounds(kind: str) -> str:
    return f", a whole number from 1 to {MOST}" if kind in ("few-shot", "similar", "retrieve") else ""
