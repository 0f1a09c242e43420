"""The options of `finetunebench train`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.options import table_options

_Command = TypeVar("_Command", bound=Callable[..., Any])

DEFAULT_WORK_DIR = ".finetunebench"
_CHOSEN = "as the trainer chooses"

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--provider",
        type=click.Choice(["openai", "gemini", "local"]),
        help="Who trains; gemini means Vertex, local this machine: a LoRA adapter.",
    ),
    renamed_option(
        "--from",
        "base_model",
        former="--base-model",
        metavar="ID",
        help="The model to start from, such as gpt-4o-mini-2024-07-18, or local: a folder.",
    ),
    click.option(
        "--out", type=click.Path(path_type=Path), metavar="DIR", help="local: write to this folder: the adapter."
    ),
    click.option("--validation", metavar="FILE", help="Rows that are only measured."),
    click.option("--training-uri", metavar="gs://…", help="Gemini: where TRAINING_FILE lies in Cloud Storage."),
    click.option(
        "--method",
        type=click.Choice(["supervised", "dpo"]),
        help="How to train (default: dpo where the file holds pairs, else supervised).",
    ),
    click.option(
        "--epochs",
        "n_epochs",
        type=click.IntRange(min=1),
        show_default="as the provider chooses; local: by rows",
        help="Passes over the training file.",
    ),
    click.option(
        "--batch-size", type=click.IntRange(min=1), show_default=_CHOSEN, help="openai, local: rows to a step."
    ),
    click.option(
        "--learning-rate-multiplier",
        type=click.FloatRange(min=0, min_open=True),
        show_default=_CHOSEN,
        help="openai, gemini: how fast to learn, as a factor of the provider's own rate.",
    ),
    click.option(
        "--learning-rate",
        type=click.FloatRange(min=0, max=1, min_open=True),
        show_default="by the model's width",
        help="local: the highest learning rate.",
    ),
    click.option(
        "--beta",
        type=click.FloatRange(min=0, min_open=True),
        show_default=_CHOSEN,
        help="dpo: the weight of staying near the base.",
    ),
    click.option("--suffix", metavar="TEXT", help="Stands in the new model's name."),
    renamed_option(
        "--train-seed",
        "seed",
        former="--seed",
        type=int,
        show_default=_CHOSEN,
        help="openai, local: makes the training repeatable, nearly.",
    ),
    renamed_option(
        "--train-price",
        "price",
        former="--price",
        type=click.FloatRange(0),
        metavar="USD",
        help="openai: US dollars per million trained tokens. The model's lineage then holds what its training cost.",
    ),
    click.option("--resume", is_flag=True, help="Go on with the training that was interrupted."),
    click.option("--cancel", is_flag=True, help="End the job that is under way."),
    click.option("--job", metavar="ID", help="The fine-tuning job that --resume or --cancel means, of several."),
    renamed_option(
        "--no-follow",
        "no_wait",
        former="--no-wait",
        is_flag=True,
        help="Do not follow the job: exit code 3 while it runs.",
    ),
    table_options("train", base_url={"env": False}),
    click.option(
        "--work-dir",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_WORK_DIR,
        show_default=True,
        help="Holds jobs/ and models/.",
    ),
)


def train_options(command: _Command) -> _Command:
    """Give a command all of them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
