"""Every rule and guard by its own examples, and the ladder as a whole."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.prose.exchange import Exchange, read_text, read_texts
from pytest_finetunebench.grading.prose.ladder import GUARDS, RULES, rules_for
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.grading.prose.rule import Example, Guard, Rule
from pytest_finetunebench.grading.prose.shapes import Shape
from pytest_finetunebench.grading.values.clock import time_of_day
from pytest_finetunebench.grading.values.dates import is_date, part_of_period, period
from pytest_finetunebench.grading.values.frequency import only_frequency
from pytest_finetunebench.grading.values.quantities import asked_quantities, is_fraction
from pytest_finetunebench.grading.values.regimen import regimen_of
from tests.support.judged import judged


def exchange(example: Example, guards: Guards | None = None) -> Exchange:
    return read_texts(
        question=example.question,
        references=(example.reference,),
        answer=example.answer,
        fact=example.fact,
        guards=guards,
    )


RULE_EXAMPLES = [
    pytest.param(rule, one, id=f"{rule.name}-{n}") for rule in RULES for n, one in enumerate(rule.examples)
]
GUARD_EXAMPLES = [
    pytest.param(guard, one, id=f"{place}-{guard.option}-{n}")
    for place, guard in enumerate(GUARDS, start=1)
    for n, one in enumerate(guard.examples)
]


@pytest.mark.parametrize(("rule", "example"), RULE_EXAMPLES)
def test_a_rule_finds_its_right_examples_and_not_its_wrong_ones(rule: Rule, example: Example) -> None:
    looked_at = exchange(example)
    assert rule in [one for one, applies in rules_for(looked_at.shape) if applies is None or applies(looked_at)], (
        "an example must be one that the rule may look at"
    )
    assert any(True for _ in rule.find(looked_at)) is example.right


@pytest.mark.parametrize(("guard", "example"), GUARD_EXAMPLES)
def test_a_guard_takes_back_its_wrong_examples_and_not_its_right_ones(guard: Guard, example: Example) -> None:
    assert compare_answer(exchange(example)).met is example.right
    assert compare_answer(exchange(example, Guards(**{guard.option: False}))).met is True


@pytest.mark.parametrize("one", [*RULES, *GUARDS], ids=range(len(RULES) + len(GUARDS)))
def test_each_has_an_example_of_both(one: Rule | Guard) -> None:
    assert {example.right for example in one.examples} == {True, False}


def test_names_are_unique_and_every_guard_has_its_switch() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {guard.option for guard in GUARDS} == set(Guards.model_fields) - {"coarse_date"}


def test_a_reference_of_nothing_but_words_is_no_value() -> None:
    rows = [row for code in ("de", "fr", "es") for row in judged(code)]
    read = [read_text(row.probe.answer, language_of(row.probe.language)) for row in rows if row.probe.answer]
    read += [read_text(one.reference) for rule in RULES for one in rule.examples]
    read += [read_text(raw) for raw in ("behalf", "daily", "half", "noon", "every other day", "mid March", "quarterly")]
    shapes = [(text, Shape(text, text.like("How much is it?"), None)) for text in read]
    words = [text for text, shape in shapes if shape.is_words]
    assert len(words) > 30
    for text in words:
        said = time_of_day(text, text), part_of_period(text), period(text), only_frequency(text), regimen_of(text)
        assert said == (None,) * 5, text.raw
        assert not asked_quantities(text, None, text), text.raw
        assert [is_date(text), is_fraction(text), text.is_figures] == [False] * 3, text.raw
