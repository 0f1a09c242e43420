"""The text of a failing probe, and what of a foreign text a terminal can show."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_finetunebench.grading.response import read_response
from pytest_finetunebench.runs.results import ProbeResult

_LONGEST_TEXT = 2000
_FOLDED = 110
"""Characters of thoughts that a failure shows, from each end."""


def failure_text(result: ProbeResult) -> str:
    """Return what a failing probe shows: outcome and reason first, then question, expected, answer and place."""
    expected = result.expected
    if expected is None:
        declining = result.grader in (None, "abstain")
        expected = "the model declines (no answer exists)" if declining else f"what '{result.grader}' asks for"
    fields = [
        ("question", result.prompt),
        ("expected", expected),
        ("answer", result.answer or ""),
        *_set_apart(result),
        ("grader", result.grader or ""),
        ("case", f"{result.place} ({result.id})"),
    ]
    if result.system:
        fields.insert(0, ("system", result.system))
    if result.turns:
        before = " | ".join(f"{turn.role}: {turn.content}" for turn in result.turns)
        fields.insert(1 if result.system else 0, ("before it", before))
    lines = [f"{result.outcome}: {result.reason}"]
    for name, text in fields:
        lines += _block(name, text)
    return "\n".join(lines)


def _set_apart(result: ProbeResult) -> Iterator[tuple[str, str]]:
    """Yield what of the response was not graded, each part in a line."""
    completion = result.completion
    if completion is None or (result.graded_text is None and not result.reasoning):
        return
    response = read_response(result.probe, completion)
    if response.thoughts.strip():
        yield "thoughts", _folded(response.thoughts)
    if response.runs_on:
        yield "runs on", _folded(response.rest)


def _folded(text: str) -> str:
    """Return the begin and the end of a text in one line."""
    line = " ".join(text.split())
    if len(line) <= 2 * _FOLDED:
        return line
    return f"{line[:_FOLDED]} … {line[-_FOLDED:]} ({len(text):,} characters, not graded)"


def unmeasured_text(result: ProbeResult) -> str:
    """Return the one line that an unmeasured probe shows."""
    return f"unmeasured: {result.reason} ({result.place})"


def _block(name: str, text: str) -> list[str]:
    shown = printable(text[:_LONGEST_TEXT])
    if len(text) > _LONGEST_TEXT:
        shown += f" … ({len(text):,} characters in all)"
    first, *rest = shown.splitlines() or [""]
    return [f"  {name:<9} {first}".rstrip(), *(f"  {'':<9} {line}".rstrip() for line in rest)]


def printable(text: str) -> str:
    """Return `text` with control characters and other unprintable ones, line ends apart, replaced by U+FFFD."""
    text = text.replace("\r\n", "\n")
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
