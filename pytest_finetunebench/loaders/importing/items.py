"""Make items of questions and answers: without duplicates and contradictions, one item for all wordings of a fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from pydantic import ValidationError

from pytest_finetunebench.cases.editing.write import Value
from pytest_finetunebench.cases.format import FileHead, ItemSpec
from pytest_finetunebench.cases.readable_ids import free_id
from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, MEMORIZATION, Place, Probe
from pytest_finetunebench.errors import one_line
from pytest_finetunebench.files.explain import faults, field_path
from pytest_finetunebench.grading.grade import resolve_grader
from pytest_finetunebench.grading.text.normalise import question_key
from pytest_finetunebench.loaders.build import ItemBuilder
from pytest_finetunebench.loaders.importing.pairs import Finding, Pair
from pytest_finetunebench.loaders.importing.wordings import Wordings, group

_OPEN = ("text", "number")
"""Graders of answers that tell facts apart; very different questions share `Yes` or `B`."""


@dataclass
class MadeItems:
    """The items of a new case file, and what was found on the way."""

    system: str | None = None
    """The system message that most items share."""
    items: list[dict[str, Value]] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    """The probe of each item, for whoever wants to look at its grader."""
    findings: list[Finding] = field(default_factory=list)


def make_items(
    pairs: Sequence[Pair], head: FileHead, *, file: str, unit: str = "line", apart: bool = False
) -> MadeItems:
    """Return the items that ask and teach some pairs.

    Args:
        pairs: Questions and answers in the order of their source.
        head: The category and setting of the new file.
        file: The source, for places.
        unit: What the numbers of the pairs count, for messages: lines or rows.
        apart: Whether each question is an item by itself, though others may be wordings of it.
    """
    made = MadeItems()
    kept = _distinct(pairs, made.findings, unit)
    made.system = _shared_system(kept)
    taken: set[str] = set()
    for wordings in _facts(kept, head, apart=apart):
        first = wordings[0]
        entry = _entry(wordings, made.system, taken)
        probe = _probe(entry, head, f"{file}:{first.line}")
        if isinstance(probe, str):
            made.findings.append(Finding("left out", (first.line,), f"'{one_line(first.prompt, 60)}': {probe}"))
            continue
        made.items.append(entry)
        made.probes.append(probe)
        if len(wordings) > 1:
            lines = tuple(pair.line for pair in wordings)
            made.findings.append(Finding("joined", lines, f"wordings of one fact, '{one_line(first.prompt, 60)}'"))
    return made


def _distinct(pairs: Sequence[Pair], findings: list[Finding], unit: str) -> list[Pair]:
    """Return the pairs without empty ones, repeated ones, and questions with more than one answer."""
    asked: dict[object, list[Pair]] = {}
    for pair in pairs:
        if not pair.prompt.strip() or (pair.answer is not None and not pair.answer.strip()):
            what = "question" if not pair.prompt.strip() else "answer"
            findings.append(Finding("empty", (pair.line,), f"has no {what}"))
            continue
        asked.setdefault((question_key(pair.system or ""), question_key(pair.prompt)), []).append(pair)
    kept = []
    for same in asked.values():
        answers: dict[object, list[Pair]] = {}
        for pair in same:
            answers.setdefault((question_key(pair.answer or ""), repr(pair.grader)), []).append(pair)
        if len(answers) > 1:
            told = ", ".join(
                f"'{one_line(found[0].answer, 40)}' ({unit} {found[0].line})" for found in answers.values()
            )
            lines = tuple(pair.line for pair in same)
            findings.append(Finding("contradiction", lines, f"'{one_line(same[0].prompt, 60)}' is answered by {told}"))
            continue
        kept.append(same[0])
        if len(same) > 1:
            lines = tuple(pair.line for pair in same)
            findings.append(Finding("duplicate", lines, f"'{one_line(same[0].prompt, 60)}' with one answer: kept once"))
    return kept


def _shared_system(pairs: Sequence[Pair]) -> str | None:
    counts = Counter(pair.system for pair in pairs)
    most, count = max(counts.items(), key=lambda one: one[1], default=(None, 0))
    return most if count * 2 > len(pairs) else None


def _facts(pairs: Sequence[Pair], head: FileHead, *, apart: bool) -> list[list[Pair]]:
    """Return the pairs by fact: by the id that their source gives, or by their answers and words."""
    if apart or head.setting not in KNOWLEDGE_SETTINGS:
        return [[pair] for pair in pairs]  # what is not trained has no wordings to train
    by_name: dict[str, list[Pair]] = {}
    for pair in pairs:
        if pair.name is not None:
            by_name.setdefault(pair.name, []).append(pair)
    named = [found for same in by_name.values() for found in _of_one_answer(same)]
    others = [pair for pair in pairs if pair.name is None]
    keys = [(pair.prompt, _answer_key(pair)) for pair in others]
    grouped = group(keys, Wordings(pair.prompt for pair in others))
    facts = [*named, *([others[index] for index in indexes] for indexes in grouped)]
    return sorted(facts, key=lambda fact: fact[0].line)


def _answer_key(pair: Pair) -> str:
    """Return what two wordings of a fact share; it is unique where the answer tells nothing of the fact."""
    if not _is_open(pair.answer or ""):
        return f"line {pair.line}"
    return "\0".join((pair.system or "", *question_key(pair.answer or "")))


@cache
def _is_open(answer: str) -> bool:
    place = Place(file="")
    probe = Probe(
        id="",
        category="",
        item="",
        kind=MEMORIZATION,
        setting="new_knowledge",
        generalization=False,
        prompt="?",
        answer=answer,
        place=place,
    )
    return resolve_grader(probe).name in _OPEN and len(answer.strip()) > 1


def _of_one_answer(same: list[Pair]) -> list[list[Pair]]:
    """Return pairs of one id by their answers: an id may number the rows of several facts."""
    found: dict[object, list[Pair]] = {}
    for pair in same:
        found.setdefault(question_key(pair.answer or ""), []).append(pair)
    return list(found.values())


def _entry(wordings: Sequence[Pair], system: str | None, taken: set[str]) -> dict[str, Value]:
    first = wordings[0]
    readable = first.name is not None and any(map(str.isalpha, first.name))
    entry: dict[str, Value] = {"id": free_id(first.name if readable and first.name else first.prompt, taken)}
    if first.fact:
        entry["fact"] = first.fact
    entry |= {"prompt": first.prompt, "answer": first.answer}
    for name in ("aliases", "superseded_answers"):
        texts = dict.fromkeys(text for pair in wordings for text in getattr(pair, name) if text != first.answer)
        if texts:
            entry[name] = list(texts)
    if first.grader is not None:
        entry["grader"] = first.grader
    if first.system != system:
        entry["system"] = first.system
    if len(wordings) > 1:
        entry["training"] = [pair.prompt for pair in wordings[1:]]
    return entry


def _probe(entry: dict[str, Value], head: FileHead, place: str) -> Probe | str:
    """Return the item's probe, or why a case file cannot hold the item."""
    try:
        spec = ItemSpec.model_validate(entry, context={"graders": ()})
    except ValidationError as error:
        path, message = faults(error, lambda parent: ())[0]
        return f"{field_path(path)}: {message}"
    builder = ItemBuilder(head, spec, lambda path: Place(file=place))
    built = builder.build()
    return f"{field_path(builder.errors[0].path)}: {builder.errors[0]}" if built is None else built.probes[0]
