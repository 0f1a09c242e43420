"""The fine-tuning interface that all providers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

State = Literal["running", "done", "failed", "cancelled"]
Method = Literal["supervised", "dpo"]
MARKER = "finetunebench"
"""The metadata or label key of our marker."""
ELSEWHERE = (
    "`finetunebench export --format hf` writes a file for any LoRA trainer, and --ft-base-url tests what it makes"
)


@dataclass(frozen=True)
class Order:
    """The training job to create."""

    base_model: str
    method: Method
    hyperparameters: Mapping[str, int | float] = field(default_factory=dict)
    """`n_epochs`, `batch_size`, `learning_rate_multiplier`, `beta`, if the user set them."""
    suffix: str | None = None
    seed: int | None = None


@dataclass(frozen=True)
class TuningStatus:
    """A job's progress."""

    state: State
    words: str
    """The state in the provider's words, with its progress."""
    model: str | None = None
    """The tuned model's id; never None if the state is done."""
    message: str = ""
    """Why the job failed."""
    hyperparameters: Mapping[str, str | int | float] = field(default_factory=dict)
    """The hyperparameters that the provider uses."""
    seed: int | None = None
    trained_tokens: int | None = None
    """Tokens that were trained and are billed; None where the provider does not say."""


@dataclass(frozen=True)
class TuningEvent:
    """One event of a job."""

    id: str
    at: int
    """Unix time in seconds."""
    level: str
    message: str
    metrics: bool = False
    """Whether it reports a single training step."""


class TuningProvider(Protocol):
    """A provider's fine-tuning. Methods try once, and raise nothing but `UnmeasuredError`s."""

    async def upload(self, name: str, data: bytes) -> str:
        """Upload a file and return its id."""

    async def create(self, order: Order, training: str, validation: str | None, marker: str) -> str:
        """Create a job on uploaded files and return its id. `marker` is stored with the job."""

    async def find(self, marker: str, training: str | None) -> str | None:
        """Return the id of the job with this marker or file, or None."""

    async def status(self, job: str) -> TuningStatus:
        """Return a job's progress."""

    async def events(self, job: str, after: str | None) -> list[TuningEvent]:
        """Return the events after the one with id `after`, oldest first."""

    async def cancel(self, job: str) -> TuningStatus:
        """Cancel a job and return its status."""

    async def shutdown(self, model: str) -> date | None:
        """Return a model's shutdown day, or None if the provider names none."""
