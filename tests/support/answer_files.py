"""Reads `tests/suites/answers/SUITE.yaml`: answers to each probe of a shipped suite, with the outcome each deserves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_finetunebench import Completion, Outcome, Probe, Suite, grade
from pytest_finetunebench.errors import Problem
from pytest_finetunebench.loaders.yaml_lines import read_yaml

FAILS = "fails"
"""Stands for any outcome but `correct` and `unmeasured`."""
OUTCOMES = (*(one.value for one in Outcome if one is not Outcome.UNMEASURED), FAILS)
LEAST_RIGHT, LEAST_WRONG = 3, 2
"""So many answers of each sort prove a probe. References and plain refusals do not count."""


@dataclass(frozen=True)
class Row:
    """One answer to one probe, and the outcome that a person gives it."""

    probe: Probe
    text: str
    wanted: str
    why: str = ""
    """Of a known failure: what the grader gets wrong."""

    def fault(self) -> str | None:
        """Grade the answer; return a line that names the row where the outcome is another one."""
        verdict = grade(self.probe, Completion(text=self.text))
        missed = verdict.outcome not in (Outcome.CORRECT, Outcome.UNMEASURED)
        if missed if self.wanted == FAILS else verdict.outcome == self.wanted:
            return None
        return f"{self.probe.id}: {self.text!r} is {verdict.outcome}, not {self.wanted} ({verdict.reason})"


@dataclass
class AnswerFile:
    """The rows of one suite's file, and what is wrong with the file itself."""

    suite: Suite
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """By the probe's id."""
    known: list[Row] = field(default_factory=list)
    """Rows that the graders still get wrong."""
    problems: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows there are, known failures included."""
        return sum(map(len, self.rows.values())) + len(self.known)


def read_answers(file: Path, suite: Suite) -> AnswerFile:
    """Return the rows of an answer file; each problem names the item or probe that it is about."""
    problems: list[Problem] = []
    document = read_yaml(file, problems)  # a key that stands twice would hide rows
    if document is None:
        raise ValueError(str(problems[0]))
    data = document.data
    read = AnswerFile(suite, {probe.id: [] for probe in suite.probes})
    if unknown := set(data) - {"answers", "known"}:
        read.problems.append(f"unknown keys: {', '.join(sorted(unknown))}")
    for item, blocks in data["answers"].items():
        for asked, texts in blocks.items():
            _read_block(read, item, asked, texts)
    for entry in data.get("known") or ():
        _read_known(read, entry)
    for probe in suite.probes:
        _check_probe(read, probe)
    return read


def _read_block(read: AnswerFile, item: str, asked: str, texts: dict[str, list[str]]) -> None:
    for outcome, answers in texts.items():
        if outcome not in OUTCOMES:
            read.problems.append(f"{item}: {asked}: no outcome '{outcome}' (there are {', '.join(OUTCOMES)})")
            continue
        if not all(isinstance(text, str) for text in answers):
            read.problems.append(f"{item}: {asked}: {outcome}: quote what YAML reads as no text")
            continue
        for name in asked.split(", "):
            found = list(_probes(read.suite, item, name))
            if not found:
                read.problems.append(f"{item}: no probe '{name}'")
            for probe in found:
                read.rows[probe.id] += [Row(probe, text, outcome) for text in answers]


def _probes(suite: Suite, item: str, name: str) -> Iterator[Probe]:
    """Yield an item's probes by their kind (`rephrased`) or by kind and number (`rephrased-2`)."""
    for probe in suite.probes:
        if probe.item == item and name in (probe.kind, probe.id.rsplit("/", 1)[1]):
            yield probe


def _read_known(read: AnswerFile, entry: dict[str, Any]) -> None:
    if set(entry) != {"probe", "answer", "wanted", "why"} or entry["wanted"] not in OUTCOMES:
        read.problems.append(f"known: give probe, answer, wanted (an outcome or {FAILS}) and why: {entry}")
        return
    item, name = entry["probe"].split("/")
    found = list(_probes(read.suite, item, name))
    if not found:
        read.problems.append(f"known: no probe '{entry['probe']}'")
    read.known += [Row(probe, entry["answer"], entry["wanted"], entry["why"]) for probe in found]


def _check_probe(read: AnswerFile, probe: Probe) -> None:
    rows = read.rows[probe.id]
    right = sum(row.wanted == Outcome.CORRECT and row.text not in probe.references for row in rows)
    wrong = sum(row.wanted not in (Outcome.CORRECT, Outcome.ABSTAINED) for row in rows)
    if right < LEAST_RIGHT or wrong < LEAST_WRONG:
        needed = f"needs {LEAST_RIGHT} right and {LEAST_WRONG} wrong ones"
        read.problems.append(f"{probe.id}: {right} right and {wrong} wrong answers; {needed}")
    for text, count in Counter(row.text for row in rows).items():
        if count > 1:
            read.problems.append(f"{probe.id}: {text!r} stands there {count} times")
