"""Progress and results of a run's batch jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pytest_finetunebench.completions import Completion, Usage
from pytest_finetunebench.errors import UnmeasuredError, counted
from pytest_finetunebench.models.batches.jobs import Job

Stage = Literal["submitting", "waiting", "running", "ended"]


@dataclass(frozen=True)
class BatchProgress:
    """Progress of a run's jobs; counts are requests."""

    state: Stage
    jobs: int
    done: int
    failed: int
    total: int


@dataclass
class BatchOutcome:
    """Results of a run's jobs; counts are requests."""

    cached: int = 0
    """Answered from the cache already."""
    submitted: int = 0
    """Submitted now."""
    resumed: int = 0
    """In jobs of an earlier run or another process."""
    stored: int = 0
    """Answers received and stored."""
    usage: Usage = field(default_factory=Usage)
    """Tokens of those answers, which cost half."""
    unanswered: dict[str, UnmeasuredError] = field(default_factory=dict)
    """Errors by fingerprint, of requests to ask one by one."""
    pending: list[Job] = field(default_factory=list)
    """Jobs still running, if they were not waited for."""
    failures: list[str] = field(default_factory=list)
    """Failed or cancelled jobs. The user decides whether to pay full price for their requests."""

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
