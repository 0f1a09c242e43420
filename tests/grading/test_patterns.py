"""Patterns that are compiled at their first use."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench import grading
from pytest_finetunebench.grading.patterns import deferred

MODULES = [module.name for module in pkgutil.walk_packages(grading.__path__, f"{grading.__name__}.")]


@given(st.text("ab1 \n"), st.sampled_from([0, re.IGNORECASE, re.MULTILINE]))
def test_a_deferred_pattern_finds_what_a_compiled_one_finds(text: str, flags: int) -> None:
    source = r"^(A+|\d)\b"
    late, early = deferred(source, flags), re.compile(source, flags)
    for _ in range(2):
        assert late.findall(text) == early.findall(text)
        assert [match.span() for match in late.finditer(text)] == [match.span() for match in early.finditer(text)]
        assert late.split(text) == early.split(text)
    assert (late.pattern, late.flags) == (early.pattern, early.flags)


def test_threads_may_use_a_pattern_for_the_first_time_at_once() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for number in range(60):
                late = deferred(rf"\b(?:word{number}|other\w+ (?:one|two))\b")
                found = threads.map(lambda _, one=late: one.search("the others, word1 other1 two"), range(8))
                assert [match is not None and match[0] for match in found] == [
                    "word1" if number == 1 else "other1 two"
                ] * 8
    finally:
        sys.setswitchinterval(interval)


def test_a_wrong_pattern_raises_at_its_first_use() -> None:
    late = deferred("(")
    with pytest.raises(re.error, match="missing \\)"):
        late.search("text")


def test_what_no_pattern_has_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"re\.Pattern"):
        _ = deferred("a").nothing  # type: ignore[attr-defined]


def test_every_deferred_pattern_of_the_graders_compiles() -> None:
    kind = type(deferred(""))
    found = [
        value
        for name in MODULES
        for table in vars(importlib.import_module(name)).values()
        for value in _flat(table)
        if isinstance(value, kind)
    ]
    assert len(found) > 50
    for pattern in found:
        assert pattern.pattern


def _flat(value: object) -> list[object]:
    return [part for inner in value for part in _flat(inner)] if isinstance(value, tuple) else [value]
