"""What models are told: one file for each prompt in `prompts/`, whose first line is its version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

DRAFTED_KINDS = ("rephrased", "date_changed", "secondary", "comparison", "vignette", "application", "abstention")
"""The probe kinds that can be drafted, in report order: each has a prompt of its name."""


@dataclass(frozen=True)
class Prompt:
    """A prompt: any change of its text is a new version."""

    name: str
    version: int
    text: str


@cache
def prompt(name: str) -> Prompt:
    """Return the prompt of a kind, or `common`, `check` or `items`."""
    written = (resources.files("pytest_finetunebench.drafting") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    first, _, text = written.partition("\n")
    return Prompt(name, int(first.removeprefix("version:")), text.strip())
