"""Find out which format records have, and read their questions and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_finetunebench.cases.suite import Setting
from pytest_finetunebench.errors import Problem
from pytest_finetunebench.files.training_rows import ASSISTANT, SYSTEM, Row, parse_rows, shape_of
from pytest_finetunebench.loaders.importing.columns import guess_columns, split_cell
from pytest_finetunebench.loaders.importing.pairs import Finding, Pair
from pytest_finetunebench.loaders.importing.promptfoo import is_promptfoo, read_tests
from pytest_finetunebench.loaders.importing.records import Source

_TITLES = {
    "messages": "chats (messages)",
    "contents": "Vertex AI chats (contents)",
    "conversation": "ShareGPT conversations",
    "completion": "prompt and completion",
    "preference": "preference pairs",
    "chosen": "preference pairs (chosen)",
    "instruction": "Alpaca instructions",
}


@dataclass(frozen=True)
class Imported:
    """The questions and answers of a source."""

    format: str
    """The format in words."""
    setting: Setting
    """Trained rows teach knowledge; tests of other tools ask what a model should know already."""
    pairs: tuple[Pair, ...]
    findings: tuple[Finding, ...] = ()
    columns: Mapping[str, str] | None = None
    """The guessed columns by field, for tables."""


def read_pairs(source: Source, path: Path, chosen: Mapping[str, str], problems: list[Problem]) -> Imported:
    """Return what a source asks. Add a problem for each record that cannot be read.

    Args:
        source: The records.
        path: Where they come from; promptfoo's prompts may lie beside it.
        chosen: Columns or variables by field, as `--map` gives them.
        problems: Takes the faults.

    Raises:
        SettingsError: No column can be the question or the answer.
    """
    source = replace(source, records=tuple((line, _unwrapped(data)) for line, data in source.records))
    first = source.records[0][1] if source.records else {}
    if is_promptfoo(source):
        tests, refused = read_tests(source, path.parent, chosen)
        return Imported("promptfoo tests", "retention", tuple(tests), tuple(refused))
    if not chosen and "input" in first and "ideal" in first:
        return _evals(source, problems)
    shape = None if chosen else shape_of(first)
    if shape is not None:
        findings: list[Finding] = []
        rows = parse_rows(source.records, source.file, problems)
        found = [pair for row in rows if (pair := _of_row(row, findings)) is not None]
        return Imported(_TITLES[shape], "new_knowledge", tuple(found), tuple(findings))
    return _table(source, chosen)


def _unwrapped(data: dict[str, Any]) -> dict[str, Any]:
    """Return the row of OpenAI's hosted Evals, which stands under `item`."""
    inner = data.get("item")
    return inner if isinstance(inner, dict) and set(data) <= {"item", "sample"} else data


def _of_row(row: Row, findings: list[Finding]) -> Pair | None:
    """Return the first question of a chat with its answer."""
    turns = [turn for turn in row.turns if turn.role not in SYSTEM]
    asked = [turn for turn in turns if turn.role == "user"]
    answers = [turn for turn in turns if turn.role in ASSISTANT]
    if not asked or not answers:
        findings.append(Finding("empty", (row.line,), f"has no {'answer' if asked else 'question'}"))
        return None
    if len(asked) > 1:
        message = f"a chat of {len(asked)} questions: only the first is taken over, as later ones depend on it"
        findings.append(Finding("shortened", (row.line,), message))
    if turns[0].role != "user" or turns[1].role not in ASSISTANT:
        findings.append(Finding("left out", (row.line,), "does not begin with a question and its answer"))
        return None
    return Pair(row.line, turns[0].text or "", turns[1].text or "", system=row.system or None)


def _evals(source: Source, problems: list[Problem]) -> Imported:
    """Return the samples of OpenAI Evals: `input` is text or messages, `ideal` one answer or several."""
    pairs: list[Pair] = []
    findings: list[Finding] = []
    for line, data in source.records:
        asked, ideal = data.get("input"), data.get("ideal")
        answers = [str(one) for one in (ideal if isinstance(ideal, list) else [ideal]) if one is not None]
        if isinstance(asked, str):
            asked = [{"role": "user", "content": asked}]
        before = len(problems)
        rows = parse_rows([(line, {"messages": asked})], source.file, problems)
        if len(problems) > before or not rows:
            continue
        system, question = rows[0].system, rows[0].user
        if not question:  # many of the public samples hold the question as a system message
            system, question = "", ((system,) if system else ())
        if len(question) > 1 or rows[0].answers:
            findings.append(Finding("left out", (line,), "shows examples before its question"))
        elif not question or not any(answers):
            findings.append(Finding("empty", (line,), f"has no {'answer' if question else 'question'}"))
        else:
            first, *others = answers
            pairs.append(Pair(line, question[0], first, tuple(others), system=system or None))
    return Imported("OpenAI Evals samples", "retention", tuple(pairs), tuple(findings))


def _table(source: Source, chosen: Mapping[str, str]) -> Imported:
    names = source.columns or tuple(dict.fromkeys(name for _, data in source.records for name in data))
    columns = guess_columns(names, chosen, source.file)
    findings: list[Finding] = []
    pairs = []
    for line, data in source.records:
        texts = {field: _text(data.get(column)) for field, column in columns.items()}
        empty = [field for field in ("prompt", "answer") if not texts[field].strip()]
        if empty:
            what = "is blank" if len(empty) == 2 else f"has no {'question' if empty == ['prompt'] else 'answer'}"
            findings.append(Finding("empty", (line,), what))
            continue
        pairs.append(
            Pair(
                line,
                texts["prompt"],
                texts["answer"].strip(),
                split_cell("aliases", texts.get("aliases", "")),
                split_cell("superseded_answers", texts.get("superseded_answers", "")),
                texts.get("system") or None,
                texts.get("fact") or None,
                texts.get("id") or None,
            )
        )
    updated: Setting = "updated_knowledge" if "superseded_answers" in columns else "new_knowledge"
    return Imported("a table", updated, tuple(pairs), tuple(findings), columns)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "|".join(str(part) for part in value)
    return "" if value is None else str(value)
