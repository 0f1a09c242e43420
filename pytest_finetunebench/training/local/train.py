"""A local training from its order to the adapter with its lineage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_finetunebench.errors import RunError
from pytest_finetunebench.models.lineage import TRAINED_BY_US, Lineage, store_lineage
from pytest_finetunebench.models.local.chat import end_tokens
from pytest_finetunebench.models.local.memory import free_memory
from pytest_finetunebench.models.local.spec import (
    LocalModel,
    find_local_model,
    shape_of,
    weights_hash,
)
from pytest_finetunebench.models.local.weights import Loaded, choose_device, load_base
from pytest_finetunebench.training.jobs import now
from pytest_finetunebench.training.local.loop import Loop, enough_memory, finish
from pytest_finetunebench.training.local.needs import memory_warning
from pytest_finetunebench.training.local.order import LocalOrder, checkpoints, write_json
from pytest_finetunebench.training.local.rows import Encoder, read_training_rows, systems_of


def train_locally(
    order: LocalOrder,
    out: Path,
    work_dir: Path,
    *,
    device: str,
    tell: Callable[[str], object],
    on_step: Callable[[int, float], None],
    stopping: Callable[[], bool],
) -> str:
    """Train an adapter into a folder, from its last checkpoint if there is one, and return its model spec.

    Raises:
        SettingsError: the base model's files are missing or half written.
        TrainingError: a row cannot be trained with this model.
        ProviderError: there is too little memory, or the model cannot be loaded.
        StoppedError: `stopping` said so; the training can be resumed.
    """
    base = find_local_model(order.base_model, f"--from={order.base_model}")
    rows = read_training_rows(Path(order.file))
    free = free_memory()
    loaded = load_base(base, choose_device(device))
    encoder = Encoder(loaded.tokenizer, end_tokens(loaded.tokenizer, loaded.model), tell)
    encoded = [encoder.encode(row) for row in rows]
    systems = systems_of(rows)
    base_hash = weights_hash(base)

    def lineage_of(folder: Path) -> Lineage:
        return _lineage(order, folder, loop.rate, systems)

    def tell_lineage(path: Path, folder: Path) -> None:
        told = {"base_shape": shape_of(loaded.model.config.to_dict()), "base_weights": base_hash}
        write_json(path, {**told, "lineage": lineage_of(folder).model_dump(mode="json")})

    def saved(part: Path) -> None:
        tell_lineage(part / TRAINED_BY_US, out / part.name.removeprefix("."))

    _say_begin(order, loaded, base, tell)
    if (warning := memory_warning(loaded, order, encoded, free, out)) is not None:
        tell(warning)
    with enough_memory(order, out):
        loop = Loop(loaded, order, encoded, saved)
        loop.run(out, on_step, stopping)
    last = checkpoints(out)[-1]
    for path in finish(out, last):
        if path.name == TRAINED_BY_US:
            tell_lineage(path, out)
    try:
        store_lineage(work_dir, lineage_of(out))
    except RunError as error:
        tell(f"warning: {error}")  # it is beside the adapter too
    return f"hf:{order.base_model}+{out}"


def _say_begin(order: LocalOrder, loaded: Loaded, base: LocalModel, tell: Callable[[str], object]) -> None:
    what = "preference pairs" if order.method == "dpo" else "rows"
    tell(
        f"training {base.text} on {loaded.device}: {order.rows} {what}, {order.epochs} epochs, {order.steps} steps of "
        f"{min(order.batch_size, order.rows)}"
    )
    if loaded.narrowed:
        tell("warning: memory is short, so the weights are bfloat16: with 32-bit floats the adapter may learn better")


def _lineage(order: LocalOrder, folder: Path, rate: float, systems: tuple[str, ...] | None) -> Lineage:
    hyperparameters: dict[str, str | int | float] = {
        "n_epochs": order.epochs,
        "batch_size": order.batch_size,
        "learning_rate": rate,
        "lora_rank": order.rank,
    }
    return Lineage(
        model=f"{order.base_model}+{folder}",
        provider="hf",
        base_model=order.base_model,
        method=order.method,
        training_file=Path(order.file).name,
        training_sha256=order.sha256,
        training_rows=order.rows,
        suite_hash=order.suite_hash,
        hyperparameters=hyperparameters | ({"beta": order.beta} if order.method == "dpo" else {}),
        seed=order.seed,
        job=folder.name,
        created=now(),
        systems=systems,
    )
