"""The exit code of a run that must end red: neither a marker nor `pytest.exit` may turn it green."""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest

from pytest_finetunebench.plugin.conclusion import Conclusion
from pytest_finetunebench.plugin.samples import shows_only


class ExitCode:
    """Corrects exit code 0 after every other plugin has had its say."""

    def __init__(self, conclusion: Conclusion) -> None:
        self._conclusion = conclusion
        self._session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        yield
        self._correct()

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        # `pytest.exit` in a hook of the session's end sets the exit code after all of them
        if self._correct():
            gates = ", ".join(gate.id for gate in self._conclusion.gates if gate.blocks)
            why = f"gates did not pass: {gates}" if gates else "probes are unmeasured or without a result"
            print(f"finetunebench: exit code 1, not 0: {why}", file=sys.stderr)

    def _correct(self) -> bool:
        """Turn a run that must be red to exit code 1; return whether it was 0."""
        session = self._session
        if session is None or session.exitstatus != pytest.ExitCode.OK or shows_only(session.config):
            return False
        if not self._conclusion.must_be_red:
            return False
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return True
