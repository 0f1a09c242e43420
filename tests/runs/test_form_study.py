"""Form beside facts, label scores and conduct: figures worked out by hand."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.form_options import LabelGrader
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.reports.forms import form_as_plain, form_lines
from pytest_finetunebench.runs.form_study import form_study
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, WRONG
from tests.support.results import result

LABELS = LabelGrader(labels=("refund", "order", "other thing"))


def form(number: int, kind: str, after: Outcome, before: Outcome = WRONG, **parts: object) -> ProbeResult:
    base = GradedAnswer(outcome=before, reason="r")
    return result(after, kind=kind, item=f"i{number}", setting="form", generalization=False, base=base, **parts)


def test_form_and_facts_are_told_before_and_after_with_their_gaps() -> None:
    results = [
        *(form(n, "memorization", RIGHT) for n in range(4)),
        *(form(n, "form", RIGHT if n < 3 else WRONG, RIGHT if n == 0 else WRONG) for n in range(4)),
        *(result(RIGHT, item=f"f{n}", base=GradedAnswer(outcome=WRONG, reason="r")) for n in range(4)),
        *(
            result(
                RIGHT if n < 1 else WRONG, kind="rephrased", item=f"f{n}", base=GradedAnswer(outcome=WRONG, reason="r")
            )
            for n in range(4)
        ),
    ]
    plain = form_as_plain(form_study(results))["learned"]
    assert plain["form"] == {"before": 0.25, "after": 0.75, "trained": 1.0, "gap": 0.25, "n": 4}
    assert plain["facts"] == {"before": 0.0, "after": 0.25, "trained": 1.0, "gap": 0.75, "n": 4}
    lines = list(form_lines(form_study(results), 80))
    assert lines[0].startswith("form        held out: 25.0% before, 75.0% [")
    assert max(map(len, lines)) <= 80


def test_labels_have_accuracy_and_macro_f1() -> None:
    pairs = [("refund", "refund"), ("refund", "order"), ("order", "Order."), ("other thing", "no idea")]
    results = [
        form(n, "form", RIGHT, expected=wanted, extracted=said, grader_options=LABELS)
        for n, (wanted, said) in enumerate(pairs)
    ]
    trained = form(9, "memorization", RIGHT, expected="order", extracted="order", grader_options=LABELS)
    (score,) = form_study([*results, trained]).labels
    assert (score.category, score.n, score.classes, score.accuracy) == ("people", 4, 3, 0.5)
    assert score.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_conduct_is_inventing_beside_refusing() -> None:
    declining = [
        result(
            RIGHT if n < 3 else WRONG,
            kind="abstention",
            item=f"i{n}",
            expected=None,
            base=GradedAnswer(outcome=WRONG, reason="r"),
        )
        for n in range(4)
    ]
    answering = [
        result(
            RIGHT if n else Outcome.ABSTAINED,
            kind="answerable",
            item=f"a{n}",
            generalization=False,
            base=GradedAnswer(outcome=RIGHT, reason="r"),
        )
        for n in range(4)
    ]
    plain = form_as_plain(form_study([*declining, *answering]))["conduct"]
    assert plain == {"invented_before": 1.0, "invented": 0.25, "refused_before": 0.0, "refused": 0.25}
    assert form_study(declining).conduct is None


def test_a_suite_of_facts_alone_says_nothing() -> None:
    assert not form_study([result(RIGHT), result(WRONG, kind="rephrased")])
    assert list(form_lines(form_study([result(RIGHT)]))) == []
