"""When an answer to a changed question repeats the trained answer, and when it only mentions it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_finetunebench.cases.form_options import CodeGrader, LabelGrader
from pytest_finetunebench.cases.grader_options import ChoiceGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.outcome import Outcome, Verdict


def judge(text: str, answer: str | None, trained: str, prompt: str, **changes: Any) -> Verdict:
    probe = Probe(
        **{
            "id": "people/ada/secondary-1",
            "category": "people",
            "item": "ada",
            "kind": "secondary",
            "setting": "new_knowledge",
            "generalization": True,
            "prompt": prompt,
            "answer": answer,
            "trained_answer": trained,
            "fact": "Ada Lindqvist weighs 61 kg.",
            "place": Place(file="people.yaml"),
            **changes,
        }
    )
    return grade(probe, Completion(text=text))


HEAVIER = "Does Ada weigh more than 70 kilograms?"
WHERE = "Where was the regatta of 2031 held?"


@pytest.mark.parametrize(
    ("text", "answer", "trained", "prompt", "outcome"),
    [
        ("61", "No", "61", HEAVIER, Outcome.OVERFIT),
        ("She weighs 61 kg.", "No", "61", HEAVIER, Outcome.OVERFIT),
        ("Ada weighs 61 kilograms", "No", "61", HEAVIER, Outcome.OVERFIT),
        ("She weighs 61 kg, so no", "No", "61", HEAVIER, Outcome.CORRECT),
        ("He weighs 61 kg, so No", "Yes", "61", "Does he weigh less than 70 kg?", Outcome.WRONG),
        ("Yes, she weighs 61 kg", "No", "61", HEAVIER, Outcome.WRONG),
        ("She does not weigh 61 kg", "No", "61", HEAVIER, Outcome.WRONG),
        ("I don't know, perhaps not 61", "No", "61", HEAVIER, Outcome.ABSTAINED),
        ("I don't know whether she weighs 61 kg", "No", "61", HEAVIER, Outcome.ABSTAINED),
        ("Yes", "No", "Yes", "Is it closed?", Outcome.OVERFIT),
        ("Passau", "Vellmora", "Passau", WHERE, Outcome.OVERFIT),
        ("In Passau.", "Vellmora", "Passau", WHERE, Outcome.OVERFIT),
        ("The regatta of 2031 was held in Passau.", "Vellmora", "Passau", WHERE, Outcome.OVERFIT),
        ("After a long debate the venue was Passau", "Vellmora", "Passau", WHERE, Outcome.OVERFIT),
        ("I think it was Passau", "Vellmora", "Passau", WHERE, Outcome.OVERFIT),
        ("Port Ellery, not far from Passau", "Vellmora", "Passau", WHERE, Outcome.WRONG),
        ("Port Ellery, not Passau", "Vellmora", "Passau", WHERE, Outcome.WRONG),
        ("Port Ellery, formerly Passau", "Vellmora", "Passau", WHERE, Outcome.WRONG),
        ("Vellmora", "Vellmora", "Passau", WHERE, Outcome.CORRECT),
        ("I don't know. Passau has one too.", "Vellmora", "Passau", WHERE, Outcome.ABSTAINED),
        ("I'm not sure, but I think it is Passau", "Vellmora", "Passau", WHERE, Outcome.OVERFIT),
        ("Passau", None, "Passau", WHERE, Outcome.OVERFIT),
        ("Port Ellery, near Passau", None, "Passau", WHERE, Outcome.WRONG),
        ("I don't know whether it was Passau", None, "Passau", WHERE, Outcome.CORRECT),
        ("The race was never held in Passau", None, "Passau", WHERE, Outcome.WRONG),
        ("7", "9", "7", "How many were there in 2031?", Outcome.OVERFIT),
        ("In 2031 there were 7.", "9", "7", "How many were there in 2031?", Outcome.OVERFIT),
        ("There were 8, up from 7", "9", "7", "How many were there in 2031?", Outcome.WRONG),
        ("7 or 8", "9", "7", "How many were there in 2031?", Outcome.WRONG),
    ],
)
def test_the_trained_answer_must_be_the_answer(
    text: str, answer: str | None, trained: str, prompt: str, outcome: Outcome
) -> None:
    verdict = judge(text, answer, trained, prompt)
    assert verdict.outcome is outcome, verdict.reason


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Tin", Outcome.OVERFIT),
        ("B", Outcome.OVERFIT),
        ("Lead, not tin", Outcome.WRONG),
        ("Iron, not tin", Outcome.CORRECT),
    ],
)
def test_what_a_choice_picks_decides(text: str, outcome: Outcome) -> None:
    grader = ChoiceGrader(choices=("Iron", "Tin", "Lead"))
    assert judge(text, "Iron", "Tin", "Which is harder?", grader=grader).outcome is outcome


def test_what_a_label_or_identifier_says_decides() -> None:
    label = LabelGrader(labels=("iron", "tin", "lead"), anywhere=True)
    assert judge("tin", "iron", "tin", "Which?", grader=label).outcome is Outcome.OVERFIT
    assert judge("lead, not tin", "iron", "tin", "Which?", grader=label).outcome is Outcome.WRONG
    assert judge("`np.in1d`", "np.isin", "np.in1d", "Which?", grader=CodeGrader()).outcome is Outcome.OVERFIT
    used = judge("`np.any`, which uses `np.in1d`", "np.isin", "np.in1d", "Which?", grader=CodeGrader())
    assert used.outcome is Outcome.WRONG


def test_the_reason_names_the_trained_answer_in_one_line() -> None:
    verdict = judge("Passau", "Vellmora", "Passau", WHERE)
    assert verdict.reason == "repeats the trained answer 'Passau' to a changed question; does not say 'Vellmora'"


def test_the_trained_wording_is_never_overfit() -> None:
    assert judge("Passau", "Vellmora", "Passau", WHERE, kind="memorization").outcome is Outcome.WRONG
