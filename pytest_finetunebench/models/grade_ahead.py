"""Verdicts on answers that were read ahead. Given one after the other they take a third of the time.

Between two tests pytest runs so much other code that the processor's caches hold nothing of the graders.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from pytest_finetunebench.cases.grader_options import (
    AbstainGrader,
    AutoGrader,
    ChoiceGrader,
    ExactGrader,
    NumberGrader,
    TextGrader,
    YesNoGrader,
)
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.models.judge import JudgedVerdict, judge_answer

LONGEST = 2_000
"""Characters. A longer answer takes its time in the test that asks for it."""
_PLAIN = frozenset({AbstainGrader, AutoGrader, ChoiceGrader, ExactGrader, NumberGrader, TextGrader, YesNoGrader})
"""Graders whose verdict follows from probe and answer alone, at once: no judge, no code, no pattern of a user's."""


class GradeAhead:
    """Holds the verdicts on one chunk of answers for each of those who are asked. Serves the tests' thread."""

    def __init__(self) -> None:
        self._verdicts: dict[Hashable, dict[int, tuple[Probe, Completion, JudgedVerdict]]] = {}
        self._wanted = False

    def take(self, seat: Hashable, answers: Sequence[tuple[Probe, Completion]]) -> None:
        """Grade the answers that were just read, in the place of those before; nothing until a verdict is wanted."""
        if self._wanted:
            self._verdicts[seat] = {
                id(answer): (probe, answer, judge_answer(probe, answer, {}, None))
                for probe, answer in answers
                if type(probe.grader) in _PLAIN and len(answer.text) <= LONGEST
            }

    def find(self, probe: Probe, answer: Completion) -> JudgedVerdict | None:
        """Return the verdict on this very answer to this very probe, if it was given ahead."""
        self._wanted = True
        for verdicts in self._verdicts.values():
            found = verdicts.get(id(answer))
            if found is not None and found[0] is probe and found[1] is answer:
                return found[2]
        return None
