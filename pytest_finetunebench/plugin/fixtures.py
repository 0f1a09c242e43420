"""Fixtures of tests that want a probe, for runs without a model: they skip the test. `Asking` has those with one.

Registered as a plugin of its own where no model is named, so that pytest lists each fixture once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.plugin.options import GATES, given

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Probe
    from pytest_finetunebench.completions import Completion
    from pytest_finetunebench.grading.outcome import Verdict

HINT = "no model: give one with --ft-model, for example --ft-model=control:memorizer (needs no key and no network)"


def tell_skipped(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why tests were skipped, which pytest shows only with `-rs`, and that gates of ini decide nothing."""
    skipped = sum(HINT in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        undecided = ", and no gate decided" if any(given(config, option.name) for option in GATES) else ""
        terminalreporter.line(f"finetunebench: {skipped} skipped{undecided}: {HINT}", yellow=True)


@pytest.fixture(scope="session")
def ft_model() -> str:
    """The id of the model under test."""
    pytest.skip(HINT)


@pytest.fixture
def ft_probe() -> Probe:
    """The probe of this test. A test that names it runs once per probe of the suite."""
    pytest.skip(HINT)


@pytest.fixture
def ft_completion(ft_probe: Probe) -> Completion:
    """The model's answer to the probe. Without an answer the test is an ERROR, not a failure."""
    pytest.skip(HINT)


@pytest.fixture
def ft_verdict(ft_probe: Probe) -> Verdict:
    """The graded answer; it counts in the report. Without an answer the test is an ERROR, not a failure."""
    pytest.skip(HINT)
