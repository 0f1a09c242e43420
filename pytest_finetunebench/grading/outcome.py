"""What a graded completion came to: outcomes and verdicts."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Outcome(StrEnum):
    """The seven things that can come of a probe; only `CORRECT` passes."""

    CORRECT = "correct"
    STALE = "stale"
    """Asserts a superseded answer."""
    OVERFIT = "overfit"
    """Repeats the trained answer where the changed question has another, or none."""
    ABSTAINED = "abstained"
    """Declines though it should know."""
    WRONG = "wrong"
    MALFORMED = "malformed"
    """The structure that a form probe asks for is broken."""
    UNMEASURED = "unmeasured"
    """There was no answer to grade: never counted in a pass rate."""


class Verdict(BaseModel):
    """A graded completion: what came of it, the answer that was read out of it, and why, in one line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Outcome
    extracted: str | None
    """The part of the completion that was compared with the reference; None where none was found."""
    reason: str
    grader: str

    @property
    def passed(self) -> bool:
        """Whether the answer is correct."""
        return self.outcome is Outcome.CORRECT
