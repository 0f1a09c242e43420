"""The errors of pytest-finetunebench. Each message says what was wrong, where, and what would be right.

FinetuneBenchError
├── SettingsError          an option, environment variable or ini value is wrong
├── CaseError              case files are wrong: holds every problem with its file, line and field
├── RecordingError         a recordings file is wrong
├── CacheError             the cache folder is damaged, or another program's
├── TrainingError          a training file is wrong: holds every problem with its place
├── RunError               a run record is missing, damaged, or cannot be compared
└── UnmeasuredError        a probe got no answer to grade
    ├── NotRecordedError   neither recordings nor a replayed cache hold an answer
    ├── BudgetSpentError   the budget allows no further call
    ├── NotAskedError      the run stopped asking, as every gate is decided
    ├── FilteredError      the provider withheld the answer
    └── ProviderError      the call failed
        └── TransientError the call may succeed when tried again
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

NOT_ASKED_TEXT = "not asked: every gate is decided (--ft-stop-when-decided)"
SHOWN_PROBLEMS = 20
"""Problems that an error's text shows; its `problems` hold all."""


class FinetuneBenchError(Exception):
    """Base of every error that the package raises on purpose."""


class SettingsError(FinetuneBenchError):
    """An option has an unusable value. The message names the option, the value and what would be right."""


@dataclass(frozen=True)
class Problem:
    """One fault in a file. `line` counts from 1; `field` is a path such as `items[3].answer`."""

    file: str
    line: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class CaseError(FinetuneBenchError):
    """Case files have problems. `problems` holds all of them; the text shows the first 20."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        lines = [f"{counted(count, 'problem')} in the knowledge cases:"]
        lines += [f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS]]
        if count > SHOWN_PROBLEMS:
            lines.append(f"  … and {count - SHOWN_PROBLEMS} more: `finetunebench validate PATH` lists them all")
        return "\n".join(lines)


class TrainingError(FinetuneBenchError):
    """Training files have problems. `problems` holds all of them; the text shows `title` and the first 20."""

    def __init__(self, title: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = [f"{title} ({counted(count, 'problem')}):"]
        lines += [f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS]]
        lines += [f"  … and {count - SHOWN_PROBLEMS} more"] if count > SHOWN_PROBLEMS else []
        super().__init__("\n".join(lines))


class RecordingError(FinetuneBenchError):
    """A recordings file cannot be read. The message names file, line and field."""


class CacheError(FinetuneBenchError):
    """The cache folder is damaged, another program's, or of another format. The message names the command to run."""


class RunError(FinetuneBenchError):
    """A run record is missing, damaged, or not comparable with another. The message names the file."""


class UnmeasuredError(FinetuneBenchError):
    """A probe has no answer to grade. Its outcome is `unmeasured`, never wrong. The message is one line."""


class NotRecordedError(UnmeasuredError):
    """No answer to this request is stored, and calls are not allowed."""


class BudgetSpentError(UnmeasuredError):
    """The run has spent its budget, so the call was not made."""


class NotAskedError(UnmeasuredError):
    """The run had stopped asking, since every gate is decided."""


class FilteredError(UnmeasuredError):
    """The provider's safety filter withheld the prompt or the answer."""


class ProviderError(UnmeasuredError):
    """A call failed for good. The message says what to do.

    Attributes:
        status: The HTTP status, if there was one.
        hopeless: Whether every other request would fail too, as with a refused key. The run then sends no more.
        exhausted: Whether every try failed in a way that may pass.
        sent: Whether anything was sent. If not, as where a key is missing, no call was made.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        hopeless: bool = False,
        exhausted: bool = False,
        sent: bool = True,
    ) -> None:
        self.status = status
        self.hopeless = hopeless
        self.exhausted = exhausted
        self.sent = sent
        super().__init__(message)


class TransientError(ProviderError):
    """A call failed in a way that may pass.

    Attributes:
        retry_after: The wait in seconds that the provider asked for.
        unavailable: Whether the server as a whole is away, as while it loads a model.
        most_tries: How many tries such a failure is worth; None for as many as the settings allow.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        unavailable: bool = False,
        most_tries: int | None = None,
    ) -> None:
        self.retry_after = retry_after
        self.unavailable = unavailable
        self.most_tries = most_tries
        super().__init__(message, status=status)


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 probe`, `2,000 probes`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the most similar known word, or an empty string."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f" (did you mean '{found[0]}'?)" if found else ""


def one_line(text: object, limit: int = 300) -> str:
    """Fold text from outside, such as a server's message, into one printable line of at most `limit` characters."""
    folded = " ".join(str(text)[: limit * 4].split())
    clean = folded
    if not folded.isprintable():
        clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in folded)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
