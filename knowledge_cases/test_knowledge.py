"""Every probe of the suite is one test: the model under test answered it correctly."""

from typing import Any


def test_knowledge(ft_verdict: Any) -> None:
    assert ft_verdict.passed
