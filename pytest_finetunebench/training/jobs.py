"""Store training jobs as files below `.finetunebench/jobs/`, so that an interrupted training can go on.

A job's file is written before any upload and again at each step. Its name is a marker, which the provider stores with
the job. So every job has a file, and a file without the job's id has the marker to search for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from pydantic import Field

from pytest_finetunebench.cases.suite import Frozen
from pytest_finetunebench.errors import RunError, SettingsError, one_line
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.files.state import read_state, write_state
from pytest_finetunebench.models.lineage import Method
from pytest_finetunebench.training.file import TrainingFile

FOLDER = "jobs"
_PREFIX = "ftb-"
JobState = Literal["running", "done", "failed", "cancelled", "given up"]
"""`running` starts with the first step; `given up` means that no job was created."""


class TrainingJob(Frozen):
    """A training: its order, its progress and its result."""

    schema_version: Literal[1] = 1
    marker: str = Field(pattern=rf"^{_PREFIX}[0-9a-f]{{24}}$")
    """The provider stores it with the job; here it names the file."""
    created: str
    """UTC, ISO 8601."""
    provider: Literal["openai", "gemini"]
    base_url: str | None
    """The provider's address without credentials. It is only compared, never called."""
    vertex_project: str | None = None
    vertex_location: str | None = None
    base_model: str
    method: Method
    hyperparameters: dict[str, int | float] = Field(default_factory=dict)
    suffix: str | None = None
    seed: int | None = None
    price: float | None = Field(default=None, ge=0)
    """US dollars per million trained tokens, if it was given."""
    training: TrainingFile
    validation: TrainingFile | None = None
    training_id: str | None = None
    """The id of the uploaded file; None before the upload."""
    validation_id: str | None = None
    submitted: str | None = None
    """When creation was last tried: UTC, ISO 8601. None means that the provider has no job."""
    job: str | None = None
    """The provider's id; None while it is unknown whether the job exists."""
    last_event: str | None = None
    state: JobState = "running"
    model: str | None = None
    message: str = ""
    """Why the job failed."""

    @property
    def shown(self) -> str:
        """The job's name in messages."""
        return one_line(self.job or self.marker, 120)

    @property
    def age(self) -> float:
        """Seconds since creation was last tried; 0 if it was not tried or the clock went back."""
        if self.submitted is None:
            return 0.0
        return max((datetime.now(UTC) - datetime.fromisoformat(self.submitted)).total_seconds(), 0.0)

    @property
    def identity(self) -> object:
        """The values that make two trainings the same."""
        files = [(file.sha256 or file.uri) for file in (self.training, self.validation) if file is not None]
        tuned = sorted(self.hyperparameters.items())
        return self.provider, self.base_url, self.base_model, self.method, tuned, self.suffix, self.seed, files


def new_marker() -> str:
    """Return a new marker of lowercase letters, digits and a dash, which Vertex allows in labels."""
    return f"{_PREFIX}{uuid4().hex[:24]}"


def now() -> str:
    """Return the time now: UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class JobFolder:
    """The training jobs of one work folder."""

    def __init__(self, work_dir: Path) -> None:
        self.folder = work_dir / FOLDER

    def load(self) -> list[TrainingJob]:
        """Return the jobs, oldest first.

        Raises:
            RunError: A file is damaged.
        """
        paths = self.folder.glob(f"{_PREFIX}*.json") if self.folder.is_dir() else ()
        return sorted((read_state(path, TrainingJob) for path in paths), key=lambda job: (job.created, job.marker))

    def save(self, job: TrainingJob) -> None:
        """Write a job's file.

        Raises:
            RunError: The file cannot be written.
        """
        write_state(self.folder / f"{job.marker}.json", job)

    def begin(self, job: TrainingJob) -> tuple[TrainingJob, bool]:
        """Store a new training, or find the same one if it runs already.

        Returns:
            The training, and whether it was running already.

        Raises:
            RunError: The folder cannot be used.
        """
        with self._locked(".lock", wait=30):
            for other in self.load():
                if other.state == "running" and other.identity == job.identity:
                    return other, True
            self.save(job)
        return job, False

    def choose(self, name: str | None, *, running: bool) -> TrainingJob:
        """Return the job with the id or marker `name`; without a name, the running job.

        If no job is running, return the latest one, unless `running` is required.

        Raises:
            SettingsError: There is no such job, or several are running and none is named.
        """
        jobs = self.load()
        if name is not None:
            named = [job for job in jobs if name in (job.job, job.marker)]
            if not named:
                raise SettingsError(
                    f"--job={name}: {shown(self.folder)} has no such job: leave --job out to take the running one"
                )
            return named[-1]
        under_way = [job for job in jobs if job.state == "running"]
        if len(under_way) > 1:
            listed = "".join(f"\n  --job={job.shown}  ({job.base_model}, {job.created[:16]})" for job in under_way)
            raise SettingsError(f"{shown(self.folder)} has {len(under_way)} running jobs, name one:{listed}")
        if under_way or (jobs and not running):
            return (under_way or jobs)[-1]
        raise SettingsError(f"{shown(self.folder)} has no running job")

    @contextlib.contextmanager
    def claim(self, job: TrainingJob) -> Iterator[TrainingJob]:
        """Lock a job against other processes, and yield its current state.

        Raises:
            RunError: Another process follows the job.
        """
        with self._locked(f".{job.marker}.lock", wait=0):
            yield read_state(self.folder / f"{job.marker}.json", TrainingJob)

    @contextlib.contextmanager
    def _locked(self, name: str, wait: float) -> Iterator[None]:
        from filelock import FileLock, Timeout

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / name)
            lock.acquire(timeout=wait)
        except Timeout:
            raise RunError(f"{shown(self.folder)}: another process follows this job: let it end first") from None
        except (OSError, NotImplementedError) as error:
            raise RunError(f"{shown(self.folder)}: cannot be locked: {error}") from error
        try:
            yield
        finally:
            lock.release()
