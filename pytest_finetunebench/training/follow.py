"""Run a training: upload files, create the job once, follow it to its end, store its lineage."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from pytest_finetunebench.errors import FinetuneBenchError, ProviderError, TransientError, UnmeasuredError
from pytest_finetunebench.models.lineage import Lineage, store_lineage
from pytest_finetunebench.models.prices import MILLION
from pytest_finetunebench.models.providers.retry import Tries, with_retries
from pytest_finetunebench.models.providers.tuning import Order, TuningEvent, TuningProvider, TuningStatus
from pytest_finetunebench.training.file import TrainingFile
from pytest_finetunebench.training.jobs import JobFolder, TrainingJob, now

FIRST_POLL = 2.0
LONGEST_POLL = 60.0
"""Seconds between two polls of a job, at first and at most."""
GROWTH = 1.5
MAX_SILENT_POLLS = 10
"""Polls in a row without an answer, after which the job is no longer followed."""
SETTLE_SECONDS = 15.0
"""Seconds after an interrupted creation. A job that the provider does not list by then was not created."""
_REFUSED = (400, 403, 404, 405, 410, 422, 501)
"""HTTP statuses that mean that no job was created."""
_Answer = TypeVar("_Answer")


class StillRunningError(FinetuneBenchError):
    """The job still runs at its provider but is no longer followed."""


class Training:
    """One training at its provider. The job's file is written before and after every step.

    Args:
        provider: The provider that trains.
        work_dir: The folder of jobs and models.
        job: The training as stored.
        tell: Called with each line of progress.
        max_retries: Further tries after a failure that may pass.
        sleep: Waits for a number of seconds.
    """

    def __init__(
        self,
        provider: TuningProvider,
        work_dir: Path,
        job: TrainingJob,
        tell: Callable[[str], None],
        *,
        max_retries: int = 5,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self.job = job
        self._provider = provider
        self._work_dir = work_dir
        self._folder = JobFolder(work_dir)
        self._tell = tell
        self._max_retries = max_retries
        self._sleep = sleep
        self._tells_events = True

    async def begin(self) -> None:
        """Upload the files and create the job. After an earlier try, search for the job first.

        Raises:
            UnmeasuredError: The provider refuses or cannot be reached.
            SettingsError: A file is gone or has changed.
        """
        if self.job.job is not None:
            return
        found = None if self.job.submitted is None else await self._retried(self._find)
        if found is None:
            await self._upload("training_id", self.job.training)
            if self.job.validation is not None:
                await self._upload("validation_id", self.job.validation)
            found = await self._create()
            self._tell(f"created job {found}")
        else:
            self._tell(f"found job {found}")
        self._save(job=found)

    async def poll(self) -> TuningStatus:
        """Ask once for the job's status, tell new events, and store the result if the job has ended.

        Raises:
            UnmeasuredError: The provider does not answer.
        """
        status = await self._provider.status(self._id)
        await self._tell_events()
        if status.state != "running":
            await self._finish(status)
        return status

    async def follow(self) -> None:
        """Wait for the job's end.

        Raises:
            StillRunningError: The provider has not answered for a long time.
            UnmeasuredError: The provider refuses to answer.
        """
        wait, silent, shown = FIRST_POLL, 0, ""
        while True:
            pause = wait
            try:
                status = await self.poll()
            except TransientError as error:
                silent += 1
                if silent >= MAX_SILENT_POLLS:
                    raise StillRunningError(
                        f"no answer about job {self.job.shown} for {silent} tries: {error}"
                    ) from error
                if silent == 1:
                    self._tell(f"no answer, asking again: {error}")
                pause = max(wait, error.retry_after or 0.0)
            else:
                silent = 0
                if status.words != shown:
                    shown = status.words
                    self._tell(f"job {self.job.shown}: {shown}")
                if status.state != "running":
                    return
            await self._sleep(pause)
            wait = min(wait * GROWTH, LONGEST_POLL)

    async def cancel(self) -> None:
        """Cancel the job, or give it up if it was never created.

        Raises:
            UnmeasuredError: The provider refuses or cannot be reached.
        """
        if self.job.job is None:
            found = None if self.job.submitted is None else await self._retried(self._find)
            if found is None:
                self._save(state="given up")
                self._tell("no job was created: there is nothing to cancel")
                return
            self._save(job=found)
        status = await self._retried(self.poll)
        if status.state == "running":
            status = await self._retried(lambda: self._provider.cancel(self._id))
            if status.state != "running":
                await self._finish(status)
        self._tell(f"job {self.job.shown}: {status.words}")

    @property
    def _id(self) -> str:
        if self.job.job is None:
            raise AssertionError("the job was created")
        return self.job.job

    async def _find(self) -> str | None:
        found = await self._provider.find(self.job.marker, self.job.training_id)
        if found is None and self.job.age < SETTLE_SECONDS:
            await self._sleep(SETTLE_SECONDS - self.job.age)
            found = await self._provider.find(self.job.marker, self.job.training_id)
        return found

    async def _upload(self, field: str, file: TrainingFile) -> None:
        if getattr(self.job, field) is not None:
            return
        identity = file.uri
        if identity is None:
            data = file.read()
            identity = await self._retried(lambda: self._provider.upload(file.name, data))
            self._tell(f"uploaded {file.name} as {identity}")
        self._save(**{field: identity})

    async def _create(self) -> str:
        job = self.job
        order = Order(job.base_model, job.method, job.hyperparameters, job.suffix, job.seed)
        tried = False

        async def create() -> str:
            # a failed call may have created the job
            nonlocal tried
            found = await self._find() if tried else None
            tried = True
            if found is not None:
                return found
            self._save(submitted=now())
            return await self._provider.create(order, job.training_id or "", job.validation_id, job.marker)

        try:
            return await self._retried(create)
        except ProviderError as error:
            if error.status in _REFUSED and not error.exhausted:
                self._save(state="failed", message=str(error))
            raise

    async def _tell_events(self) -> None:
        if not self._tells_events:
            return
        try:
            events = await self._provider.events(self._id, self.job.last_event)
        except TransientError:
            raise
        except UnmeasuredError as error:
            # OpenAI-compatible servers often lack events
            self._tells_events = False
            self._tell(f"no events: {error}")
            return
        last_step = next((event for event in reversed(events) if event.metrics), None)
        for event in events:
            if not event.metrics or event is last_step:
                self._tell(_event_line(event))
        if events:
            self._save(last_event=events[-1].id)

    async def _finish(self, status: TuningStatus) -> None:
        if status.state == "done" and status.model is not None:
            store_lineage(self._work_dir, await self._lineage(status, status.model))
        self._save(state=status.state, model=status.model, message=status.message)

    async def _lineage(self, status: TuningStatus, model: str) -> Lineage:
        job, training, validation = self.job, self.job.training, self.job.validation
        try:
            shutdown = await self._provider.shutdown(model)
        except UnmeasuredError:
            shutdown = None  # unknown here: the base model's date holds
        return Lineage(
            model=model,
            provider=job.provider,
            base_model=job.base_model,
            method=job.method,
            training_file=training.name,
            training_sha256=training.sha256,
            training_rows=training.rows,
            validation_file=validation.name if validation else None,
            validation_sha256=validation.sha256 if validation else None,
            suite_hash=training.suite_hash,
            hyperparameters={**job.hyperparameters, **status.hyperparameters},
            seed=job.seed if status.seed is None else status.seed,
            job=self._id,
            created=now(),
            training_cost=_cost(job.price, status.trained_tokens),
            systems=training.systems,
            shutdown=shutdown,
        )

    async def _retried(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        return await with_retries(call, Tries(self._max_retries))

    def _save(self, **parts: Any) -> None:
        self.job = self.job.model_copy(update=parts)
        self._folder.save(self.job)


def _event_line(event: TuningEvent) -> str:
    level = "" if event.level == "info" else f"{event.level}: "
    return f"  {level}{event.message}"


def _cost(price: float | None, tokens: int | None) -> float | None:
    return None if price is None or tokens is None else price * tokens / MILLION
