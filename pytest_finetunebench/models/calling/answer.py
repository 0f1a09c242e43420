"""What came of one request: an answer, or the reason why there is none, each with the calls that it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_finetunebench.completions import Completion, Request, Usage
from pytest_finetunebench.errors import FinetuneBenchError

Source = Literal["provider", "cache", "local"]
"""Where an answer came from; `local` is a provider without a network."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A completion and where it came from."""

    completion: Completion
    source: Source
    calls: int = 0
    """Tries that are counted to whoever reads this answer: 0 where it came from the cache."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why a request has no answer."""

    error: FinetuneBenchError
    calls: int = 0
    """Tries that are counted to whoever reads this failure."""
    usage: Usage | None = None
    """The tokens of a reply that came and was refused; None where none came, or its tokens are not known."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came of it."""

    request: Request
    outcome: Answer | NoAnswer
