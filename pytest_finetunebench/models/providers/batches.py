"""Batch jobs: many requests in one job, answered within a day, at half the price and outside rate limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import UnmeasuredError

State = Literal["waiting", "running", "done", "failed", "expired", "cancelled"]
"""`failed` means the whole job. A `done` job may contain failed requests."""
Result = tuple[str, Completion | UnmeasuredError]
"""A request's fingerprint, with its completion or error."""


@dataclass(frozen=True)
class BatchStatus:
    """A job's progress. Counts are requests, 0 if the provider reports none."""

    state: State
    done: int = 0
    failed: int = 0
    message: str = ""
    """Why the job failed."""

    @property
    def ended(self) -> bool:
        """Whether no further answers will come."""
        return self.state not in ("waiting", "running")


class BatchProvider(Protocol):
    """A provider's batch jobs. As with `Provider`, methods try once, and raise nothing but `UnmeasuredError`s."""

    max_requests: int
    max_bytes: int
    """The most requests and bytes of one job."""

    def size(self, request: Request) -> int:
        """Return the bytes that a request takes in a job.

        Raises:
            UnicodeEncodeError: its text holds lone surrogates, which no job can carry.
        """

    async def submit(self, requests: Sequence[Request], marker: str) -> str:
        """Submit requests to one model and return the job's id. `marker` is stored with the job."""

    async def find(self, marker: str) -> str | None:
        """Return the id of the job with this marker, or None."""

    async def status(self, job: str) -> BatchStatus:
        """Return a job's progress."""

    async def collect(self, job: str, requests: Sequence[Request]) -> Iterator[Result]:
        """Return the results of an ended job, without the requests that it did not reach."""
