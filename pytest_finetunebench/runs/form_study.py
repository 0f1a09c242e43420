"""What fine-tuning is good at, and what not: form beside facts, before and after, trained wordings and others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_finetunebench.cases.form_options import LabelGrader
from pytest_finetunebench.cases.suite import KNOWLEDGE_SETTINGS, MEMORIZATION
from pytest_finetunebench.grading.label import label_key
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.rates import Rate, gap_of, rate_of
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.statistics import Difference

ABSTENTION = "abstention"


@dataclass(frozen=True)
class Learned:
    """One side of the comparison; rates are within 0..1."""

    name: Literal["form", "facts"]
    before: Rate
    """The base model's, over probes that are not trained; n is 0 where no base was asked."""
    after: Rate
    trained: Rate
    """The fine-tune's over trained wordings."""
    gap: Difference | None
    """Trained minus held out, of the fine-tune."""


@dataclass(frozen=True)
class LabelScore:
    """How well one category's labels are told apart. F1 is the mean over classes that occur, each counted once."""

    category: str
    n: int
    classes: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class Conduct:
    """Answers where the model should decline, and refusals where it should answer."""

    invented_before: Rate
    invented: Rate
    refused_before: Rate
    refused: Rate


@dataclass(frozen=True)
class FormStudy:
    """Form beside facts, label scores by category, and conduct where a suite asks for both of its sides."""

    learned: tuple[Learned, ...]
    labels: tuple[LabelScore, ...]
    conduct: Conduct | None

    def __bool__(self) -> bool:
        return bool(self.learned or self.labels or self.conduct)


def form_study(results: Sequence[ProbeResult]) -> FormStudy:
    """Return what there is to say: nothing where a suite trains no form, has no labels and no unanswerable probe."""
    form = [result for result in results if result.setting == "form"]
    facts = [result for result in results if result.setting in KNOWLEDGE_SETTINGS]
    trains_form = any(result.kind == MEMORIZATION for result in form)
    sides: list[tuple[Literal["form", "facts"], list[ProbeResult]]] = [("form", form), ("facts", facts)]
    learned = [_learned(name, side) for name, side in sides if side] if trains_form else []
    return FormStudy(tuple(learned), _labels(results), _conduct(results))


def _learned(name: Literal["form", "facts"], side: Sequence[ProbeResult]) -> Learned:
    trained = [result for result in side if result.kind == MEMORIZATION]
    if name == "form":
        held_out = [result for result in side if result.kind != MEMORIZATION]
    else:
        held_out = [result for result in side if result.generalization]
    return Learned(name, rate_of(_of_base(held_out)), rate_of(held_out), rate_of(trained), gap_of(trained, held_out))


def _of_base(results: Sequence[ProbeResult]) -> list[ProbeResult]:
    return [base for result in results if (base := result.of_base) is not None]


def _labels(results: Sequence[ProbeResult]) -> tuple[LabelScore, ...]:
    by_category: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for result in results:
        options = result.grader_options
        if not isinstance(options, LabelGrader) or not result.measured or result.expected is None:
            continue
        if result.kind == MEMORIZATION:
            continue  # what was trained tells nothing of new inputs
        known = {label_key(label) for label in options.labels}
        said = label_key(result.extracted or "")
        by_category[result.category].append((label_key(result.expected), said if said in known else ""))
    return tuple(_score(category, pairs) for category, pairs in sorted(by_category.items()))


def _score(category: str, pairs: Sequence[tuple[str, str]]) -> LabelScore:
    classes = sorted({wanted for wanted, _ in pairs})
    scores = []
    for name in classes:
        hits = sum(wanted == said == name for wanted, said in pairs)
        asked, told = (sum(pair[side] == name for pair in pairs) for side in (0, 1))
        scores.append(2 * hits / (asked + told))
    right = sum(wanted == said for wanted, said in pairs)
    return LabelScore(category, len(pairs), len(classes), right / len(pairs), sum(scores) / len(scores))


def _conduct(results: Sequence[ProbeResult]) -> Conduct | None:
    """Return conduct over the categories that hold questions of both sides."""
    declining = {result.category for result in results if result.kind == ABSTENTION}
    mine = [result for result in results if result.category in declining and result.kind != MEMORIZATION]
    unknowable = [result for result in mine if result.kind == ABSTENTION]
    answerable = [result for result in mine if result.kind != ABSTENTION and result.expected is not None]
    if not unknowable or not answerable:
        return None
    return Conduct(
        invented_before=_not_right(_of_base(unknowable)),
        invented=_not_right(unknowable),
        refused_before=rate_of(_of_base(answerable), Outcome.ABSTAINED),
        refused=rate_of(answerable, Outcome.ABSTAINED),
    )


def _not_right(results: Sequence[ProbeResult]) -> Rate:
    """Return the rate of answers where the model should have declined."""
    right = rate_of(results)
    low, high = right.interval or (0.0, 1.0)
    interval = None if right.interval is None else (1 - high, 1 - low)
    return Rate(
        correct=right.n - right.correct, n=right.n, unmeasured=right.unmeasured, interval=interval, items=right.items
    )
