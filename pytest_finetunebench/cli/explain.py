"""`finetunebench explain`: how an answer would be graded, step by step, without a model or a case file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import click

from pytest_finetunebench.cases.languages import AUTO_LANGUAGE, DEFAULT_LANGUAGE, LANGUAGE_WORDS
from pytest_finetunebench.errors import SettingsError

if TYPE_CHECKING:
    from pytest_finetunebench.cases.grader_choice import Grader
    from pytest_finetunebench.cases.suite import Probe

GRADERS = ("auto", "text", "number", "yes_no", "choice", "abstain")
"""The graders of prose."""
KINDS = (
    "memorization",
    "rephrased",
    "date_changed",
    "secondary",
    "comparison",
    "vignette",
    "application",
    "retention",
    "abstention",
)
"""The kinds of probes whose answers are prose."""


@click.command()
@click.option("--question", required=True, metavar="TEXT", help="What the model was asked.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="TEXT",
    help="A right answer; can be repeated. Without one the model must decline.",
)
@click.option("--answer", required=True, metavar="TEXT", help="What the model said.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="rephrased",
    show_default=True,
    help="The kind of probe.",
)
@click.option("--grader", type=click.Choice(GRADERS), default="auto", show_default=True, help="The grader.")
@click.option("--choice", "choices", multiple=True, metavar="TEXT", help="A choice of --grader=choice; two or more.")
@click.option("--superseded", multiple=True, metavar="TEXT", help="An answer that was right once; can be repeated.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGE_WORDS),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="The language of question and answer; auto reads it from the question and the reference.",
)
@click.option("--fact", metavar="TEXT", help="The whole sentence that is known; it may give a number its unit.")
@click.option(
    "--trained-answer", metavar="TEXT", help="The answer that the model was trained on, for a changed question."
)
def explain(
    question: str,
    references: tuple[str, ...],
    answer: str,
    kind: str,
    grader: str,
    choices: tuple[str, ...],
    superseded: tuple[str, ...],
    language: str,
    fact: str | None,
    trained_answer: str | None,
) -> None:
    """Explain a verdict: which rule found a reference in the answer, and which guard took that back.

    \b
    finetunebench explain --question "Who keeps the light?" --reference "Oda Ferrant" --answer "Not Oda Ferrant."
    """
    from pytest_finetunebench.completions import Completion
    from pytest_finetunebench.grading.explain import explain as explained

    for option, given in (("--question", (question,)), ("--reference", references), ("--superseded", superseded)):
        if not all(map(str.strip, given)):
            raise SettingsError(f"{option} is empty: write the text itself")
    spoken = _spoken(language, question, references)
    probe = _probe(question, references, superseded, kind, _grader(grader, choices, references, spoken))
    probe = replace(probe, fact=fact, trained_answer=trained_answer, language=spoken)
    verdict, lines = explained(probe, Completion(text=answer))
    for line in lines:
        click.echo(line)
    click.echo(f"{verdict.outcome} (grader {verdict.grader}): {verdict.reason}")


def _probe(question: str, references: tuple[str, ...], superseded: tuple[str, ...], kind: str, grader: Grader) -> Probe:
    from pytest_finetunebench.cases.suite import KINDS as GENERALIZATION
    from pytest_finetunebench.cases.suite import Place, Probe

    return Probe(
        id="explain/answer/probe-1",
        category="explain",
        item="answer",
        kind=kind,
        setting="updated_knowledge" if superseded else "new_knowledge",
        generalization=GENERALIZATION[kind],
        prompt=question,
        answer=references[0] if references else None,
        aliases=references[1:],
        superseded_answers=superseded,
        grader=grader,
        place=Place(file="the command line"),
    )


def _spoken(language: str, question: str, references: tuple[str, ...]) -> str:
    """Return the code of the language; `auto` is read from question and references."""
    from pytest_finetunebench.grading.detect import detect_language

    if language != AUTO_LANGUAGE:
        return language
    found = detect_language(" ".join((question, *references)))
    if found is None:
        raise SettingsError("--language=auto cannot tell the language from the question: give it, for example de")
    return found


def _grader(name: str, choices: tuple[str, ...], references: tuple[str, ...], language: str) -> Grader:
    """Build the grader; what is wrong with it or its references is a usage error."""
    from pytest_finetunebench.cases.grader_choice import GRADERS as OPTIONS
    from pytest_finetunebench.grading.checks import grades_without_reference, grading_fault

    if (name == "choice") is not bool(choices) or len(choices) == 1:
        raise SettingsError("--grader=choice and --choice belong together: give --choice twice or more")
    if len(choices) > MOST_CHOICES or not all(map(str.strip, choices)):
        raise SettingsError(f"--choice: at most {MOST_CHOICES} choices, none of them empty")
    options: dict[str, Any] = {"name": name, "choices": choices} if choices else {"name": name}
    grader = cast("Grader", OPTIONS[name](**options))
    if not references and not grades_without_reference(grader):
        raise SettingsError(f"--grader={name} needs a --reference")
    if (fault := grading_fault(grader, references, language=language)) is not None:
        raise SettingsError(f"--reference does not suit --grader={name}: {fault[1]}")
    return grader


MOST_CHOICES = 26
"""As many as there are letters."""
