"""What a run's batch jobs have come to, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pytest_finetunebench.completions import Completion, Usage
from pytest_finetunebench.errors import UnmeasuredError, counted
from pytest_finetunebench.models.batches.jobs import Job

Stage = Literal["submitting", "waiting", "running", "ended"]


@dataclass(frozen=True)
class BatchProgress:
    """How far the jobs of a run are; counts are requests."""

    state: Stage
    jobs: int
    done: int
    failed: int
    total: int


@dataclass
class BatchOutcome:
    """What became of the requests; counts are requests."""

    cached: int = 0
    """Answered from the cache already."""
    submitted: int = 0
    """Handed in now."""
    resumed: int = 0
    """In jobs that an earlier run, or another process, had submitted."""
    stored: int = 0
    """Answers that came, and are in the cache now."""
    usage: Usage = field(default_factory=Usage)
    """Tokens of those answers, which cost half."""
    unanswered: dict[str, UnmeasuredError] = field(default_factory=dict)
    """By fingerprint, why there is no answer: to be asked one by one."""
    pending: list[Job] = field(default_factory=list)
    """Jobs that have not ended, where they were not waited for."""
    failures: list[str] = field(default_factory=list)
    """Jobs that failed as a whole or were cancelled: the user decides whether to pay full price for their requests."""

    def describe(self) -> str:
        """Return one line for the user."""
        parts = [f"{self.cached:,} cached", f"{self.submitted:,} submitted"]
        parts += [f"{self.resumed:,} found again"] if self.resumed else []
        parts += [f"{counted(self.stored, 'answer')} stored"]
        parts += [f"{counted(len(self.pending), 'job')} under way"] if self.pending else []
        if self.unanswered:
            first = next(iter(self.unanswered.values()))
            parts += [f"{len(self.unanswered):,} to be asked one by one ({first})"]
        return f"batch: {', '.join(parts)}"

    def count(self, completion: Completion) -> None:
        """Note an answer that was stored."""
        self.stored += 1
        if completion.usage is not None:
            self.usage = Usage(
                input_tokens=self.usage.input_tokens + completion.usage.input_tokens,
                output_tokens=self.usage.output_tokens + completion.usage.output_tokens,
            )
