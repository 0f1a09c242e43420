"""Batch jobs: many requests handed in at once, answered within a day at half the price, beside every rate limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import UnmeasuredError

State = Literal["waiting", "running", "done", "failed", "expired", "cancelled"]
"""`failed`: the job as a whole, by no request's fault alone; one that is `done` may hold failed requests."""
Result = tuple[str, Completion | UnmeasuredError]
"""The fingerprint of a request, and what became of it."""


@dataclass(frozen=True)
class BatchStatus:
    """How far a job is, as the provider tells; counts are requests, 0 where it does not tell them."""

    state: State
    done: int = 0
    failed: int = 0
    message: str = ""
    """Why the job failed."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")


class BatchProvider(Protocol):
    """A provider's batch jobs. As with `Provider`, methods try once, and raise nothing but `UnmeasuredError`s."""

    max_requests: int
    max_bytes: int
    """What one job may hold."""

    def size(self, request: Request) -> int:
        """Return the bytes that a request takes in a job.

        Raises:
            UnicodeEncodeError: its text holds lone surrogates, which no job can carry.
        """

    async def submit(self, requests: Sequence[Request], marker: str) -> str:
        """Hand in requests to one model and return the job's id; `marker` is stored with the job."""

    async def find(self, marker: str) -> str | None:
        """Return the id of the job that `marker` is stored with, if there is one."""

    async def status(self, job: str) -> BatchStatus:
        """Return how far a job is."""

    async def collect(self, job: str, requests: Sequence[Request]) -> Iterator[Result]:
        """Return what an ended job made of its requests, those that it never got to left out."""
