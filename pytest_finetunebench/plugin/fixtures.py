"""Fixtures of tests that want a probe. Without a model they skip the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_finetunebench.plugin.options import GATES, given

if TYPE_CHECKING:
    from pytest_finetunebench.cases.suite import Probe
    from pytest_finetunebench.completions import Completion
    from pytest_finetunebench.grading.outcome import Verdict
    from pytest_finetunebench.plugin.probing import ProbingSession
    from pytest_finetunebench.plugin.samples import Sample

HINT = "no model: give one with --ft-model, for example --ft-model=control:memorizer (needs no key and no network)"


def tell_skipped(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why tests were skipped, which pytest shows only with `-rs`, and that gates of ini decide nothing."""
    skipped = sum(HINT in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        undecided = ", and no gate decided" if any(given(config, option.name) for option in GATES) else ""
        terminalreporter.line(f"finetunebench: {skipped} skipped{undecided}: {HINT}", yellow=True)


def _session(config: pytest.Config) -> ProbingSession:
    session = config.pluginmanager.get_plugin("finetunebench-probing")
    if session is None:
        pytest.skip(HINT)
    found: ProbingSession = session
    return found


@pytest.fixture(scope="session")
def ft_model(request: pytest.FixtureRequest) -> str:
    """The id of the model under test."""
    return _session(request.config).settings.model.id


@pytest.fixture
def ft_probe(request: pytest.FixtureRequest) -> Probe:
    """The probe of this test. A test that names it runs once per probe of the suite."""
    _session(request.config)
    if not hasattr(request, "param"):
        pytest.fail("name ft_probe, ft_completion or ft_verdict as an argument of the test", pytrace=False)
    sample: Sample = request.param
    return sample.probe


@pytest.fixture
def ft_completion(request: pytest.FixtureRequest, ft_probe: Probe) -> Completion:
    """The model's answer to the probe. Without an answer the test is an ERROR, not a failure."""
    return _session(request.config).complete(request.node, ft_probe)


@pytest.fixture
def ft_verdict(request: pytest.FixtureRequest, ft_probe: Probe) -> Verdict:
    """The graded answer; it counts in the report. Without an answer the test is an ERROR, not a failure."""
    return _session(request.config).judge(request.node, ft_probe)
