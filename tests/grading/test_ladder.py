"""Every rule and guard by its own examples, and the ladder as a whole."""

from __future__ import annotations

import pytest

from pytest_finetunebench.cases.grader_options import Guards
from pytest_finetunebench.grading.prose.exchange import Exchange, read_texts
from pytest_finetunebench.grading.prose.ladder import GUARDS, RULES
from pytest_finetunebench.grading.prose.match import compare_answer
from pytest_finetunebench.grading.prose.rule import Example, Guard, Rule


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
    assert rule.applies(looked_at), "an example must be one that the rule may look at"
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
