"""Share failures between the processes of one run, so that none is paid for twice."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import (
    BudgetSpentError,
    FilteredError,
    NotAskedError,
    NotRecordedError,
    ProviderError,
    UnmeasuredError,
)
from pytest_finetunebench.models.cache.folder import LOCKS

_KINDS: dict[str, type[UnmeasuredError]] = {
    kind.__name__: kind for kind in (BudgetSpentError, FilteredError, NotAskedError, NotRecordedError, ProviderError)
}


def failure_of(kind: str, message: str) -> UnmeasuredError:
    """Return a failure that another process met, from the name of its class and its message."""
    return _KINDS.get(kind, ProviderError)(message)


class FailureNotes:
    """One small file per failed request of this run, written under that request's lock.

    A failure is unread until a test reports it; that test pays its calls. A rerun test asks anew.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        self._folder = folder / LOCKS
        self._run_id = run_id

    def find(self, fingerprint: str, *, unread_only: bool) -> UnmeasuredError | None:
        """Return the noted failure, without its calls: `take` returns those."""
        for path in (self._unread(fingerprint), self._read(fingerprint))[: 1 if unread_only else 2]:
            note = _content(path)
            if note is not None:
                return failure_of(note["kind"], note["message"])
        return None

    def add(self, fingerprint: str, error: Exception, calls: int) -> None:
        """Note a failure. If that is impossible, another process meets it for itself."""
        note = {"kind": type(error).__name__, "message": str(error), "calls": calls}
        with contextlib.suppress(OSError):
            self._unread(fingerprint).write_text(json.dumps(note), encoding="utf-8")

    def take(self, fingerprint: str, *, otherwise: int) -> int:
        """Return the calls that a noted failure cost to its first reader, 0 to others; `otherwise` if none is noted."""
        unread, read = self._unread(fingerprint), self._read(fingerprint)
        note = _content(unread)
        try:
            unread.replace(read)  # one of those who do so at once succeeds
        except OSError:
            return 0 if read.exists() else otherwise
        return otherwise if note is None else int(note["calls"])

    def _unread(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.{self._run_id[:16]}.unread.failed"

    def _read(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.{self._run_id[:16]}.failed"


def _content(path: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return {"kind": str(note["kind"]), "message": str(note["message"]), "calls": int(note["calls"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none, or none of ours: then the request is made


def forget_failures(folder: Path, run_id: str) -> None:
    """Remove the notes of a run that has ended."""
    for path in (folder / LOCKS).glob(f"*.{run_id[:16]}.*failed"):
        path.unlink(missing_ok=True)
