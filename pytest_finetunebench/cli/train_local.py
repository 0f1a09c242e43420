"""`finetunebench train --provider local`: a LoRA adapter, trained on this machine."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pytest_finetunebench.models.lineage import Method
    from pytest_finetunebench.training.local.order import LocalOrder

INTERRUPTED = 130
_NOT_LOCAL = {
    "validation": "--validation",
    "training_uri": "--training-uri",
    "learning_rate_multiplier": "--learning-rate-multiplier",
    "suffix": "--suffix",
    "price": "--train-price",
}


def train_on_this_machine(file: str | None, work_dir: Path, resume: bool, given: dict[str, Any]) -> None:
    """Train an adapter, and print its model spec on stdout."""
    from pytest_finetunebench.errors import SettingsError, TrainingError, UnmeasuredError
    from pytest_finetunebench.models.local.libraries import check_installed
    from pytest_finetunebench.training.local.loop import StoppedError
    from pytest_finetunebench.training.local.order import begin_order, resume_order
    from pytest_finetunebench.training.local.train import train_locally

    out = given["out"]
    _check_usage(file, resume, given)
    try:
        check_installed("--provider local")
        order = resume_order(out) if resume else _order(Path(file or ""), given)
        if not resume:
            begin_order(out, order)
        with _progress(order) as on_step, _interruptible() as stopping:
            spec = train_locally(
                order, out, work_dir, device=given["device"], tell=_tell, on_step=on_step, stopping=stopping
            )
    except (SettingsError, TrainingError) as error:
        raise click.UsageError(str(error)) from error
    except UnmeasuredError as error:
        raise click.ClickException(str(error)) from error
    except StoppedError as stopped:
        _tell(f"stopped after step {stopped.step} of {order.steps}: `finetunebench train --resume --out {out}` goes on")
        sys.exit(INTERRUPTED)
    _tell(f"trained {spec}: pytest --ft-model={spec} --ft-base-model=hf:{order.base_model}")
    click.echo(spec)


def _check_usage(file: str | None, resume: bool, given: dict[str, Any]) -> None:
    if given["out"] is None:
        raise click.UsageError("--out is missing: the folder for the adapter")
    for name, option in _NOT_LOCAL.items():
        if given[name] is not None:
            raise click.UsageError(f"{option}: a local training has no such setting, leave it out")
    if resume:
        if file is not None or given["base_model"] is not None:
            what = "TRAINING_FILE" if file is not None else "--from"
            raise click.UsageError(f"--resume: the training has its settings already, leave out {what}")
        return
    for value, what in ((file, "TRAINING_FILE"), (given["base_model"], "--from")):
        if not value:
            raise click.UsageError(f"{what} is missing")


def _order(file: Path, given: dict[str, Any]) -> LocalOrder:
    from pytest_finetunebench.errors import SettingsError
    from pytest_finetunebench.models.local.spec import find_local_model
    from pytest_finetunebench.training.local.order import LocalOrder, digest_of, epochs_for, suite_hash_of
    from pytest_finetunebench.training.local.rows import read_training_rows

    digest = digest_of(file)
    rows = read_training_rows(file)
    method: Method = "dpo" if rows[0].shape == "preference" else "supervised"
    if given["method"] not in (None, method):
        raise SettingsError(f"--method={given['method']}: {file} holds rows for {method}")
    if given["beta"] is not None and method != "dpo":
        raise SettingsError("--beta: is for dpo, and the file holds no pairs")
    find_local_model(given["base_model"], f"--from={given['base_model']}")
    names = ("batch_size", "learning_rate", "beta", "seed")
    chosen = {name: given[name] for name in names if given[name] is not None}
    return LocalOrder(
        base_model=given["base_model"],
        file=str(file.absolute()),
        sha256=digest,
        rows=len(rows),
        method=method,
        epochs=given["n_epochs"] or epochs_for(len(rows)),
        suite_hash=suite_hash_of(file, digest),
        **chosen,
    )


@contextlib.contextmanager
def _progress(order: LocalOrder) -> Iterator[Callable[[int, float], None]]:
    """Yield what shows a step: a bar on a terminal, a line for each epoch elsewhere."""
    if not sys.stderr.isatty():

        def line(step: int, loss: float) -> None:
            if step % order.steps_per_epoch == 0:
                _tell(f"  epoch {step // order.steps_per_epoch} of {order.epochs}: loss {loss:.3f}")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("loss {task.fields[loss]}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("train", total=order.steps, loss="-")
        yield lambda step, loss: bar.update(task, completed=step, loss=f"{loss:.3f}")


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Yield whether Ctrl-C was pressed: the step is ended and saved. A second one stops at once."""
    pressed: list[int] = []

    def note(number: int, frame: object) -> None:
        del frame
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(words: str) -> None:
    click.echo(words, err=True)
