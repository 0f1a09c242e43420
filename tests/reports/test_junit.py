"""Name-value pairs for JUnit XML."""

from __future__ import annotations

from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.reports import junit
from pytest_finetunebench.reports.summarise import summarise
from tests.support.results import result


def test_a_testcase_says_what_came_of_it() -> None:
    assert junit.testcase_properties(result(Outcome.STALE, kind="rephrased"), "ft:m") == [
        ("category", "people"),
        ("kind", "rephrased"),
        ("item", "ada"),
        ("outcome", "stale"),
        ("model", "ft:m"),
    ]


def test_the_suite_has_rates_with_their_n() -> None:
    results = [
        result(),
        result(category="towns"),
        result(Outcome.WRONG, category="towns"),
        result(Outcome.WRONG, category="towns"),
        result(Outcome.UNMEASURED, category="towns", kind="vignette"),
    ]
    assert junit.suite_properties(summarise(results, "ft:m")) == [
        ("ft.model", "ft:m"),
        ("ft.pass_rate:people/memorization", "1.0000"),
        ("ft.n:people/memorization", "1"),
        ("ft.interval:people/memorization", "0.0500 1.0000"),
        ("ft.pass_rate:towns/memorization", "0.3333"),
        ("ft.n:towns/memorization", "3"),
        ("ft.interval:towns/memorization", "0.0425 0.9500"),
        ("ft.pass_rate:towns/vignette", ""),
        ("ft.n:towns/vignette", "0"),
        ("ft.pass_rate:towns/generalization", ""),
        ("ft.n:towns/generalization", "0"),
        ("ft.pass_rate:all/memorization", "0.5000"),
        ("ft.n:all/memorization", "4"),
        ("ft.interval:all/memorization", "0.1342 0.9277"),
        ("ft.pass_rate:all/vignette", ""),
        ("ft.n:all/vignette", "0"),
        ("ft.pass_rate:all/generalization", ""),
        ("ft.n:all/generalization", "0"),
    ]
