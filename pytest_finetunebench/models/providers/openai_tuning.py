"""OpenAI's fine-tuning: upload files, run jobs on them, follow their events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_finetunebench.models.providers.failures import HttpFailure
from pytest_finetunebench.models.providers.openai import OpenAIProvider
from pytest_finetunebench.models.providers.tuning import ELSEWHERE, MARKER, Order, State, TuningEvent, TuningStatus

if TYPE_CHECKING:
    from openai import AsyncOpenAI

TRANSFER_TIMEOUT = 900.0
"""Seconds allowed to upload a file or to list all jobs."""
PAGE = 100

_STATES: dict[str, State] = {
    "validating_files": "running",
    "queued": "running",
    "running": "running",
    "paused": "running",
    "pausing": "running",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}
_REFUSALS = (400, 403, 404, 405, 410, 422, 501)
_Answer = TypeVar("_Answer")


class OpenAITuning:
    """Jobs of OpenAI, and of servers that speak its fine-tuning API."""

    def __init__(self, provider: OpenAIProvider) -> None:
        self._provider = provider
        self._site = provider.site

    async def upload(self, name: str, data: bytes) -> str:
        """Upload a file."""

        async def call(client: AsyncOpenAI) -> str:
            return self._id(await client.files.create(file=(name, data), purpose="fine-tune"))

        return await self._call(call, f"does not take {name}", TRANSFER_TIMEOUT)

    async def create(self, order: Order, training: str, validation: str | None, marker: str) -> str:
        """Create a job."""
        fields: dict[str, Any] = {"suffix": order.suffix, "seed": order.seed, "validation_file": validation}
        method: Any = {"type": order.method, order.method: {"hyperparameters": dict(order.hyperparameters)}}

        async def call(client: AsyncOpenAI) -> str:
            job = await client.fine_tuning.jobs.create(
                model=order.base_model,
                training_file=training,
                method=method,
                metadata={MARKER: marker},
                **{name: value for name, value in fields.items() if value is not None},
            )
            return self._id(job)

        return await self._call(call, f"refuses to fine-tune {order.base_model}", advice=self._no_new_jobs())

    async def find(self, marker: str, training: str | None) -> str | None:
        """Search the list of all jobs, by marker or file: some servers keep no metadata."""

        async def call(client: AsyncOpenAI) -> str | None:
            async for job in client.fine_tuning.jobs.list(limit=PAGE):
                marked = isinstance(job.metadata, Mapping) and job.metadata.get(MARKER) == marker
                if marked or (training is not None and job.training_file == training):
                    return self._id(job)
            return None

        return await self._call(call, "does not list fine-tuning jobs", TRANSFER_TIMEOUT)

    async def status(self, job: str) -> TuningStatus:
        """Ask for the job's status."""

        async def call(client: AsyncOpenAI) -> TuningStatus:
            return self._status(await client.fine_tuning.jobs.retrieve(job))

        return await self._call(call, f"does not show job {job}", advice=_SAME_KEY)

    async def events(self, job: str, after: str | None) -> list[TuningEvent]:
        """Page back from the newest event."""

        async def call(client: AsyncOpenAI) -> list[TuningEvent]:
            found: list[TuningEvent] = []
            async for event in client.fine_tuning.jobs.list_events(job, limit=PAGE):
                if event.id == after:
                    break
                found.append(self._event(event))
            return found[::-1]

        return await self._call(call, f"does not show the events of job {job}", TRANSFER_TIMEOUT, _SAME_KEY)

    async def cancel(self, job: str) -> TuningStatus:
        """End a job."""

        async def call(client: AsyncOpenAI) -> TuningStatus:
            return self._status(await client.fine_tuning.jobs.cancel(job))

        return await self._call(call, f"does not cancel job {job}", advice="has it ended already? --resume tells")

    async def shutdown(self, model: str) -> date | None:
        """Read the shutdown date from a model's fields."""

        async def call(client: AsyncOpenAI) -> date | None:
            told = (await client.models.retrieve(model)).shutdown_date
            return _day(told)

        return await self._call(call, f"does not show {model}")

    async def _call(
        self,
        call: Callable[[AsyncOpenAI], Awaitable[_Answer]],
        deed: str,
        timeout: float | None = None,
        advice: str = "",
    ) -> _Answer:
        answer = await self._provider.attempt(call, timeout)
        if isinstance(answer, HttpFailure):
            raise self._site.declined(answer, deed, advice, _REFUSALS)
        return answer

    def _no_new_jobs(self) -> str:
        return (
            "OpenAI tunes only for organizations that used its fine-tuning lately, and no longer from 2027-01-06; "
            f"check the base model's name, or train elsewhere: {ELSEWHERE}"
        )

    def _id(self, answer: Any) -> str:
        # the SDK checks nothing that it receives
        found = getattr(answer, "id", None)
        if not isinstance(found, str) or not found:
            raise self._site.broken("it names no id")
        return found

    def _status(self, job: Any) -> TuningStatus:
        self._id(job)
        state = _STATES.get(str(job.status))
        if state is None:
            raise self._site.broken(f"job {job.id} is in a state called {self._site.words(job.status)!r}")
        model = job.fine_tuned_model if isinstance(job.fine_tuned_model, str) else None
        if state == "done" and not model:
            raise self._site.broken(f"job {job.id} succeeded, and names no model")
        error = getattr(job, "error", None)
        told = " ".join(str(part) for part in (getattr(error, "message", None), _code(error)) if part)
        return TuningStatus(
            state=state,
            words=self._site.words(str(job.status).replace("_", " ")),
            model=model,
            message=self._site.words(told) or ("it does not say why" if state == "failed" else ""),
            hyperparameters=_hyperparameters(job),
            seed=job.seed if isinstance(getattr(job, "seed", None), int) else None,
            trained_tokens=_count(getattr(job, "trained_tokens", None)),
        )

    def _event(self, event: Any) -> TuningEvent:
        return TuningEvent(
            id=self._id(event),
            at=event.created_at if isinstance(event.created_at, int) else 0,
            level=str(event.level or "info"),
            message=self._site.words(event.message or ""),
            metrics=event.type == "metrics",
        )


_SAME_KEY = "use the key and project that created it"


def _code(error: Any) -> str:
    code = getattr(error, "code", None)
    return f"({code})" if code else ""


def _hyperparameters(job: Any) -> dict[str, str | int | float]:
    method = getattr(job, "method", None)
    of_method = getattr(getattr(method, str(getattr(method, "type", "")), None), "hyperparameters", None)
    found: dict[str, str | int | float] = {}
    for source in (getattr(job, "hyperparameters", None), of_method):
        for name in ("n_epochs", "batch_size", "learning_rate_multiplier", "beta"):
            value = getattr(source, name, None)
            if isinstance(value, str | int | float):
                found[name] = value
    return found


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(str(told)[:10])
    except ValueError:
        return None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
