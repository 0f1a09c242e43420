"""Check drafts by rules, without a model. A draft that fails a rule is rejected at once."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_finetunebench.cases.grader_choice import custom_names
from pytest_finetunebench.cases.suite import Item, Probe, Suite
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.files.hidden import is_hidden
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.text.normalise import words
from pytest_finetunebench.loaders.lint import find_doubts, given_answer

LONGEST = 2_000
"""Largest number of characters of a question or answer."""


def text_fault(text: str, name: str) -> str | None:
    """Return why a text cannot be a question or an answer, or None if it can."""
    if not text.strip():
        return f"the {name} is empty"
    if len(text) > LONGEST:
        return f"the {name} is longer than {LONGEST:,} characters"
    hidden = next((char for char in text if char not in "\n\t" and is_hidden(char)), None)
    return None if hidden is None else f"the {name} has the invisible character U+{ord(hidden):04X}"


def plain_words(question: str) -> tuple[str, ...]:
    """Return a text's words without typography and case, for comparison."""
    return tuple(words(question))


def grading_fault(probe: Probe) -> str | None:
    """Return why a probe rejects its own reference, or None if it does not or no rule can tell."""
    if probe.answer is None or custom_names(probe.grader):
        return None
    verdict = grade(probe, Completion(text=probe.answer))
    if verdict.outcome in (Outcome.CORRECT, Outcome.UNMEASURED):
        return None
    return f"the grader calls its answer '{one_line(probe.answer, 60)}' {verdict.outcome}: {verdict.reason}"


def unchanged_fault(probe: Probe) -> str | None:
    """Return why a question about another date tests nothing, or None if its answer is not the trained one."""
    if probe.answer is None or plain_words(probe.answer) != plain_words(probe.trained_answer or ""):
        return None
    return f"its answer is the trained one, '{one_line(probe.answer, 60)}': a memorizer would pass"


def giveaway_fault(probe: Probe) -> str | None:
    """Return why the question of a drafted item gives its answer away, or None if it does not."""
    given = given_answer(probe)
    return None if given is None else f"the question gives the answer '{one_line(given, 60)}' away"


def suite_faults(context: Sequence[Item], drafts: Sequence[Probe]) -> dict[str, str]:
    """Return the doubts of `lint` about drafts beside the items of `context`, by the drafts' unique ids."""
    drafted = [_alone(probe) for probe in drafts]
    ids = {probe.id for probe in drafts}
    faults: dict[str, str] = {}
    for doubt in find_doubts(Suite(items=(*context, *drafted))):
        if doubt.probe is not None and doubt.probe.id in ids:
            faults.setdefault(doubt.probe.id, doubt.message)
    return faults


def _alone(probe: Probe) -> Item:
    return Item(id=probe.item, category=probe.category, setting=probe.setting, probes=(probe,), place=probe.place)
