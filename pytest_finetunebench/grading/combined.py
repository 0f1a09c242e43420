"""Several graders as one: all of them met, or any."""

from __future__ import annotations

from collections.abc import Callable

from pytest_finetunebench.cases.grader_choice import AllGrader, AnyGrader, Grader
from pytest_finetunebench.grading.finding import Finding

Compare = Callable[[Grader], Finding]
"""Judge the answer at hand by one grader."""


def compare(options: AllGrader | AnyGrader, compare_one: Compare) -> Finding:
    """Judge by each grader in turn, as far as the verdict needs; one that cannot decide counts only if it matters.

    A miss takes the outcome (declined, stale) of the part that decided. In `all` this is the first part that is not
    met. In `any` every part failed: it is the first part with an outcome. Without one, the caller finds the outcome.
    """
    decisive = options.name == "any"
    undecided: tuple[str, Finding] | None = None
    others: list[tuple[str, Finding]] = []
    for grader in options.of:
        compared = compare_one(grader)
        if compared.met is decisive:
            return _named(grader.title, compared)
        if compared.met is None:
            undecided = undecided or (grader.title, compared)
        else:
            others.append((grader.title, compared))
    if undecided is not None:
        return _named(*undecided)
    reason = "; ".join(f"{title}: {compared.reason}" for title, compared in others)
    well_formed = all(compared.well_formed for _, compared in others)
    outcome = next((compared.outcome for _, compared in others if compared.outcome is not None), None)
    return Finding(not decisive, others[0][1].extracted, reason, well_formed, outcome)


def _named(title: str, compared: Finding) -> Finding:
    return compared._replace(reason=f"{title}: {compared.reason}")
