"""Store running batch jobs as files, so that a later or killed run finds them again.

A job's file is written before the job is submitted, under a marker that is stored with the job, and again once its id
is known. So at any moment a job that exists has its file, and a file without an id tells what to look for.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pytest_finetunebench.completions import Request
from pytest_finetunebench.errors import CacheError, one_line
from pytest_finetunebench.files.atomic import replacing

FORMAT: Literal[1] = 1
FOLDER = "batches"
"""Within the cache folder: CI that keeps the cache keeps the jobs too."""
_PREFIX = "finetunebench-"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Job(BaseModel):
    """A batch job: requests that go to one model of one server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    marker: Annotated[str, Field(pattern=rf"^{_PREFIX}[0-9a-f]{{32}}$")]
    """The job's marker at the provider, and its file name here."""
    created: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    """UTC, ISO 8601, to the second."""
    id: Annotated[str, Field(min_length=1)] | None = None
    """The provider's id; None until the job is known to be submitted."""
    requests: tuple[Request, ...] = Field(min_length=1)

    @property
    def shown(self) -> str:
        """How messages name the job."""
        return f"batch {one_line(self.id or self.marker, 100)}"

    @property
    def age(self) -> float:
        """Seconds since the job was made, negative where the clock went back."""
        return (datetime.now(UTC) - datetime.strptime(self.created, _TIME).replace(tzinfo=UTC)).total_seconds()

    @property
    def place(self) -> tuple[str, str | None, str]:
        """Provider, base URL and model, the same for all requests."""
        return place_of(self.requests[0])


def place_of(request: Request) -> tuple[str, str | None, str]:
    """Return provider, base URL and model, which all requests of a job share."""
    return request.provider, request.base_url, request.model


def new_job(requests: Sequence[Request]) -> Job:
    """Return a job with a new marker, not yet submitted."""
    created = datetime.now(UTC).strftime(_TIME)
    return Job(marker=f"{_PREFIX}{uuid4().hex}", created=created, requests=tuple(requests))


class JobFiles:
    """The jobs of one cache folder.

    Whoever may write the folder may plant a job: nothing that a file holds is submitted, and no address in it called.
    """

    def __init__(self, cache_folder: Path) -> None:
        self.folder = cache_folder / FOLDER

    def load(self) -> list[Job]:
        """Return the jobs, oldest first.

        Raises:
            CacheError: a file is damaged.
        """
        paths = self.folder.glob(f"{_PREFIX}*.json") if self.folder.is_dir() else ()
        return sorted(map(self._read, paths), key=lambda job: (job.created, job.marker))

    def save(self, job: Job) -> None:
        """Write the job's file: whole or not at all.

        Raises:
            CacheError: it cannot be written.
        """
        # python mode and ASCII escapes, as in the cache: request texts may hold lone surrogates
        text = json.dumps(job.model_dump(), separators=(",", ":"))
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with replacing(self.path(job), private=True) as file:
                file.write(text.encode("ascii"))
        except OSError as error:
            raise CacheError(f"{self.folder} cannot hold a batch: {one_line(error.strerror or error)}") from error

    def remove(self, job: Job) -> None:
        """Remove the job's file, if there is one.

        Raises:
            CacheError: the file cannot be removed.
        """
        try:
            self.path(job).unlink(missing_ok=True)
        except OSError as error:
            raise CacheError(f"{self.path(job)} cannot be removed: {one_line(error.strerror or error)}") from error

    def path(self, job: Job) -> Path:
        """Return the path of the job's file."""
        return self.folder / f"{job.marker}.json"

    def forgetting(self, job: Job) -> str:
        """Return the command that gives a job up."""
        return _forgetting(self.path(job))

    def _read(self, path: Path) -> Job:
        try:
            job = Job.model_validate(json.loads(path.read_bytes()))
            if path.stem != job.marker:
                raise ValueError("its name is not the marker in it")
            if len(set(map(place_of, job.requests))) > 1:
                raise ValueError("its requests go to several models")
        except (OSError, ValueError, RecursionError) as error:
            found = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
            raise CacheError(
                f"{path} is damaged ({one_line(found)}), and tells of a batch that may be paid for: {_forgetting(path)}"
            ) from error
        return job


def _forgetting(path: Path) -> str:
    return f"`rm {shlex.quote(str(path))}` gives its answers up"
