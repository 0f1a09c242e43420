"""Draft rephrased probes by rule, where no model drafts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pytest_finetunebench.cases.languages import DEFAULT_LANGUAGE, LANGUAGES
from pytest_finetunebench.drafting.drafts import Draft, ProbeDrafts, Rejected, RuleCheck, Target, build_draft
from pytest_finetunebench.drafting.rewording import LANGUAGES as WITH_RULES
from pytest_finetunebench.drafting.rewording import reword
from pytest_finetunebench.errors import counted

SPARE = 4
"""Rewordings of a target beyond those that it orders, as rules reject some."""


def reworded(targets: Sequence[Target], rules: RuleCheck) -> ProbeDrafts:
    """Return each target's rewordings that pass every rule, at most as many as it orders."""
    built: list[Draft] = []
    for target in targets:
        built += _built(target, len(built))
    result = ProbeDrafts()
    kept: Counter[int] = Counter()
    for draft in rules.passed(built, result):
        kept[id(draft.target)] += 1
        if kept[id(draft.target)] <= draft.target.count:
            result.drafts.append(draft)
    return result


def _built(target: Target, number: int) -> Iterator[Draft]:
    questions = reword(target.loaded.item.prompt or "", language_of(target))
    for question in questions[: target.count + SPARE]:
        made = build_draft(target, {"question": question}, f"draft-{number}")
        if not isinstance(made, Rejected):
            number += 1
            yield made


def language_of(target: Target) -> str:
    """Return the language that a target's item is in."""
    probes = target.loaded.item.probes
    return probes[0].language if probes else DEFAULT_LANGUAGE


def rule_notices(targets: Sequence[Target]) -> list[str]:
    """Say which targets no rule can reword: those in other languages, and prompts that are no questions."""
    without = Counter(code for target in targets if (code := language_of(target)) not in WITH_RULES)
    told = [
        f"{counted(count, 'item')} left out: there are no rewording rules for {LANGUAGES.get(code, code)} "
        f"(only for {', '.join(LANGUAGES.get(one, one) for one in WITH_RULES)}): name a model with --draft-model"
        for code, count in without.items()
    ]
    plain = [target for target in targets if language_of(target) in WITH_RULES]
    unfit = sum(not reword(target.loaded.item.prompt or "", language_of(target)) for target in plain)
    if unfit:
        reason = "rules reword one-line questions that end in a question mark"
        told.append(f"{counted(unfit, 'item')} left out: {reason}: name a model with --draft-model")
    return told
