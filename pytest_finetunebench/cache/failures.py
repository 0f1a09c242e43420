"""Failures that the processes of one run tell each other, so that none is paid for twice; no other run reads them."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_finetunebench.cache.folder import LOCKS
from pytest_finetunebench.errors import (
    BudgetSpentError,
    FilteredError,
    NotRecordedError,
    ProviderError,
    UnmeasuredError,
)

_KINDS: dict[str, type[UnmeasuredError]] = {
    kind.__name__: kind for kind in (BudgetSpentError, FilteredError, NotRecordedError, ProviderError)
}


class FailureNotes:
    """One small file per failed request of this run; read and written under that request's lock.

    A failure met ahead of the tests is unread until a test has shown it; a test that is run again asks anew.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        self._folder = folder / LOCKS
        self._run_id = run_id

    def find(self, fingerprint: str, *, unread_only: bool) -> UnmeasuredError | None:
        """Return the failure that was noted; with `unread_only` it counts as read from now on."""
        path = self._path(fingerprint)
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
            error = _KINDS.get(note["kind"], ProviderError)(note["message"])
            error.calls = int(note["calls"]) if unread_only else 0
            unread = bool(note["unread"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # none, or none of ours: then the request is made
        if unread_only and not unread:
            return None
        if unread_only:
            self.mark_read(fingerprint)
        return error

    def add(self, fingerprint: str, error: UnmeasuredError, *, unread: bool) -> None:
        """Note a failure; where that is impossible another process will meet it for itself."""
        kind = type(error).__name__
        note = {"kind": kind, "message": str(error), "calls": error.calls, "unread": unread}
        self._write(fingerprint, json.dumps(note))

    def mark_read(self, fingerprint: str) -> None:
        """Say that a test has shown the failure."""
        try:
            note = json.loads(self._path(fingerprint).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        self._write(fingerprint, json.dumps({**note, "unread": False}))

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.{self._run_id[:16]}.failed"

    def _write(self, fingerprint: str, text: str) -> None:
        try:
            self._path(fingerprint).write_text(text, encoding="utf-8")
        except OSError:
            return


def forget_failures(folder: Path, run_id: str) -> None:
    """Remove the notes of a run that has ended."""
    for path in (folder / LOCKS).glob(f"*.{run_id[:16]}.failed"):
        path.unlink(missing_ok=True)
