"""The judge beside the rules: when it is asked, what is kept, and what its failures come to."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.form_options import StyleGrader
from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, Grader
from pytest_finetunebench.cases.grader_options import JudgeGrader, TextGrader
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.calling.answer import NoAnswer
from pytest_finetunebench.models.judge import JudgedVerdict, judge_answer
from tests.support.results import result


class Judge:
    """Says one verdict, or fails; remembers what it was asked."""

    def __init__(self, verdict: str = "correct") -> None:
        self.verdict = verdict
        self.asked: list[str | None] = []
        self.notices: list[str] = []

    def ask(self, probe: Probe, answer: str, criteria: str | None = None) -> Opinion | NoAnswer:
        self.asked.append(criteria)
        if self.verdict == "fails":
            return NoAnswer(ProviderError("the server is down"), calls=3)
        said = {"verdict": self.verdict, "reason": "so", "model": "openai:j", "criteria": criteria}
        return Opinion.model_validate(said)


def judged(text: str, judge: Judge | None, grader: Grader | None = None, audit: bool = False) -> JudgedVerdict:
    probe = result(kind="rephrased", expected="Vellmora", grader_options=grader or TextGrader()).probe
    return judge_answer(probe, Completion(text=text), {}, judge, audit=audit)


@pytest.mark.parametrize("audit", [False, True])
def test_without_a_judge_the_rules_decide(audit: bool) -> None:
    found = judged("In Vellmora.", None, audit=audit)
    assert (found.verdict.outcome, found.opinion, found.rules) == (Outcome.CORRECT, None, None)


def test_the_residue_goes_to_the_judge() -> None:
    judge = Judge()
    found = judged("In the far south.", judge)
    assert (found.verdict.outcome, found.verdict.grader, found.rules) == (Outcome.CORRECT, "judge", Outcome.WRONG)
    assert found.opinion is not None
    assert (judge.asked, found.further_opinions) == ([None], ())


def test_what_rules_decide_is_asked_only_to_compare() -> None:
    judge = Judge("incorrect")
    assert judged("In Vellmora.", judge).opinion is None
    assert judge.asked == []
    found = judged("In Vellmora.", judge, audit=True)
    assert (found.verdict.outcome, found.verdict.grader, found.rules) == (Outcome.CORRECT, "text", Outcome.CORRECT)
    assert found.opinion is not None
    assert found.opinion.verdict == "incorrect"
    assert judge.asked == [None]


@pytest.mark.parametrize(
    ("text", "grader"), [("", TextGrader()), ("In Vellmora.", StyleGrader(max_words=9)), ("x", JudgeGrader())]
)
def test_an_audit_asks_once_and_about_free_answers_alone(text: str, grader: Grader) -> None:
    judge = Judge()
    judged(text, judge, grader, audit=True)
    assert judge.asked == ([None] if isinstance(grader, JudgeGrader) else [])


def test_an_audit_that_fails_leaves_the_verdict_and_says_so_once() -> None:
    judge = Judge("fails")
    for _ in range(2):
        found = judged("In Vellmora.", judge, audit=True)
        assert (found.verdict.outcome, found.opinion) == (Outcome.CORRECT, None)
    assert judge.notices == ["the judge could not be compared with the rules on every answer: the server is down"]


def test_a_judge_that_fails_gives_no_verdict() -> None:
    judge = Judge("fails")
    for audit in (False, True):
        found = judged("In the far south.", judge, audit=audit)
        assert (found.verdict.outcome, found.opinion) == (Outcome.UNMEASURED, None)
        assert found.verdict.reason == "the judge failed: the server is down"
    assert judge.notices == []


@pytest.mark.parametrize(("text", "audit"), [("In the far south.", False), ("In Vellmora.", True)])
def test_what_a_failing_judge_cost_is_kept(text: str, audit: bool) -> None:
    assert judged(text, Judge("fails"), audit=audit).failed_calls == 3
    assert judged(text, Judge(), audit=audit).failed_calls == 0


def test_what_a_judge_cost_before_it_answered_is_kept_beside_its_opinion() -> None:
    class FailsOnce(Judge):
        def ask(self, probe: Probe, answer: str, criteria: str | None = None) -> Opinion | NoAnswer:
            self.verdict = "correct" if self.asked else "fails"
            return super().ask(probe, answer, criteria)

    either = AnyGrader(of=(JudgeGrader(criteria="Is kind."), JudgeGrader(criteria="Is brief.")))
    found = judged("Whatever.", FailsOnce(), either)
    assert (found.verdict.outcome, found.failed_calls) == (Outcome.CORRECT, 3)
    assert found.opinion is not None


def test_every_opinion_of_a_combination_is_kept() -> None:
    both = AllGrader(of=(JudgeGrader(criteria="Is kind."), JudgeGrader(criteria="Is brief.")))
    judge = Judge()
    found = judged("Whatever.", judge, both)
    assert judge.asked == ["Is kind.", "Is brief."]
    assert found.opinion is not None
    assert [one.criteria for one in (found.opinion, *found.further_opinions)] == judge.asked
    # the first that says no decides
    assert judged("Whatever.", Judge("incorrect"), both).further_opinions == ()
