"""Grading stored answers again: a fresh record does not change, and no model is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.form_options import StyleGrader
from pytest_finetunebench.cases.grader_choice import GRADERS as GRADERS_BY_NAME
from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, CustomGrader
from pytest_finetunebench.cases.grader_options import JudgeGrader, TextGrader
from pytest_finetunebench.completions import Completion, FinishReason
from pytest_finetunebench.errors import NotRecordedError, ProviderError
from pytest_finetunebench.grading import version
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.models.calling.answer import Answer
from pytest_finetunebench.models.graded import GradedAnswer, graded, unmeasured
from pytest_finetunebench.models.judge import judge_answer
from pytest_finetunebench.runs.regrade import StoredJudge, regrade
from pytest_finetunebench.runs.results import ProbeResult, probe_result
from tests.support.records import RIGHT, STALE, UNMEASURED, WRONG, probe, record
from tests.support.results import result

OPINION = Opinion(verdict="correct", reason="it is", model="openai:j")


class Fickle:
    """A judge that says what it is told to, or fails; it says so by the criteria."""

    def __init__(self, *said: str) -> None:
        self.said = list(said)
        self.notices: list[str] = []

    def ask(self, probe: object, answer: str, criteria: str | None = None) -> Opinion:
        verdict = self.said[hash_of(answer, criteria) % len(self.said)]
        if verdict == "fails":
            raise ProviderError("the server is down")
        return Opinion.model_validate(
            {"verdict": verdict, "reason": "because", "model": "openai:j", "criteria": criteria}
        )


def hash_of(answer: str, criteria: str | None) -> int:
    return sum(map(ord, answer)) + len(criteria or "")


def tone(text: str, probe: object, **options: Any) -> Any:
    del probe, options
    return None if "?" in text else text.islower()


def mute(text: str, probe: object) -> bool:
    raise AssertionError("asked, though it is not known")


OWN = {"tone": tone}
GRADERS = st.sampled_from(
    [
        TextGrader(),
        JudgeGrader(),
        JudgeGrader(criteria="Is kind."),
        CustomGrader(registered="tone"),
        AllGrader(of=(JudgeGrader(criteria="Is kind."), JudgeGrader(criteria="Is brief."), StyleGrader(max_words=9))),
        AnyGrader(of=(TextGrader(), JudgeGrader(), CustomGrader(registered="tone"))),
    ]
)
ANSWERS = st.sampled_from(
    ["Vellmora", "It is Vellmora.", "Oldmora", "I don't know.", "", "no?", "Vellmora, not Oldmora", "in the far south"]
)
ANY_ANSWER = ANSWERS | st.text(st.characters(exclude_categories=()), max_size=40)


@settings(max_examples=150)
@given(
    grader=GRADERS,
    answers=st.lists(ANY_ANSWER, min_size=1, max_size=3),
    cut=st.sampled_from(["stop", "length"]),
    said=st.lists(st.sampled_from(["correct", "incorrect", "declined", "outdated", "fails"]), min_size=1, max_size=3),
    with_judge=st.booleans(),
    audit=st.booleans(),
    kind=st.sampled_from(["memorization", "rephrased", "form"]),
    expected=st.sampled_from(["Vellmora", None, "61 kg", "No"]),
)
def test_a_regrade_of_a_fresh_record_changes_nothing(
    grader: Any,
    answers: list[str],
    cut: FinishReason,
    said: list[str],
    with_judge: bool,
    audit: bool,
    kind: str,
    expected: str | None,
) -> None:
    options = {"expected": expected, "superseded_answers": ("Oldmora",), "grader_options": grader}
    asked = result(kind=kind, trained_answer="Vellmora", **options).probe

    def fresh(text: str) -> GradedAnswer:
        completion = Completion(text=text, finish_reason=cut)
        judge = Fickle(*said) if with_judge else None
        return graded(judge_answer(asked, completion, OWN, judge, audit=audit), Answer(completion, "provider", 1))

    results = [
        probe_result(asked, fresh(text), repeat=repeat, base=fresh(text[::-1])) for repeat, text in enumerate(answers)
    ]
    made = record(results, judge_model="openai:j" if with_judge else None)
    again = regrade(made, OWN)
    assert again.record == made
    assert (again.changes, again.notices) == ((), ())


def test_today_s_verdict_takes_the_place_of_the_stored_one() -> None:
    old = record(
        probe("a/rephrased-1", WRONG, response="It is 61 kg.", grader="text", extracted="x"),
        probe("b/rephrased-1", RIGHT, response="It is 61 kg."),
        grading_version="old",
    )
    again = regrade(old)
    (change,) = again.changes
    assert (change.before.outcome, change.after.outcome, change.of_base) == (WRONG, RIGHT, False)
    assert change.after.reason != change.before.reason
    assert (again.record.grading_version, again.notices) == (grading_version(), ())
    assert [rate.correct for rate in again.record.pass_rates] == [2, 2, 2, 2]
    assert [one.response for one in again.record.results] == ["It is 61 kg."] * 2


def test_the_base_model_s_answers_are_graded_too() -> None:
    base = GradedAnswer(outcome=WRONG, reason="?", response="61")
    again = regrade(record(probe("a/rephrased-1", RIGHT, response="61", base=base)))
    (change,) = again.changes
    assert (change.of_base, change.before.response, change.after.outcome) == (True, "61", RIGHT)
    assert again.record.results[0].base is not None
    assert again.record.results[0].base.outcome is RIGHT


def test_what_has_no_answer_stays_as_it_is() -> None:
    failed = probe_result(result().probe, unmeasured("gave up after 6 tries", 6), base=unmeasured("base down", 2))
    assert regrade(record([failed])).record.results == (failed,)


def test_an_answer_that_could_not_be_decided_is_tried_again() -> None:
    undecided = probe("a/rephrased-1", UNMEASURED, response="61", reason="the grader failed")
    (change,) = regrade(record(undecided)).changes
    assert change.after.outcome is RIGHT
    still = probe("a/rephrased-1", UNMEASURED, response="61", reason="why it was", grader_options=JudgeGrader())
    assert regrade(record(still)).record.results == tuple(still)


def test_own_graders_that_are_not_here_leave_their_verdicts() -> None:
    nested = AllGrader(of=(StyleGrader(max_words=3), AnyGrader(of=(CustomGrader(registered="mute"),))))
    base = GradedAnswer(outcome=WRONG, reason="?", response="61")
    results = [
        *probe("a/rephrased-1", WRONG, response="61", grader_options=nested, base=base),
        *probe("b/rephrased-1", STALE, response="61", grader_options=CustomGrader(registered="mute")),
        *probe("c/rephrased-1", WRONG, response="61"),
    ]
    old = record(results, grading_version="old")
    again = regrade(old, OWN)
    assert again.record.results[:2] == tuple(results[:2])
    assert [change.before.id for change in again.changes] == ["people/c/rephrased-1"]
    assert again.notices == ("the custom grader 'mute' is not known here: 2 verdicts kept as stored",)
    # not wholly of today's graders
    assert again.record.grading_version == "old"
    again = regrade(old, {"mute": mute})
    assert [one.outcome for one in again.record.results] == [UNMEASURED, UNMEASURED, RIGHT]
    # the base model's answer is the third
    assert again.notices == ("3 answers can no longer be decided, and counted as unmeasured",)


def test_an_opinion_holds_for_its_criteria_and_its_words_only() -> None:
    kind = OPINION.model_copy(update={"criteria": "Is kind."})
    old = OPINION.model_copy(update={"criteria": "Is brief.", "prompt_version": "0"})
    judge = StoredJudge([kind, old])
    assert judge.ask(result().probe, "x", "Is kind.") == kind
    with pytest.raises(NotRecordedError, match=r"^it was not asked about this answer, and regrading asks no model$"):
        judge.ask(result().probe, "x", None)
    told = r"^it was asked in other words \(version 0, today's is [^)]+\), and regrading asks no model$"
    with pytest.raises(NotRecordedError, match=told):
        judge.ask(result().probe, "x", "Is brief.")


def test_an_opinion_in_other_words_is_no_verdict_any_more() -> None:
    old = OPINION.model_copy(update={"prompt_version": "0"})
    judged = probe("a/rephrased-1", RIGHT, response="the far south", expected="Vellmora", judge=old, rules=WRONG)
    again = regrade(record(judged, judge_model="openai:j"))
    after: ProbeResult = again.record.results[0]
    assert after.outcome is UNMEASURED
    assert after.reason.startswith("the judge failed: it was asked in other words")
    assert after.judge == old
    assert again.notices == ("1 answer can no longer be decided, and counted as unmeasured",)


def test_the_version_is_that_of_the_graders_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "grading" / "prose").mkdir(parents=True)
    (tmp_path / "cases").mkdir()
    options, grader = [tmp_path / name for name in version.OPTIONS], tmp_path / "grading" / "prose" / "match.py"
    for file in options:
        file.write_bytes(b"a = 1\n")
    grader.write_bytes(b"b = 2\n")
    monkeypatch.setattr(version, "__file__", str(tmp_path / "grading" / "version.py"))

    def today() -> str:
        grading_version.cache_clear()
        return grading_version()

    try:
        first = today()
        assert len(first) == 12
        int(first, 16)
        grader.write_bytes(b"b = 2\r\n")
        assert today() == first
        seen = {first}
        changes = [
            (grader, b"b = 3\n"),
            (tmp_path / "grading" / "new.py", b""),
            *((file, b"a = 2\n") for file in options),
        ]
        for file, text in changes:
            file.write_bytes(text)
            seen.add(today())
        assert len(seen) == 1 + len(changes)
        grader.rename(grader.with_name("texts.py"))
        assert today() not in seen
    finally:
        grading_version.cache_clear()


def test_every_module_of_options_counts_for_the_version() -> None:
    holding = {"/".join(grader.__module__.split(".")[1:]) + ".py" for grader in GRADERS_BY_NAME.values()}
    assert holding == set(version.OPTIONS)


def test_a_stored_opinion_decides_again() -> None:
    declined = OPINION.model_copy(update={"verdict": "declined"})
    judged = probe("a/rephrased-1", WRONG, response="the far south", expected="Vellmora", judge=declined)
    assert regrade(record(judged)).record.results[0].outcome is Outcome.ABSTAINED


def test_thoughts_and_turns_of_a_stored_answer_are_set_apart() -> None:
    text = "<think>Is it Tarsk?</think>\n61</s>\nUser: Thanks."
    (asked,) = probe("a/rephrased-1", WRONG)
    stored = replace(asked, prompt="How heavy?", expected="61", response=text, grader_options=TextGrader())
    again = regrade(record([stored])).record.results[0]
    assert (again.outcome, again.graded_text, again.runs_on, again.answer) == (RIGHT, "61", True, "61")
    raw = regrade(record([replace(stored, raw_response=True)])).record.results[0]
    assert (raw.graded_text, raw.runs_on) == (None, False)


def test_thoughts_that_came_apart_stay_with_a_stored_answer() -> None:
    (asked,) = probe("a/rephrased-1", WRONG)
    stored = replace(asked, expected="61", response="", reasoning="61?", finish_reason="length")
    again = regrade(record([stored])).record.results[0]
    assert again.completion == Completion(text="", reasoning="61?", finish_reason="length")
    assert again.reasoning == "61?"
