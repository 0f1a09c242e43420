"""Training jobs as files below `.finetunebench/jobs/`: what an interrupted training finds again.

A job's file is written before anything is uploaded, under a marker that is stored with the job at the provider, and
again at each step. So a job that exists has its file, and a file without the job's id tells what to look for.
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
"""`running` from the first step on; `given up`: no job was ever created."""


class TrainingJob(Frozen):
    """A training: what was ordered, how far it is, and what came of it."""

    schema_version: Literal[1] = 1
    marker: str = Field(pattern=rf"^{_PREFIX}[0-9a-f]{{24}}$")
    """What the job is stored with at the provider, and the name of its file here."""
    created: str
    """UTC, ISO 8601."""
    provider: Literal["openai", "gemini"]
    base_url: str | None
    """Where the provider is reached, without credentials. Never called as it stands here: it is compared only."""
    vertex_project: str | None = None
    vertex_location: str | None = None
    base_model: str
    method: Method
    hyperparameters: dict[str, int | float] = Field(default_factory=dict)
    suffix: str | None = None
    seed: int | None = None
    training: TrainingFile
    validation: TrainingFile | None = None
    training_id: str | None = None
    """The uploaded file's; None as long as it is not up."""
    validation_id: str | None = None
    submitted: str | None = None
    """When its creation was last tried: UTC, ISO 8601. None: there is no job at the provider."""
    job: str | None = None
    """The provider's; None as long as it is not known whether the job was created."""
    last_event: str | None = None
    state: JobState = "running"
    model: str | None = None
    message: str = ""
    """Why it failed."""

    @property
    def shown(self) -> str:
        """How messages name the job."""
        return one_line(self.job or self.marker, 120)

    @property
    def age(self) -> float:
        """Seconds since its creation was last tried; 0 where it was not, or the clock went back."""
        if self.submitted is None:
            return 0.0
        return max((datetime.now(UTC) - datetime.fromisoformat(self.submitted)).total_seconds(), 0.0)

    @property
    def identity(self) -> object:
        """What makes two trainings the same one."""
        files = [(file.sha256 or file.uri) for file in (self.training, self.validation) if file is not None]
        tuned = sorted(self.hyperparameters.items())
        return self.provider, self.base_url, self.base_model, self.method, tuned, self.suffix, self.seed, files


def new_marker() -> str:
    """Return a marker of its own: lower case, digits and a dash, which Vertex' labels take too."""
    return f"{_PREFIX}{uuid4().hex[:24]}"


def now() -> str:
    """Return the time as jobs and models store it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class JobFolder:
    """The training jobs of one work folder."""

    def __init__(self, work_dir: Path) -> None:
        self.folder = work_dir / FOLDER

    def load(self) -> list[TrainingJob]:
        """Return the jobs, oldest first.

        Raises:
            RunError: a file is damaged.
        """
        paths = self.folder.glob(f"{_PREFIX}*.json") if self.folder.is_dir() else ()
        return sorted((read_state(path, TrainingJob) for path in paths), key=lambda job: (job.created, job.marker))

    def save(self, job: TrainingJob) -> None:
        """Write a job's file.

        Raises:
            RunError: it cannot be written.
        """
        write_state(self.folder / f"{job.marker}.json", job)

    def begin(self, job: TrainingJob) -> tuple[TrainingJob, bool]:
        """Store a new training, or return the same one that is under way already, saying whether it was.

        Raises:
            RunError: the folder cannot be used.
        """
        with self._locked(".lock", wait=30):
            for other in self.load():
                if other.state == "running" and other.identity == job.identity:
                    return other, True
            self.save(job)
        return job, False

    def choose(self, name: str | None, *, running: bool) -> TrainingJob:
        """Return the job called `name`, by its id or marker, or the one that is under way.

        Where none is under way the latest is returned, unless it must be `running`.

        Raises:
            SettingsError: there is none, or several are under way and none is named.
        """
        jobs = self.load()
        if name is not None:
            named = [job for job in jobs if name in (job.job, job.marker)]
            if not named:
                raise SettingsError(f"--job={name}: {shown(self.folder)} holds no such job")
            return named[-1]
        under_way = [job for job in jobs if job.state == "running"]
        if len(under_way) > 1:
            listed = "".join(f"\n  --job={job.shown}  ({job.base_model}, {job.created[:16]})" for job in under_way)
            raise SettingsError(f"{shown(self.folder)} holds {len(under_way)} jobs under way, name one:{listed}")
        if under_way or (jobs and not running):
            return (under_way or jobs)[-1]
        raise SettingsError(f"{shown(self.folder)} holds no job that is under way")

    @contextlib.contextmanager
    def claim(self, job: TrainingJob) -> Iterator[TrainingJob]:
        """Keep other processes off a job, and yield it as it stands now.

        Raises:
            RunError: another process is at it.
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
