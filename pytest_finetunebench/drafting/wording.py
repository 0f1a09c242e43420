"""Read the prompts for models. Each is a file in `prompts/`; the first line is its version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

DRAFTED_KINDS = ("rephrased", "date_changed", "secondary", "comparison", "vignette", "application", "abstention")
"""The probe kinds that can be drafted, in report order. Each has a prompt of the same name."""


@dataclass(frozen=True)
class Prompt:
    """A prompt. Every change of its text needs a new version."""

    name: str
    version: int
    text: str


@cache
def prompt(name: str) -> Prompt:
    """Return the prompt of a kind, or `common`, `check` or `items`."""
    written = (resources.files("pytest_finetunebench.drafting") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    first, _, text = written.partition("\n")
    return Prompt(name, int(first.removeprefix("version:")), text.strip())
