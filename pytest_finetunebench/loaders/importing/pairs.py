"""A question with its answer, as any format gives it, and what an import tells about records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_finetunebench.cases.editing.write import Value

FindingKind = Literal["empty", "duplicate", "contradiction", "joined", "left out", "shortened"]


@dataclass(frozen=True)
class Pair:
    """One question and its answer. `line` is where the record starts."""

    line: int
    prompt: str
    answer: str | None
    """None if `grader` needs no reference."""
    aliases: tuple[str, ...] = ()
    superseded_answers: tuple[str, ...] = ()
    system: str | None = None
    fact: str | None = None
    name: str | None = None
    """The item's id in the file, if it has one."""
    grader: Value = None


@dataclass(frozen=True)
class Finding:
    """What a person should know about some records."""

    kind: FindingKind
    lines: tuple[int, ...]
    message: str
