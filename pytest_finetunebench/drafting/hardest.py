"""Search drafted paraphrases for hard ones: a fine-tune fails them, and an arm that sees the fact answers them.

The second half keeps the search fair: a question that nobody could answer is no test of the fine-tune.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from pytest_finetunebench.cases.editing.write import Value
from pytest_finetunebench.cases.grader_choice import custom_names
from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.drafting.asking import Cost
from pytest_finetunebench.drafting.drafts import CaseFiles, Draft, FailedRequest
from pytest_finetunebench.errors import BudgetSpentError
from pytest_finetunebench.files.explain import FieldPath
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.loaders.native import LoadedItem
from pytest_finetunebench.models.arm_checks import check_arms
from pytest_finetunebench.models.arms.arm import Arm
from pytest_finetunebench.models.calling.answer import Answer, NoAnswer
from pytest_finetunebench.models.probe_once import ProbeOutcome, probe_once
from pytest_finetunebench.models.role import Role, role_of
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.settings import Settings

KIND = "rephrased"
MARK = "found_hard"


@dataclass(frozen=True)
class Candidate:
    """A drafted paraphrase: one that waits in its file already, or a new one."""

    file: Path
    loaded: LoadedItem
    probe: Probe
    path: FieldPath = ()
    """Where it waits in its item; empty for a new one."""
    entry: dict[str, Value] | None = None
    """What to write of a new one."""

    @property
    def title(self) -> str:
        """Its name in messages."""
        item = self.loaded.item
        return f"{item.place}: {item.category}/{item.id} {KIND}"


@dataclass(frozen=True)
class Hard:
    """A candidate that was found hard, with what the fine-tune and the arm said."""

    candidate: Candidate
    outcome: str
    said: str
    arm_said: str


@dataclass
class Search:
    """What came of all candidates, and what asking took."""

    hard: list[Hard] = field(default_factory=list)
    easy: int = 0
    """Candidates that the fine-tune answers."""
    unfair: int = 0
    """Candidates that the arm does not answer either."""
    failures: list[FailedRequest] = field(default_factory=list)
    """Candidates without an answer."""
    not_drafted: list[FailedRequest] = field(default_factory=list)
    """Requests for drafts, or for their checks, that brought nothing."""
    costs: dict[str, Cost] = field(default_factory=dict)
    """By the model's name."""

    @property
    def tried(self) -> int:
        """Candidates with an answer, or that failed to get one."""
        return len(self.hard) + self.easy + self.unfair + len(self.failures)


def waiting(files: CaseFiles) -> list[Candidate]:
    """Return the paraphrases that wait for a person in the files and are not marked yet."""
    return [
        Candidate(file, loaded, probe, path)
        for file, items in files.items()
        for loaded in items
        if not loaded.spec.draft
        for path, probe in loaded.drafts.items()
        if path[1] == KIND and not probe.found_hard and gradable(probe)
    ]


def new(drafts: Iterable[Draft]) -> list[Candidate]:
    """Return new drafts as candidates; their entries carry the mark."""
    return [
        Candidate(one.target.file, one.target.loaded, one.probe, entry={**_before_draft(one.entry), "draft": True})
        for one in drafts
        if gradable(one.probe)
    ]


def gradable(probe: Probe) -> bool:
    """Whether rules alone can grade an answer: neither a custom grader nor a judge is at hand."""
    return not custom_names(probe.grader) and probe.grader.name != "judge"


def _before_draft(entry: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in entry.items() if name != "draft"} | {MARK: True}


def search(candidates: Sequence[Candidate], models: ModelSet, arm: Arm, settings: Settings, result: Search) -> None:
    """Ask the fine-tune every candidate, and the arm those that it fails; add to `result` what came of them.

    Raises:
        SettingsError: the arm's requests do not fit the model's window, or its search failed.
    """
    check_arms(models, settings, [(one.probe, 0) for one in candidates])
    failed: list[tuple[Candidate, ProbeOutcome]] = []
    for candidate, found in _ask(candidates, models, "model", None, result):
        if found.judged is not None and found.judged.verdict.passed:
            result.easy += 1
        else:
            failed.append((candidate, found))
    answers = {id(candidate): found for candidate, found in failed}
    for candidate, found in _ask([one for one, _ in failed], models, role_of(arm), arm, result):
        before = answers[id(candidate)].judged
        if before is None or found.judged is None:
            raise AssertionError("what has no verdict was noted as failed")
        if found.judged.verdict.passed:
            said = _text(answers[id(candidate)])
            result.hard.append(Hard(candidate, str(before.verdict.outcome), said, _text(found)))
        else:
            result.unfair += 1


def _ask(
    candidates: Sequence[Candidate], models: ModelSet, role: Role, arm: Arm | None, result: Search
) -> list[tuple[Candidate, ProbeOutcome]]:
    """Return the candidates with a verdict; note what has none, and what asking took."""
    models.prefetch([(one.probe, 0) for one in candidates], {}, [(role, arm)])
    price = models.price(role)
    cost = result.costs.setdefault(models.model(role), Cost(dollars=None if price is None else 0.0))
    found = []
    for candidate in candidates:
        asked = probe_once(models, candidate.probe, 0, {}, role, arm)
        outcome = asked.exchange.outcome
        cost.add(outcome, price)
        if asked.judged is not None and asked.judged.verdict.outcome is not Outcome.UNMEASURED:
            found.append((candidate, asked))
            continue
        who = models.model(role) if arm is None else arm.name
        unsent = isinstance(outcome, NoAnswer) and isinstance(outcome.error, BudgetSpentError) and not outcome.calls
        reason = str(outcome.error) if isinstance(outcome, NoAnswer) else str(asked.fields["reason"])
        result.failures.append(FailedRequest(f"{candidate.title} ({who})", reason, unsent))
    return found


def _text(found: ProbeOutcome) -> str:
    outcome = found.exchange.outcome
    return outcome.completion.text if isinstance(outcome, Answer) else ""


def picked(hard: Sequence[Hard], count: int) -> list[Hard]:
    """Return at most `count` of them: one of each item, then a second of each, and so on."""
    of_item: dict[tuple[Path, int], list[Hard]] = defaultdict(list)
    for one in hard:
        of_item[one.candidate.file, one.candidate.loaded.position].append(one)
    rounds = [one for group in zip_longest(*of_item.values()) for one in group if one is not None]
    return rounds[:count]
