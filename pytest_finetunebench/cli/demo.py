"""`finetunebench demo`: what surface memorization alone scores, and what that means."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pytest_finetunebench.runs.results import ProbeResult

CONTROL = "control:memorizer"


@click.command()
def demo() -> None:
    """Ask the built-in control the shipped suites, and say what its scores mean. Needs no key and no network."""
    from pytest_finetunebench.cases.shipped import shipped_suites
    from pytest_finetunebench.errors import counted
    from pytest_finetunebench.evaluation.evaluate import evaluate
    from pytest_finetunebench.loaders import load_suite
    from pytest_finetunebench.reports.terminal import summary_lines

    suite = load_suite(shipped_suites().values())
    items, questions = counted(len(suite.items), "item"), counted(sum(1 for _ in suite.probes), "question")
    click.echo(
        f"This asks the control about {items} in {questions}. It stands for a\n"
        "model that learned its training sentences and nothing more: it knows every trained question\n"
        "with its answer, and answers any other question as the trained one that looks most like it.\n"
        "Most of its answers are wrong, as they must be.\n"
    )
    run = evaluate(suite, CONTROL)
    for line in summary_lines(run.summary(), max(shutil.get_terminal_size().columns, 40)):
        click.echo(line)
    click.echo("")
    for line in _meaning(run.results):
        click.echo(line)


def _meaning(results: tuple[ProbeResult, ...]) -> Iterator[str]:
    from importlib.util import find_spec

    from pytest_finetunebench.cases.suite import MEMORIZATION

    trained = [result.correct for result in results if result.kind == MEMORIZATION]
    others = [result.correct for result in results if result.generalization]
    known, further = (100 * sum(side) / max(len(side), 1) for side in (trained, others))
    yield "What it means: the control knows only the training sentences:"
    yield f"{known:.0f}% of them, and {further:.0f}% of everything else that follows from them (generalization)."
    yield "A fine-tune must beat the second number, or it has learned no more than its sentences."
    yield ""
    yield "Next:"
    yield "  finetunebench import faq.csv --category faq              make a suite of your own questions"
    yield "  finetunebench init                                       or start from an example"
    yield "  pytest --ft-suite=fictional_people --ft-model=openai:ID  ask a model of yours"
    if all(find_spec(name) for name in ("torch", "transformers", "peft")):
        yield "  make study                                               train a small model here, and test it"
