"""Fine-tuning jobs, as every provider that has them shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

State = Literal["running", "done", "failed", "cancelled"]
Method = Literal["supervised", "dpo"]
MARKER = "finetunebench"
"""The key of our marker among a job's metadata or labels."""
ELSEWHERE = (
    "`finetunebench export --format hf` writes a file for any LoRA trainer, and --ft-base-url tests what it makes"
)


@dataclass(frozen=True)
class Order:
    """What is to be trained."""

    base_model: str
    method: Method
    hyperparameters: Mapping[str, int | float] = field(default_factory=dict)
    """Of `n_epochs`, `batch_size`, `learning_rate_multiplier`, `beta`: those that the user set."""
    suffix: str | None = None
    seed: int | None = None


@dataclass(frozen=True)
class TuningStatus:
    """How far a job is."""

    state: State
    words: str
    """The state in the provider's words, with what it tells of its progress."""
    model: str | None = None
    """The id of the model; never None where the state is done."""
    message: str = ""
    """Why the job failed."""
    hyperparameters: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the provider trains with."""
    seed: int | None = None


@dataclass(frozen=True)
class TuningEvent:
    """Something that a provider tells of a job."""

    id: str
    at: int
    """Unix time in seconds."""
    level: str
    message: str
    metrics: bool = False
    """Whether it is one of many that report a step."""


class TuningProvider(Protocol):
    """A provider's fine-tuning. Methods try once, and raise nothing but `UnmeasuredError`s."""

    async def upload(self, name: str, data: bytes) -> str:
        """Hand in a file and return its id."""

    async def create(self, order: Order, training: str, validation: str | None, marker: str) -> str:
        """Create a job over files that are there and return its id; `marker` is stored with the job."""

    async def find(self, marker: str, training: str | None) -> str | None:
        """Return the id of the job with this marker, or over this file of ours, if there is one."""

    async def status(self, job: str) -> TuningStatus:
        """Return how far a job is."""

    async def events(self, job: str, after: str | None) -> list[TuningEvent]:
        """Return what happened after the event with the id `after`, oldest first."""

    async def cancel(self, job: str) -> TuningStatus:
        """End a job, and return what has become of it."""

    async def shutdown(self, model: str) -> date | None:
        """Return the day on which the provider will shut a model down, where it says so."""
