"""The graders of prose for tests that write question, references and answer as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.finding import Finding
from pytest_finetunebench.grading.languages.en import EN
from pytest_finetunebench.grading.outcome import Verdict
from pytest_finetunebench.grading.prose import choice, match, number, refusal, yes_no
from pytest_finetunebench.grading.prose.exchange import read_text, read_texts
from pytest_finetunebench.grading.text.phrases import Text, reading_answer

YES_NO = {True: "yes", False: "no", None: None}


def text(raw: str) -> Text:
    """Read a text in English."""
    return read_text(raw)


def answer(raw: str) -> Text:
    """Read an answer in English, cut where it is very long."""
    return reading_answer(raw, EN)


def compare_answer(
    question: str,
    references: Sequence[str],
    response: str,
    *,
    fact: str | None = None,
    guards: Guards | None = None,
) -> Finding:
    """Judge by the text grader."""
    return match.compare_answer(
        read_texts(question=question, references=references, answer=response, fact=fact, guards=guards)
    )


def compare_number(
    response: str, references: Sequence[str], *, question: str, fact: str | None, tolerance: float
) -> Finding:
    """Judge by the number grader."""
    exchange = read_texts(question=question, references=references, answer=response, fact=fact)
    return number.compare_number(exchange, tolerance)


def read_choice(response: str, choices: Iterable[str], question: str = "") -> str | None:
    """Return the choice that an answer picks."""
    picked = choice.read_choice(answer(response), tuple(map(text, choices)), text(question))
    return None if picked is None else picked.raw


def compare_choice(response: str, references: Sequence[str], choices: Iterable[str], question: str) -> Finding:
    """Judge by the choice grader."""
    exchange = read_texts(question=question, references=references, answer=response)
    return choice.compare_choice(exchange, exchange.read(tuple(choices)))


def read_yes_no(response: str, question: str | None = None) -> str | None:
    """Return `yes` or `no` as an answer says it."""
    return YES_NO[yes_no.read_yes_no(answer(response), None if question is None else text(question))]


def declines(response: str) -> bool:
    """Whether an answer declines."""
    return refusal.declines(answer(response))


def declines_outright(response: str) -> bool:
    """Whether an answer's first sentence declines for good."""
    return refusal.declines_outright(answer(response))


def judge(question: str, reference: str | None, answer: str, kind: str = "comparison", **parts: Any) -> Verdict:
    """Judge an answer to a probe with the grader `auto`."""
    probe = Probe(
        id=f"people/ada/{kind}-1",
        category="people",
        item="ada",
        kind=kind,
        setting="new_knowledge",
        generalization=True,
        prompt=question,
        answer=reference,
        place=Place(file="people.yaml"),
        **parts,
    )
    return grade(probe, Completion(text=answer))
