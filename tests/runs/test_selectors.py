"""Selectors: what each form means, and names that mean two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pytest_finetunebench.cases.format import FileHead
from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.selectors import Selector, read_selector
from tests.support.results import any_results, result

PEOPLE = result(category="people", kind="memorization")
PEOPLE_REPHRASED = result(category="people", kind="rephrased")
NEWS_TRIVIA = result(category="news", kind="trivia", generalization=True)
NEWS_FORM = result(category="news", kind="form")
SUITE = [PEOPLE, PEOPLE_REPHRASED, NEWS_TRIVIA, NEWS_FORM]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("all", SUITE),
        ("", SUITE),
        ("all/all", SUITE),
        ("people", [PEOPLE, PEOPLE_REPHRASED]),
        ("people/all", [PEOPLE, PEOPLE_REPHRASED]),
        ("rephrased", [PEOPLE_REPHRASED]),
        ("trivia", [NEWS_TRIVIA]),
        ("all/trivia", [NEWS_TRIVIA]),
        ("generalization", [PEOPLE_REPHRASED, NEWS_TRIVIA]),
        ("news/generalization", [NEWS_TRIVIA]),
        (" people / rephrased ", [PEOPLE_REPHRASED]),
        ("people/form", []),
        ("all/people", []),
        ("form/all", []),
    ],
)
def test_what_each_form_means(text: str, wanted: list[ProbeResult]) -> None:
    selector = read_selector(text, "--o")
    assert [probe for probe in SUITE if selector.selects(probe)] == wanted


@pytest.mark.parametrize("text", ["/", "people/", "/form", "a/b/c", "a=b", "a:b", "a>1", "a<1"])
def test_what_is_no_selector(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_selector(text, "--ft-min-rate=x")
    message = f"--ft-min-rate=x: '{text}' is no selector: write a CATEGORY, a KIND, CATEGORY/KIND or all"
    assert str(caught.value) == message


def test_an_unknown_name_gets_the_known_ones() -> None:
    with pytest.raises(SettingsError) as caught:
        Selector("peple").check(SUITE, "--ft-min-rate=peple=1")
    assert str(caught.value) == (
        "--ft-min-rate=peple=1: the suite has no probes of 'peple' (did you mean 'people'?); categories: news, people; "
        "kinds: form, memorization, rephrased, trivia, generalization; CATEGORY/KIND is both"
    )
    with pytest.raises(SettingsError, match=r"no probes of 'people/form' \(did you mean 'people"):
        Selector("people/form").check(SUITE, "--o")


def test_generalization_is_offered_only_where_probes_count_towards_it() -> None:
    trained = [probe for probe in SUITE if probe.kind == "memorization"]
    with pytest.raises(SettingsError) as caught:
        Selector("generalization").check(trained, "--o")
    assert "did you mean 'generalization'" not in str(caught.value)
    assert "kinds: memorization; " in str(caught.value)


def test_an_empty_suite_has_nothing() -> None:
    with pytest.raises(SettingsError, match="the suite has no probes of 'all'"):
        Selector().check([], "--o")


def test_a_name_that_is_a_category_and_a_kind_is_refused() -> None:
    suite = [result(category="retention", kind="retention"), result(category="retention", kind="rephrased")]
    with pytest.raises(SettingsError) as caught:
        Selector("retention").check(suite, "--o")
    assert str(caught.value) == (
        "--o: 'retention' is both a category and a kind of this suite: "
        "write retention/all for the category, all/retention for the kind"
    )
    for text, count in (("retention/all", 2), ("all/retention", 1)):
        Selector(text).check(suite, "--o")
        assert sum(map(Selector(text).selects, suite)) == count


def test_a_category_called_generalization_is_one_too() -> None:
    suite = [result(category="generalization", kind="form"), result(category="news", kind="rephrased")]
    with pytest.raises(SettingsError, match="both a category and a kind"):
        Selector("generalization").check(suite, "--o")
    assert Selector("generalization/all").selects(suite[0])
    assert not Selector("generalization/all").selects(suite[1])


@pytest.mark.parametrize("name", ["all", "generalization", "gap"])
def test_no_kind_may_have_a_name_that_selectors_take(name: str) -> None:
    head = {"category": "c", "setting": "form", "kinds": {name: {"generalization": True}}}
    with pytest.raises(ValidationError, match=f"'{name}' is reserved in reports and gates"):
        FileHead.model_validate(head)


def test_where_both_readings_mean_the_same_probes_nothing_is_in_doubt() -> None:
    suite = [result(category="retention", kind="retention"), result(category="news", kind="form")]
    Selector("retention").check(suite, "--o")
    assert [Selector("retention").selects(probe) for probe in suite] == [True, False]


NAMES = st.sampled_from(["people", "news", "form", "generalization"])
KINDS = st.sampled_from(["form", "rephrased", "people", "retention"])


@given(any_results(NAMES, KINDS), NAMES | KINDS)
def test_a_name_that_passes_the_check_has_one_meaning(suite: list[ProbeResult], name: str) -> None:
    by_category, by_kind = Selector(f"{name}/all"), Selector(f"all/{name}")
    chosen = [probe for probe in suite if Selector(name).selects(probe)]
    try:
        Selector(name).check(suite, "--o")
    except SettingsError:
        assert not chosen or any(by_category.selects(probe) != by_kind.selects(probe) for probe in chosen)
    else:
        assert chosen in [[probe for probe in suite if one.selects(probe)] for one in (by_category, by_kind)]
