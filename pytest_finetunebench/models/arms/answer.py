"""An arm's graded answer to one probe, as a run keeps it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from pytest_finetunebench.completions import CLOSED, ValidText
from pytest_finetunebench.models.graded import GradedAnswer

Miss = Literal["not retrieved", "retrieved but not used"]


@dataclass(frozen=True, slots=True, kw_only=True, config=CLOSED)
class ArmAnswer(GradedAnswer):
    """A graded answer, and what stood before the question."""

    context: tuple[ValidText, ...] = ()
    """The system message, examples or passages that the arm added."""
    needed: int = Field(default=0, ge=0)
    """Facts that the probe needs, as far as passages are known to hold them; 0 where that is unknown."""
    rank: int | None = Field(default=None, ge=1)
    """The place, from 1, of the passage that completes the needed facts; None where one was not retrieved."""

    @property
    def miss(self) -> Miss | None:
        """Why a retrieval arm missed; None where it is right, unmeasured, or the needed facts are not known."""
        if self.correct or not self.measured or not self.needed:
            return None
        return "not retrieved" if self.rank is None else "retrieved but not used"
