"""Read the prompts for models. Each is a file in `prompts/`; the first line is its version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE, LANGUAGES

DRAFTED_KINDS = ("rephrased", "date_changed", "secondary", "comparison", "vignette", "application", "abstention")
"""The probe kinds that can be drafted, in report order. Each has a prompt of the same name."""


@dataclass(frozen=True)
class Prompt:
    """A prompt. Every change of its text needs a new version."""

    name: str
    version: int
    text: str


def language_name(code: str) -> str | None:
    """Return the name of a language as prompts give it; None for English, whose prompts name none, and for `auto`."""
    return None if code == DEFAULT_LANGUAGE else LANGUAGES.get(code)


@cache
def prompt(name: str) -> Prompt:
    """Return the prompt of a kind, or `common`, `check` or `items`."""
    written = (resources.files("pytest_finetunebench.drafting") / "prompts" / f"{name}.md").read_text(encoding="utf-8")
    first, _, text = written.partition("\n")
    return Prompt(name, int(first.removeprefix("version:")), text.strip())
