"""Find suspicious cases in a suite that loads: probes that measure something other than they seem to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE, LANGUAGES
from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import counted
from pytest_finetunebench.grading.grade import resolve_grader
from pytest_finetunebench.grading.languages.known import language_of
from pytest_finetunebench.grading.languages.lacking import rules_off
from pytest_finetunebench.grading.text.normalise import contains, question_key

_OPEN_GRADERS = ("text", "number", "exact")
"""Graders of open questions. A closed question (yes/no, choice) always names its answer."""


@dataclass(frozen=True)
class Doubt:
    """One doubtful probe."""

    probe: Probe
    message: str

    def __str__(self) -> str:
        return f"{self.probe.place}: {self.probe.id}: {self.message}"


def find_doubts(suite: Suite) -> Iterator[Doubt]:
    """Yield every doubt about a suite, in its order. Typography does not tell questions apart."""
    asked: dict[object, Probe] = {}
    trained = {question_key(prompt) for prompt, _ in suite.trained}
    for probe in suite.probes:
        question = (question_key(probe.system or ""), question_key(probe.prompt))
        if question in asked:
            yield Doubt(probe, _asked_twice(probe, asked[question]))
        asked.setdefault(question, probe)
        if not probe.generalization:
            continue
        if question_key(probe.prompt) in trained:
            yield Doubt(probe, f"repeats a trained wording, so it measures memorization, not {probe.kind}")
        given = given_answer(probe)
        if given is not None:
            yield Doubt(probe, f"the question gives the answer '{given}' away")


def language_notices(suite: Suite) -> Iterator[str]:
    """Yield a line for each language beside English: how many items are in it, and what is not read in it."""
    items = Counter(item.probes[0].language for item in suite.items if item.probes)
    for code, count in items.items():
        if code != DEFAULT_LANGUAGE:
            off = rules_off(language_of(code))
            lacking = f"; not read in it: {', '.join(off)}" if off else ""
            yield f"language {code} ({LANGUAGES[code]}): {counted(count, 'item')}{lacking}"


def given_answer(probe: Probe) -> str | None:
    """Return the reference that an open question contains, or None."""
    given = next((reference for reference in probe.references if contains(probe.prompt, reference)), None)
    return given if given is not None and resolve_grader(probe).name in _OPEN_GRADERS else None


def _asked_twice(probe: Probe, first: Probe) -> str:
    place = f"{first.id} at {first.place}"
    if set(probe.references) == set(first.references):
        return f"the same question as {place}: it counts twice"
    return f"the same question as {place} with another answer ('{probe.expected}' and '{first.expected}')"
