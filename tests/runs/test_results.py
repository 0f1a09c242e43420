"""What a result keeps of its probe: enough to grade the answer again, whatever the grader."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pytest_finetunebench.cases.form_options import JsonGrader, SqlGrader, StyleGrader
from pytest_finetunebench.cases.grader_choice import GRADER_NAMES, AllGrader, AnyGrader, CustomGrader, Grader
from pytest_finetunebench.cases.grader_options import AutoGrader, Guards, JudgeGrader, TextGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.judge import Opinion
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.calling.answer import Answer
from pytest_finetunebench.models.graded import GradedAnswer, graded, unmeasured
from pytest_finetunebench.models.judge import JudgedVerdict
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.runs.results import ProbeResult, probe_result
from tests.support.records import record
from tests.support.results import result

EVERY_GRADER = """\
    category: c
    setting: form
    items:
    - {id: auto, prompt: p, answer: a, grader: {name: auto, guards: {echo: false}}}
    - {id: exact, prompt: p, answer: a, grader: {name: exact, ignore_case: true}}
    - {id: text, prompt: p, answer: a, aliases: [b, c], superseded_answers: [d], grader: text}
    - {id: number, prompt: p, answer: 61, grader: {name: number, tolerance: 0.5}}
    - {id: yes-no, prompt: p, answer: No, grader: yes_no}
    - {id: choice, prompt: p, answer: b, grader: {name: choice, choices: [a, b]}}
    - {id: regex, prompt: p, answer: a, grader: {name: regex, pattern: 'a+', ignore_case: true}}
    - {id: abstain, prompt: p, answer: null, grader: abstain}
    - id: json
      prompt: p
      answer: '{"a": 1}'
      grader:
        name: json
        schema: {type: object, properties: {a: {enum: [1, null, 2.5, "x", true]}}, default: null}
        fields: [a]
        ordered: false
    - {id: sql, prompt: p, answer: SELECT a FROM t, grader: {name: sql, setup: CREATE TABLE t (a), ordered: false}}
    - {id: label, prompt: p, answer: No, grader: {name: label, labels: [Yes, No], anywhere: true}}
    - {id: code, prompt: p, answer: np.isin, grader: code}
    - {id: python, prompt: p, answer: "f(1, a=2)", grader: {name: python, calls: [f], keywords: {a: [1, 2]}}}
    - {id: source, prompt: p, answer: f(), grader: {name: source, language: go, contains: [[f(), g()]], forbidden: h()}}
    - {id: style, prompt: p, answer: null, grader: {name: style, max_words: 0, case: lower, starts_with: a}}
    - {id: facts, prompt: p, answer: null, grader: {name: facts, facts: [a, [b, c]], forbidden: [d]}}
    - {id: judge, prompt: p, answer: a, grader: {name: judge, criteria: Is kind.}}
    - id: all
      prompt: p
      answer: '{"a": 1}'
      grader:
        name: all
        of:
        - {name: style, markdown: false}
        - {name: any, of: [json, {name: tone, mood: calm, limits: [1, null]}]}
    - {id: any, prompt: p, answer: a, grader: {name: any, of: [exact, {name: judge, criteria: Is it.}]}}
    - id: own
      prompt: p
      answer: a
      grader: {name: tone, mood: calm, least: 1e999, most: .5, no: null, deep: {a: [1]}}
"""


def every_probe(folder: Path) -> list[Probe]:
    file = folder / "a.yaml"
    file.write_text(textwrap.dedent(EVERY_GRADER), encoding="utf-8")
    return list(load_suite([file], graders=["tone"]).probes)


def without_place(probe: Probe) -> dict[str, Any]:
    return asdict(replace(probe, place=Place(file="x")))


def test_every_grader_comes_back_from_a_report_and_from_a_file(tmp_path: Path) -> None:
    probes = every_probe(tmp_path)
    assert {probe.grader.name for probe in probes} == {*GRADER_NAMES, "own"}
    results = [probe_result(probe, unmeasured("no answer")) for probe in probes]
    path = tmp_path / "run.json"
    write_json(path, record(results))
    for probe, sent, stored in zip(probes, results, read_record(path).results, strict=True):
        received = ProbeResult.from_json(sent.to_json())
        for again in (sent, received, stored):
            assert again.probe.grader == probe.grader
            assert without_place(again.probe) == without_place(probe)
            assert again.place == str(probe.place)


def test_what_is_no_finite_number_stays_text(tmp_path: Path) -> None:
    own = every_probe(tmp_path)[-1].grader
    assert isinstance(own, CustomGrader)
    assert own.options == {"mood": "calm", "least": "1e999", "most": 0.5, "no": None, "deep": {"a": [1]}}


FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
LEAVES = st.one_of(
    st.builds(AutoGrader, guards=st.builds(Guards, echo=st.booleans(), negation=st.booleans())),
    st.builds(TextGrader),
    st.builds(JsonGrader, json_schema=st.none() | st.booleans() | st.dictionaries(st.text(), JSON)),
    st.builds(JsonGrader, fields=st.sampled_from([None, (), ("a",)]), ordered=st.booleans()),
    st.builds(SqlGrader, ordered=st.sampled_from([None, True, False])),
    st.builds(StyleGrader, min_words=st.integers(0, 9), markdown=st.booleans(), contains=st.just(("a",))),
    st.builds(JudgeGrader, criteria=st.none() | st.just("Is kind.")),
    st.builds(
        CustomGrader, registered=st.sampled_from(["tone", "text", "own"]), options=st.dictionaries(st.text(), JSON)
    ),
)
DEEPER = st.one_of(*(st.builds(kind, of=st.lists(LEAVES, min_size=1, max_size=3)) for kind in (AllGrader, AnyGrader)))
GRADERS = LEAVES | DEEPER | st.builds(AllGrader, of=st.lists(LEAVES | DEEPER, min_size=1, max_size=2))


@given(GRADERS)
def test_any_options_come_back(grader: Grader) -> None:
    sent = result(grader_options=grader)
    text = sent.to_json()
    assert text.isascii()
    assert ProbeResult.from_json(text).grader_options == grader


def test_a_plain_grader_takes_little_room() -> None:
    assert '"grader_options":{"name":"auto"}' in result().to_json()


def test_a_case_file_may_not_name_a_grader_by_its_inner_form(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    grader = "{name: all, of: [{name: own, registered: tone}]}"
    file.write_text(
        f"category: c\nsetting: form\nitems:\n- {{id: a, prompt: p, answer: a, grader: {grader}}}\n", encoding="utf-8"
    )
    with pytest.raises(Exception, match="'own' is not a grader"):
        load_suite([file], graders=["tone"])


@pytest.mark.parametrize("options", [{}, {"markdown": True}, {"case": None}, {"contains": ()}])
def test_a_style_grader_that_checks_nothing_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        StyleGrader(**options)


OPINION = Opinion(verdict="correct", reason="it is", model="openai:j")
OTHER = Opinion(verdict="incorrect", reason="it is not", model="openai:j", criteria="Is kind.")


def test_judge_base_and_every_opinion_come_back() -> None:
    base = GradedAnswer(outcome=Outcome.STALE, reason="old", response="60", judge=OTHER)
    sent = result(judge=OPINION, further_opinions=(OTHER,), rules=Outcome.WRONG, base=base, control=Outcome.WRONG)
    received = ProbeResult.from_json(sent.to_json())
    assert received == sent
    assert received.opinions == (OPINION, OTHER)
    assert received.of_base is not None
    assert (received.of_base.id, received.of_base.opinions, received.of_base.base) == (sent.id, (OTHER,), None)
    assert result().of_base is None


def test_another_verdict_on_the_same_answer_keeps_what_was_paid_for() -> None:
    verdict = Verdict(outcome=Outcome.CORRECT, extracted="61", reason="says 61", grader="number")
    before = result(Outcome.WRONG, response="61", judge=OPINION, further_opinions=(OTHER,), fingerprint="f", calls=2)
    after = before.regraded(JudgedVerdict(verdict))
    assert (after.outcome, after.reason, after.opinions) == (Outcome.CORRECT, "says 61", (OPINION, OTHER))
    assert (after.response, after.fingerprint, after.calls, after.id) == ("61", "f", 2, before.id)
    assert before.regraded(JudgedVerdict(verdict, OTHER)).opinions == (OTHER,)


def test_what_a_failing_judge_cost_is_stored_and_stays() -> None:
    verdict = Verdict(outcome=Outcome.UNMEASURED, reason="the judge failed: it is down", extracted=None, grader="judge")
    found = graded(JudgedVerdict(verdict, failed_calls=4), Answer(Completion(text="61"), "provider", 1))
    assert (found.calls, found.judge_failed_calls) == (1, 4)
    sent = probe_result(result().probe, found)
    assert ProbeResult.from_json(sent.to_json()).judge_failed_calls == 4
    assert (
        sent.regraded(JudgedVerdict(verdict.model_copy(update={"outcome": Outcome.WRONG}), OTHER)).judge_failed_calls
        == 4
    )


def test_a_result_is_put_together_as_if_every_field_were_checked() -> None:
    text = "61 \ud800 kg \N{GREEK SMALL LETTER ALPHA}"
    place = Place(file="a\udc80.yaml", line=3)
    probe = Probe(
        id="c/i/rephrased-1",
        category="c",
        item="i",
        kind="rephrased",
        setting="new_knowledge",
        generalization=True,
        prompt=text,
        answer=text,
        aliases=("plain", text),
        superseded_answers=(text,),
        fact=text,
        place=place,
    )
    verdict = Verdict(outcome=Outcome.WRONG, extracted=text, reason=text, grader="text")
    answered = graded(JudgedVerdict(verdict), Answer(Completion(text=text, seconds=0.5), "provider", 2), "0" * 64)
    for found in (answered, unmeasured(text, 3)):
        made = probe_result(probe, found, repeat=1, control=Outcome.STALE, base=answered)
        fields = {name: getattr(made, name) for name in ProbeResult.__dataclass_fields__}
        given = {name: getattr(found, name) for name in GradedAnswer.__dataclass_fields__}
        checked = ProbeResult(**{**fields, **given, "prompt": text, "expected": text, "aliases": ("plain", text)})
        assert made == checked
        assert "\ud800" not in made.to_json() + str(made)
        assert made.prompt == "61 \N{REPLACEMENT CHARACTER} kg \N{GREEK SMALL LETTER ALPHA}"
