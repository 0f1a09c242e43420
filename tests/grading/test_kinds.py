"""Answers by the kind of fault: many wordings to one question, right and wrong, each with the outcome it deserves."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_finetunebench.cases.grader_options import AutoGrader
from pytest_finetunebench.cases.suite import KINDS, Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from tests.support.case_tables import cases

FAILS = "fails"
"""Stands for any outcome but `correct`."""


@pytest.mark.parametrize(("about", "kind", "question", "reference", "options", "answers"), cases("kinds.jsonl"))
def test_answers_of_one_kind_get_the_outcome_that_a_person_gives_them(
    about: str, kind: str, question: str, reference: str | None, options: dict[str, Any], answers: dict[str, list[str]]
) -> None:
    probe = Probe(
        id=f"kinds/{about}/{kind.replace('_', '-')}-1",
        category="kinds",
        item=about,
        kind=kind,
        setting="updated_knowledge" if "superseded_answers" in options else "new_knowledge",
        generalization=KINDS[kind],
        prompt=question,
        answer=reference,
        place=Place(file="kinds.jsonl", line=1),
        **{"grader": AutoGrader(), **options},
    )
    faults = []
    for wanted, texts in answers.items():
        for text in texts:
            verdict = grade(probe, Completion(text=text))
            given = verdict.outcome.value
            if given != wanted and not (wanted == FAILS and given != "correct"):
                faults.append(f"{text!r} is {given}, not {wanted} ({verdict.reason})")
    assert faults == []
