"""A fine-tuned model's origin: stored when its training ends, read by the runs that test it.

One JSON file per model, so that teams can commit them and two trainings never write the same file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field
from slugify import slugify

from pytest_finetunebench.cases.suite import Frozen
from pytest_finetunebench.errors import RunError
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.files.state import read_state, write_state

TRAINED_BY_US = "finetunebench.json"
"""The file beside an adapter that `finetunebench train` made: what it was trained from."""
FOLDER = "models"
"""Within the work folder, beside the runs."""
DEFAULT_WORK_DIR = Path(".finetunebench")
Method = Literal["supervised", "dpo"]


class Lineage(Frozen):
    """A model's training: base, file, job and hyperparameters."""

    schema_version: Literal[1] = 1
    model: str = Field(min_length=1)
    """The model's id at its provider."""
    provider: str
    base_model: str
    method: Method = "supervised"
    training_file: str
    """Its name, without folder; a `gs://` address where the file was never here."""
    training_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """None where only the address was known."""
    training_rows: int | None = Field(default=None, ge=0)
    validation_file: str | None = None
    validation_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    suite_hash: str | None = None
    """The hash of the suite that the training file was exported from; None where no manifest vouches for it."""
    hyperparameters: dict[str, str | int | float] = Field(default_factory=dict)
    """As the provider used them where it says so, else as they were asked for."""
    seed: int | None = None
    job: str
    """The training job's id at the provider."""
    training_cost: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """US dollars that the training cost, where the provider counts tokens and a price was given."""
    created: str
    """When the training ended: UTC, ISO 8601."""
    systems: tuple[str, ...] | None = None
    """The different system messages of the training rows, "" for rows without one; None where they are not known."""
    shutdown: date | None = None
    """The day on which the provider says it will shut the model down."""


def store_lineage(work_dir: Path, lineage: Lineage) -> Path:
    """Write a model's lineage and return the file.

    Raises:
        RunError: it cannot be written.
    """
    path = _path(work_dir / FOLDER, lineage.model)
    write_state(path, lineage)
    return path


def find_lineage(work_dirs: Iterable[Path], model: str) -> Lineage | None:
    """Return the lineage of the model with this id from the first folder that has one, or None.

    Raises:
        RunError: the file is damaged, or is about another model.
    """
    for work_dir in work_dirs:
        path = _path(work_dir / FOLDER, model)
        if path.is_file():
            found = read_state(path, Lineage)
            if found.model != model:
                raise RunError(f"{shown(path)}: is about the model {found.model}: its name is that of {model}")
            return found
    return None


class _Beside(BaseModel):
    """What counts of the file beside an adapter."""

    lineage: Lineage


def lineage_beside(model: str) -> Lineage | None:
    """Return the lineage that `finetunebench train` wrote beside the adapter of a model `BASE+ADAPTER`, or None.

    Raises:
        RunError: the file is damaged.
    """
    for at in (index for index, char in enumerate(model) if char == "+"):
        path = Path(os.path.expanduser(model[at + 1 :])) / TRAINED_BY_US  # noqa: PTH111 - pathlib's raises for unknown users
        if path.is_file():
            return read_state(path, _Beside).lineage
    return None


def _path(folder: Path, model: str) -> Path:
    # ids hold slashes and colons, and a slug alone could stand for two of them
    digest = hashlib.sha256(model.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return folder / f"{slugify(model, max_length=80)}-{digest}.json"
