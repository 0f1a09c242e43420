"""Verdicts: each grader by example, outcomes told apart, and what must hold for any text."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.form_options import CodeGrader, LabelGrader
from pytest_finetunebench.cases.grader_options import (
    AutoGrader,
    ChoiceGrader,
    ExactGrader,
    FactsGrader,
    NumberGrader,
    RegexGrader,
    TextGrader,
    YesNoGrader,
)
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.outcome import Outcome, Verdict


def probe(answer: str | None, **changes: Any) -> Probe:
    fields: dict[str, Any] = {
        "id": "people/ada/rephrased-1",
        "category": "people",
        "item": "ada",
        "kind": "rephrased",
        "setting": "new_knowledge",
        "generalization": True,
        "prompt": "What about Ada?",
        "answer": answer,
        "place": Place(file="people.yaml", line=3),
    }
    return Probe(**{**fields, **changes})


def judge(answer: str | None, text: str, **changes: Any) -> Verdict:
    return grade(probe(answer, **changes), Completion(text=text))


@pytest.mark.parametrize(
    ("answer", "text", "grader"),
    [
        ("61", "61", "number"),
        ("61", "61 kilograms.", "number"),
        ("61", "She weighs 61.0 kg", "number"),
        ("10,000", "10000", "number"),
        ("7000000", "7 million", "number"),
        ("Yes", "Yes.", "yes_no"),
        ("No", "no, she does not", "yes_no"),
        ("police officer", "A Police Officer.", "text"),
        ("7-0", "They won 7–0", "text"),
        ("Rafael Nadal", "It was **Rafael Nadal**.", "text"),
        ("model_dump", "Use `model_dump()` instead", "text"),
        (None, "I don't know.", "abstain"),
        (None, "None", "abstain"),
    ],
)
def test_correct(answer: str | None, text: str, grader: str) -> None:
    verdict = judge(answer, text)
    assert (verdict.outcome, verdict.grader) == (Outcome.CORRECT, grader)
    assert verdict.passed


@pytest.mark.parametrize(
    ("answer", "text", "reason"),
    [
        ("61", "64 kilograms", "says 64 kilogram, not '61'"),
        ("61", "heavy", "holds no number; expected '61'"),
        ("173", "1.72", "says 1.72, not '173'"),
        ("7", "7 million", "says 7000000, not '7'"),
        ("185", "1850", "says 1850, not '185'"),
        ("Yes", "No", "says no"),
        ("Yes", "Perhaps", "says neither yes nor no"),
        ("Bonohog", "Bonoh", "does not say 'Bonohog'"),
        ("7-0", "2-0", "does not say '7-0'"),
        ("7-0", "17-0", "does not say '7-0'"),
        ("400,000 tons", "20,000 tons", "does not say '400,000 tons'"),
        (None, "It was 7", "answers, though no answer exists"),
        ("61", " \n", "the answer is empty"),
    ],
)
def test_wrong_says_why(answer: str | None, text: str, reason: str) -> None:
    verdict = judge(answer, text)
    assert (verdict.outcome, verdict.reason) == (Outcome.WRONG, reason)
    assert not verdict.passed


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("1.73 m", Outcome.CORRECT),
        ("173 cm", Outcome.CORRECT),
        ("173", Outcome.CORRECT),
        ("5'8\"", Outcome.CORRECT),
        ("5 feet 8 inches", Outcome.CORRECT),
        ("6'1\" (173 cm)", Outcome.CORRECT),
        ("173 m", Outcome.WRONG),
        ("173 pounds", Outcome.WRONG),
        ("1.83 m", Outcome.WRONG),
    ],
)
def test_units_come_from_the_fact(text: str, outcome: Outcome) -> None:
    assert judge("173", text, fact="Ada Lindqvist is 173 cm tall.").outcome is outcome


def test_number_tolerance_is_in_the_unit_of_the_reference() -> None:
    grader = NumberGrader(tolerance=0.5)
    assert judge("61", "61.4", grader=grader).passed
    assert not judge("61", "61.6", grader=grader).passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("red", True),
        ("Red.", True),
        ("yellow", False),
        ("I do not know whether it is red", False),
    ],
)
def test_yes_no_question_answered_with_the_trained_value_it_offers(text: str, passed: bool) -> None:
    verdict = judge("Yes", text, prompt="Is Ada's favourite colour red, blue or yellow?", trained_answer="red")
    assert verdict.passed is passed


def test_trained_value_that_a_no_question_does_not_offer_is_overfit() -> None:
    verdict = judge("No", "gold", prompt="Is Ada's favourite colour red?", trained_answer="gold")
    assert verdict.outcome is Outcome.OVERFIT
    assert verdict.reason == "repeats the trained answer 'gold' to a changed question; says neither yes nor no"


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("B", "iron oxide"),
        ("(b)", "iron oxide"),
        ("B. Iron oxide", "iron oxide"),
        ("The answer is B", "iron oxide"),
        ("It is iron oxide.", "iron oxide"),
        ("iron", "iron"),
        ("A good question", None),
        ("iron or gold", None),
        ("E", None),
    ],
)
def test_choice_by_text_or_letter(text: str, picked: str | None) -> None:
    grader = ChoiceGrader(choices=("iron", "iron oxide", "gold"))
    assert judge("iron oxide", text, grader=grader).passed is (picked == "iron oxide")
    assert judge("iron", text, grader=grader).passed is (picked == "iron")
    assert judge("A", text, grader=grader).passed is (picked == "iron")


def test_exact_compares_the_whole_answer() -> None:
    assert judge("Ada", " Ada\n", grader=ExactGrader()).passed
    assert not judge("Ada", "ada", grader=ExactGrader()).passed
    assert judge("Ada", "ada", grader=ExactGrader(ignore_case=True)).passed
    assert judge("Ada", "It is Ada", grader=ExactGrader()).reason == "is not exactly 'Ada'"


def test_regex_searches_the_pattern_or_the_reference() -> None:
    assert judge("x", "np . isin(a, b)", grader=RegexGrader(pattern=r"np\s*\.\s*isin\(")).passed
    assert judge(r"is\w+", "isin", grader=RegexGrader()).passed
    assert not judge("x", "ISIN", grader=RegexGrader(pattern="isin")).passed
    assert judge("x", "ISIN", grader=RegexGrader(pattern="isin", ignore_case=True)).passed


def test_regex_that_takes_too_long_has_not_decided() -> None:
    verdict = judge("x", "a" * 60 + "!", grader=RegexGrader(pattern=r"^(a|aa|a?)*(a|b)*$"))
    assert verdict.outcome is Outcome.UNMEASURED
    assert verdict.reason == "the pattern '^(a|aa|a?)*(a|b)*$' took over 1 s on this answer"


def test_aliases_are_references_too() -> None:
    assert judge("Ada Lindqvist", "Countess Ada", aliases=("Countess Ada",)).passed


def test_stale_abstained_overfit_and_wrong_are_told_apart() -> None:
    changes: dict[str, Any] = {"superseded_answers": ("utcnow",), "trained_answer": "now", "grader": TextGrader()}
    assert judge("now(UTC)", "datetime.utcnow()", **changes).outcome is Outcome.STALE
    assert judge("fromtimestamp", "I am not sure.", **changes).outcome is Outcome.ABSTAINED
    assert judge("fromtimestamp", "now", **changes).outcome is Outcome.OVERFIT
    assert judge("fromtimestamp", "today", **changes).outcome is Outcome.WRONG


def test_trained_answer_to_its_own_wording_is_never_overfit() -> None:
    assert judge("61", "64", kind="memorization", trained_answer="61").outcome is Outcome.WRONG


def test_answering_what_cannot_be_known_with_the_trained_answer_is_overfit() -> None:
    assert judge(None, "Seven", trained_answer="seven").outcome is Outcome.OVERFIT
    assert judge(None, "Eight", trained_answer="seven").outcome is Outcome.WRONG


def test_denying_the_event_is_not_declining() -> None:
    assert judge(None, "That match never took place.").outcome is Outcome.WRONG


def test_a_broken_form_is_malformed() -> None:
    verdict = judge("x", "plain prose", kind="form", setting="form", grader=RegexGrader(pattern=r"^\{"))
    assert verdict.outcome is Outcome.MALFORMED


def test_a_cut_answer_says_so() -> None:
    verdict = grade(probe("61"), Completion(text="The weight is", finish_reason="length"))
    assert verdict.outcome is Outcome.WRONG
    assert verdict.reason.endswith("the answer was cut at the token limit (raise --ft-max-tokens)")


def test_no_visible_answer_before_the_limit_is_unmeasured() -> None:
    verdict = grade(probe("61"), Completion(text="", finish_reason="length"))
    assert verdict.outcome is Outcome.UNMEASURED
    assert verdict.reason == "no visible answer before the token limit (raise --ft-max-tokens)"


ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@settings(deadline=None)  # the first answers wait for patterns
@given(text=ANY_TEXT, answer=ANY_TEXT.filter(str.strip))
def test_grading_never_raises(text: str, answer: str) -> None:
    reference = Completion(text=answer).text
    for grader in (AutoGrader(), NumberGrader(), TextGrader(), YesNoGrader(), ExactGrader()):
        assert judge(reference, text, superseded_answers=("old",), trained_answer="61", grader=grader).reason
    assert judge(None, text, trained_answer="61").reason


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_different_number_is_never_correct(wanted: int, said: int) -> None:
    assert judge(str(wanted), f"It is {said:,}.").passed is (wanted == said)


@given(
    st.sampled_from(["The answer is {}.", "{}", "**{}**", "«{}»", "Answer: {}!"]),
    st.sampled_from([str.upper, str.lower]),
)
def test_the_reference_is_correct_in_any_dress(frame: str, case: Any) -> None:
    for answer in ("61", "1,200", "Rafael Nadal", "Yes", "7-0", "São Paulo"):
        assert judge(answer, frame.format(case(answer))).passed


@pytest.mark.parametrize("text", ["1", "1,", "a ", "i ", "no ", "\n", "6'1", "there is no "])
def test_a_long_answer_takes_no_longer_than_its_length_asks(text: str) -> None:
    start = time.process_time()
    for answer in ("61", "gold", "Yes", None):
        judge(answer, text * (60_000 // len(text)) + "!", superseded_answers=("12",))
    assert time.process_time() - start < 5


EVERY = (
    AutoGrader(),
    NumberGrader(tolerance=1),
    YesNoGrader(),
    ChoiceGrader(choices=("Iron", "Tin", "C++", "B")),
    LabelGrader(labels=("spam", "not spam"), anywhere=True),
    CodeGrader(),
    FactsGrader(facts=(("two weeks", "14 days"),), forbidden=(("tin",),)),
)


@settings(deadline=None)
@given(
    ANY_TEXT,
    st.sampled_from(EVERY),
    st.sampled_from(["43", "Iron", "No", None]),
    st.sampled_from(["form", "secondary"]),
)
def test_no_text_fails_a_grader(text: str, grader: Any, answer: str | None, kind: str) -> None:
    verdict = judge(answer, text, kind=kind, grader=grader, trained_answer="61", superseded_answers=("tin",))
    assert "the grader failed" not in verdict.reason
    assert "\n" not in verdict.reason


@pytest.mark.parametrize("grader", EVERY, ids=lambda grader: grader.name)
def test_a_megabyte_is_graded(grader: Any) -> None:
    text = "It was Ada, and not Bo; the answer is C++ or 7 of them. " * 18_000
    start = time.process_time()
    verdict = judge("43", text, grader=grader, trained_answer="61", superseded_answers=("tin",))
    assert "the grader failed" not in verdict.reason
    assert time.process_time() - start < 10
