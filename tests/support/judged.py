"""Reads `tests/grading/cases/languages/CODE.yaml`: judged answers in one language.

Each entry has `question`, `reference` (null: the model must decline), and answers by the outcome that each deserves.
It may have `grader`, `aliases`, `superseded`, `fact` and `trained` (the trained answer). Every value is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from pytest_finetunebench.cases.grader_choice import GRADERS, Grader
from pytest_finetunebench.cases.grader_options import AutoGrader
from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading import grade
from pytest_finetunebench.grading.outcome import Outcome

FOLDER = Path(__file__).resolve().parents[1] / "grading" / "cases" / "languages"
OUTCOMES = ("correct", "wrong", "stale", "overfit", "abstained")
_OPTIONS = {"question", "reference", "grader", "aliases", "superseded", "fact", "trained"}


class Judged(NamedTuple):
    """One judged answer."""

    probe: Probe
    answer: str
    outcome: str

    def fault(self) -> str | None:
        """Return a line about the answer where its outcome is another one."""
        verdict = grade(self.probe, Completion(text=self.answer))
        if verdict.outcome == self.outcome:
            return None
        return f"{self.probe.prompt} {self.answer!r} is {verdict.outcome}, not {self.outcome} ({verdict.reason})"


def judged(code: str) -> list[Judged]:
    """Return the judged answers in a language.

    Raises:
        ValueError: The file has a key or a value that it may not have.
    """
    # the base loader leaves figures and words such as `no` as they are written
    entries = yaml.load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return [row for number, entry in enumerate(entries, start=1) for row in _rows(code, number, entry)]


def _rows(code: str, number: int, entry: dict[str, Any]) -> Iterator[Judged]:
    if unknown := set(entry) - _OPTIONS - set(OUTCOMES):
        raise ValueError(f"{code}.yaml, entry {number}: unknown keys {sorted(unknown)}")
    probe = _probe(code, number, entry)
    for outcome in OUTCOMES:
        for answer in entry.get(outcome, ()):
            if not isinstance(answer, str):
                raise ValueError(f"{code}.yaml, entry {number}: quote {answer!r}")
            yield Judged(probe, answer, Outcome(outcome))


def _probe(code: str, number: int, entry: dict[str, Any]) -> Probe:
    reference = None if entry["reference"] == "null" else entry["reference"]
    superseded, trained = tuple(entry.get("superseded", ())), entry.get("trained")
    kind = "abstention" if reference is None else "memorization" if trained is None else "date_changed"
    grader = entry.get("grader")
    return Probe(
        id=f"languages/{code}-{number}/{kind.replace('_', '-')}-1",
        category="languages",
        item=f"{code}-{number}",
        kind=kind,
        setting="updated_knowledge" if superseded else "new_knowledge",
        generalization=False,
        prompt=entry["question"],
        answer=reference,
        aliases=tuple(entry.get("aliases", ())),
        superseded_answers=superseded,
        grader=AutoGrader() if grader is None else cast("Grader", GRADERS[grader["name"]](**grader)),
        fact=entry.get("fact"),
        trained_answer=trained,
        language=code,
        place=Place(file=f"{code}.yaml"),
    )
