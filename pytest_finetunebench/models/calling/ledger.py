"""Who pays for which calls: each call counts to the first test that reads what came of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from pytest_finetunebench.errors import UnmeasuredError
from pytest_finetunebench.models.cache.failures import FailureNotes
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer


class CallLedger:
    """Calls that were made and not yet counted to a test, by fingerprint.

    With `notes` the processes of a run tell each other their failures, and the first that reads one pays for it.
    """

    def __init__(self, notes: FailureNotes | None = None) -> None:
        self._notes = notes
        self._unread: dict[str, int] = {}
        self._guard = threading.Lock()

    @property
    def unread(self) -> Mapping[str, int]:
        """Calls whose outcome no test of this process has read; a failure that is noted may be read by another."""
        with self._guard:
            return {fingerprint: calls for fingerprint, calls in self._unread.items() if calls}

    def add(self, fingerprint: str, outcome: Answer | NoAnswer, *, shared: bool) -> None:
        """Note the calls that were just made; a failure goes to the other processes too where it is `shared`."""
        if isinstance(outcome, NoAnswer) and self._notes is not None and shared:
            self._notes.add(fingerprint, outcome.error, outcome.calls)
        else:
            with self._guard:
                self._unread[fingerprint] = outcome.calls

    def give_back(self, fingerprint: str, calls: int) -> None:
        """Leave calls to be counted to the next reader."""
        with self._guard:
            self._unread[fingerprint] = self._unread.get(fingerprint, 0) + calls

    def charge(self, fingerprint: str, answer: Answer) -> Answer:
        """Return the answer with the calls that its reader pays for."""
        with self._guard:
            calls = self._unread.pop(fingerprint, 0)
        return Answer(answer.completion, "provider" if calls else answer.source, calls)

    def charge_failure(self, fingerprint: str, failure: NoAnswer) -> NoAnswer:
        """Return the failure with the calls that its reader pays for."""
        with self._guard:
            calls = self._unread.pop(fingerprint, None)
        if calls is None:
            calls = 0 if self._notes is None else self._notes.take(fingerprint, otherwise=failure.calls)
        return NoAnswer(failure.error, calls, failure.usage if calls else None)

    def failure_elsewhere(self, fingerprint: str, *, ahead: bool) -> UnmeasuredError | None:
        """Return the failure that another process has just met; a test asks anew once a test has read it."""
        return None if self._notes is None else self._notes.find(fingerprint, unread_only=not ahead)
