"""The data of the table of answers: columns of numbers into one list of texts, so that each text is stored once."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.response import read_response
from pytest_finetunebench.reports.failing import printable
from pytest_finetunebench.runs.paired_rows import ProbeChange
from pytest_finetunebench.runs.results import ProbeResult

MOST_ROWS = 20_000
"""Answers that a page holds. Of more, right ones are left out first."""
LONGEST_TEXT = 20_000
"""Characters of one text."""
FLAKY, TRUNCATED = 1, 2
NONE = -1


class Texts:
    """Texts in the order they came, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str | None) -> int:
        """Return where a text stands; `NONE` for none or an empty one. Long ones are cut."""
        if not text:
            return NONE
        return self._places.setdefault(shown(text), len(self._places))

    @property
    def all(self) -> list[str]:
        """All texts."""
        return list(self._places)


def shown(text: str) -> str:
    """Return a text as the page shows it: without characters that could act, and cut where it is very long."""
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_TEXT:
        return text  # nearly always
    more = f" … ({len(text):,} characters in all)" if len(text) > LONGEST_TEXT else ""
    return printable(text[:LONGEST_TEXT]) + more


def chosen(results: Sequence[ProbeResult], changes: Mapping[str, ProbeChange]) -> list[ProbeResult]:
    """Return the answers that the page holds, in their order: all, or the failing and changed ones first."""
    if len(results) <= MOST_ROWS:
        return list(results)
    quiet = ("still right", "new", "gone")

    def dull(result: ProbeResult) -> bool:
        change = changes.get(result.id)
        return result.correct and (change is None or change.kind in quiet)

    kept = sorted(range(len(results)), key=lambda at: dull(results[at]))[:MOST_ROWS]
    return [results[at] for at in sorted(kept)]


def explorer_json(
    results: Iterable[ProbeResult], model: str, flaky: Collection[str], changes: Mapping[str, ProbeChange]
) -> str:
    """Return the data as JSON in which `<` is escaped: nothing in it can end the element that holds it."""
    texts, unstable = Texts(), set(flaky)
    columns: dict[str, list[int]] = {name: [] for name in (*_FIELDS, *_OLD, "thoughts", "rest", "flags", "repeat")}
    for result in results:
        for name, get in _FIELDS.items():
            columns[name].append(texts.place(get(result)))
        thoughts, rest = _set_apart(result)
        columns["thoughts"].append(texts.place(thoughts))
        columns["rest"].append(texts.place(rest))
        truncated = result.finish_reason == "length"
        columns["flags"].append(FLAKY * (result.id in unstable) + TRUNCATED * truncated)
        columns["repeat"].append(result.repeat)
        for name, text in zip(_OLD, _before(result, changes), strict=True):
            columns[name].append(texts.place(text))
    data: dict[str, Any] = {"model": shown(model), "compared": bool(changes), "outcomes": list(Outcome)}
    return json.dumps(
        data | {"strings": texts.all, "columns": columns}, ensure_ascii=False, separators=(",", ":")
    ).replace("<", "\\u003c")


_FIELDS: dict[str, Callable[[ProbeResult], str | None]] = {
    "id": lambda result: result.id,
    "category": lambda result: result.category,
    "kind": lambda result: result.kind,
    "outcome": lambda result: result.outcome.value,
    "question": lambda result: result.prompt,
    "system": lambda result: result.system,
    "expected": lambda result: result.expected,
    "answer": lambda result: result.answer,
    "reason": lambda result: "found hard: " * result.found_hard + result.reason,
    "grader": lambda result: result.grader,
    "place": lambda result: result.place,
}
_OLD = ("change", "old", "oldoutcome")


def _set_apart(result: ProbeResult) -> tuple[str | None, str | None]:
    """Return thoughts, and what runs on, of a response."""
    completion = result.completion
    if completion is None or (result.graded_text is None and not result.reasoning):
        return None, None
    response = read_response(result.probe, completion)
    return response.thoughts.strip() or None, response.rest if response.runs_on else None


def _before(result: ProbeResult, changes: Mapping[str, ProbeChange]) -> tuple[str | None, str | None, str | None]:
    """Return how the probe changed, and the earlier answer and outcome."""
    change = changes.get(result.id)
    if change is None:
        return None, None, None
    old = next((one for one in change.before if one.repeat == result.repeat), next(iter(change.before), None))
    if old is None:
        return change.kind, None, None
    kind = change.kind
    if kind == "still right" and old.answer != result.answer:
        return "differs", old.answer, old.outcome.value
    return kind, old.answer, old.outcome.value
