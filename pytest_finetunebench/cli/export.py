"""`finetunebench export`: training files from the cases, without their probes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pytest_finetunebench.cli.grader_names import grader_names_option
from pytest_finetunebench.cli.named import renamed_option
from pytest_finetunebench.cli.options import table_option

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Suite

cases_option: Callable[[Any], Any] = table_option("cases", param="paths")
all_rows_option: Callable[[Any], Any] = table_option("all-rows")
threshold_option: Callable[[Any], Any] = click.option(
    "--threshold",
    type=click.FloatRange(0, 100, min_open=True),
    default=90,
    show_default=True,
    help="Least similarity, above 0 to 100, of a near-duplicate.",
)


@click.command()
@click.argument("arguments", nargs=-1, metavar="[PATHS]...", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["openai", "gemini", "hf", "dpo"]),
    required=True,
    help="OpenAI's chat messages, Vertex AI's contents, a Hugging Face messages dataset, or preference pairs of the "
    "trained and the rejected answers (OpenAI's, and TRL's beside them in *.trl.jsonl).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Write to this folder.",
)
@cases_option
@click.option("--include", multiple=True, type=click.Choice(["form"]), help="Also the training wordings of form items.")
@renamed_option(
    "--hold-out",
    "validation",
    former="--validation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0,
    metavar="SHARE",
    help="Hold this share of the items out: their prompts go to validation.jsonl alone, and these facts are not "
    "learned. With 0 all facts are trained, and each item with two or more training wordings gives one of them to "
    "validation.jsonl, which so asks for learned facts in an untrained wording that is no probe.",
)
@renamed_option(
    "--copies",
    "repeat",
    former="--repeat",
    type=click.IntRange(1),
    default=1,
    help="How often train.jsonl holds each example.",
)
@renamed_option(
    "--shuffle-seed", "seed", former="--seed", type=int, default=42, help="Decides the order, and what is held out."
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=3,
    help="Passes over the training file, to estimate cost.",
)
@renamed_option(
    "--train-price",
    "price",
    former="--price",
    type=click.FloatRange(0),
    metavar="USD",
    help="US dollars per million trained tokens, to estimate cost.",
)
@threshold_option
@all_rows_option
@grader_names_option
def export(
    arguments: tuple[Path, ...],
    format_name: Any,
    out: Path,
    paths: tuple[Path, ...],
    include: tuple[str, ...],
    validation: float,
    repeat: int,
    seed: int,
    epochs: int,
    price: float | None,
    threshold: float,
    all_rows: bool,
    graders: tuple[str, ...],
) -> None:
    """Write train.jsonl, validation.jsonl and manifest.json, which train the items' facts and hold no probe.

    PATHS are case files, folders of them, or a FineTuneBench folder, as with --cases (default: knowledge_cases).

    Trained are the prompts of knowledge items with their answers, and the wordings that items list under `training`;
    never a probe, and nothing of retention items or of questions that the model must decline. The files are checked for
    leaks, and as the provider would check them: with a problem, nothing is written. The same cases and options
    give the same bytes; manifest.json holds their hashes, and of each item what was trained.

    A Hugging Face dataset loads with load_dataset("json", data_files={"train": "DIR/train.jsonl"}).
    """
    from pytest_finetunebench.files.reading import shown
    from pytest_finetunebench.training.checks import training_cost
    from pytest_finetunebench.training.export import ExportOptions, make_export, summary_lines, write_export

    options = ExportOptions(format_name, seed, repeat, validation, "form" in include, threshold)
    made = make_export(read_suite(_asked(arguments, paths), all_rows, graders), options)
    written = write_export(made, out)
    for doubt in made.doubts:
        click.echo(f"doubt: {doubt}", err=True)
    for line in summary_lines(made, options):
        click.echo(line)
    cost = training_cost(made.tokens, epochs, price)
    dollars = "cost unknown (no price list has training; give --train-price)" if cost is None else f"about ${cost:,.2f}"
    if format_name == "hf" and price is None:  # it costs no call, and `train` chooses the epochs by the rows
        click.echo(f"training: {made.tokens:,} tokens in each epoch")
    else:
        click.echo(f"training: {made.tokens * epochs:,} tokens in {epochs} epochs, {dollars}")
    click.echo("written: " + ", ".join(shown(path) for path in written))


def _asked(arguments: tuple[Path, ...], paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the paths of a command: those of `--cases` count beside arguments only where they were written, too."""
    written = click.get_current_context().get_parameter_source("paths") is click.core.ParameterSource.COMMANDLINE
    return (*arguments, *paths) if written or not arguments else arguments


def read_suite(paths: tuple[Path, ...], all_rows: bool, graders: tuple[str, ...]) -> Suite:
    """Load the cases of a command and print their notices.

    Raises:
        CaseError: every problem in them.
    """
    from pytest_finetunebench.loaders import DEFAULT_CASES, load_suite

    loaded = load_suite(paths or (DEFAULT_CASES,), all_rows=all_rows, graders=graders)
    for notice in loaded.notices:
        click.echo(f"note: {notice}", err=True)
    return loaded
