"""Why an answer has its verdict: which rule found the reference in it, and which guard took that back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pytest_finetunebench.cases.grader_choice import Grader
from pytest_finetunebench.cases.grader_options import TextGrader
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.finding import quoted
from pytest_finetunebench.grading.grade import grade, guards_of, resolve_grader
from pytest_finetunebench.grading.outcome import Verdict
from pytest_finetunebench.grading.prose.exchange import Exchange, read_exchange
from pytest_finetunebench.grading.prose.ladder import findings, veto
from pytest_finetunebench.grading.prose.match import in_order, whole_list
from pytest_finetunebench.grading.prose.rule import Place
from pytest_finetunebench.grading.prose.shapes import Kind, Value
from pytest_finetunebench.grading.response import read_response
from pytest_finetunebench.grading.text.respaced import split_joints

_MOST_FINDINGS = 20
"""So many findings of one reference are told."""


def explain(probe: Probe, completion: Completion) -> tuple[Verdict, list[str]]:
    """Return the verdict on a completion, and a line for each step that led there, without a judge."""
    grader = resolve_grader(probe)
    verdict = grade(probe, completion)
    response = read_response(probe, completion)
    if response.fault is not None:
        return verdict, [f"there is no answer to grade: {response.fault}"]
    apart = [("thoughts", response.thoughts), ("what runs on", response.rest)]
    told = [f"set apart, not graded: {name} ({len(text.strip()):,} characters)" for name, text in apart if text.strip()]
    lines = _lines(probe, response.completion, grader)
    return verdict, [*told, *lines]


def _lines(probe: Probe, completion: Completion, grader: Grader) -> list[str]:
    if completion.empty or not isinstance(grader, TextGrader):
        return [f"the grader '{grader.title}' reads the answer by itself: it has no ladder of rules"]
    return list(_text_lines(read_exchange(probe, completion.text, guards_of(grader))))


def _text_lines(exchange: Exchange) -> Iterator[str]:
    said = exchange.answer.raw.strip()
    if any(said == reference.raw for reference in exchange.references):
        yield f"the answer is {quoted(said)} to the letter: no rule or guard is asked"
        return
    yield from _ladder_lines(exchange)
    if (split := split_joints(exchange.answer)) is not None:
        yield f"the answer again, with lost spaces put in: {quoted(split.raw)}"
        yield from _ladder_lines(exchange.answered(split))


def _ladder_lines(exchange: Exchange) -> Iterator[str]:
    for wanted in in_order(exchange):
        looked_for = exchange.wanting(wanted)
        yield f"looked for {quoted(wanted.raw)} ({_kind(looked_for)})"
        # a rule may find one place twice, with articles and without
        found = dict.fromkeys((rule.name, place) for rule, place in islice(findings(looked_for), _MOST_FINDINGS))
        if not found:
            yield "  no rule found it"
        for name, place in found:
            rejected = veto(looked_for, place)
            yield f"  the rule '{name}' found it {_where(looked_for, place)}"
            if rejected is None:
                yield "    and no guard took it back"
            else:
                guard, reason = rejected
                yield f"    but the guard '{guard.option}' took it back: {reason}"
    if (listed := whole_list(exchange)) is not None:
        yield f"the answer names every member of the list {quoted(listed.raw)}"


def _kind(exchange: Exchange) -> str:
    shape = exchange.shape
    if shape.kind is not Kind.PROSE:
        return str(shape.kind.value)
    return "words" if shape.value is Value.NONE else str(shape.value.value)


def _where(exchange: Exchange, place: Place) -> str:
    if place is None:
        return "in the answer as a whole"
    return f"in {quoted(exchange.answer.folded[slice(*place)])}, from character {place[0] + 1}"
