"""Draft probes for the items of case files, and check them by rules and by a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process
from rapidfuzz.fuzz import token_sort_ratio

from pytest_finetunebench.cases.editing.write import Value
from pytest_finetunebench.cases.format import ProbeSpec
from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, Item, Probe
from pytest_finetunebench.drafting import checks
from pytest_finetunebench.drafting.asking import Asker, NoReply, Task
from pytest_finetunebench.drafting.replies import REPLIES, CheckReply
from pytest_finetunebench.drafting.wording import language_name, prompt
from pytest_finetunebench.errors import counted
from pytest_finetunebench.loaders.build import ItemBuilder
from pytest_finetunebench.loaders.lint import MAX_SIMILARITY, similarity_fault
from pytest_finetunebench.loaders.native import LoadedItem

BUDGETED_BATCH = 4
"""Targets drafted at once under a budget, so that the budget also pays for their checks."""
CaseFiles = Mapping[Path, Sequence[LoadedItem]]


@dataclass(frozen=True)
class Target:
    """An order for drafts: `count` probes of one kind for one item."""

    file: Path
    loaded: LoadedItem
    kind: str
    count: int
    second: LoadedItem | None = None
    """The item to compare with."""

    @property
    def title(self) -> str:
        """The target's name in messages."""
        item = self.loaded.item
        return f"{item.place}: {item.category}/{item.id} {self.kind}"


@dataclass(frozen=True)
class Draft:
    """A drafted probe: the entry to write, and the probe to ask."""

    target: Target
    entry: dict[str, Value]
    probe: Probe


@dataclass(frozen=True)
class Rejected:
    """A draft that is not written, with the reason in one line."""

    title: str
    question: str
    reason: str


@dataclass(frozen=True)
class FailedRequest:
    """A request without a usable reply, with the reason in one line."""

    title: str
    reason: str
    unsent: bool = False
    """Whether the request was never sent, because the budget was spent."""


@dataclass
class ProbeDrafts:
    """The result of drafting probes."""

    drafts: list[Draft] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    failures: list[FailedRequest] = field(default_factory=list)
    empty: int = 0
    """Requests for which the model drafted nothing."""


def plan(files: CaseFiles, kinds: Sequence[str], per_kind: int) -> tuple[list[Target], list[str]]:
    """Return the targets, and notices about what is left out. Drafts in the files count towards `per_kind`."""
    targets: list[Target] = []
    unfit = complete = alone = 0
    everything = [one for items in files.values() for one in items if _is_fit(one)]
    for file, items in files.items():
        for loaded in items:
            if not _is_fit(loaded):
                unfit += 1
                continue
            for kind in kinds:
                count = per_kind - sum(path[1] == kind for path in loaded.drafts)
                second = _most_alike(loaded, everything) if kind == "comparison" and count > 0 else None
                if count <= 0:
                    complete += 1
                elif kind == "comparison" and second is None:
                    alone += 1
                else:
                    targets.append(Target(file, loaded, kind, count, second))
    notices = (
        (unfit, "item", "left out: drafts need an accepted knowledge item with a prompt and an answer"),
        (complete, "request", "saved: the file already has enough drafts of the kind"),
        (alone, "item", "left out of comparison: the category has no other item"),
    )
    return targets, [f"{counted(count, noun)} {text}" for count, noun, text in notices if count]


def _is_fit(loaded: LoadedItem) -> bool:
    item, spec = loaded.item, loaded.spec
    knowledge = item.setting in KNOWLEDGE_SETTINGS
    return knowledge and not spec.draft and item.prompt is not None and item.answer is not None


def _most_alike(loaded: LoadedItem, others: Sequence[LoadedItem]) -> LoadedItem | None:
    """Return the item of the same category with the most similar prompt, probably about the same property."""
    item = loaded.item
    pool = [one for one in others if one.item.category == item.category and one.item.id != item.id]
    prompts = [one.item.prompt or "" for one in pool]
    found = process.extractOne(item.prompt or "", prompts, scorer=token_sort_ratio)
    return None if found is None else pool[found[2]]


def draft_probes(
    files: CaseFiles,
    targets: Sequence[Target],
    author: Asker,
    checker: Asker,
    max_similarity: float = MAX_SIMILARITY,
) -> ProbeDrafts:
    """Ask `author` for the drafts of every target, and `checker` about each draft that passes the rules.

    Raises:
        CacheError: The cache is damaged.
    """
    result = ProbeDrafts()
    rules = RuleCheck(files, max_similarity)
    size = BUDGETED_BATCH if author.limited else max(len(targets), 1)
    for start in range(0, len(targets), size):
        drafts = ask_author(targets[start : start + size], author, result, len(rules.seen))
        check_drafts(list(rules.passed(drafts, result)), checker, result)
    return result


def ask_author(targets: Sequence[Target], author: Asker, result: ProbeDrafts, number: int) -> list[Draft]:
    """Return the drafts of `author`, numbered from `number`. Note the replies that are not probes."""
    drafts: list[Draft] = []
    replies = author.ask([author_task(target) for target in targets])
    for target, reply in zip(targets, replies, strict=True):
        if isinstance(reply, NoReply):
            result.failures.append(FailedRequest(target.title, reply.reason, reply.unsent))
            continue
        found = [given.model_dump() for given in reply.probes][: target.count]  # type: ignore[attr-defined]
        result.empty += not found
        for given in found:
            made = build_draft(target, given, f"draft-{number + len(drafts)}")
            if isinstance(made, Rejected):
                result.rejected.append(made)
            else:
                drafts.append(made)
    return drafts


def check_drafts(drafts: Sequence[Draft], checker: Asker, result: ProbeDrafts) -> None:
    """Note the opinion of `checker` on each draft."""
    tasks = [check_task(draft) for draft in drafts]
    for draft, opinion in zip(drafts, checker.ask(tasks), strict=True):
        if isinstance(opinion, NoReply):
            result.failures.append(FailedRequest(f"{draft.target.title} (check)", opinion.reason, opinion.unsent))
        elif isinstance(opinion, CheckReply) and opinion.fault is not None:
            result.rejected.append(_rejected(draft.target, draft.probe.prompt, opinion.fault))
        else:
            result.drafts.append(draft)


def author_task(target: Target) -> Task:
    """Return the request that asks for a target's drafts."""
    instructions = [prompt("common").text, prompt(target.kind).text, f"Write {target.count} of them."]
    data = {"kind": target.kind} | _facts(target.loaded)
    if target.second is not None:
        data["second_item"] = _facts(target.second)
    known = [*target.loaded.item.probes, *target.loaded.drafts.values()]
    data["existing_questions"] = [probe.prompt for probe in known]
    return Task("\n\n".join(instructions), data, REPLIES[target.kind])


def check_task(draft: Draft) -> Task:
    """Return the request that asks whether a draft is good."""
    data = {"kind": draft.target.kind} | _facts(draft.target.loaded)
    if draft.target.second is not None:
        data["second_item"] = _facts(draft.target.second)
    data |= {"question": draft.probe.prompt, "expected_answer": draft.probe.answer}
    instructions = [prompt("check").text, prompt(draft.target.kind).text]
    return Task("\n\n".join(instructions), data, CheckReply)


def _facts(loaded: LoadedItem) -> dict[str, Any]:
    spec = loaded.spec
    system = spec.system if "system" in spec.model_fields_set else loaded.head.system
    facts = {
        "language": language_name(loaded.item.probes[0].language) if loaded.item.probes else None,
        "instruction": system,
        "fact": spec.fact,
        "trained_question": spec.prompt,
        "trained_answer": spec.answer,
        "other_accepted_answers": list(spec.aliases),
        "superseded_answers": list(spec.superseded_answers),
    }
    return {name: value for name, value in facts.items() if value}


def build_draft(target: Target, given: dict[str, str | None], name: str) -> Draft | Rejected:
    """Build a probe from the model's words, by the rules of case files."""
    question = (given["question"] or "").strip()
    answer = given.get("answer")
    answer = answer.strip() if isinstance(answer, str) else None
    fault = checks.text_fault(question, "question")
    if fault is None and answer is not None:
        fault = checks.text_fault(answer, "answer")
    if fault is not None:
        return _rejected(target, question, fault)
    entry: dict[str, Value] = {"prompt": question}
    if "answer" in given:
        entry["answer"] = answer
    loaded = target.loaded
    if target.second is not None and target.second.item.place.file == loaded.item.place.file:
        entry["needs"] = [target.second.item.id]  # in another file it may not be loaded with this one
    entry["draft"] = True
    try:
        probe = ProbeSpec.model_validate(entry)
    except ValidationError as error:
        return _rejected(target, question, error.errors()[0]["msg"])
    spec = loaded.spec.model_copy(update={"probes": {target.kind: (probe,)}})
    builder = ItemBuilder(loaded.head, spec, lambda path: loaded.item.place)
    if builder.build() is None:
        return _rejected(target, question, str(builder.errors[0]))
    (built,) = builder.drafts.values()
    return Draft(target, entry, replace(built, id=name))


class RuleCheck:
    """Checks drafts by rules against the case files and earlier drafts."""

    def __init__(self, files: CaseFiles, max_similarity: float) -> None:
        self._context = [_with_drafts(one) for items in files.values() for one in items]
        self._trained = {checks.plain_words(prompt) for item in self._context for prompt, _ in item.trained}
        self._max_similarity = max_similarity
        self._rephrasings: dict[tuple[Path, int], list[str]] = {}
        self.seen: list[Probe] = []

    def passed(self, drafts: Sequence[Draft], result: ProbeDrafts) -> Iterator[Draft]:
        """Yield the drafts that pass every rule. Note the others as rejected."""
        self.seen += [draft.probe for draft in drafts]
        doubts = checks.suite_faults(self._context, self.seen)
        for draft in drafts:
            target, probe = draft.target, draft.probe
            fault = (
                "it repeats a trained wording"
                if checks.plain_words(probe.prompt) in self._trained
                else doubts.get(probe.id)
            )
            if fault is None and target.kind == "rephrased":
                fault = similarity_fault(probe.prompt, self._known_rephrasings(target), self._max_similarity)
            if fault is None and target.kind == "date_changed":
                fault = checks.unchanged_fault(probe)
            fault = fault or checks.grading_fault(probe)
            if fault is not None:
                result.rejected.append(_rejected(target, probe.prompt, fault))
                continue
            if target.kind == "rephrased":
                self._known_rephrasings(target).append(probe.prompt)
            yield draft

    def _known_rephrasings(self, target: Target) -> list[str]:
        known = [*target.loaded.item.probes, *target.loaded.drafts.values()]
        others = [one.prompt for one in known if one.kind in ("rephrased", "memorization")]
        return self._rephrasings.setdefault((target.file, target.loaded.position), others)


def _with_drafts(loaded: LoadedItem) -> Item:
    probes = (*loaded.item.probes, *loaded.drafts.values())
    return replace(loaded.item, probes=probes)


def _rejected(target: Target, question: str, reason: str) -> Rejected:
    return Rejected(target.title, question, reason)
