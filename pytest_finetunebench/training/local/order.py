"""What a local training is to do, kept beside its adapter, so that an interrupted one can go on."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from pydantic import Field

from pytest_finetunebench.cases.suite import Frozen
from pytest_finetunebench.errors import RunError, SettingsError, one_line
from pytest_finetunebench.files.reading import shown
from pytest_finetunebench.files.state import read_state, write_state
from pytest_finetunebench.models.lineage import Method
from pytest_finetunebench.models.local.spec import ADAPTER_CONFIG, read_json
from pytest_finetunebench.training.file import MANIFEST

ORDER = "training.json"
CHECKPOINT = "checkpoint-"
_EPOCHS = ((100, 15), (1_000, 10), (10_000, 5))
"""Rows of a file, and passes over it that learn them: the fewer rows, the more passes."""
_MOST_SAVED = 10


class LocalOrder(Frozen):
    """A local training's settings."""

    schema_version: int = 1
    base_model: str
    """The base as the user named it: a folder, a GGUF file or a hub id."""
    file: str
    """The absolute path of the training file."""
    sha256: str
    rows: int
    method: Method
    epochs: int = Field(ge=1)
    batch_size: int = Field(default=8, ge=1)
    learning_rate: float | None = Field(default=None, gt=0)
    """None: by the model's width."""
    beta: float = Field(default=0.1, gt=0)
    rank: int = Field(default=16, ge=1)
    seed: int = 42
    suite_hash: str | None = None

    @property
    def steps_per_epoch(self) -> int:
        """How many steps one pass over the rows takes."""
        return math.ceil(self.rows / self.batch_size)

    @property
    def steps(self) -> int:
        """How many steps the training takes."""
        return self.epochs * self.steps_per_epoch

    def saves_after(self, step: int) -> bool:
        """Whether a checkpoint is kept after this step: after each pass, or ten times in all."""
        every = self.steps_per_epoch * math.ceil(self.epochs / _MOST_SAVED)
        return step % every == 0 or step == self.steps


def epochs_for(rows: int) -> int:
    """Return the default number of passes over a file of so many rows."""
    return next((epochs for most, epochs in _EPOCHS if rows <= most), 3)


def rate_for(width: int) -> float:
    """Return the default learning rate for LoRA by the width of a model's hidden layers.

    Wider models need smaller steps: 1.3e-3 at 576, 5e-4 at 2,000, 2.9e-4 at 4,096.
    """
    return float(min(max(5e-4 * (2_000 / max(width, 1)) ** 0.78, 1e-4), 2e-3))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise SettingsError(f"{shown(path)}: cannot be read: {error.strerror}") from None


def suite_hash_of(path: Path, digest: str) -> str | None:
    """Return the hash of the suite that a file was exported from, if the manifest beside it lists these bytes."""
    manifest = read_json(path.parent / MANIFEST)
    files: Any = manifest.get("files")
    listed = isinstance(files, list) and any(isinstance(one, dict) and one.get("sha256") == digest for one in files)
    found = manifest.get("suite_hash")
    return found if listed and isinstance(found, str) else None


def begin_order(out: Path, order: LocalOrder) -> None:
    """Write a new training's order.

    Raises:
        SettingsError: the folder holds an adapter or a training already, or other files.
        RunError: it cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise SettingsError(f"--out={one_line(out)}: is a file: name a folder for the adapter")
    if (out / ADAPTER_CONFIG).exists():
        raise SettingsError(f"--out={one_line(out)}: holds an adapter already: name another folder, or remove this one")
    if (out / ORDER).exists():
        message = f"a training was begun there: go on with `finetunebench train --resume --out {out}`, or remove it"
        raise SettingsError(f"--out={one_line(out)}: {message}")
    if out.is_dir() and any(out.iterdir()):
        raise SettingsError(f"--out={one_line(out)}: is not empty: name a new folder")
    write_state(out / ORDER, order)


def resume_order(out: Path) -> LocalOrder:
    """Return the order of a training that was begun in a folder.

    Raises:
        SettingsError: there is none, it has ended, or its training file has changed.
    """
    if not (out / ORDER).exists():
        raise SettingsError(f"--out={one_line(out)}: no training was begun there: start one without --resume")
    try:
        order = read_state(out / ORDER, LocalOrder)
    except RunError as error:
        raise SettingsError(str(error)) from None
    if (out / ADAPTER_CONFIG).exists():
        raise SettingsError(f"--out={one_line(out)}: its training has ended: the adapter is there")
    if digest_of(Path(order.file)) != order.sha256:
        raise SettingsError(f"{one_line(order.file)}: has changed since the training began: start a new one")
    return order


def checkpoints(out: Path) -> list[Path]:
    """Return the whole checkpoints of a training, by step. Half-written ones lie under another name."""
    found = [path for path in out.glob(f"{CHECKPOINT}*") if path.name.removeprefix(CHECKPOINT).isdigit()]
    return sorted(found, key=step_of)


def step_of(checkpoint: Path) -> int:
    """Return the step of a checkpoint's folder."""
    return int(checkpoint.name.removeprefix(CHECKPOINT))


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write a JSON object."""
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
